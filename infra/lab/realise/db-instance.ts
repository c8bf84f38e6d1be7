import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Account } from '../account/identity.ts';
import { type CertificateAuthority, issue } from '../certificates.ts';
import { Refusal } from '../refusal.ts';
import type { DatabaseDelays } from './database/delays.ts';
import type { Installation } from './database/installation.ts';
import { type InstanceProperties, parseInstanceProperties } from './database/instance-properties.ts';
import { type DatabaseServer, startDatabase } from './database/server.ts';
import type { SubnetGroup } from './db-subnet-group.ts';
import type { AttachedInterface, NetworkFabric, Resolver } from './fabric.ts';
import type { Realised, RealiseRequest, Realiser } from './realiser.ts';

export interface DatabaseInstancesOptions {
  readonly account: Account;
  readonly fabric: Pick<NetworkFabric, 'attach' | 'detach' | 'zoneOf'>;
  readonly resolver: Pick<Resolver, 'setRecord' | 'removeRecord'>;
  /** Signs the servers' certificates: the lab's RDS CA. */
  readonly authority: CertificateAuthority;
  /** Made ready on first use. */
  readonly installation: () => Promise<Installation>;
  /** Folder of the initialised cluster that each instance is a copy of; made on first use. */
  readonly template: () => Promise<string>;
  /** Data of all instances, on tmpfs. */
  readonly workFolder: string;
  readonly subnetGroup: (name: string) => SubnetGroup;
  readonly delays: () => DatabaseDelays;
}

