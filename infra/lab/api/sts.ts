import { createHash } from 'node:crypto';
import type { AccessKey, Account } from '../account/identity.ts';
import { refuseUnknown } from './protocol/dialect.ts';
import { formatQueryAnswer, parseQueryParameters } from './protocol/query.ts';
import type { WireService } from './protocol/wire.ts';

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';

/** STS: GetCallerIdentity, and `InvalidAction` for all else. */
export function newStsService(account: Account): WireService {
  return (call) => {
    const parameters = parseQueryParameters(call.body);
    if (parameters.action !== 'GetCallerIdentity') {
      throw refuseUnknown('query', `The lab does not realise the action ${parameters.action} of sts.`);
    }
    parameters.finish();
    return formatQueryAnswer(NAMESPACE, parameters.action, call.requestId, {
      Arn: call.caller.principalArn,
      UserId: userIdOf(call.caller, account),
      Account: account.accountId,
    });
  };
}

/** The account's number for its root, `AROA…:<session>` for an assumed role, `AIDA…` for a user; the same for the same ARN. */
function userIdOf(caller: AccessKey, account: Account): string {
  const [kind = '', ...name] = caller.principalArn.split(':').slice(5).join(':').split('/');
  if (kind === 'root') return account.accountId;
  const unique = createHash('sha256').update(`${kind}/${name[0]}`).digest('hex').toUpperCase().slice(0, 17);
  return kind === 'assumed-role' ? `AROA${unique}:${name[1]}` : `AIDA${unique}`;
}
