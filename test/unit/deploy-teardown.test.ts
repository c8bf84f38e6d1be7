import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it } from 'vitest';
import type { DeploymentState, DeploymentStateStore } from '../../harness/domain/deployment-state.ts';
import type { DeployEvent } from '../../harness/domain/ports.ts';
import { emptyBucket } from '../../infra/deploy/bucket.ts';
import type { DeployClients, DeployTimes } from '../../infra/deploy/options.ts';
import { createStack } from '../../infra/deploy/stacks.ts';
import { newStateNotes } from '../../infra/deploy/state-notes.ts';
import { tearDown } from '../../infra/deploy/teardown.ts';
import { newFakeAccount } from '../support/fake-account.ts';
import { newFakeBucket } from '../support/fake-bucket.ts';
import { newFakeStacks, type StackScript, serviceError } from '../support/fake-stacks.ts';
import { newManualClock } from '../support/manual-clock.ts';
import { type LoopbackS3, startLoopbackS3 } from '../support/s3-loopback.ts';

const RUN = 'abcdefghij';
const [NET, PAID, FN] = [`lnb-${RUN}-net`, `lnb-${RUN}-paid`, `lnb-${RUN}-fn`];
const SHORT = { detachMs: 200, interfacePollMs: 10, interfacesMs: 1_000, resourceMs: 500 };
const TIMES: DeployTimes = { stackPollMs: 10, functionPollMs: 10, createMs: 1_000, deleteMs: 500, readyMs: 100, ...SHORT };
const BUCKET = { logicalId: 'Bucket', type: 'AWS::S3::Bucket', physicalId: 'the-bucket' };

async function resumed(store: DeploymentStateStore | undefined) {
  const notes = newStateNotes(store);
  await notes.resume();
  return notes;
}

async function deployed(scripts: Readonly<Record<string, StackScript>>, names: readonly string[] = [NET, PAID, FN]) {
  const calls: string[] = [];
  const clock = newManualClock();
  const { s3, bucket } = newFakeBucket(calls);
  const net: StackScript = {
    resources: [BUCKET],
    onDeleted: () => {
      bucket.isThere = false;
    },
  };
  const stacks = newFakeStacks(clock, { ...scripts, [NET]: { ...net, ...scripts[NET] } }, calls);
  for (const stackName of names) {
    const template = { AWSTemplateFormatVersion: '2010-09-09', Description: '', Resources: {} } as const;
    await createStack(
      stacks.client,
      { stackName, template, parameterNames: [], outputNames: [], capabilities: [] },
      {},
      { tags: {}, timeoutMinutes: 1, token: 't' },
    );
  }
  clock.advance(100);
  calls.length = 0;
  const account = newFakeAccount(clock, calls);
  const clients = { ...account.clients, cloudFormation: stacks.client, s3 } as unknown as DeployClients;
  const events: DeployEvent[] = [];
  const notesTold = () => events.filter(({ status }) => status === 'NOTE').map(({ reason }) => reason);
  const destroy = (stackIds: ReadonlyMap<string, string> = new Map(), store?: DeploymentStateStore) =>
    resumed(store).then((notes) =>
      tearDown(RUN, {
        ...{ clients, clock, times: TIMES, stackIds, hourlyUsd: { 'AWS::EC2::NatGateway': 0.045, 'AWS::EC2::EIP': 0.005 } },
        onEvent: (event) => events.push(event),
        notes,
      }),
    );
  return { calls, clock, stacks, bucket, account, events, notesTold, destroy };
}

