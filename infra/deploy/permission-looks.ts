import { type EvaluationResult, GetRoleCommand, type IAMClient, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import type { RequiredAction, ResourceKind } from './required-actions.ts';
import { type ArnPlace, arnOf } from './resource-arns.ts';
import { askAccount, type Told } from './told.ts';

/** Actions that one request asks about. */
const ACTIONS_PER_REQUEST = 50;
const PAGES = 20;

/** Who acts, as IAM's simulation takes it. */
export type Principal =
  | { readonly kind: 'user' | 'role'; readonly arn: string }
  | { readonly kind: 'root' }
  /** Federated users, and whatever else has no policies that IAM could be asked about. */
  | { readonly kind: 'other' };

/** `ignorant`: it hangs on a condition of which the simulation was told nothing. */
export interface PermissionVerdict {
  readonly required: RequiredAction;
  readonly decision: 'allowed' | 'denied' | 'ignorant';
}

/** Of the ARN that STS gives. A session's names its role without the path, so IAM is asked; where that is refused, there is taken to be none. */
export async function principalOf(iam: Pick<IAMClient, 'send'>, callerArn: string): Promise<Principal> {
  const [, partition = 'aws', , , accountId = '', resource = ''] = callerArn.split(':');
  const [kind, name = ''] = resource.split('/');
  if (resource === 'root') return { kind: 'root' };
  if (kind === 'user' || kind === 'role') return { kind, arn: callerArn };
  if (kind !== 'assumed-role') return { kind: 'other' };
  const asked = await askAccount(['iam:GetRole'], () => iam.send(new GetRoleCommand({ RoleName: name })));
  const found = asked.kind === 'told' ? asked.value.Role?.Arn : undefined;
  return { kind: 'role', arn: found ?? `arn:${partition}:iam::${accountId}:role/${name}` };
}

/** Has IAM judge every action on an example of its resource. Nothing is called but the simulation. */
export function simulatePermissions(
  iam: Pick<IAMClient, 'send'>,
  place: ArnPlace,
  required: readonly RequiredAction[],
): Promise<Told<readonly PermissionVerdict[]>> {
  return askAccount(['iam:SimulatePrincipalPolicy'], async () => {
    const kinds = [...new Set(required.map(({ on }) => on))];
    const verdicts: PermissionVerdict[] = [];
    for (const kind of kinds) {
      const own = required.filter(({ on }) => on === kind);
      for (let from = 0; from < own.length; from += ACTIONS_PER_REQUEST) {
        verdicts.push(...(await simulateOn(iam, place, kind, own.slice(from, from + ACTIONS_PER_REQUEST))));
      }
    }
    return verdicts;
  });
}

async function simulateOn(
  iam: Pick<IAMClient, 'send'>,
  place: ArnPlace,
  kind: ResourceKind,
  required: readonly RequiredAction[],
): Promise<readonly PermissionVerdict[]> {
  const resource = arnOf(kind, 'example', place);
  const asked = {
    PolicySourceArn: place.principal,
    ActionNames: [...new Set(required.map(({ action }) => action))],
    ...(resource === '*' ? {} : { ResourceArns: [resource] }),
  };
  const results: EvaluationResult[] = [];
  let marker: string | undefined;
  for (let page = 0; page < PAGES; page++) {
    const output = await iam.send(new SimulatePrincipalPolicyCommand({ ...asked, ...(marker ? { Marker: marker } : {}) }));
    results.push(...(output.EvaluationResults ?? []));
    marker = output.IsTruncated === true ? output.Marker : undefined;
    if (!marker) break;
  }
  return required.map((each) => ({
    required: each,
    decision: decisionOf(results.find(({ EvalActionName }) => EvalActionName?.toLowerCase() === each.action.toLowerCase())),
  }));
}

function decisionOf(result: EvaluationResult | undefined): PermissionVerdict['decision'] {
  if (result?.EvalDecision === 'allowed') return 'allowed';
  const open = (result?.MissingContextValues ?? []).length > 0;
  return result === undefined || (result.EvalDecision === 'implicitDeny' && open) ? 'ignorant' : 'denied';
}
