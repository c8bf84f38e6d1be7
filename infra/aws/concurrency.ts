import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { type ClientOptions, controlPlane } from './client-options.ts';
import { readServiceError } from './service-error.ts';

/** How many calls an account may have out at once that no function has reserved. */
export type Concurrency =
  | { readonly kind: 'known'; readonly unreserved: number }
  /** The account could not be asked: a right is missing, or the server has no such call. */
  | { readonly kind: 'unknown'; readonly why: string };

/** Asks Lambda for the account's settings. Never rejects: not to know is no reason not to measure. */
export async function readConcurrency(place: ClientOptions): Promise<Concurrency> {
  const client = new LambdaClient(controlPlane(place));
  try {
    const { AccountLimit } = await client.send(new GetAccountSettingsCommand({}));
    const unreserved = AccountLimit?.UnreservedConcurrentExecutions;
    return unreserved === undefined ? { kind: 'unknown', why: 'GetAccountSettings names no figure' } : { kind: 'known', unreserved };
  } catch (thrown) {
    const { name, message } = readServiceError(thrown);
    return { kind: 'unknown', why: `GetAccountSettings: ${name}: ${message}` };
  } finally {
    client.destroy();
  }
}
