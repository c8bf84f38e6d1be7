import { inspect } from 'node:util';
import { type FunctionConfiguration, type GetFunctionCommand, PutRuntimeManagementConfigCommand } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import type { Arm } from '../../harness/domain/arm.ts';
import type { DeploymentStateStore } from '../../harness/domain/deployment-state.ts';
import type { Plan } from '../../harness/domain/plan.ts';
import type { DeployEvent } from '../../harness/domain/ports.ts';
import { newDeployer } from '../../infra/deploy/deployer.ts';
import { type DeployClients, type DeployOptions, type DeployTimes, deployOptions } from '../../infra/deploy/options.ts';
import { needsOf } from '../../infra/template/needs.ts';
import { netOutputNames, PAID_OUTPUTS } from '../../infra/template/outputs.ts';
import { defaultMode } from '../../scenarios/default.ts';
import { vpcNat } from '../../scenarios/vpc-nat.ts';
import { newFakeAccount } from '../support/fake-account.ts';
import { newFakeBucket } from '../support/fake-bucket.ts';
import { newFakeStacks, type StackScript, serviceError } from '../support/fake-stacks.ts';
import { newManualClock } from '../support/manual-clock.ts';

const RUN = 'abcdefghij';
const [NET, PAID, FN] = [`lnb-${RUN}-net`, `lnb-${RUN}-paid`, `lnb-${RUN}-fn`];
const SHORT = { detachMs: 200, interfacePollMs: 10, interfacesMs: 1_000, resourceMs: 500 };
const TIMES: DeployTimes = { stackPollMs: 10, functionPollMs: 10, createMs: 5_000, deleteMs: 500, readyMs: 1_000, ...SHORT };
const EXPIRES = new Date('2026-11-23T06:00:00Z');
const ZIP = { zip: new Uint8Array([1]), files: [], sha256Hex: 'c0de', codeSha256Base64: 'code==' };
const PASSWORD = Buffer.alloc(24, 7).toString('base64url');
const TARGETS = ['internet', 's3', 'rds'] as const;

const arms: readonly Arm[] = [
  ...[defaultMode.name, vpcNat.name].flatMap((scenario) => TARGETS.map((target) => ({ scenario, target }))),
  { scenario: 'vpc-nat~twin', target: 'rds' },
];
const PLAN: Plan = {
  backend: 'lab',
  seed: 's',
  rounds: 1,
  warm: 1,
  targets: TARGETS,
  scenarios: [defaultMode, vpcNat],
  reference: defaultMode.name,
  arms: arms.map((arm) => ({ ...arm, expected: 'reachable' })),
  schedule: [],
  blockedBefore: [],
  blockedAfter: [],
};
const NET_OUTPUT_VALUES = Object.fromEntries(
  netOutputNames(needsOf(PLAN)).map((name) => [name, name === 'BucketName' ? 'the-bucket' : `${name}-1`]),
);
const PAID_OUTPUT_VALUES = {
  [PAID_OUTPUTS.natAddress]: '203.0.113.7',
  [PAID_OUTPUTS.natGatewayId]: 'nat-1',
  [PAID_OUTPUTS.databaseHost]: 'db.example',
  [PAID_OUTPUTS.databasePort]: '5432',
};

type Lambda = DeployClients['lambda'];

