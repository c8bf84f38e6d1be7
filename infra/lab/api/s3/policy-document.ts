import { malformed, parseOperator, record, refuseOthers, strings } from '../policy-elements.ts';
import { S3_ACTIONS } from './action.ts';
import type { BucketPolicy, PolicyPrincipal, PolicyStatement } from './policy.ts';
import {
  CONDITION_KEYS,
  type Condition,
  type ConditionKey,
  type ConditionOperator,
  operatorTakesKey,
  parseAddressRange,
} from './policy-condition.ts';
import { matchesWildcard } from './wildcard.ts';

const POLICY_ELEMENTS = ['Version', 'Id', 'Statement'];
const STATEMENT_ELEMENTS = ['Sid', 'Effect', 'Principal', 'Action', 'Resource', 'Condition'];
/** AWS: "Bucket policies are limited to 20 KB in size." */
const MAX_POLICY_BYTES = 20 * 1024;

function parsePrincipal(value: unknown): PolicyPrincipal {
  if (value === '*') return { kind: 'everyone' };
  const principal = record(value, 'Principal');
  refuseOthers(principal, ['AWS'], 'Principal');
  const named = strings(principal['AWS'], 'Principal.AWS');
  if (named.includes('*')) return { kind: 'everyone' };
  const arns = named.map((name) => (/^\d{12}$/.test(name) ? `arn:aws:iam::${name}:root` : name));
  const odd = arns.find((arn) => !/^arn:aws:(iam|sts)::\d{12}:(root|(user|role|assumed-role)\/[^*?]+)$/.test(arn));
  return odd === undefined ? { kind: 'arns', arns } : malformed(`Invalid principal in policy: "${odd}"`);
}

function parseActions(value: unknown): readonly string[] {
  return strings(value, 'Action').map((action) => {
    const pattern = action.toLowerCase();
    const known = Object.keys(S3_ACTIONS).some((name) => matchesWildcard(pattern, name.toLowerCase()));
    return known ? pattern : malformed(`Policy has invalid action: "${action}" is no S3 action that the lab has`);
  });
}

function parseResources(value: unknown, bucket: string): readonly string[] {
  const own = `arn:aws:s3:::${bucket}`;
  return strings(value, 'Resource').map((resource) => {
    const rest = resource.startsWith(own) ? resource.slice(own.length) : undefined;
    if (rest !== undefined && (rest === '' || rest.startsWith('/') || rest.startsWith('*'))) return resource;
    return malformed(`Policy has invalid resource: "${resource}" is not in bucket ${bucket}`);
  });
}

/** S3 refuses a statement that could never apply, e.g. `s3:GetObject` on the bucket itself. */
function refuseUnusableActions(actions: readonly string[], resources: readonly string[]): void {
  const kinds = new Set(
    resources.flatMap((arn) => (arn.includes('/') ? ['object'] : arn.endsWith('*') ? ['object', 'bucket'] : ['bucket'])),
  );
  for (const pattern of actions) {
    const usable = Object.entries(S3_ACTIONS).some(([name, kind]) => kinds.has(kind) && matchesWildcard(pattern, name.toLowerCase()));
    if (!usable) malformed(`Action does not apply to any resource(s) in statement: "${pattern}"`);
  }
}

function checkValue(operator: ConditionOperator, value: string): string {
  switch (operator) {
    case 'IpAddress':
    case 'NotIpAddress':
      return parseAddressRange(value) ? value : malformed(`Invalid IPv4 address range in policy: "${value}"`);
    case 'Bool':
    case 'Null':
      return value === 'true' || value === 'false' ? value : malformed(`${operator} takes "true" or "false", not "${value}"`);
    case 'StringEquals':
    case 'StringNotEquals':
    case 'StringLike':
      return value;
  }
}

function parseKey(operator: ConditionOperator, name: string): ConditionKey {
  const key = CONDITION_KEYS.find((known) => known === name.toLowerCase());
  if (key === undefined) return malformed(`Policy has an invalid condition key: "${name}" is not evaluated by the lab`);
  return operatorTakesKey(operator, key) ? key : malformed(`The lab does not evaluate ${operator} on "${name}"`);
}

function parseConditions(value: unknown): readonly Condition[] {
  if (value === undefined) return [];
  return Object.entries(record(value, 'Condition')).flatMap(([name, block]) => {
    const { operator, ifExists } = parseOperator(name);
    return Object.entries(record(block, `Condition.${name}`)).map(([keyName, wanted]) => ({
      operator,
      ifExists,
      key: parseKey(operator, keyName),
      values: strings(wanted, `Condition.${name}.${keyName}`).map((text) => checkValue(operator, text)),
    }));
  });
}

function parseStatement(value: unknown, bucket: string): PolicyStatement {
  const statement = record(value, 'Statement');
  refuseOthers(statement, STATEMENT_ELEMENTS, 'Statement');
  const effect = statement['Effect'];
  if (effect !== 'Allow' && effect !== 'Deny') return malformed(`Invalid effect: ${JSON.stringify(effect) ?? 'none'}`);
  if (statement['Principal'] === undefined) return malformed('Missing required field Principal');
  const actions = parseActions(statement['Action']);
  const resources = parseResources(statement['Resource'], bucket);
  refuseUnusableActions(actions, resources);
  return {
    effect,
    principal: parsePrincipal(statement['Principal']),
    actions,
    resources,
    conditions: parseConditions(statement['Condition']),
  };
}

/**
 * Checks a bucket policy, given as the value of its JSON. Whatever the lab would not evaluate is refused by name, so that no line is
 * ever ignored. Throws MalformedPolicy.
 */
export function parseBucketPolicy(document: unknown, bucket: string): BucketPolicy {
  const policy = record(document, 'The policy');
  if (Buffer.byteLength(JSON.stringify(policy)) > MAX_POLICY_BYTES) malformed('Policy exceeds the maximum allowed document size.');
  refuseOthers(policy, POLICY_ELEMENTS, 'The policy');
  const version = policy['Version'];
  if (version !== undefined && version !== '2012-10-17' && version !== '2008-10-17')
    malformed(`Invalid policy version: ${String(version)}`);
  const given = policy['Statement'];
  const statements: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (given === undefined || statements.length === 0) malformed('Missing required field Statement');
  return { statements: statements.map((statement) => parseStatement(statement, bucket)) };
}
