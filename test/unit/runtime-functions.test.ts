import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Account } from '../../infra/lab/account/identity.ts';
import { DEFAULT_KNOBS, type LabKnobs } from '../../infra/lab/faults/knobs.ts';
import { newFunctionInterfaces, zoneIdOf } from '../../infra/lab/runtime/function-network.ts';
import { LambdaFunctions, type NewFunction, type RuntimePort } from '../../infra/lab/runtime/functions.ts';
import type { InvokeAnswer, InvokeRequest, RouteRequest, SlotRequest } from '../../infra/lab/runtime/wire.ts';
import { type FakeFabric, newFakeFabric } from '../support/fake-fabric.ts';

const ACCOUNT: Account = { accountId: '111122223333', region: 'us-east-1', zones: ['us-east-1a', 'us-east-1b'] };
const ARN = 'arn:aws:lambda:us-east-1:111122223333:function:f';

/** The runtime process as a list of what it was asked. */
interface FakeRuntime extends RuntimePort {
  readonly routes: RouteRequest[];
  readonly slots: SlotRequest[];
  readonly removed: string[];
  readonly waiting: { readonly request: InvokeRequest; readonly answer: (answer: InvokeAnswer) => void }[];
}

function newFakeRuntime(): FakeRuntime {
  const fake: FakeRuntime = {
    routes: [],
    slots: [],
    removed: [],
    waiting: [],
    route: async (request) => void fake.routes.push(request),
    addSlot: async (request) => void fake.slots.push(request),
    invoke: (request) => new Promise((answer) => fake.waiting.push({ request, answer })),
    remove: async (functionName) => void fake.removed.push(functionName),
  };
  return fake;
}

let fabric: FakeFabric;
let runtime: FakeRuntime;
let knobs: LabKnobs;
let functions: LambdaFunctions;
let staleReads: number;

beforeEach(() => {
  vi.useFakeTimers();
  fabric = newFakeFabric();
  runtime = newFakeRuntime();
  knobs = { ...DEFAULT_KNOBS, pendingMs: 20, updateMs: 50, routingLagMs: 7 };
  staleReads = 0;
  functions = new LambdaFunctions({
    account: ACCOUNT,
    fabric,
    interfaces: newFunctionInterfaces(fabric, ACCOUNT),
    runtime,
    knobs: () => knobs,
    credentialsOf: () => ({ accessKeyId: 'ASIA', secretAccessKey: 's' }),
    concurrency: 2,
    now: Date.now,
    onStaleRead: () => {
      staleReads += 1;
    },
  });
});
afterEach(() => {
  vi.useRealTimers();
});

function newFunction(changes: Partial<NewFunction['configuration']> = {}): NewFunction {
  const configuration = {
    functionName: 'f',
    runtime: 'nodejs22.x',
    role: 'arn:aws:iam::111122223333:role/r',
    handler: 'internet.handler',
    description: '',
    codeSize: 3,
    codeSha256: 'abc',
    timeoutSeconds: 30,
    memorySizeMb: 1769,
    ephemeralStorageMb: 512,
    architecture: 'arm64',
    environment: { NONCE: '0' },
    logging: { format: 'Text', group: '/aws/lambda/f' },
    runtimeVersionArn: 'arn:aws:lambda:us-east-1::runtime:0',
    tags: {},
    ...changes,
  } as const;
  return { configuration, codeFolder: '/code' };
}

const VPC = { subnetIds: ['subnet-a', 'subnet-b'], securityGroupIds: ['sg-1'], vpcId: 'vpc-1' };

async function createActive(changes: Partial<NewFunction['configuration']> = {}): Promise<void> {
  const created = functions.create(newFunction(changes));
  await vi.advanceTimersByTimeAsync(knobs.pendingMs);
  await created;
}