describe('tearing down', () => {
  it('removes functions and what is billed side by side, then the bucket’s content, then the network', async () => {
    const run = await deployed({ [PAID]: { deleteMs: 200 }, [FN]: { deleteMs: 200 } });
    for (const key of ['a', 'b', 'c']) run.bucket.objects.add(key);
    run.bucket.uploads.add('u1');
    expect(await run.destroy()).toEqual([]);
    expect(run.calls).toEqual([`delete ${PAID}`, `delete ${FN}`, 'empty 2', 'empty 1', 'abort u1', `delete ${NET}`]);
    expect(run.clock.elapsedMs()).toBeLessThan(100 + 200 + 10 + 100);
  });

  it('is done when nothing was ever made, and again after itself', async () => {
    const run = await deployed({}, []);
    expect(await run.destroy()).toEqual([]);
    const other = await deployed({});
    other.bucket.objects.add('a');
    await other.destroy();
    other.calls.length = 0;
    expect(await other.destroy()).toEqual([]);
    expect(other.calls).toEqual([]);
  });

  it('finds a stack whose creation is still under way, by its name', async () => {
    const run = await deployed({ [NET]: { createMs: 10_000 } }, [NET]);
    expect(await run.destroy()).toEqual([]);
    expect(run.calls).toEqual([`delete ${NET}`]);
  });

  it('does not delete a stack that its id shows as deleted', async () => {
    const run = await deployed({}, [NET]);
    await run.destroy();
    run.calls.length = 0;
    expect(await run.destroy(new Map([[NET, run.stacks.stacks[0]?.id ?? '']]))).toEqual([]);
    expect(run.calls).toEqual([]);
  });

  it('begins a failed deletion again, and empties the bucket again before it', async () => {
    const blocked = { logicalId: 'FunctionSubnet', reason: 'has dependencies and cannot be deleted' };
    const run = await deployed({ [NET]: { deletionFailures: [blocked, blocked] } }, [NET]);
    expect(await run.destroy()).toEqual([]);
    expect(run.calls.filter((call) => call === `delete ${NET}`)).toHaveLength(3);
  });

  it('gives up after three times, and lists what is left with the reason that was given', async () => {
    const blocked = { logicalId: 'FunctionSubnet', reason: 'has dependencies and cannot be deleted' };
    const run = await deployed({ [NET]: { deletionFailures: Array(9).fill(blocked) } });
    const leftovers = await run.destroy();
    expect(leftovers).toEqual([
      { kind: 'AWS::CloudFormation::Stack', id: run.stacks.stacks[0]?.id, why: 'has dependencies and cannot be deleted' },
      { kind: 'AWS::S3::Bucket', id: 'the-bucket', why: `belongs to ${NET}` },
    ]);
    expect(run.calls.filter((call) => call === `delete ${NET}`)).toHaveLength(3);
  });

  it('finds a bucket that outlives its stack', async () => {
    const run = await deployed({ [NET]: { onDeleted: () => undefined } }, [NET]);
    expect(await run.destroy()).toEqual([{ kind: 'AWS::S3::Bucket', id: 'the-bucket', why: 'its stack is gone, the bucket is not' }]);
  });

  it('does not wait for ever', async () => {
    const run = await deployed({ [FN]: { deleteMs: 1e9 } }, [FN]);
    expect(await run.destroy()).toMatchObject([{ kind: 'AWS::CloudFormation::Stack', why: 'its deletion takes longer than 0.5 s' }]);
    expect(run.clock.elapsedMs()).toBeLessThan(3 * TIMES.deleteMs + 200);
  });

  it('goes on with the other stacks when one cannot be seen, and says so', async () => {
    const run = await deployed({});
    run.stacks.refusals.set(`DescribeStacksCommand ${PAID}`, serviceError('AccessDenied', 403, 'not yours'));
    expect(await run.destroy()).toEqual([{ kind: 'AWS::CloudFormation::Stack', id: PAID, why: 'cannot be told: AccessDenied: not yours' }]);
    expect(run.calls).toEqual([`delete ${FN}`, `delete ${NET}`]);
  });

  it('names the object that S3 will not give up', async () => {
    const run = await deployed({}, [NET]);
    run.bucket.objects.add('held');
    run.bucket.locked.add('held');
    expect(await run.destroy()).toMatchObject([
      { kind: 'AWS::CloudFormation::Stack', id: NET, why: expect.stringContaining('held: AccessDenied no') },
    ]);
  });
});

const VPC = { logicalId: 'Vpc', type: 'AWS::EC2::VPC', physicalId: 'vpc-1' };
const FUNCTION = { logicalId: 'F', type: 'AWS::Lambda::Function', physicalId: 'f-vpc' };
const inVpc: Readonly<Record<string, StackScript>> = {
  [NET]: { resources: [BUCKET, VPC] },
  [FN]: { resources: [FUNCTION], deleteMs: 100 },
};

