import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it } from 'vitest';
import { emptyBucket } from '../../infra/deploy/bucket.ts';
import type { DeployClients, DeployTimes } from '../../infra/deploy/options.ts';
import { createStack } from '../../infra/deploy/stacks.ts';
import { tearDown } from '../../infra/deploy/teardown.ts';
import { newFakeBucket } from '../support/fake-bucket.ts';
import { newFakeStacks, type StackScript, serviceError } from '../support/fake-stacks.ts';
import { newManualClock } from '../support/manual-clock.ts';
import { type LoopbackS3, startLoopbackS3 } from '../support/s3-loopback.ts';

const RUN = 'abcdefghij';
const [NET, PAID, FN] = [`lnb-${RUN}-net`, `lnb-${RUN}-paid`, `lnb-${RUN}-fn`];
const TIMES: DeployTimes = { stackPollMs: 10, functionPollMs: 10, createMs: 1_000, deleteMs: 500, readyMs: 100 };
const BUCKET = { logicalId: 'Bucket', type: 'AWS::S3::Bucket', physicalId: 'the-bucket' };

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
  const clients = { cloudFormation: stacks.client, s3 } as unknown as DeployClients;
  const destroy = (stackIds: ReadonlyMap<string, string> = new Map()) =>
    tearDown(RUN, { clients, clock, times: TIMES, onEvent: () => undefined, stackIds });
  return { calls, clock, stacks, bucket, destroy };
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