/** Functions that are `Pending` for the first look, as stored after the template, with what `change` makes of them. */
function newLambda(
  change: (configuration: FunctionConfiguration) => FunctionConfiguration = (same) => same,
  pinned: object[] = [],
): Lambda {
  const looks = new Map<string, number>();
  const send = async (
    command: GetFunctionCommand | PutRuntimeManagementConfigCommand,
    options?: { readonly abortSignal?: AbortSignal },
  ) => {
    options?.abortSignal?.throwIfAborted();
    const name = command.input.FunctionName ?? '';
    if (command instanceof PutRuntimeManagementConfigCommand) {
      pinned.push(command.input);
      looks.delete(name);
      return { $metadata: {} };
    }
    looks.set(name, (looks.get(name) ?? 0) + 1);
    const isPending = looks.get(name) === 1;
    const target = TARGETS.find((candidate) => name.endsWith(candidate));
    const configuration: FunctionConfiguration = {
      FunctionName: name,
      CodeSha256: 'code==',
      MemorySize: 1769,
      Handler: `${target}.handler`,
      Environment: { Variables: { LNB_NONCE: '0'.repeat(32) } },
      LoggingConfig: { LogFormat: 'JSON', LogGroup: `/aws/lambda/${name}` },
      State: isPending ? 'Pending' : 'Active',
      LastUpdateStatus: isPending ? 'InProgress' : 'Successful',
      ...(name.includes('vpc-nat') ? { VpcConfig: { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'], VpcId: 'vpc-1' } } : {}),
    };
    return { $metadata: {}, Configuration: change(configuration) };
  };
  return { send } as unknown as Lambda;
}

function newPlace(
  scripts: Readonly<Record<string, StackScript>> = {},
  lambda: Lambda = newLambda(),
  plan: Plan = PLAN,
  options: Partial<DeployOptions> = {},
  stateOf?: (runId: string) => DeploymentStateStore,
) {
  const calls: string[] = [];
  const clock = newManualClock();
  const { s3, bucket } = newFakeBucket(calls);
  const account = newFakeAccount(clock, calls);
  const script = (name: string, usual: StackScript) => ({ ...usual, ...scripts[name] });
  const stacks = newFakeStacks(
    clock,
    {
      [NET]: script(NET, {
        outputs: NET_OUTPUT_VALUES,
        resources: [{ logicalId: 'Bucket', type: 'AWS::S3::Bucket', physicalId: 'the-bucket' }],
        onCreated: () => {
          bucket.isThere = true;
        },
        onDeleted: () => {
          bucket.isThere = false;
        },
      }),
      [PAID]: script(PAID, { createMs: 400, outputs: PAID_OUTPUT_VALUES }),
      [FN]: script(FN, { createMs: 50 }),
    },
    calls,
  );
  const refusals = new Map<string, Error>();
  const sts = {
    send: async () => {
      const refusal = refusals.get('sts');
      if (refusal !== undefined) throw refusal;
      return { $metadata: {}, Account: '111122223333' };
    },
  };
  let drawn = 0;
  const events: DeployEvent[] = [];
  const deployer = newDeployer(
    deployOptions({ region: 'eu-central-1', times: TIMES, toolVersion: '0.1.0', rdsCaPem: 'PEM', expiresAt: EXPIRES, ...options }),
    {
      clients: { ...account.clients, cloudFormation: stacks.client, s3, sts, lambda },
      clock,
      packageProbe: async () => ZIP,
      ...(stateOf === undefined ? {} : { stateOf }),
      randomBytes: (count) => new Uint8Array(count).fill(count === 24 ? 7 : drawn++),
    },
  );
  const deploy = (signal = new AbortController().signal) => deployer.deploy(RUN, plan, (event) => events.push(event), signal);
  return { deploy, deployer, calls, clock, stacks, bucket, events, refusals };
}

const thrownBy = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    () => expect.unreachable('it was expected to throw'),
    (thrown: Error) => thrown,
  );

describe('the runtime version', () => {
  const ON_AWS: Plan = { ...PLAN, backend: 'aws' };

  it('of the first function holds for all of them on AWS, which are ready again before anything else', async () => {
    const pinned: { readonly RuntimeVersionArn: string }[] = [];
    const isFirst = (name: string | undefined) => name === `lnb-${RUN}-default-internet`;
    // As after a patch that came while the functions were made: all but the first have the new one until they are told.
    const versionOf = (name: string | undefined) => (isFirst(name) || pinned.length > 0 ? 'arn:old' : 'arn:new');
    const lambda = newLambda((same) => ({ ...same, RuntimeVersionConfig: { RuntimeVersionArn: versionOf(same.FunctionName) } }), pinned);
    const { configurationDiff, functionSettings } = await newPlace({}, lambda, ON_AWS).deploy();
    expect(pinned).toHaveLength(arms.length);
    expect(new Set(pinned.map(({ RuntimeVersionArn }) => RuntimeVersionArn))).toEqual(new Set(['arn:old']));
    expect(configurationDiff.unexpected).toEqual([]);
    expect(functionSettings).toMatchObject({ 'RuntimeVersionConfig.RuntimeVersionArn': 'arn:old' });
  });

  it('that is not named is said, and nothing is guessed', async () => {
    const pinned: object[] = [];
    const place = newPlace({}, newLambda(undefined, pinned), ON_AWS);
    await place.deploy();
    expect(pinned).toEqual([]);
    expect(place.events).toContainEqual(expect.objectContaining({ status: 'NOTE', reason: expect.stringContaining('no runtime version') }));
  });

  it('of a lab is left alone: it has one', async () => {
    const pinned: object[] = [];
    await newPlace(
      {},
      newLambda((same) => ({ ...same, RuntimeVersionConfig: { RuntimeVersionArn: 'arn' } }), pinned),
    ).deploy();
    expect(pinned).toEqual([]);
  });
});

describe('a deploy', () => {
  it('makes the network, uploads, then functions beside what is slow', async () => {
    const place = newPlace();
    const deployment = await place.deploy();
    expect(place.calls).toEqual([
      `create ${NET}`,
      'put c0de.zip',
      'put timed/1-kib',
      'put proof/vpc-endpoint',
      'put proof/interface-endpoint',
      'put proof/source-ip',
      'put proof/neither',
      `create ${PAID}`,
      `create ${FN}`,
    ]);
    expect(deployment).toMatchObject({
      runId: RUN,
      region: 'eu-central-1',
      accountId: '111122223333',
      stackIds: place.stacks.stacks.map(({ id }) => id),
      targets: {
        internetUrl: 'https://dynamodb.eu-central-1.amazonaws.com/ping',
        bucket: 'the-bucket',
        key: 'timed/1-kib',
        rds: { host: 'db.example', port: 5432, database: 'lnb', user: 'lnb', caPem: 'PEM' },
      },
      pathFacts: {
        natAddresses: { default: [], 'vpc-nat': ['203.0.113.7'], 'vpc-nat~twin': ['203.0.113.7'] },
        functionSubnets: { default: [], 'vpc-nat': ['10.20.16.0/24'], 'vpc-nat~twin': ['10.20.16.0/24'] },
      },
    });
    expect(deployment.functions).toHaveLength(7);
    expect(deployment.functions.at(-1)).toEqual({
      scenario: 'vpc-nat~twin',
      target: 'rds',
      functionName: `lnb-${RUN}-vpc-nat-twin-rds`,
      logGroup: `/aws/lambda/lnb-${RUN}-vpc-nat-twin-rds`,
    });
    expect(place.clock.elapsedMs()).toBeLessThan(10 + 400 + 50);
  });

  it('stores what was compared, and what may differ', async () => {
    const { configurationDiff, functionSettings } = await newPlace().deploy();
    expect(configurationDiff.unexpected).toEqual([]);
    expect(configurationDiff.allowed.map(({ setting }) => setting)).toEqual([
      'FunctionName',
      'Handler',
      'VpcConfig.SecurityGroupIds',
      'VpcConfig.SubnetIds',
      'VpcConfig.VpcId',
    ]);
    expect(configurationDiff.compared).toContain('Environment.LNB_NONCE');
    expect(functionSettings).toMatchObject({ MemorySize: '1769', 'LoggingConfig.LogGroup': '/aws/lambda/{name}' });
    expect(functionSettings).not.toHaveProperty('Handler');
  });

  it('tags every stack, and gives the password to the one that needs it and to nobody else', async () => {
    const place = newPlace();
    const deployment = await place.deploy();
    const inputs = place.stacks.stacks.map(({ name, input }) => [name, JSON.stringify(input).includes(PASSWORD)]);
    expect(inputs).toEqual([
      [NET, false],
      [PAID, true],
      [FN, false],
    ]);
    const paid = place.stacks.stacks.find(({ name }) => name === PAID)?.input;
    expect(paid?.TemplateBody).not.toContain(PASSWORD);
    expect(JSON.parse(paid?.TemplateBody ?? '{}').Parameters.DatabasePassword).toMatchObject({ NoEcho: true });
    for (const { input } of place.stacks.stacks) expect(input.Tags).toContainEqual({ Key: 'lnb:run', Value: RUN });
    for (const text of [JSON.stringify(deployment), inspect(deployment, { depth: 9 }), JSON.stringify(place.events)]) {
      expect(text).not.toContain(PASSWORD);
    }
    expect(deployment.targets.rds?.password.reveal()).toBe(PASSWORD);
  });

  it('can be made again after its removal: no request looks like an earlier one', async () => {
    const place = newPlace();
    await place.deploy();
    await place.deployer.destroy(RUN, () => undefined);
    place.bucket.isThere = true;
    await place.deploy();
    const tokens = place.stacks.stacks.map(({ input }) => input.ClientRequestToken);
    expect(new Set(tokens).size).toBe(6);
  });

  it('asks for no stack that nothing needs', async () => {
    const plan: Plan = {
      ...PLAN,
      targets: ['internet'],
      scenarios: [defaultMode],
      arms: [{ scenario: 'default', target: 'internet', expected: 'reachable' }],
    };
    const place = newPlace({}, newLambda(), plan);
    const deployment = await place.deploy();
    expect(place.calls.filter((call) => call.startsWith('create'))).toEqual([`create ${NET}`, `create ${FN}`]);
    expect(deployment.targets).not.toHaveProperty('rds');
  });
});

describe('a deploy that fails', () => {
  const removed = [`delete ${PAID}`, `delete ${FN}`, `delete ${NET}`];

  it('names the first cause, stops waiting for the other side, and has removed everything', async () => {
    const fails = { logicalId: 'FunctionDefaultS3', type: 'AWS::Lambda::Function', reason: 'no such key' };
    const place = newPlace({ [FN]: { fails, deleteMs: 30 }, [PAID]: { createMs: 4_000 } });
    const error = await thrownBy(place.deploy());
    expect(error).toMatchObject({
      message: `stack ${FN} failed at FunctionDefaultS3`,
      why: 'AWS::Lambda::Function: no such key',
      exitCode: 4,
      leftBehind: 'nothing',
    });
    expect(place.calls.filter((call) => call.startsWith('delete'))).toEqual(expect.arrayContaining([`delete ${PAID}`, `delete ${NET}`]));
    expect(place.stacks.stacks.every(({ status }) => status === 'DELETE_COMPLETE')).toBe(true);
    expect(place.clock.elapsedMs()).toBeLessThan(1_000);
  });

  it('says what its teardown left', async () => {
    const fails = { logicalId: 'NatGateway', type: 'AWS::EC2::NatGateway', reason: 'limit' };
    const blocked = Array(9).fill({ logicalId: 'Vpc', reason: 'in use' });
    const place = newPlace({ [PAID]: { fails }, [NET]: { deletionFailures: blocked } });
    const error = await thrownBy(place.deploy());
    expect(error).toMatchObject({ leftBehind: expect.stringContaining(place.stacks.stacks[0]?.id ?? '') });
  });

  it('never repeats the password, whoever does', async () => {
    const fails = { logicalId: 'Database', type: 'AWS::RDS::DBInstance', reason: `the password ${PASSWORD} is too simple` };
    const place = newPlace({ [PAID]: { fails } });
    const error = await thrownBy(place.deploy());
    expect(error).toMatchObject({ why: 'AWS::RDS::DBInstance: the password *** is too simple' });
    for (const text of [inspect(error, { depth: 9, showHidden: true }), JSON.stringify(place.events)]) expect(text).not.toContain(PASSWORD);
  });

  const changed = (setting: FunctionConfiguration) =>
    newLambda((configuration) => (configuration.FunctionName?.endsWith('default-s3') ? { ...configuration, ...setting } : configuration));
  const mismatches: readonly {
    readonly why: string;
    readonly setting: FunctionConfiguration;
    readonly says: string;
    readonly because: string;
  }[] = [
    { why: 'memory', setting: { MemorySize: 128 }, says: 'functions do not match: MemorySize', because: `lnb-${RUN}-default-s3=128` },
    { why: 'a layer', setting: { Layers: [{ Arn: 'arn:layer' }] }, says: 'functions do not match: Layers.0.Arn', because: 'arn:layer' },
    {
      why: 'an environment value, shown as its hash',
      setting: { Environment: { Variables: { LNB_NONCE: 'other' } } },
      says: 'functions do not match: Environment.LNB_NONCE',
      because: 'sha256:',
    },
    {
      why: 'a handler within one target',
      setting: { Handler: 'rds.handler' },
      says: 'functions do not match: Handler',
      because: 'rds.handler',
    },
    {
      why: 'other code',
      setting: { CodeSha256: 'else' },
      says: 'functions do not have the code',
      because: `lnb-${RUN}-default-s3: CodeSha256`,
    },
  ];
  it.each(mismatches)('refuses functions that differ in $why', async ({ setting, says, because }) => {
    const place = newPlace({}, changed(setting));
    const error = await thrownBy(place.deploy());
    expect(error).toMatchObject({ message: expect.stringContaining(says), why: expect.stringContaining(because), leftBehind: 'nothing' });
    expect(place.calls.filter((call) => call.startsWith('delete'))).toEqual(removed);
  });

  it('does not use a function that failed', async () => {
    const place = newPlace({}, changed({ State: 'Failed', StateReason: 'no such role' }));
    expect(await thrownBy(place.deploy())).toMatchObject({ message: expect.stringContaining('its state is Failed'), why: 'no such role' });
  });

  it('makes nothing when the account cannot be reached', async () => {
    const place = newPlace();
    place.refusals.set('sts', serviceError('ExpiredToken', 403, 'the token has expired'));
    const error = await thrownBy(place.deploy());
    expect(error).toMatchObject({
      exitCode: 4,
      why: 'ExpiredToken: the token has expired',
      tryCommands: [expect.stringContaining('sts'), expect.any(String)],
    });
    expect(place.calls).toEqual([]);
  });

  it('says of which stack it may not see what becomes of it, and has removed the others', async () => {
    const place = newPlace();
    place.stacks.refusals.set(`DescribeStacksCommand ${FN}`, serviceError('AccessDenied', 403, 'cloudformation:DescribeStacks'));
    const error = await thrownBy(place.deploy());
    expect(error).toMatchObject({ exitCode: 4, message: `it cannot be told what becomes of stack ${FN}` });
    expect(error).toMatchObject({ leftBehind: expect.stringContaining(FN ?? '') });
    const status = (kind: string | undefined) => place.stacks.stacks.find(({ name }) => name === kind)?.status;
    expect([status(PAID), status(NET)]).toEqual(['DELETE_COMPLETE', 'DELETE_COMPLETE']);
  });

  it('says which bucket refused the code', async () => {
    const place = newPlace();
    place.bucket.refusals.set('PutObjectCommand', serviceError('AccessDenied', 403, 'no'));
    expect(await thrownBy(place.deploy())).toMatchObject({ message: expect.stringContaining('the-bucket'), why: 'AccessDenied: no' });
  });
});

describe('a deploy to an account', () => {
  const GUARD = `lnb-${RUN}-guard`;
  const ON_AWS: Plan = { ...PLAN, backend: 'aws' };

  it('sets the guard up before anything is billed, and gives it the run’s end', async () => {
    const place = newPlace({}, newLambda(), ON_AWS);
    await place.deploy();
    expect(place.calls.filter((call) => call.startsWith('create'))).toEqual([NET, GUARD, PAID, FN].map((name) => `create ${name}`));
    const guard = place.stacks.stacks.find(({ name }) => name === GUARD)?.input;
    expect(guard?.TemplateBody).toContain('at(2026-11-23T06:00:00)');
    expect(guard?.Tags).toContainEqual({ Key: 'lnb:expires', Value: EXPIRES.toISOString() });
    await place.deployer.destroy(RUN, () => undefined);
    expect(place.calls.at(-1)).toBe(`delete ${GUARD}`);
  });

  it('bills nothing when the guard cannot be made', async () => {
    const place = newPlace({}, newLambda(), ON_AWS);
    place.stacks.refusals.set(`CreateStackCommand ${GUARD}`, serviceError('AccessDenied', 403, 'scheduler:CreateSchedule'));
    expect(await thrownBy(place.deploy())).toMatchObject({ why: 'AccessDenied: scheduler:CreateSchedule', leftBehind: 'nothing' });
    expect(place.calls.join()).not.toContain(`create ${PAID}`);
  });

  it('has no guard where it was told never to end, and marks what is kept', async () => {
    const place = newPlace({}, newLambda(), ON_AWS, { expiresAt: 'never', keep: true });
    await place.deploy();
    expect(place.calls.join()).not.toContain('guard');
    const marks = [
      { Key: 'lnb:expires', Value: 'never' },
      { Key: 'lnb:kept', Value: 'true' },
    ];
    for (const { input } of place.stacks.stacks) expect(input.Tags).toEqual(expect.arrayContaining(marks));
  });
});

describe('the state of a run', () => {
  it('is written before each stack is asked for, with ids as soon as there are any, and without the password', async () => {
    const written: string[] = [];
    const place = newPlace({}, newLambda(), PLAN, {}, () => ({
      read: async () => ({ kind: 'missing' }),
      write: async (state) => {
        const stacks = state.stacks.map(({ kind, id, status }) => `${kind} ${status}${id === undefined ? '' : '!'}`);
        written.push(`${place.calls.filter((call) => call.startsWith('create')).length}: ${stacks.join(', ')}`);
        expect(JSON.stringify(state)).not.toContain(PASSWORD);
        expect(state).toMatchObject({ account: '…3333', region: 'eu-central-1', expiresAt: EXPIRES.toISOString(), kept: false });
        expect(state.functions).toHaveLength(7);
      },
    }));
    await place.deploy();
    expect(written).toEqual([
      '0: ',
      '0: net creating',
      '1: net creating!',
      '1: net created!',
      '1: net created!, paid creating',
      '2: net created!, paid creating, fn creating',
      '3: net created!, paid creating!, fn creating',
      '3: net created!, paid creating!, fn creating!',
      '3: net created!, paid creating!, fn created!',
      '3: net created!, paid created!, fn created!',
    ]);
  });

  it('stops the deploy when it cannot be written, and removes what was made', async () => {
    let writes = 0;
    const write = async () => {
      if (++writes >= 5) throw new Error('disk full');
    };
    const place = newPlace({}, newLambda(), PLAN, {}, () => ({ read: async () => ({ kind: 'missing' }), write }));
    expect(await thrownBy(place.deploy())).toMatchObject({ message: 'disk full' });
    expect(place.stacks.stacks.map(({ status }) => status)).toEqual(place.stacks.stacks.map(() => 'DELETE_COMPLETE'));
    expect(place.calls.join()).not.toContain(`create ${PAID}`);
  });
});

describe('a zone that a resource refuses', () => {
  const REFUSAL = 'The requested DB instance class db.t4g.micro is not available in Availability Zone eu-central-1a';
  const zonesOf = (body: string | undefined): unknown => JSON.parse(body ?? '{}').Resources.Database.Properties.AvailabilityZone;

  it('is replaced once, and said', async () => {
    const fails = { logicalId: 'Database', type: 'AWS::RDS::DBInstance', reason: REFUSAL };
    const place = newPlace({ [PAID]: { outputs: PAID_OUTPUT_VALUES, failsFirst: fails } });
    await place.deploy();
    const bodies = place.stacks.stacks.filter(({ name }) => name === PAID).map(({ input }) => zonesOf(input.TemplateBody));
    expect(bodies).toEqual([0, 1].map((index) => ({ 'Fn::Select': [index, { 'Fn::GetAZs': '' }] })));
    expect(place.events.filter(({ status }) => status === 'NOTE')).toEqual([
      { stack: `lnb-${RUN}`, status: 'NOTE', reason: expect.stringContaining(REFUSAL) },
    ]);
    expect(place.stacks.stacks.filter(({ status }) => status !== 'DELETE_COMPLETE')).toHaveLength(3);
  });

  it.each([
    { why: 'the other one refuses as well', reason: REFUSAL, creations: 2 },
    { why: 'the reason is another', reason: 'NAT gateway limit exceeded', creations: 1 },
    { why: 'another order mends nothing', reason: 'does not meet Availability Zone (AZ) coverage requirement', creations: 1 },
  ])('ends the deploy when $why', async ({ reason, creations }) => {
    const place = newPlace({ [PAID]: { fails: { logicalId: 'X', type: 'AWS::X', reason } } });
    expect(await thrownBy(place.deploy())).toMatchObject({ why: `AWS::X: ${reason}`, leftBehind: 'nothing' });
    expect(place.calls.filter((call) => call === `create ${PAID}`)).toHaveLength(creations);
  });

  it('is not tried again on top of what the first try left', async () => {
    const fails = { logicalId: 'Database', type: 'AWS::RDS::DBInstance', reason: REFUSAL };
    const stuck = Array(9).fill({ logicalId: 'V', reason: 'in use' });
    const place = newPlace({ [PAID]: { fails }, [NET]: { deletionFailures: stuck } });
    const leftBehind = expect.stringContaining(`arn:stack/${NET}`);
    expect(await thrownBy(place.deploy())).toMatchObject({ why: expect.stringContaining(REFUSAL), leftBehind });
    expect(place.calls.filter((call) => call === `create ${PAID}`)).toHaveLength(1);
  });
});

describe('a deploy that is interrupted', () => {
  it.each([
    { why: 'while the network is made', atMs: 5 },
    { why: 'while functions and the database are made', atMs: 100 },
  ])('$why: rejects with the reason, removes nothing itself, and knows every stack afterwards', async ({ atMs }) => {
    const place = newPlace({ [NET]: { createMs: 20 } });
    const stop = new AbortController();
    const deploying = place.deploy(stop.signal);
    void place.clock.sleep(atMs).then(() => stop.abort(new Error('interrupted')));
    await expect(deploying).rejects.toThrow('interrupted');
    expect(place.calls.filter((call) => call.startsWith('delete'))).toEqual([]);
    expect(await place.deployer.destroy(RUN, () => undefined)).toEqual([]);
    expect(place.stacks.stacks.map(({ status }) => status)).toEqual(place.stacks.stacks.map(() => 'DELETE_COMPLETE'));
  });

  it('makes nothing when it was interrupted before', async () => {
    const place = newPlace();
    await expect(place.deploy(AbortSignal.abort(new Error('interrupted')))).rejects.toThrow('interrupted');
    expect(place.calls).toEqual([]);
  });
});
