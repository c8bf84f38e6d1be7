import type { Value } from '../template/model.ts';
import { NAME_PREFIX } from '../template/names.ts';
import { functionStatements } from '../template/net.ts';
import { HAND_LIST } from './hand-list.ts';
import { HANDLER_PERMISSIONS } from './handler-permissions.ts';
import { type Identity, POLICY_FILES, type PolicyFile } from './identities.ts';
import { FUNCTION_CALLS, OWN_CALLS } from './own-calls.ts';
import { NETWORK_SCOPES, SCOPES, type Scope, type ScopeName, scopesOf } from './scopes.ts';

/** A policy as IAM takes it, once its placeholders are resolved. */
export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Value[];
}

/** Why an identity has an action. */
export interface Owner {
  readonly action: string;
  /** `lambda.Invoke`, `AWS::EC2::VPC create`, or `by hand`. */
  readonly owner: string;
  readonly reason: string;
}

/** Every reason for every action of an identity; the function's role stands in the template and has none here. */
export function ownersOf(identity: Identity): readonly Owner[] {
  const calls = Object.entries({ ...OWN_CALLS, ...FUNCTION_CALLS }).flatMap(([owner, { actions, identities, reason }]) =>
    identities.includes(identity) ? actions.map((action) => ({ action, owner, reason })) : [],
  );
  const byHand = HAND_LIST.flatMap(({ action, identities, reason }) =>
    identities.includes(identity) ? [{ action, owner: 'by hand', reason }] : [],
  );
  return [...calls, ...(identity === 'deployer' ? handlerOwners() : []), ...byHand];
}

/** CloudFormation works with the rights of who asks it. */
function handlerOwners(): readonly Owner[] {
  return Object.entries(HANDLER_PERMISSIONS).flatMap(([type, row]) =>
    (['create', 'read', 'delete'] as const).flatMap((handler) =>
      row[handler].map((action) => ({ action, owner: `${type} ${handler}`, reason: `its handler's ${handler}, by ${row.source}` })),
    ),
  );
}

/** A policy file's content, with placeholders (`resolvePolicy`). */
export function policyDocument(file: PolicyFile): PolicyDocument {
  const identity = POLICY_FILES[file];
  if (identity === 'function') {
    const objects = `arn:\${AWS::Partition}:s3:::${NAME_PREFIX}*/*`;
    return { Version: '2012-10-17', Statement: functionStatements('*', objects).map(withoutSub) };
  }
  const actions = [...new Set(ownersOf(identity).map(({ action }) => action))].sort();
  const scopes = (Object.keys(SCOPES) as ScopeName[]).filter(
    (scope) => identity !== 'deployer' || NETWORK_SCOPES.includes(scope) === (file === 'deployer-network'),
  );
  return { Version: '2012-10-17', Statement: scopes.flatMap((scope) => statement(identity, scope, actions)) };
}

function statement(identity: Identity, name: ScopeName, actions: readonly string[]): readonly Value[] {
  const own = actions.filter((action) => scopesFor(identity, action).includes(name));
  if (own.length === 0) return [];
  const { resources, condition }: Scope = SCOPES[name];
  const conditions = condition === undefined ? {} : { Condition: condition };
  return [{ Sid: name, Effect: 'Allow', Action: own, Resource: resources, ...conditions }];
}

/** A job that runs without anybody watching changes and calls what was kept for it, nothing else. */
function scopesFor(identity: Identity, action: string): readonly ScopeName[] {
  return scopesOf(action).map((scope) => (identity === 'scheduled' && scope === 'Functions' ? 'KeptFunctions' : scope));
}

/** A template's `Fn::Sub` holds the same placeholders as the policy files. */
function withoutSub(value: Value): Value {
  return JSON.parse(JSON.stringify(value), (_key, part: unknown) =>
    typeof part === 'object' && part !== null && 'Fn::Sub' in part ? part['Fn::Sub'] : part,
  ) as Value;
}
