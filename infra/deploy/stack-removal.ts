import type { StackKind } from '../../harness/domain/deployment-state.ts';
import type { Leftover } from '../../harness/domain/ports.ts';
import type { RunId } from '../../harness/domain/run.ts';
import { readServiceError } from '../aws/service-error.ts';
import { stackName } from '../template/names.ts';
import { emptyBucket } from './bucket.ts';
import type { StackPoller } from './stack-poller.ts';
import { deleteStack, describeStack, newHappenings, type StackState, stackMembers } from './stacks.ts';
import type { Teardown } from './teardown.ts';
import { hasBucket } from './verify-empty.ts';

/** One stack of a run that is being removed. */
export interface StackRemoval {
  readonly runId: RunId;
  readonly kind: StackKind;
  readonly work: Teardown;
  readonly poller: StackPoller;
  /** Done before each attempt to delete it. */
  readonly beforeAttempt?: () => Promise<void>;
  /** Done once when all attempts have failed; one more attempt follows. */
  readonly lastResort?: () => Promise<void>;
}

/** How often a deletion is begun. What blocks it (an interface, an object written late) goes away by itself. */
const ATTEMPTS = 3;
const BUCKET_TYPE = 'AWS::S3::Bucket';

/** Removes a stack in whatever state it is. Never throws: what cannot be removed, or not even be seen, is left over. */
export async function removeStack(removal: StackRemoval): Promise<readonly Leftover[]> {
  try {
    return await removed(removal);
  } catch (thrown) {
    const error = readServiceError(thrown);
    const id = stackName(removal.runId, removal.kind);
    return [{ kind: 'AWS::CloudFormation::Stack', id, why: `cannot be told: ${error.name}: ${error.message}` }];
  }
}

/** By id first: a name tells nothing of a stack that is deleted, and could in theory be somebody else's by now. */
export async function findStack(work: Teardown, name: string): Promise<StackState | undefined> {
  const client = work.clients.cloudFormation;
  const id = work.stackIds.get(name);
  const stack = (id === undefined ? undefined : await describeStack(client, id)) ?? (await describeStack(client, name));
  return stack?.status === 'DELETE_COMPLETE' ? undefined : stack;
}

async function removed(removal: StackRemoval): Promise<readonly Leftover[]> {
  const { runId, kind, work } = removal;
  const name = stackName(runId, kind);
  const stack = await findStack(work, name);
  if (stack === undefined) return [];
  const note = (status: 'deleting' | 'deleted'): Promise<void> =>
    // A state that cannot be written any more is no reason to leave resources.
    work.notes.stack({ kind, name, id: stack.stackId, status }).catch(() => undefined);
  await note('deleting');
  const buckets = await bucketsOf(work, stack.stackId);
  const known = new Set<string>();
  await newHappenings(work.clients.cloudFormation, stack.stackId, known);
  const once = async (): Promise<Ended> => {
    await removal.beforeAttempt?.();
    for (const bucket of buckets) await emptyBucket(work.clients.s3, bucket);
    return deleteOnce(removal, stack, known);
  };
  let last = await once();
  for (let attempt = 2; attempt <= ATTEMPTS && last.kind === 'left'; attempt++) last = await once();
  if (last.kind === 'left' && removal.lastResort !== undefined) {
    await removal.lastResort();
    last = await once();
  }
  if (last.kind === 'left') return leftResources(work, last.state, last.why);
  await note('deleted');
  return leftBuckets(work, buckets);
}

type Ended = { readonly kind: 'gone' } | { readonly kind: 'left'; readonly state: StackState; readonly why: string };

async function deleteOnce({ work, poller }: StackRemoval, stack: StackState, known: Set<string>): Promise<Ended> {
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
        return (await hasBucket(work.clients.s3, bucket))
          ? [{ kind: BUCKET_TYPE, id: bucket, why: 'its stack is gone, the bucket is not' }]
          : [];
      } catch (thrown) {
        const error = readServiceError(thrown);
        return [{ kind: BUCKET_TYPE, id: bucket, why: `cannot be told: ${error.name}: ${error.message}` }];
      }
    }),
  );
  return left.flat();
}