describe('creation', () => {
  test('is Pending first, then Active with another revision; its first interface is there before', async () => {
    const created = functions.create(newFunction());
    const pending = functions.get('f');
    expect(pending).toMatchObject({ state: 'Pending', lastUpdateStatus: 'Successful', functionArn: ARN });
    await expect(functions.invoke('f', Buffer.from('{}'))).rejects.toMatchObject({ code: 'ResourceConflictException', status: 409 });
    expect(() => functions.updateConfiguration('f', {})).toThrow(expect.objectContaining({ code: 'ResourceConflictException' }));
    await vi.advanceTimersByTimeAsync(knobs.pendingMs);
    await created;
    expect(functions.get('f')).toMatchObject({ state: 'Active' });
    expect(functions.get('f').revisionId).not.toBe(pending.revisionId);
    expect(runtime.slots).toMatchObject([
      { functionName: 'f', networkKey: 'default', place: { interfaceId: 'eni-1', zoneId: 'use1-az2' } },
    ]);
    expect(runtime.routes).toMatchObject([{ lagMs: 0, deployment: { generation: 1, handler: 'internet.handler', codeFolder: '/code' } }]);
  });

  test('in a VPC, has legs in each subnet in turn, and needs the shared interface of both', async () => {
    const interfaces = newFunctionInterfaces(fabric, ACCOUNT);
    const network = { key: 'k', subnetIds: VPC.subnetIds, securityGroupIds: VPC.securityGroupIds };
    const zones = [(await interfaces.attach('f', network)).zoneId, (await interfaces.attach('f', network)).zoneId];
    expect(zones).toEqual(['use1-az1', 'use1-az2']);
    expect(fabric.history.map(({ subnetId, isEnvironment }) => [subnetId, isEnvironment])).toEqual([
      ['subnet-a', true],
      ['subnet-b', true],
    ]);
    await createActive({ vpcConfig: VPC });
    expect(fabric.shared.get('f')).toEqual(['subnet-a', 'subnet-b']);
  });

  test('that fails leaves neither function nor interface', async () => {
    runtime.addSlot = async () => {
      throw new Error('cannot listen');
    };
    const created = functions.create(newFunction());
    await expect(Promise.all([created, vi.advanceTimersByTimeAsync(knobs.pendingMs)])).rejects.toThrow('cannot listen');
    expect(() => functions.get('f')).toThrow(`Function not found: ${ARN}`);
    expect(fabric.attached.size).toBe(0);
  });

  test('of a name that is taken is refused', async () => {
    await createActive();
    await expect(functions.create(newFunction())).rejects.toMatchObject({ code: 'ResourceConflictException' });
  });
});

