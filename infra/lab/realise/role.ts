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
  /** The role of that name, or undefined. */
  find(name: string): RoleView | undefined;
  /** The role whose ARN it is, with what may act as it, or undefined. */
  assumable(roleArn: string, service: string): AccessKey | undefined;
  /** Takes an inline policy out of a role; false when there is none of that name. */
  removePolicy(roleName: string, policyName: string): boolean;
  /** Whether any of the role's policies allows `action`; resources and conditions are not looked at. */
  allows(roleArn: string, action: string): boolean;
}

/** A role as IAM describes it. */
export interface RoleView {
  readonly name: string;
  /** Begins and ends with `/`. */
  readonly path: string;
  readonly arn: string;
  readonly roleId: string;
  readonly createdAt: Date;
  readonly description: string;
  readonly maxSessionSeconds: number;
  readonly trust: object;
  readonly managedPolicyArns: readonly string[];
  readonly policyNames: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

interface StoredRole extends Omit<RoleView, 'policyNames'> {
  readonly key: AccessKey;
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
      if (role === undefined || !trusts(role, 'lambda.amazonaws.com')) {
        throw new Refusal('InvalidParameterValueException', 400, 'The role defined for the function cannot be assumed by Lambda.');
      }
      return role.key;
    },
    assumable(arn, service) {
      const role = byArn(arn);
      return role !== undefined && trusts(role, service) ? role.key : undefined;
    },
    find(name) {
      const role = roles.get(name);
      if (role === undefined) return undefined;
      const { key: _secret, policies, ...view } = role;
      return { ...view, policyNames: [...policies.keys()].sort() };
    },
    removePolicy: (roleName, policyName) => roles.get(roleName)?.policies.delete(policyName) ?? false,
    allows(arn, action) {
      const role = byArn(arn);
      if (role === undefined) return false;
      const managed = role.managedPolicyArns.some((policy) => INTERFACE_POLICIES.some((name) => policy.endsWith(`/${name}`)));
      return managed || [...role.policies.values()].some((document) => allowsAction(document, action));
    },
  };
}

/** Whether a service may act as the role. */
function trusts({ trust }: StoredRole, service: string): boolean {
  return allowsAction(trust, 'sts:AssumeRole', service);
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
  const path = read.text('Path') ?? '/';
  const arn = `arn:aws:iam::${account.accountId}:role${path}${name}`;
  const roleId = `AROA${base32(17)}`;
  const key = newSessionKey(arn);
  roles.set(name, {
    name,
    path,
    arn,
    roleId,
    createdAt: new Date(),
    description: read.text('Description') ?? '',
    maxSessionSeconds: read.integer('MaxSessionDuration') ?? 3_600,
    trust: document,
    tags: request.tags,
    key,
    managedPolicyArns: read.texts('ManagedPolicyArns'),
    policies: inlinePolicies(request.properties['Policies']),
  });
  keys.add(key);
  return { physicalId: name, attributes: { Arn: arn, RoleId: roleId } };
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
