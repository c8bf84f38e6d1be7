import { randomBytes } from 'node:crypto';
import type { AccessKey, Account } from '../account/identity.ts';
import { Refusal } from '../refusal.ts';
import { readProperties } from './property-reader.ts';
import type { Realised, RealiseRequest, Realiser } from './realiser.ts';

const ROLE_PROPERTIES = [
  'RoleName',
  'AssumeRolePolicyDocument',
  'Description',
  'ManagedPolicyArns',
  'MaxSessionDuration',
  'Path',
  'Policies',
  'Tags',
] as const;
const POLICY_PROPERTIES = ['PolicyName', 'PolicyDocument', 'Roles'] as const;

/** Managed policies that let Lambda make network interfaces. */
const INTERFACE_POLICIES = ['AWSLambdaVPCAccessExecutionRole', 'AWSLambdaENIManagementAccess', 'AdministratorAccess'];

/** Where the role's keys become valid, for every service that verifies signatures. */
export interface KeyRegister {
  add(key: AccessKey): void;
  remove(accessKeyId: string): void;
}

/** The account's roles: their resources, and what Lambda asks of them. */
export interface Roles {
  readonly roleRealiser: Realiser;
  readonly policyRealiser: Realiser;
  /** Keys of the role's session. Throws `InvalidParameterValueException` when there is no such role or Lambda may not assume it. */
  roleCredentials(roleArn: string): AccessKey;
  /** Whether any of the role's policies allows `action`; resources and conditions are not looked at. */
  allows(roleArn: string, action: string): boolean;
}

interface StoredRole {
  readonly name: string;
  readonly arn: string;
  readonly key: AccessKey;
  readonly assumableByLambda: boolean;
  readonly managedPolicyArns: readonly string[];
  /** By name; a `AWS::IAM::Policy` adds its own. */
  readonly policies: Map<string, unknown>;
}

/** No roles yet. */
export function newRoles(account: Account, keys: KeyRegister): Roles {
  const roles = new Map<string, StoredRole>();
  const byArn = (arn: string): StoredRole | undefined => [...roles.values()].find((role) => role.arn === arn);
  return {
    roleRealiser: {
      create: async (request) => createRole(roles, account, keys, request),
      delete: async (name) => {
        const role = roles.get(name);
        if (role === undefined) return;
        roles.delete(name);
        keys.remove(role.key.accessKeyId);
      },
    },
    policyRealiser: newPolicyRealiser(roles),
    roleCredentials(arn) {
      const role = byArn(arn);
      if (role?.assumableByLambda !== true) {
        throw new Refusal('InvalidParameterValueException', 400, 'The role defined for the function cannot be assumed by Lambda.');
      }
      return role.key;
    },
    allows(arn, action) {
      const role = byArn(arn);
      if (role === undefined) return false;
      const managed = role.managedPolicyArns.some((policy) => INTERFACE_POLICIES.some((name) => policy.endsWith(`/${name}`)));
      return managed || [...role.policies.values()].some((document) => allowsAction(document, action));
    },
  };
}

function createRole(roles: Map<string, StoredRole>, account: Account, keys: KeyRegister, request: RealiseRequest): Realised {
  const read = readProperties(
    'AWS::IAM::Role',
    withoutDocuments(request.properties, ['AssumeRolePolicyDocument', 'Policies', 'Tags']),
    ROLE_PROPERTIES,
  );
  const name = read.text('RoleName') ?? request.generatedName.slice(0, 64);
  if (roles.has(name)) throw new Refusal('EntityAlreadyExists', 409, `Role with name ${name} already exists.`);
  const document = request.properties['AssumeRolePolicyDocument'];
  if (typeof document !== 'object' || document === null)
    throw new Refusal('MalformedPolicyDocument', 400, 'AssumeRolePolicyDocument is required');
  const arn = `arn:aws:iam::${account.accountId}:role${read.text('Path') ?? '/'}${name}`;
  const key = newSessionKey(arn);
  roles.set(name, {
    name,
    arn,
    key,
    assumableByLambda: allowsAction(document, 'sts:AssumeRole', 'lambda.amazonaws.com'),
    managedPolicyArns: read.texts('ManagedPolicyArns'),
    policies: inlinePolicies(request.properties['Policies']),
  });
  keys.add(key);
  return { physicalId: name, attributes: { Arn: arn, RoleId: `AROA${base32(17)}` } };
}

/** Properties that are documents are read as such; the rest by the reader. */
function withoutDocuments(properties: Readonly<Record<string, unknown>>, documents: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !documents.includes(name)));
}

function inlinePolicies(value: unknown): Map<string, unknown> {
  if (value === undefined) return new Map();
  if (!Array.isArray(value)) throw new Refusal('ValidationError', 400, 'AWS::IAM::Role: the property Policies must be a list');
  return new Map(
    value.map((policy: Readonly<Record<string, unknown>>) => {
      const { PolicyDocument: document, ...rest } = policy;
      const read = readProperties('AWS::IAM::Role Policy', rest, ['PolicyName']);
      return [read.required('PolicyName'), requireDocument(document)];
    }),
  );
}

function requireDocument(document: unknown): unknown {
  if (typeof document === 'object' && document !== null && 'Statement' in document) return document;
  throw new Refusal('MalformedPolicyDocument', 400, 'Syntax errors in policy.');
}

function newPolicyRealiser(roles: ReadonlyMap<string, StoredRole>): Realiser {
  return {
    async create({ properties, generatedName }) {
      const read = readProperties('AWS::IAM::Policy', withoutDocuments(properties, ['PolicyDocument']), POLICY_PROPERTIES);
      const policyName = read.required('PolicyName');
      const document = requireDocument(properties['PolicyDocument']);
      const targets = read.texts('Roles').map((name) => {
        const role = roles.get(name);
        if (role === undefined) throw new Refusal('NoSuchEntity', 404, `The role with name ${name} cannot be found.`);
        return role;
      });
      if (targets.length === 0) throw new Refusal('ValidationError', 400, 'AWS::IAM::Policy: at least one of Roles is needed');
      for (const role of targets) role.policies.set(policyName, document);
      return { physicalId: `${generatedName}/${policyName}`, attributes: { Id: generatedName } };
    },
    async delete(physicalId) {
      const policyName = physicalId.slice(physicalId.lastIndexOf('/') + 1);
      for (const role of roles.values()) role.policies.delete(policyName);
    },
  };
}

/** Whether a document has an `Allow` for the action (and, in a trust policy, for the service). `*` and `?` are wildcards. */
function allowsAction(document: unknown, action: string, service?: string): boolean {
  const statements = listOf((document as { readonly Statement?: unknown }).Statement) as readonly Readonly<Record<string, unknown>>[];
  return statements.some((statement) => {
    const principal = statement['Principal'] as Readonly<Record<string, unknown>> | undefined;
    const trusted = service === undefined || listOf(principal?.['Service']).includes(service);
    return (
      statement['Effect'] === 'Allow' && trusted && listOf(statement['Action']).some((pattern) => matchesAction(String(pattern), action))
    );
  });
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function matchesAction(pattern: string, action: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'i').test(action);
}

function newSessionKey(principalArn: string): AccessKey {
  return {
    accessKeyId: `ASIA${base32(16)}`,
    secretAccessKey: randomBytes(30).toString('base64'),
    sessionToken: randomBytes(96).toString('base64'),
    principalArn,
  };
}

/** Letters and digits of AWS's identifiers. */
function base32(length: number): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  return [...randomBytes(length)].map((byte) => letters[byte % letters.length]).join('');
}
