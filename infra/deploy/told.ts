import { readServiceError } from '../aws/service-error.ts';
import { isFromService } from './refused.ts';

/** Why an account did not answer: its policies, its rate limits, or anything else, a server that lacks the call among them. */
export interface Untold {
  readonly kind: 'denied' | 'throttled' | 'unavailable';
  /** IAM actions that the question needs. */
  readonly actions: readonly string[];
  /** Error code and message. */
  readonly why: string;
}

/** What an account said when it was asked, or why it did not. */
export type Told<Value> = { readonly kind: 'told'; readonly value: Value } | Untold;

const DENIED = /^(AccessDenied(Exception)?|UnauthorizedOperation|AuthorizationError|Client\.UnauthorizedOperation|NotAuthorized)$/;
const THROTTLED = /^(Throttling(Exception)?|ThrottledException|RequestLimitExceeded|TooManyRequests(Exception)?|SlowDown)$/;

/** Asks, and takes a refusal for an answer. Throws what no service said: a fault of our own. */
export async function askAccount<Value>(actions: readonly string[], question: () => Promise<Value>): Promise<Told<Value>> {
  try {
    return { kind: 'told', value: await question() };
  } catch (thrown) {
    if (!isFromService(thrown)) throw thrown;
    const { name, message, status } = readServiceError(thrown);
    const kind = DENIED.test(name) ? 'denied' : THROTTLED.test(name) || status === 429 ? 'throttled' : 'unavailable';
    return { kind, actions, why: `${name}: ${message}` };
  }
}
