import type { Principal } from '../../infra/deploy/permission-looks.ts';
import { REQUIRED_ACTIONS, type RequiredAction } from '../../infra/deploy/required-actions.ts';
import { arnOf } from '../../infra/deploy/resource-arns.ts';
import type { Untold } from '../../infra/deploy/told.ts';
import type { Finding, FindingArea } from '../domain/finding.ts';

/** What commands that mend something need to name. */
export interface MendPlace {
  readonly region: string;
  /** ` --region R --profile P`, for `bench` and `aws` alike. */
  readonly flags: string;
  readonly principal: Principal;
}

/** The command that allows this user or role more; for one that has no policies of its own, the one that shows who it is. */
export function grantCommand(required: readonly RequiredAction[], policyName: string, { principal, flags }: MendPlace): string {
  if (!('arn' in principal)) return `aws sts get-caller-identity${flags}`;
  const [, partition = 'aws'] = principal.arn.split(':');
  const name = principal.arn.split('/').at(-1) ?? '';
  // No account's number: it need not be shown, and an inline policy is of one account anyway.
  const self = principal.arn.replace(/::\d+:/, '::*:');
  const byResource = new Map<string, Set<string>>();
  for (const { action, on } of required) {
    const arn = arnOf(on, 'policy', { partition, region: '*', accountId: '*', principal: self });
    byResource.set(arn, (byResource.get(arn) ?? new Set()).add(action));
  }
  const Statement = [...byResource].map(([Resource, actions]) => ({ Effect: 'Allow', Action: [...actions], Resource }));
  const document = JSON.stringify({ Version: '2012-10-17', Statement });
  return `aws iam put-${principal.kind}-policy --${principal.kind}-name ${name} --policy-name ${policyName} --policy-document '${document}'${flags}`;
}

/** What could not be found out, and what lets it be found out. */
export function untoldFinding(area: FindingArea, what: string, untold: Untold, place: MendPlace): Finding {
  return { area, what, status: 'cannot tell', why: untold.why, mend: mendOf(untold, place) };
}

function mendOf({ kind, actions }: Untold, place: MendPlace): string {
  switch (kind) {
    case 'denied': {
      const required = REQUIRED_ACTIONS.filter(({ action }) => actions.includes(action));
      return grantCommand(required, `lnb-${(actions[0] ?? '').replace(':', '-')}`, place);
    }
    case 'throttled':
    case 'unavailable':
      return `npm run bench -- doctor --backend aws${place.flags}`;
  }
}
