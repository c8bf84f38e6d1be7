import type { LambdaClient } from '@aws-sdk/client-lambda';
import { unreservedConcurrency } from './account-settings.ts';
import { readServiceError } from './service-error.ts';

/** How many calls an account may have out at once that no function has reserved. */
export type Concurrency =
  | { readonly kind: 'known'; readonly unreserved: number }
  /** The account could not be asked: a right is missing, or the server has no such call. */
  | { readonly kind: 'unknown'; readonly why: string };

/** Asks for it. Never rejects: not to know is no reason not to measure. */
export async function readConcurrency(client: Pick<LambdaClient, 'send'>): Promise<Concurrency> {
  try {
    return { kind: 'known', unreserved: await unreservedConcurrency(client) };
  } catch (thrown) {
    const { name, message } = readServiceError(thrown);
    return { kind: 'unknown', why: `GetAccountSettings: ${name}: ${message}` };
  }
}