describe('an update', () => {
  test('is InProgress while the old generation is routed to, then Successful; each has a revision of its own', async () => {
    await createActive();
    const before = functions.get('f');
    const updating = functions.updateConfiguration('f', { environment: { NONCE: '1' } });
    expect(updating).toMatchObject({ lastUpdateStatus: 'InProgress', state: 'Active', environment: { NONCE: '1' } });
    await vi.advanceTimersByTimeAsync(knobs.updateMs - 1);
    expect(runtime.routes).toHaveLength(1);
    expect(functions.get('f').lastUpdateStatus).toBe('InProgress');
    await vi.advanceTimersByTimeAsync(1);
    const after = functions.get('f');
    expect(after.lastUpdateStatus).toBe('Successful');
    expect(new Set([before.revisionId, updating.revisionId, after.revisionId]).size).toBe(3);
    expect(runtime.routes[1]).toMatchObject({ lagMs: 7, deployment: { generation: 2, environment: { NONCE: '1' } } });
  });

  test('may look Successful with the old revision for some reads (staleUpdatePolls)', async () => {
    await createActive();
    knobs = { ...knobs, staleUpdatePolls: 2 };
    const before = functions.get('f');
    const updating = functions.updateConfiguration('f', { environment: { NONCE: '1' } });
    expect(functions.get('f')).toEqual(before);
    expect(functions.get('f')).toMatchObject({ lastUpdateStatus: 'Successful', revisionId: before.revisionId, environment: {} });
    expect(functions.get('f')).toEqual(updating);
    expect(staleReads).toBe(2);
    expect(updating.lastUpdateStatus).toBe('InProgress');
  });

  test.each([
    [undefined, 40, 'default mode has the plain time'],
    [{ subnetIds: ['subnet-a'], securityGroupIds: ['sg-1'] }, 400, 'a VPC its own, in proportion'],
  ])('of a function with VPC %j takes %i ms on a scaled clock: %s', async (vpcConfig, milliseconds, _why) => {
    await createActive();
    knobs = { ...knobs, timeScale: 10, updateMs: 400, vpcUpdateMs: 4_000 };
    functions.updateConfiguration('f', vpcConfig === undefined ? { description: 'd' } : { vpcConfig });
    await vi.advanceTimersByTimeAsync(milliseconds - 1);
    expect(functions.get('f').lastUpdateStatus).toBe('InProgress');
    await vi.advanceTimersByTimeAsync(1);
    expect(functions.get('f').lastUpdateStatus).toBe('Successful');
  });

  test('replaces the environment as a whole', async () => {
    await createActive();
    functions.updateConfiguration('f', { environment: { ONE: '1', TWO: '2' } });
    await vi.advanceTimersByTimeAsync(knobs.updateMs);
    functions.updateConfiguration('f', { environment: { TWO: '3' } });
    expect(functions.get('f').environment).toEqual({ TWO: '3' });
  });

  test('while another is under way is refused', async () => {
    await createActive();
    functions.updateConfiguration('f', { description: 'a' });
    expect(() => functions.updateConfiguration('f', { description: 'b' })).toThrow(
      expect.objectContaining({
        code: 'ResourceConflictException',
        message: expect.stringContaining(`An update is in progress for resource: ${ARN}`),
      }),
    );
  });

  test('into a VPC has its interface before it is Successful, and into none loses the VPC', async () => {
    await createActive();
    functions.updateConfiguration('f', { vpcConfig: { subnetIds: ['subnet-a'], securityGroupIds: ['sg-1'] } });
    await vi.advanceTimersByTimeAsync(knobs.updateMs);
    expect(functions.get('f').vpcConfig).toEqual({ subnetIds: ['subnet-a'], securityGroupIds: ['sg-1'], vpcId: 'vpc-1' });
    expect(runtime.slots.at(-1)).toMatchObject({ networkKey: 'subnet-a/sg-1' });
    expect(fabric.shared.get('f')).toEqual(['subnet-a']);
    functions.updateConfiguration('f', { vpcConfig: { subnetIds: [], securityGroupIds: [] } });
    await vi.advanceTimersByTimeAsync(knobs.updateMs);
    expect(functions.get('f')).not.toHaveProperty('vpcConfig');
    expect(fabric.shared.get('f')).toEqual([]);
    expect(runtime.routes.at(-1)?.deployment.network.key).toBe('default');
  });

  test('that cannot be put into effect is Failed, and the old generation stays routed', async () => {
    await createActive();
    functions.updateConfiguration('f', { vpcConfig: { subnetIds: ['subnet-a'], securityGroupIds: ['sg-unknown'] } });
    await vi.advanceTimersByTimeAsync(knobs.updateMs);
    expect(functions.get('f').lastUpdateStatus).toBe('Failed');
    expect(fabric.shared.get('f')).toEqual([]);
    expect(runtime.routes).toHaveLength(1);
  });

  const refused = [
    { change: { revisionId: 'other' }, code: 'PreconditionFailedException', status: 412, why: 'another revision was meant' },
    { change: { environment: { AWS_REGION: 'x' } }, code: 'InvalidParameterValueException', status: 400, why: 'a reserved name' },
    { change: { environment: { BIG: 'x'.repeat(4096) } }, code: 'InvalidParameterValueException', status: 400, why: 'more than 4 KB' },
    { change: { environment: { '1A': 'x' } }, code: 'InvalidParameterValueException', status: 400, why: 'a malformed name' },
    { change: { timeoutSeconds: 901 }, code: 'InvalidParameterValueException', status: 400, why: 'a timeout above 15 minutes' },
    { change: { memorySizeMb: 127 }, code: 'InvalidParameterValueException', status: 400, why: 'too little memory' },
    {
      change: { vpcConfig: { subnetIds: ['subnet-x'], securityGroupIds: ['sg-1'] } },
      code: 'InvalidParameterValueException',
      status: 400,
      why: 'an unknown subnet',
    },
    {
      change: { vpcConfig: { subnetIds: ['subnet-a', 'subnet-c'], securityGroupIds: ['sg-1'] } },
      code: 'InvalidParameterValueException',
      status: 400,
      why: 'two VPCs',
    },
    {
      change: { vpcConfig: { subnetIds: ['subnet-a'], securityGroupIds: [] } },
      code: 'InvalidParameterValueException',
      status: 400,
      why: 'no security group',
    },
  ];
  test.each(refused)('is refused for $why', async ({ change, code, status }) => {
    await createActive();
    const before = functions.get('f');
    expect(() => functions.updateConfiguration('f', change)).toThrow(expect.objectContaining({ code, status }));
    expect(functions.get('f')).toBe(before);
  });
});

