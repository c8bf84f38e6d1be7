import { randomBytes } from 'node:crypto';
import type { AccessKey } from './account/identity.ts';
import { type IdentityStatement, parseIdentityPolicy } from './authorization/identity-policy.ts';
import type { CallPlace } from './authorization/own-calls.ts';
import type { EnforcedIdentity, IdentityKey } from './handshake.ts';
import type { FabricContext } from './realise/network/context.ts';
import type { Runtime } from './runtime/start.ts';

/** A user with new keys. */
export function newUserKey(accountId: string, userName: string): AccessKey {
  return {
    accessKeyId: `AKIA${randomBytes(10).toString('hex').slice(0, 16).toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString('base64url'),
    principalArn: `arn:aws:iam::${accountId}:user/${userName}`,
  };
}

/** The users whose policies are enforced: their keys, and their statements by ARN. Throws MalformedPolicy. */
export interface EnforcedUsers {
  readonly keys: readonly AccessKey[];
  readonly named: readonly IdentityKey[];
  readonly policies: ReadonlyMap<string, readonly IdentityStatement[]>;
}

/** An identity without a name is the operator, whose keys everybody gets. */
export function enforcedUsers(identities: readonly EnforcedIdentity[], accountId: string, operator: AccessKey): EnforcedUsers {
  const users = identities.map(({ name, documents }) => ({
    name,
    key: name === undefined ? operator : newUserKey(accountId, name),
    statements: documents.flatMap(parseIdentityPolicy),
  }));
  return {
    keys: users.flatMap(({ key }) => (key === operator ? [] : [key])),
    named: users.flatMap(({ name, key: { accessKeyId, secretAccessKey } }) =>
      name === undefined ? [] : [{ name, accessKeyId, secretAccessKey }],
    ),
    policies: new Map(users.map(({ key, statements }) => [key.principalArn, statements])),
  };
}

/** Where tags are that conditions ask for. */
export function callPlace({ account, ledger }: FabricContext, { functions }: Pick<Runtime, 'functions'>): CallPlace {
  return {
    account,
    tagsOf: (id) => ledger.tags.get(id) ?? ledger.tags.get(ledger.elasticIps.get(id)?.address ?? '') ?? {},
    functionTags: (name) => functions.list().find(({ functionName }) => functionName === name)?.tags ?? {},
    associated: (associationId) => {
      const found = ledger.associations.get(associationId);
      return found === undefined ? [] : [found.routeTableId, found.subnetId];
    },
  };
}
