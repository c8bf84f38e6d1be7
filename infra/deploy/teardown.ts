import { HeadBucketCommand } from '@aws-sdk/client-s3';
import type { StackKind } from '../../harness/domain/deployment-state.ts';
import type { Clock, DeployEvent, Leftover } from '../../harness/domain/ports.ts';
import { readServiceError } from '../aws/service-error.ts';
import { stackName } from '../template/names.ts';
import { emptyBucket } from './bucket.ts';
import type { DeployClients, DeployTimes } from './options.ts';
import { newStackPoller, type StackPoller } from './stack-poller.ts';
import { deleteStack, describeStack, newHappenings, type StackState, stackMembers } from './stacks.ts';

/** Everything that a teardown works with. */
export interface Teardown {
  readonly clients: DeployClients;
  readonly clock: Clock;
  readonly times: DeployTimes;
  readonly onEvent: (event: DeployEvent) => void;
  /** Ids of stacks that this process created; a stack is looked for by them, and by its name. */
  readonly stackIds: ReadonlyMap<string, string>;
}

/** How often a deletion is begun. What blocks it (an interface, an object written late) goes away by itself. */
const ATTEMPTS = 3;
const BUCKET_TYPE = 'AWS::S3::Bucket';

/**
 * Removes a run: the functions and what is billed side by side, then the bucket's content, then the network. Works for any state
 * that a deploy can have ended in, and again after itself. Never throws: what cannot be removed, or not even be seen, is left over.
 */
export async function tearDown(runId: string, work: Teardown): Promise<readonly Leftover[]> {
  const poller = newStackPoller(work.clients.cloudFormation, work.clock, work.times.stackPollMs);
  const name = (kind: StackKind) => stackName(runId, kind);
  const outer = await Promise.all([removeStack(work, poller, name('paid')), removeStack(work, poller, name('fn'))]);
  const inner = await removeStack(work, poller, name('net'));
  return [...outer, inner].flat();
}

async function removeStack(work: Teardown, poller: StackPoller, name: string): Promise<readonly Leftover[]> {
  try {
    return await removed(work, poller, name);
  } catch (thrown) {
    const error = readServiceError(thrown);
    return [{ kind: 'AWS::CloudFormation::Stack', id: name, why: `cannot be told: ${error.name}: ${error.message}` }];
  }
}

async function removed(work: Teardown, poller: StackPoller, name: string): Promise<readonly Leftover[]> {
  const stack = await findStack(work, name);
  if (stack === undefined) return [];
  const buckets = await bucketsOf(work, stack.stackId);
  const known = new Set<string>();
  await newHappenings(work.clients.cloudFormation, stack.stackId, known);
  let last: Ended = { kind: 'left', state: stack, why: 'its deletion was never begun' };
  for (let attempt = 1; attempt <= ATTEMPTS && last.kind === 'left'; attempt++) {
    for (const bucket of buckets) await emptyBucket(work.clients.s3, bucket);
    last = await deleteOnce(work, poller, stack, known);
  }
  return last.kind === 'gone' ? leftBuckets(work, buckets) : leftResources(work, last.state, last.why);
}

/** By id first: a name tells nothing of a stack that is deleted, and could in theory be somebody else's by now. */
async function findStack(work: Teardown, name: string): Promise<StackState | undefined> {
  const client = work.clients.cloudFormation;
  const id = work.stackIds.get(name);
  const stack = (id === undefined ? undefined : await describeStack(client, id)) ?? (await describeStack(client, name));
  return stack?.status === 'DELETE_COMPLETE' ? undefined : stack;
}

type Ended = { readonly kind: 'gone' } | { readonly kind: 'left'; readonly state: StackState; readonly why: string };

async function deleteOnce(work: Teardown, poller: StackPoller, stack: StackState, known: Set<string>): Promise<Ended> {
  await deleteStack(work.clients.cloudFormation, stack.stackId);
  const { kind, state, happenings } = await poller.settled({
    stackId: stack.stackId,
    name: stack.name,
    known,
    isSettled: (status) => status === 'DELETE_COMPLETE' || status === 'DELETE_FAILED',
    deadlineMs: work.times.deleteMs,
    onEvent: work.onEvent,
  });
  if (state === undefined || state.status === 'DELETE_COMPLETE') return { kind: 'gone' };
  if (kind === 'overdue') return { kind: 'left', state, why: `its deletion takes longer than ${work.times.deleteMs / 1000} s` };
  const failed = happenings.find(({ status, type }) => status === 'DELETE_FAILED' && type !== 'AWS::CloudFormation::Stack');
  return { kind: 'left', state, why: failed?.reason ?? state.reason ?? 'CloudFormation gave no reason' };
}

/** From the stack's resources, not its outputs: those are there only once everything is. */
async function bucketsOf(work: Teardown, stackId: string): Promise<readonly string[]> {
  const members = await stackMembers(work.clients.cloudFormation, stackId);
  return members
    .filter(({ type, physicalId, status }) => type === BUCKET_TYPE && physicalId !== '' && status !== 'DELETE_COMPLETE')
    .map(({ physicalId }) => physicalId);
}

async function leftResources(work: Teardown, state: StackState, why: string): Promise<readonly Leftover[]> {
  const members = await stackMembers(work.clients.cloudFormation, state.stackId);
  const left = members.filter(({ status }) => status !== 'DELETE_COMPLETE');
  return [
    { kind: 'AWS::CloudFormation::Stack', id: state.stackId, why },
    ...left.map(({ type, physicalId, logicalId, reason }) => ({
      kind: type,
      id: physicalId || logicalId,
      why: reason ?? `belongs to ${state.name}`,
    })),
  ];
}

/** A bucket that survived its stack would be found by nobody else. */
async function leftBuckets(work: Teardown, buckets: readonly string[]): Promise<readonly Leftover[]> {
  const left = await Promise.all(
    buckets.map(async (bucket): Promise<readonly Leftover[]> => {
      try {
        await work.clients.s3.send(new HeadBucketCommand({ Bucket: bucket }));
        return [{ kind: BUCKET_TYPE, id: bucket, why: 'its stack is gone, the bucket is not' }];
      } catch (thrown) {
        const error = readServiceError(thrown);
        return error.status === 404 ? [] : [{ kind: BUCKET_TYPE, id: bucket, why: `cannot be told: ${error.name}: ${error.message}` }];
      }
    }),
  );
  return left.flat();
}