describe('a call', () => {
  test('goes out with an id of its own and comes back as it was answered', async () => {
    await createActive();
    const called = functions.invoke('f', Buffer.from('{"a":"é"}'));
    await vi.advanceTimersByTimeAsync(0);
    const out = runtime.waiting[0];
    expect(out?.request).toMatchObject({ functionName: 'f', payload: '{"a":"é"}' });
    out?.answer({ payload: '{"no":1}', functionError: 'Unhandled', tailBase64: Buffer.from('REPORT').toString('base64') });
    const answer = await called;
    expect(answer.requestId).toBe(out?.request.requestId);
    expect(answer).toMatchObject({ functionError: 'Unhandled' });
    expect([Buffer.from(answer.payload).toString(), Buffer.from(answer.tail).toString()]).toEqual(['{"no":1}', 'REPORT']);
  });

  test('beyond the concurrency of the account is refused with its reason, until one has come back', async () => {
    await createActive();
    const first = functions.invoke('f', Buffer.from('1'));
    void functions.invoke('f', Buffer.from('2'));
    await expect(functions.invoke('f', Buffer.from('3'))).rejects.toMatchObject({
      code: 'TooManyRequestsException',
      status: 429,
      detail: { Reason: 'ConcurrentInvocationLimitExceeded' },
    });
    await vi.advanceTimersByTimeAsync(0);
    runtime.waiting[0]?.answer({ payload: 'null', tailBase64: '' });
    await first;
    void functions.invoke('f', Buffer.from('4'));
    await vi.advanceTimersByTimeAsync(0);
    expect(runtime.waiting.map((one) => one.request.payload)).toEqual(['1', '2', '4']);
  });

  test('of a function that is not there', async () => {
    await expect(functions.invoke('none', Buffer.from('{}'))).rejects.toMatchObject({ code: 'ResourceNotFoundException', status: 404 });
  });
});

describe('deletion', () => {
  test('in a VPC takes the legs along, and lets go of the shared interfaces as the knobs say', async () => {
    knobs = { ...knobs, interfaceReleaseMs: 1_000, interfaceReleasePolls: 3 };
    await createActive({ vpcConfig: VPC });
    await functions.delete('f');
    expect(runtime.removed).toEqual(['f']);
    expect(() => functions.get('f')).toThrow('Function not found');
    expect(fabric.attached.size).toBe(0);
    expect(fabric.shared.get('f')).toEqual([]);
    expect(fabric.releases).toEqual([{ afterMs: 1_000, afterPolls: 3 }]);
  });

  test('in default mode leaves nothing', async () => {
    knobs = { ...knobs, interfaceReleaseMs: 1_000 };
    await createActive();
    await functions.delete('f');
    expect(fabric.attached.size).toBe(0);
  });

  test('during an update into a VPC gives its new interface back too', async () => {
    await createActive();
    functions.updateConfiguration('f', { vpcConfig: { subnetIds: ['subnet-a'], securityGroupIds: ['sg-1'] } });
    await functions.delete('f');
    await vi.advanceTimersByTimeAsync(knobs.updateMs);
    expect(fabric.attached.size).toBe(0);
    expect(runtime.routes).toHaveLength(1);
  });

  test('of what is not there is no error', async () => {
    await functions.delete('none');
    expect(runtime.removed).toEqual(['none']);
  });
});

describe('the account', () => {
  test('lists functions by name, and counts them and their code', async () => {
    for (const functionName of ['second', 'first']) await createActive({ functionName, codeSize: 500 });
    expect(functions.list().map(({ functionName }) => functionName)).toEqual(['first', 'second']);
    expect(functions.account()).toEqual({ concurrency: 2, functionCount: 2, codeBytes: 1_000 });
  });

  test('pins the runtime version that there is, and no other', async () => {
    await createActive();
    const { runtimeVersionArn } = functions.get('f');
    expect(functions.runtimeManagement('f')).toEqual({ updateOn: 'Auto' });
    functions.setRuntimeManagement('f', { updateOn: 'Manual', runtimeVersionArn });
    expect(() => functions.setRuntimeManagement('f', { updateOn: 'Manual', runtimeVersionArn: 'arn:other' })).toThrow(runtimeVersionArn);
    expect(functions.runtimeManagement('f')).toEqual({ updateOn: 'Manual', runtimeVersionArn });
    expect(() => functions.runtimeManagement('none')).toThrow('Function not found');
  });
});

describe('zone ids', () => {
  const rows = [
    { name: 'us-east-1a', id: 'use1-az1', why: 'letters in order' },
    { name: 'eu-central-1c', id: 'euc1-az3', why: 'one direction' },
    { name: 'ap-southeast-2b', id: 'apse2-az2', why: 'two directions in one word' },
  ];
  test.each(rows)('$name is $id: $why', ({ name, id }) => {
    expect(zoneIdOf(name)).toBe(id);
  });
});
