/** Runs functions in namespaces of their own, through the runtime process, as control does; prints what was seen. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { strToU8, zipSync } from 'fflate';
import { DEFAULT_KNOBS, type LabKnobs } from '../../../infra/lab/faults/knobs.ts';
import { LAB_FOLDER, mountLabFolders } from '../../../infra/lab/kernel/lab-mounts.ts';
import { createNamespace, deleteNamespaces } from '../../../infra/lab/kernel/namespace.ts';
import type { Realiser } from '../../../infra/lab/realise/realiser.ts';
import { startRuntime } from '../../../infra/lab/runtime/start.ts';
import { newFakeFabric } from '../../support/fake-fabric.ts';

const CODE = `
  import { readlinkSync } from 'node:fs';
  import { randomUUID } from 'node:crypto';
  const id = randomUUID();
  export const where = async () => ({ id, network: readlinkSync('/proc/self/ns/net'), api: process.env.AWS_LAMBDA_RUNTIME_API, key: process.env.AWS_ACCESS_KEY_ID, node: process.version });
  export const hold = async ({ ms }) => { await new Promise((resolve) => setTimeout(resolve, ms)); return { id }; };`;
const WARM_CALLS = 30;

interface Where {
  readonly api: string;
  readonly key: string;
  readonly id: string;
  readonly network: string;
}

function namespaceOf(id: string): string {
  return `fn-${id}`;
}

mountLabFolders();
let knobs: LabKnobs = { ...DEFAULT_KNOBS, logDelayMs: 0, updateMs: 10, interfaceReleaseMs: 0 };
const keys: string[] = [];
const fake = newFakeFabric(namespaceOf);
const fabric = {
  ...fake,
  attach: async (request: Parameters<typeof fake.attach>[0]) => {
    const attached = await fake.attach(request);
    await createNamespace({ name: attached.namespace, forwards: false });
    return attached;
  },
  detach: async (id: string) => {
    await deleteNamespaces([namespaceOf(id)]);
    await fake.detach(id);
  },
};
const runtime = startRuntime({
  account: { accountId: '000000000000', region: 'us-east-1', zones: ['us-east-1a'] },
  fabric,
  knobs: () => knobs,
  readObject: async () => zipSync({ 'index.mjs': strToU8(CODE) }),
  keys: { add: (key) => void keys.push(key.accessKeyId), remove: () => undefined },
  folder: LAB_FOLDER,
});

async function make(realiser: Realiser, logicalId: string, properties: Readonly<Record<string, unknown>>): Promise<string> {
  const request = { logicalId, stackId: 's', stackName: 's', properties, tags: {}, generatedName: `s-${logicalId}-ABCDEFGHIJKL` };
  const made = await realiser.create(request);
  return made.attributes['Arn'] ?? made.physicalId;
}

const trust = { Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' } };
const vpcPolicy = 'arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole';
const role = await make(runtime.roleRealiser, 'Role', { AssumeRolePolicyDocument: trust, ManagedPolicyArns: [vpcPolicy] });
const vpc = { VpcConfig: { SubnetIds: ['subnet-a'], SecurityGroupIds: ['sg-1'] } };
const common = { Code: { S3Bucket: 'b', S3Key: 'k' }, Runtime: 'nodejs22.x', Role: role, MemorySize: 1769, Timeout: 10 };
await Promise.all([
  make(runtime.functionRealiser, 'A', { ...common, FunctionName: 'a', Handler: 'index.where', ...vpc }),
  make(runtime.functionRealiser, 'B', { ...common, FunctionName: 'b', Handler: 'index.where' }),
  make(runtime.functionRealiser, 'Wide', { ...common, FunctionName: 'wide', Handler: 'index.hold' }),
]);

async function invoke<Result>(name: string, event: unknown = {}): Promise<{ result: Result; tail: string }> {
  const answer = await runtime.functions.invoke(name, Buffer.from(JSON.stringify(event)));
  return { result: JSON.parse(Buffer.from(answer.payload).toString()) as Result, tail: Buffer.from(answer.tail).toString() };
}

async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error('the condition did not come true in time');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Pids of environments, by what they run. */
function environments(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('bootstrap.mjs');
      } catch {
        return false;
      }
    })
    .map(Number);
}

const stateOf = (pid: number): string => /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] ?? '';

const cold = await invoke<Where>('a');
const other = await invoke<Where>('b');
const warm = await invoke<Where>('a');
await until(() => environments().every((pid) => stateOf(pid) === 'T'));
const frozen = environments().length;

for (let call = 0; call < WARM_CALLS; call += 1) await invoke('a');

const wide = await Promise.all([1, 2, 3].map(() => invoke<{ id: string }>('wide', { ms: 400 })));

const before = runtime.functions.get('a');
const updating = runtime.functions.updateConfiguration('a', { environment: { NONCE: '1' } });
const whileUpdating = await invoke<Where>('a');
await until(() => runtime.functions.get('a').lastUpdateStatus === 'Successful');
const after = await invoke<Where>('a');
const revisions = new Set([before, updating, runtime.functions.get('a')].map((configuration) => configuration.revisionId)).size;

const group = '/aws/lambda/a';
await until(() => runtime.logs.filterEvents(group, { pattern: 'REPORT' }).length === WARM_CALLS + 4);
const streams = new Set(runtime.logs.filterEvents(group, {}).map((event) => event.stream)).size;

const attachedBefore = fake.attached.size;
knobs = { ...knobs, interfaceReleaseMs: 200 };
await runtime.functionRealiser.delete('a');
await runtime.functionRealiser.delete('b');
const attachedAfterDelete = [...fake.attached.values()].filter((request) => /of [ab]$/.test(request.description)).length;
const released = fake.releases.map(({ afterMs }) => afterMs);
await runtime.functionRealiser.delete('wide');
const left = { environments: environments().length, interfaces: fake.attached.size };
await runtime.stop();

const observed = {
  ownNetwork: readlinkSync('/proc/self/ns/net'),
  cold,
  other,
  warm,
  frozen,
  wideIds: new Set(wide.map((answer) => answer.result.id)).size,
  whileUpdating: { status: updating.lastUpdateStatus, id: whileUpdating.result.id },
  after: after.result.id,
  revisions,
  streams,
  attachedBefore,
  attachedAfterDelete,
  released,
  left,
  keyKnown: keys.includes(cold.result.key),
};
export type ObservedRuntime = typeof observed;
process.stdout.write(`${JSON.stringify(observed)}\n`);
process.exit(0);
