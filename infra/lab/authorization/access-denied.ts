import type { Dialect } from '../api/protocol/dialect.ts';
import { Refusal } from '../refusal.ts';
import type { Asked, PolicyDecision } from './identity-policy.ts';

/** IAM's sentence about what was refused (AWS, "Troubleshooting access denied error messages"). */
export function deniedSentence(principalArn: string, { action, resource }: Asked, decision: Exclude<PolicyDecision, 'allowed'>): string {
  const on = resource === '*' ? '' : ` on resource: ${resource}`;
  const why =
    decision === 'explicitDeny'
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${action} action`;
  return `User: ${principalArn} is not authorized to perform: ${action}${on} ${why}`;
}

/** A refusal of IAM's in the code, status and words of a service's dialect. */
export function refuseAccess(
  dialect: Dialect | 's3',
  principalArn: string,
  asked: Asked,
  decision: Exclude<PolicyDecision, 'allowed'>,
): Refusal {
  const sentence = deniedSentence(principalArn, asked, decision);
  switch (dialect) {
    case 'ec2':
      return new Refusal('UnauthorizedOperation', 403, `You are not authorized to perform this operation. ${sentence}`);
    case 'query':
    case 's3':
      return new Refusal('AccessDenied', 403, sentence);
    case 'json':
      return new Refusal('AccessDeniedException', 400, sentence);
    case 'rest-json':
      return new Refusal('AccessDeniedException', 403, sentence);
  }
}
