import { GetAccountSettingsCommand, type LambdaClient } from '@aws-sdk/client-lambda';

/** Calls that Lambda runs at once in this account and region, beside what other functions have reserved. Rejects with what the SDK throws. */
export async function unreservedConcurrency(client: Pick<LambdaClient, 'send'>): Promise<number> {
  const { AccountLimit } = await client.send(new GetAccountSettingsCommand({}));
  const limit = AccountLimit?.UnreservedConcurrentExecutions;
  if (limit === undefined) throw Object.assign(new Error('the answer names no limit'), { $metadata: {} });
  return limit;
}
