import type { Refusal } from '../../refusal.ts';
import type { WireAnswer } from './wire.ts';

/** A successful restJson1 answer. */
export function formatRestJsonAnswer(result: object): WireAnswer {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(result) };
}

/** Lambda's errors spell their text `message` or, those that begin so, `Message` (its service model). */
const CAPITAL_MESSAGE =
  /^(ResourceNotFound|Service|EC2|EFS|ENI|KMS|SnapStart|SubnetIPAddressLimitReached|Invalid(Runtime|SecurityGroupID|SubnetID|ZipFile))/;

/** A refusal as restJson1 words it: the code in a header, `Type` says whose fault it is. */
export function formatRestJsonError(refusal: Refusal): WireAnswer {
  const message = CAPITAL_MESSAGE.test(refusal.code) ? { Message: refusal.message } : { message: refusal.message };
  return {
    status: refusal.status,
    headers: { 'content-type': 'application/json', 'x-amzn-ErrorType': refusal.code },
    body: JSON.stringify({ Type: refusal.status < 500 ? 'User' : 'Service', ...message, ...refusal.detail }),
  };
}