interface Instance {
  readonly properties: InstanceProperties;
  readonly endpoint: string;
  readonly interface: AttachedInterface;
  readonly server: DatabaseServer;
  /** As the template had them, without the password. */
  readonly described: Readonly<Record<string, unknown>>;
  readonly zone: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** A running DB instance, for those who look at its network. */
export interface DatabaseInstanceView {
  readonly identifier: string;
  readonly arn: string;
  readonly resourceId: string;
  readonly state: 'available' | 'deleting';
  readonly port: number;
  readonly zone: string;
  readonly subnetGroupName: string;
  readonly securityGroupIds: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly endpoint: string;
  readonly namespace: string;
  readonly address: string;
  readonly described: Readonly<Record<string, unknown>>;
}

/** DB instances of the account. */
export interface DatabaseInstances extends Realiser {
  /** The instance that lives in a subnet group, or undefined. */
  inGroup(name: string): string | undefined;
  list(): readonly DatabaseInstanceView[];
  /** Brings every running instance to `delays`, for sessions that begin later. */
  setDelays(delays: DatabaseDelays): Promise<void>;
}

/** Letters and digits that depend on `text` alone, in the shape of RDS's own identifiers. */
function derivedName(text: string, alphabet: string, length: number): string {
  const digest = createHash('sha256').update(text).digest();
  return Array.from({ length }, (_, index) => alphabet[(digest[index] ?? 0) % alphabet.length]).join('');
}

/** `<id>.<12 letters and digits of account and region>.<region>.rds.amazonaws.com` */
function endpointName(account: Account, identifier: string): string {
  const accountPart = derivedName(`${account.accountId}/${account.region}`, 'abcdefghijklmnopqrstuvwxyz0123456789', 11);
  return `${identifier}.c${accountPart}.${account.region}.rds.amazonaws.com`;
}

function attributesOf(account: Account, { identifier, port }: InstanceProperties): Readonly<Record<string, string>> {
  const arn = `arn:aws:rds:${account.region}:${account.accountId}:db:${identifier}`;
  return {
    'Endpoint.Address': endpointName(account, identifier),
    'Endpoint.Port': String(port),
    DBInstanceArn: arn,
    DbiResourceId: `db-${derivedName(arn, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 26)}`,
  };
}

function viewOf(account: Account, instance: Instance, isGoing: boolean): DatabaseInstanceView {
  const { properties, endpoint, interface: leg, described, zone, tags } = instance;
  const { identifier, port, subnetGroupName, securityGroupIds } = properties;
  const { DBInstanceArn: arn = '', DbiResourceId: resourceId = '' } = attributesOf(account, properties);
  const place = { endpoint, port, zone, subnetGroupName, securityGroupIds, namespace: leg.namespace, address: leg.address };
  return { identifier, arn, resourceId, state: isGoing ? 'deleting' : 'available', ...place, described, tags };
}

function chooseSubnet(group: SubnetGroup, zone: string | undefined, zoneOf: (subnetId: string) => string | undefined): string {
  const chosen = zone === undefined ? group.subnetIds[0] : group.subnetIds.find((id) => zoneOf(id) === zone);
  if (chosen !== undefined) return chosen;
  const message = `The DB instance and the subnet group are not in the same Availability Zone: '${group.name}' has no subnet in ${zone}.`;
  throw new Refusal('InvalidVPCNetworkStateFault', 400, message);
}

/**
 * Makes DB instances: a network namespace with a leg in a subnet of the group, behind its security groups, and in it a real PostgreSQL
 * with TLS; its endpoint's public name resolves to the private address, as RDS's does. Ready means that the master has logged in over
 * verified TLS.
 */
export function newDatabaseInstances(options: DatabaseInstancesOptions): DatabaseInstances {
  const { account, fabric, resolver } = options;
  const instances = new Map<string, Instance>();
  const starting = new Set<string>();

  const startServer = async (properties: InstanceProperties, leg: AttachedInterface): Promise<DatabaseServer> => {
    const endpoint = endpointName(account, properties.identifier);
    return startDatabase({
      ...properties,
      installation: await options.installation(),
      template: await options.template(),
      dataFolder: join(options.workFolder, properties.identifier),
      namespace: leg.namespace,
      address: leg.address,
      certificate: await issue(options.authority, [endpoint]),
      endpoint,
      caPem: options.authority.certificatePem,
      delays: options.delays(),
    });
  };

  const realise = async (properties: InstanceProperties, described: Instance['described'], tags: Instance['tags']): Promise<void> => {
    const { identifier, zone } = properties;
    const subnetId = chooseSubnet(options.subnetGroup(properties.subnetGroupName), zone, (id) => fabric.zoneOf(id));
    const leg = await fabric.attach({ subnetId, securityGroupIds: properties.securityGroupIds, description: 'RDSNetworkInterface' });
    let server: DatabaseServer | undefined;
    try {
      server = await startServer(properties, leg);
      const endpoint = endpointName(account, identifier);
      await resolver.setRecord(endpoint, leg.address);
      instances.set(identifier, { properties, endpoint, interface: leg, server, described, zone: fabric.zoneOf(subnetId) ?? '', tags });
    } catch (error) {
      await server?.stop();
      await fabric.detach(leg.id);
      throw error;
    }
  };

  const create = async ({ properties: given, generatedName, tags }: RealiseRequest): Promise<Realised> => {
    const { major } = await options.installation();
    const properties = parseInstanceProperties(given, generatedName, major);
    const { identifier } = properties;
    if (instances.has(identifier) || starting.has(identifier))
      throw new Refusal('DBInstanceAlreadyExists', 400, 'DB instance already exists');
    starting.add(identifier);
    try {
      const { MasterUserPassword: _secret, ...described } = given;
      await realise(properties, described, tags);
    } finally {
      starting.delete(identifier);
    }
    return { physicalId: identifier, attributes: attributesOf(account, properties) };
  };

  /** Whoever asks for a deletion that is under way waits for the same one. */
  const deletions = new Map<string, Promise<void>>();
  const remove = async (identifier: string): Promise<void> => {
    const instance = instances.get(identifier);
    if (!instance) return;
    await resolver.removeRecord(instance.endpoint);
    await instance.server.stop();
    await fabric.detach(instance.interface.id);
    instances.delete(identifier);
  };

  return {
    create,
    delete: (identifier) => {
      const under = deletions.get(identifier) ?? remove(identifier).finally(() => deletions.delete(identifier));
      deletions.set(identifier, under);
      return under;
    },
    inGroup: (name) =>
      [...instances.values()].find(({ properties }) => properties.subnetGroupName.toLowerCase() === name)?.properties.identifier,
    list: () => [...instances.values()].map((instance) => viewOf(account, instance, deletions.has(instance.properties.identifier))),
    setDelays: async (delays) => void (await Promise.all([...instances.values()].map(({ server }) => server.setDelays(delays)))),
  };
}