/** A run with one VPC function, whose interface Lambda gives back at some time. */
async function deployedInVpc(scripts: Readonly<Record<string, StackScript>> = {}, availableAtMs = 250) {
  const merged = Object.fromEntries([NET, PAID, FN].map((name) => [name, { ...inVpc[name], ...scripts[name] }]));
  const run = await deployed(merged);
  run.account.functions.set('f-vpc', { inVpc: true, busyUntilMs: 0 });
  run.account.interfaces.set('eni-1', { description: 'AWS Lambda VPC ENI-f-vpc-1', availableAtMs });
  return run;
}

describe('tearing down a VPC', () => {
  it('takes functions out of it, deletes the interface once Lambda has let go of it, and only then the network', async () => {
    const run = await deployedInVpc({ [PAID]: { deleteMs: 300 } }, 600);
    expect(await run.destroy()).toEqual([]);
    expect(run.calls).toEqual([
      'detach f-vpc {"SubnetIds":[],"SecurityGroupIds":[]}',
      `delete ${PAID}`,
      `delete ${FN}`,
      'delete interface eni-1',
      `delete ${NET}`,
    ]);
    expect(run.notesTold()).toEqual(['nothing is billed any more; waiting for network interfaces']);
  });

  it('does not touch interfaces that Lambda did not make', async () => {
    const run = await deployedInVpc();
    run.account.interfaces.set('eni-rds', { description: 'RDSNetworkInterface', availableAtMs: 0 });
    await run.destroy();
    expect(run.account.interfaces.has('eni-rds')).toBe(true);
    expect(run.account.interfaces.has('eni-1')).toBe(false);
  });

  it('never says that nothing is billed when it is', async () => {
    const stuck = { logicalId: 'NatGateway', reason: 'in use' };
    const run = await deployedInVpc({ [PAID]: { deletionFailures: Array(9).fill(stuck) } }, 400);
    await run.destroy();
    expect(run.notesTold().join()).not.toContain('nothing is billed');
  });

  it('does not wait for ever for an interface that stays, and tries the network all the same', async () => {
    const run = await deployedInVpc(
      { [NET]: { resources: [BUCKET, VPC], deletionFailures: Array(9).fill({ logicalId: 'S', reason: 'eni' }) } },
      1e9,
    );
    expect(await run.destroy()).toMatchObject([{ kind: 'AWS::CloudFormation::Stack', why: 'eni' }, { id: 'the-bucket' }, { id: 'vpc-1' }]);
    expect(run.clock.elapsedMs()).toBeLessThan(100 + TIMES.interfacesMs + 6 * TIMES.deleteMs);
  });

  it.each([
    {
      why: 'may not be changed',
      command: 'UpdateFunctionConfigurationCommand',
      says: 'functions keep their network until they are deleted',
    },
    {
      why: 'have interfaces that may not be seen',
      command: 'DescribeNetworkInterfacesCommand',
      says: 'network interfaces are not looked after',
    },
  ])('goes on when functions $why, and says so', async ({ command, says }) => {
    const run = await deployedInVpc();
    run.account.refusals.set(command, serviceError('AccessDeniedException', 403, 'no'));
    expect(await run.destroy()).toEqual([]);
    expect(run.notesTold().join()).toContain(`${says}: AccessDeniedException: no`);
  });

  it('waits with the change of a function that another change is under way for', async () => {
    const run = await deployedInVpc();
    run.account.functions.set('f-vpc', { inVpc: true, busyUntilMs: 150 });
    expect(await run.destroy()).toEqual([]);
    expect(run.calls.filter((call) => call.startsWith('detach'))).toHaveLength(1);
  });

  it('sweeps by type when the stack’s own deletion has failed three times, in the order of dependencies, and deletes the stack again', async () => {
    const stuck = { logicalId: 'Subnet', reason: 'has dependencies' };
    const run = await deployedInVpc({ [NET]: { resources: [BUCKET, VPC], deletionFailures: [stuck, stuck, stuck] } });
    for (const [type, ids] of run.account.network) ids.add(`${type.slice(10)}-1`);
    run.account.database.status = 'available';
    expect(await run.destroy()).toEqual([]);
    const swept = run.calls.filter((call) => /Command|database/.test(call));
    expect(swept).toEqual([
      'delete database without snapshot',
      'DeleteVpcEndpointsCommand VPCEndpoint-1',
      'DeleteNatGatewayCommand NatGateway-1',
      'ReleaseAddressCommand EIP-1',
      'DisassociateRouteTableCommand',
      'DeleteRouteTableCommand RouteTable-1',
      'DeleteSubnetCommand Subnet-1',
      'DetachInternetGatewayCommand',
      'DeleteInternetGatewayCommand InternetGateway-1',
      'RevokeSecurityGroupIngressCommand',
      'RevokeSecurityGroupEgressCommand',
      'DeleteSecurityGroupCommand SecurityGroup-1',
      'DeleteVpcCommand VPC-1',
    ]);
    expect(run.calls.filter((call) => call === `delete ${NET}`)).toHaveLength(4);
  });

  it('sweeps what is billed when its stack does not go', async () => {
    const stuck = { logicalId: 'NatGateway', reason: 'in use' };
    const run = await deployedInVpc({ [PAID]: { deletionFailures: [stuck, stuck, stuck] } });
    run.account.network.get('AWS::EC2::NatGateway')?.add('nat-1');
    run.account.network.get('AWS::EC2::Subnet')?.add('subnet-1');
    const left = await run.destroy();
    expect(run.calls).toContain('DeleteNatGatewayCommand nat-1');
    expect(run.calls.join()).not.toContain('DeleteSubnet');
    expect(left).toEqual([{ kind: 'AWS::EC2::Subnet', id: 'subnet-1', why: 'still carries the tag lnb:run' }]);
  });
});

