import { join } from 'node:path';
import type { Account } from '../account/identity.ts';
import type { CertificateAuthority } from '../certificates.ts';
import { prepareTemplate } from './database/cluster-template.ts';
import type { DatabaseDelays } from './database/delays.ts';
import { openInstallation } from './database/installation.ts';
import { type DatabaseInstanceView, newDatabaseInstances } from './db-instance.ts';
import { newSubnetGroups, type SubnetGroup, type SubnetGroups } from './db-subnet-group.ts';
import type { NetworkFabric, Resolver } from './fabric.ts';
import type { Realiser } from './realiser.ts';

/** Where the lab keeps its databases: on the tmpfs that dies with it. */
const WORK_FOLDER = '/run/lab/db';

export interface DatabaseOptions {
  readonly account: Account;
  readonly fabric: Pick<NetworkFabric, 'attach' | 'detach' | 'vpcOf' | 'zoneOf'>;
  readonly resolver: Pick<Resolver, 'setRecord' | 'removeRecord'>;
  /** The lab's RDS CA. */
  readonly authority: CertificateAuthority;
  /** From `findPostgresFolder`, found where the project's modules are. */
  readonly postgresFolder: string;
  /** The tool's folder in the user's cache. */
  readonly cacheFolder: string;
  /** Read when an instance starts. */
  readonly delays: () => DatabaseDelays;
  /** Default `/run/lab/db`. */
  readonly workFolder?: string;
}

/** RDS as the lab has it. */
export interface Databases {
  readonly realisers: Readonly<Record<'AWS::RDS::DBSubnetGroup' | 'AWS::RDS::DBInstance', Realiser>>;
  /** Brings every running instance to `delays`; sessions that begin later feel it. */
  setDelays(delays: DatabaseDelays): Promise<void>;
  list(): readonly DatabaseInstanceView[];
  listGroups(): readonly SubnetGroup[];
}

/** Does `work` on the first call and gives its outcome to all; after a failure the next call tries again. */
function once<Made>(work: () => Promise<Made>): () => Promise<Made> {
  let made: Promise<Made> | undefined;
  return () => {
    made ??= work().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}

/** Makes the realisers of RDS's types. Nothing is read or started before the first DB instance. */
export function dbRealisers(options: DatabaseOptions): Databases {
  const workFolder = options.workFolder ?? WORK_FOLDER;
  const installation = once(() => openInstallation(options.postgresFolder, join(workFolder, '.libraries')));
  const template = once(async () => prepareTemplate(await installation(), options.cacheFolder, workFolder));
  const instances = newDatabaseInstances({ ...options, workFolder, installation, template, subnetGroup: (name) => subnetGroups.get(name) });
  const subnetGroups: SubnetGroups = newSubnetGroups(options.account, options.fabric, instances.inGroup);
  return {
    realisers: { 'AWS::RDS::DBSubnetGroup': subnetGroups, 'AWS::RDS::DBInstance': instances },
    setDelays: instances.setDelays,
    list: instances.list,
    listGroups: subnetGroups.list,
  };
}
