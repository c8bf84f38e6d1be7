import type { Inspection } from '../../infra/deploy/inspection.ts';
import type { PermissionVerdict } from '../../infra/deploy/permission-looks.ts';
import type { Finding } from '../domain/finding.ts';
import { grantCommand, type MendPlace, untoldFinding } from './doctor-mend.ts';

const AREA = 'permissions';
const POLICY_NAME = 'lnb-run';

/** Which of the tool's own calls IAM says that the caller may not make, each by name. */
export function permissionFindings({ permissions }: Pick<Inspection, 'permissions'>, place: MendPlace): readonly Finding[] {
  const what = 'permissions';
  if (permissions === undefined) return [unjudged(what, place)];
  if (permissions.kind !== 'told') return [untoldFinding(AREA, what, permissions, place)];
  const verdicts = permissions.value;
  const open = verdicts.filter(({ decision }) => decision !== 'allowed');
  const allowed: Finding = {
    ...{ area: AREA, what, status: 'ok' },
    why: `IAM allows ${verdicts.length - open.length} of the ${verdicts.length} that this tool's own calls need; what CloudFormation does for it was not asked`,
  };
  const denied = open.filter(({ decision, required }) => decision === 'denied' && required.by === 'run');
  const grant = grantCommand(denied.length > 0 ? denied.map(({ required }) => required) : [], POLICY_NAME, place);
  return [allowed, ...open.map((verdict) => openFinding(verdict, grant, place))];
}

function openFinding({ required, decision }: PermissionVerdict, grantAll: string, place: MendPlace): Finding {
  const { action, by, why, on } = required;
  const text = { area: AREA, what: action } as const;
  const alone = (): string => grantCommand([required], `lnb-${action.replace(':', '-')}`, place);
  if (decision === 'ignorant') {
    const unsure = `hangs on a condition that the simulation does not know (${on}); ${why}`;
    return { ...text, status: 'cannot tell', why: unsure, mend: alone() };
  }
  if (by === 'doctor') return { ...text, status: 'warning', why: `not allowed; without it doctor sees less: ${why}`, mend: alone() };
  return { ...text, status: 'missing', why: `not allowed (${on}); ${why}`, mend: grantAll };
}

function unjudged(what: string, { principal, flags }: MendPlace): Finding {
  const mend = `aws sts get-caller-identity${flags}`;
  if (principal.kind !== 'root') {
    return { area: AREA, what, status: 'cannot tell', why: 'IAM judges users and roles, and this is neither', mend };
  }
  const why = "the account's root user may do everything; a role with this tool's policies may not do more than it must";
  return { area: AREA, what, status: 'warning', why, mend: 'aws configure sso' };
}