describe('looking whether anything is left', () => {
  it('lists what a refused deletion left, with what the service said and what it costs', async () => {
    const stuck = { logicalId: 'NatGateway', reason: 'in use' };
    const run = await deployed({ [PAID]: { deletionFailures: Array(9).fill(stuck) } });
    run.account.network.get('AWS::EC2::NatGateway')?.add('nat-1');
    run.account.refusals.set('DeleteNatGatewayCommand nat-1', serviceError('UnauthorizedOperation', 403, 'not allowed'));
    expect(await run.destroy()).toEqual([
      { kind: 'AWS::CloudFormation::Stack', id: run.stacks.stacks[1]?.id, why: 'in use' },
      { kind: 'AWS::EC2::NatGateway', id: 'nat-1', why: 'UnauthorizedOperation: not allowed', usdPerHour: 0.045 },
    ]);
  });

  it.each([
    { why: 'an address that no stack knows', plant: 'AWS::EC2::EIP', id: 'eipalloc-1', usdPerHour: 0.005 },
    { why: 'a VPC', plant: 'AWS::EC2::VPC', id: 'vpc-9' },
  ] as const)('finds $why', async ({ plant, id, ...more }) => {
    const run = await deployed({});
    run.account.network.get(plant)?.add(id);
    const usdPerHour = 'usdPerHour' in more ? { usdPerHour: more.usdPerHour } : {};
    expect(await run.destroy()).toEqual([{ kind: plant, id, why: 'still carries the tag lnb:run', ...usdPerHour }]);
  });

  it('finds a DB instance, and deletes log groups that were written to after their stack had gone', async () => {
    const run = await deployed({});
    run.account.database.status = 'deleting';
    run.account.logGroups.add(`/aws/lambda/lnb-${RUN}-default-s3`).add('/aws/lambda/lnb-otherother-default-s3');
    expect(await run.destroy()).toEqual([{ kind: 'AWS::RDS::DBInstance', id: `lnb-${RUN}`, why: 'its status is deleting' }]);
    expect([...run.account.logGroups]).toEqual(['/aws/lambda/lnb-otherother-default-s3']);
  });

  it('asks where it lives for what the tagging service lists: that goes on listing what is gone', async () => {
    const run = await deployed({});
    run.account.tagged.add('arn:aws:s3:::the-bucket').add('arn:aws:lambda:eu-central-1:1:function:gone');
    run.account.tagged.add(`arn:aws:ec2:eu-central-1:1:subnet/subnet-1`).add(`arn:stack/${NET}/0`);
    expect(await run.destroy()).toEqual([{ kind: 'tagged in a service', id: `arn:stack/${NET}/0`, why: 'still carries the tag lnb:run' }]);
  });

  it('says that nothing is known where it may not look, and only notes what a server does not have', async () => {
    const run = await deployed({});
    run.account.refusals.set('DescribeVpcsCommand', serviceError('UnauthorizedOperation', 403, 'no'));
    run.account.refusals.set('GetResourcesCommand', serviceError('UnknownOperationException', 404, 'what?'));
    expect(await run.destroy()).toEqual([{ kind: 'AWS::EC2::VPC', id: 'not verified', why: 'cannot be told: UnauthorizedOperation: no' }]);
    expect(run.notesTold()).toEqual(['not looked for, because this server has no such call: tagged resources']);
  });
});

