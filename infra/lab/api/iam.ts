import type { PolicyDecision } from '../authorization/identity-policy.ts';
import type { Realiser } from '../realise/realiser.ts';
import type { Roles, RoleView } from '../realise/role.ts';
import { Refusal } from '../refusal.ts';
import { refuseUnknown } from './protocol/dialect.ts';
import { formatQueryAnswer, parseQueryParameters, type QueryParameters } from './protocol/query.ts';
import type { WireService } from './protocol/wire.ts';
import type { XmlStructure } from './protocol/xml.ts';
import { pageByToken } from './token-page.ts';

const NAMESPACE = 'https://iam.amazonaws.com/doc/2010-05-08/';

/** Judges what a principal may do; conditions see no keys, so a statement that asks for a tag does not apply. */
export type PolicyJudge = (principalArn: string, action: string, resourceArn: string) => PolicyDecision;

/** What IAM works on. */
export interface IamParts {
  readonly roles: Pick<Roles, 'find' | 'removePolicy'>;
  readonly roleRealiser: Pick<Realiser, 'delete'>;
  readonly judge: PolicyJudge;
}

type Action = (parameters: QueryParameters, parts: IamParts) => XmlStructure | undefined | Promise<XmlStructure | undefined>;

const ACTIONS: Readonly<Record<string, Action>> = {
  GetRole: getRole,
  ListRolePolicies: listRolePolicies,
  DeleteRolePolicy: deleteRolePolicy,
  DeleteRole: deleteRole,
  SimulatePrincipalPolicy: simulate,
};

/**
 * IAM: GetRole, ListRolePolicies, DeleteRolePolicy, DeleteRole, SimulatePrincipalPolicy. Any other action is `InvalidAction`, a parameter
 * that is not realised `ValidationError`, both by name.
 */
export function newIamService(parts: IamParts): WireService {
  return async (call) => {
    const parameters = parseQueryParameters(call.body);
    const action = Object.hasOwn(ACTIONS, parameters.action) ? ACTIONS[parameters.action] : undefined;
    if (action === undefined) throw refuseUnknown('query', `The lab does not realise the action ${parameters.action} of iam.`);
    return formatQueryAnswer(NAMESPACE, parameters.action, call.requestId, await action(parameters, parts));
  };
}

function roleOf({ roles }: IamParts, name: string): RoleView {
  const role = roles.find(name);
  if (role === undefined) throw new Refusal('NoSuchEntity', 404, `The role with name ${name} cannot be found.`);
  return role;
}

function getRole(parameters: QueryParameters, parts: IamParts): XmlStructure {
  const name = parameters.required('RoleName');
  parameters.finish();
  const role = roleOf(parts, name);
  return {
    Role: {
      Path: role.path,
      RoleName: role.name,
      RoleId: role.roleId,
      Arn: role.arn,
      CreateDate: role.createdAt,
      // IAM hands documents out percent-encoded (RFC 3986).
      AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify(role.trust)),
      Description: role.description,
      MaxSessionDuration: role.maxSessionSeconds,
      Tags: Object.entries(role.tags).map(([Key, Value]) => ({ Key, Value })),
    },
  };
}

function listRolePolicies(parameters: QueryParameters, parts: IamParts): XmlStructure {
  const name = parameters.required('RoleName');
  const count = Number(parameters.text('MaxItems') ?? 100);
  const marker = parameters.text('Marker');
  parameters.finish();
  if (!Number.isInteger(count) || count < 1 || count > 1000) throw new Refusal('ValidationError', 400, 'MaxItems must be from 1 to 1000.');
  const badMarker = (): Refusal => new Refusal('ValidationError', 400, 'Invalid Marker.');
  const { page, next } = pageByToken(roleOf(parts, name).policyNames, marker, count, badMarker);
  return { PolicyNames: page, IsTruncated: next !== undefined, Marker: next };
}

function deleteRolePolicy(parameters: QueryParameters, parts: IamParts): undefined {
  const [roleName, policyName] = [parameters.required('RoleName'), parameters.required('PolicyName')];
  parameters.finish();
  roleOf(parts, roleName);
  if (parts.roles.removePolicy(roleName, policyName)) return;
  throw new Refusal('NoSuchEntity', 404, `The role policy with name ${policyName} cannot be found.`);
}

/** CloudFormation's handler empties a role first; IAM itself refuses one that still has policies. */
async function deleteRole(parameters: QueryParameters, parts: IamParts): Promise<undefined> {
  const name = parameters.required('RoleName');
  parameters.finish();
  const { policyNames, managedPolicyArns } = roleOf(parts, name);
  if (policyNames.length > 0) throw new Refusal('DeleteConflict', 409, 'Cannot delete entity, must delete policies first.');
  if (managedPolicyArns.length > 0) throw new Refusal('DeleteConflict', 409, 'Cannot delete entity, must detach all policies first.');
  await parts.roleRealiser.delete(name);
}

function simulate(parameters: QueryParameters, { judge }: IamParts): XmlStructure {
  const principal = parameters.required('PolicySourceArn');
  const actions = parameters.texts('ActionNames');
  const resources = parameters.texts('ResourceArns');
  parameters.finish();
  if (actions.length === 0) throw new Refusal('ValidationError', 400, 'ActionNames must not be empty.');
  const pairs = actions.flatMap((action) => (resources.length === 0 ? ['*'] : resources).map((resource) => ({ action, resource })));
  return {
    EvaluationResults: pairs.map(({ action, resource }) => ({
      EvalActionName: action,
      EvalResourceName: resource,
      EvalDecision: judge(principal, action, resource),
      MatchedStatements: [],
      MissingContextValues: [],
    })),
    IsTruncated: false,
  };
}
