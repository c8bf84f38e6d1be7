import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ObjectStore, openObjectStore } from '../../infra/lab/api/s3/object-store.ts';
import { NO_POLICIES } from '../../infra/lab/authorization/authority.ts';
import { newCountdown } from '../../infra/lab/faults/countdown.ts';
import { DEFAULT_KNOBS } from '../../infra/lab/faults/knobs.ts';
import { newScaledClock } from '../../infra/lab/faults/scaled-clock.ts';
import { bucketRealisers } from '../../infra/lab/realise/bucket.ts';
import { newSubnetGroups } from '../../infra/lab/realise/db-subnet-group.ts';
import type { Ec2ResourceType } from '../../infra/lab/realise/ec2.ts';
import { newFunctionRealiser } from '../../infra/lab/realise/function.ts';
import { RESOURCE_TYPES, type Realiser, type Realisers } from '../../infra/lab/realise/realiser.ts';
import { newRoles } from '../../infra/lab/realise/role.ts';
import { newCodeStore } from '../../infra/lab/runtime/code-store.ts';
import type { Functions } from '../../infra/lab/runtime/functions.ts';
import { systemStackClock } from '../../infra/lab/stack/clock.ts';
import { newStackEngine, type StackEngine } from '../../infra/lab/stack/engine.ts';
import { randomStackIds } from '../../infra/lab/stack/ids.ts';
import type { CreateStackRequest } from '../../infra/lab/stack/service.ts';
import { type FakeNetwork, newFakeNetwork } from './fake-network.ts';
import { stackRequest, TEST_ACCOUNT } from './stack-lab.ts';

/** The stack engine over the lab's own realisers, on a kernel that only keeps books and without functions that run. */
export interface PaperLab {
  readonly engine: StackEngine;
  readonly network: FakeNetwork;
  readonly store: ObjectStore;
  /** Makes a stack and waits for its end; resolves with its id. */
  create(resources: Readonly<Record<string, unknown>>, change?: Partial<CreateStackRequest>): Promise<string>;
  /** Deletes it and waits for the end; resolves with the stack's status. */
  remove(stackId: string): Promise<string | undefined>;
  /** The last reason that a resource was given. */
  reasonOf(stackId: string, logicalId: string): string | undefined;
  physicalIdOf(stackId: string, logicalId: string): string;
  close(): void;
}

/** A lab on paper. `zip` is the code of every function. */
export function newPaperLab(zip: Uint8Array): PaperLab {
  const root = mkdtempSync(join(tmpdir(), 'lnb-paper-'));
  const network = newFakeNetwork();
  const store = openObjectStore(join(root, 's3'));
  const roles = newRoles(TEST_ACCOUNT, { add: () => undefined, remove: () => undefined });
  const functions: Pick<Functions, 'create' | 'delete'> = {
    create: async ({ configuration }) => {
      const state = { state: 'Active', lastUpdateStatus: 'Successful', revisionId: '1', lastModified: '' } as const;
      return { ...configuration, ...state, functionArn: `arn:${configuration.functionName}` };
    },
    delete: async () => undefined,
  };
  const ec2 = (type: Ec2ResourceType): Realiser => ({
    create: ({ properties }) => network.make(type, properties),
    delete: (physicalId) => network.unmake(type, physicalId),
  });
  const { fabric } = network;
  const realisers = {
    ...Object.fromEntries(
      RESOURCE_TYPES.filter((type) => type.startsWith('AWS::EC2::')).map((type) => [type, ec2(type as Ec2ResourceType)]),
    ),
    ...bucketRealisers({ store, region: TEST_ACCOUNT.region, now: () => new Date() }),
    'AWS::RDS::DBSubnetGroup': newSubnetGroups(TEST_ACCOUNT, fabric, () => undefined),
    'AWS::IAM::Role': roles.roleRealiser,
    'AWS::IAM::Policy': roles.policyRealiser,
    'AWS::Lambda::Function': newFunctionRealiser({
      region: TEST_ACCOUNT.region,
      functions: functions as Functions,
      code: newCodeStore(join(root, 'code')),
      fabric,
      readObject: async () => zip,
      roleAllows: roles.allows,
    }),
  } as unknown as Realisers;
  const knobs = () => DEFAULT_KNOBS;
  const clock = newScaledClock(systemStackClock, knobs);
  const parts = { account: TEST_ACCOUNT, realisers, clock, ids: randomStackIds, knobs, countdown: newCountdown() };
  const engine = newStackEngine({ ...parts, authority: NO_POLICIES });
  return {
    engine,
    network,
    store,
    create: async (resources, change = {}) => {
      const all = { onFailure: 'DO_NOTHING', capabilities: ['CAPABILITY_NAMED_IAM'], ...change } as const;
      const id = engine.create(stackRequest({ Resources: resources }, all));
      await engine.settled(id);
      return id;
    },
    remove: async (stackId) => {
      engine.delete(stackId);
      await engine.settled(stackId);
      return engine.describe(stackId)[0]?.status;
    },
    reasonOf: (stackId, logicalId) => engine.resources(stackId).find((resource) => resource.logicalId === logicalId)?.reason,
    physicalIdOf: (stackId, logicalId) => engine.resources(stackId).find((resource) => resource.logicalId === logicalId)?.physicalId ?? '',
    close: () => rmSync(root, { recursive: true, force: true }),
  };
}