describe('the guard', () => {
  const GUARD = `lnb-${RUN}-guard`;

  it('goes last', async () => {
    const run = await deployed({}, [NET, GUARD, PAID, FN]);
    expect(await run.destroy()).toEqual([]);
    expect(run.calls).toEqual([`delete ${PAID}`, `delete ${FN}`, `delete ${NET}`, `delete ${GUARD}`]);
  });

  it('stays as long as there is something for it to end', async () => {
    const stuck = { logicalId: 'NatGateway', reason: 'in use' };
    const run = await deployed({ [PAID]: { deletionFailures: Array(9).fill(stuck) } }, [NET, GUARD, PAID, FN]);
    expect(await run.destroy()).toMatchObject([{ why: 'in use' }]);
    expect(run.calls).not.toContain(`delete ${GUARD}`);
  });
});

describe('the state of a run that is removed', () => {
  const state = (): DeploymentState => ({
    ...{ schema: 1, runId: RUN, backend: 'aws', region: 'eu-central-1', account: '…1', expiresAt: 'never', kept: true, functions: [] },
    stacks: [{ kind: 'net', name: NET, id: 'old', status: 'created' }],
  });

  it('is written before each deletion and after it', async () => {
    const run = await deployed({}, [NET, FN]);
    const written: string[] = [];
    const store: DeploymentStateStore = {
      read: async () => ({ kind: 'found', state: state() }),
      write: async ({ stacks }) => {
        written.push(`${run.calls.length} ${stacks.map(({ kind, status }) => `${kind} ${status}`).join(', ')}`);
      },
    };
    expect(await run.destroy(new Map(), store)).toEqual([]);
    expect(written).toEqual([
      '0 net created, fn deleting',
      '1 net created, fn deleted',
      '1 net deleting, fn deleted',
      '2 net deleted, fn deleted',
    ]);
  });

  it.each([
    { why: 'missing', found: { kind: 'missing' } },
    { why: 'corrupt', found: { kind: 'unreadable', why: 'not JSON' } },
    { why: 'not to be written any more', found: { kind: 'found', state: state() } },
  ] as const)('may be $why: the account is the truth', async ({ found }) => {
    const run = await deployed({});
    const store: DeploymentStateStore = { read: async () => found, write: () => Promise.reject(new Error('disk full')) };
    expect(await run.destroy(new Map(), store)).toEqual([]);
    expect(run.stacks.stacks.map(({ status }) => status)).toEqual(['DELETE_COMPLETE', 'DELETE_COMPLETE', 'DELETE_COMPLETE']);
  });
});

describe('emptying a bucket over the wire', () => {
  let server: LoopbackS3 | undefined;
  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });

  it('removes more objects than one page holds, and takes a missing bucket for empty', async () => {
    server = await startLoopbackS3('full');
    const client = server.client();
    for (let n = 0; n < 5; n++) await client.send(new PutObjectCommand({ Bucket: 'full', Key: `a key/ü&${n}`, Body: 'x' }));
    await emptyBucket(client, 'full');
    await emptyBucket(client, 'missing');
    const seen: string[] = [];
    await emptyBucket(
      {
        send: async (command: { readonly input: object }) => seen.push(command.constructor.name) && client.send(command as never),
      } as never,
      'full',
    );
    expect(seen).toEqual(['ListObjectVersionsCommand', 'ListMultipartUploadsCommand']);
  });
});
