import { type Leftover, NOTE_STATUS } from '../../harness/domain/ports.ts';
import type { RunId } from '../../harness/domain/run.ts';
import { deleteLogGroup, logGroupNames } from '../aws/log-groups.ts';
import { isUnknownOperation, readServiceError } from '../aws/service-error.ts';
import { detachFromVpc } from '../aws/vpc-detach.ts';
import { logGroupName, NAME_PREFIX, stackName } from '../template/names.ts';
import { type LambdaInterface, reapUntilGone } from './interfaces.ts';
import type { StackPoller } from './stack-poller.ts';
import { findStack, removeStack } from './stack-removal.ts';
import { stackMembers } from './stacks.ts';
import type { Teardown } from './teardown.ts';

/**
 * Takes the functions out of their VPC, deletes their stack, and reaps their interfaces while that goes on: Lambda's own way takes 20 to
 * 60 minutes. Neither detaching nor reaping can make a teardown fail: they only make it faster. Never throws.
 */
export async function removeFunctions(
  runId: RunId,
  work: Teardown,
  poller: StackPoller,
  vpcId: string | undefined,
): Promise<readonly Leftover[]> {
  if (vpcId === undefined) return removeStack({ runId, kind: 'fn', work, poller });
  const over = new AbortController();
  const reaping = reap(runId, work, vpcId, over.signal);
  await detachAll(runId, work);
  const left = await removeStack({ runId, kind: 'fn', work, poller });
  over.abort();
  await reaping;
  return left;
}

/** Reaps until nothing of Lambda's is left in the VPC, or `over`, or the time for it is; what is still there. */
export async function reap(runId: RunId, work: Teardown, vpcId: string, over: AbortSignal): Promise<readonly LambdaInterface[]> {
  const bounds = { pollMs: work.times.interfacePollMs, deadlineMs: work.times.interfacesMs };
  try {
    return await reapUntilGone(work.clients.ec2, work.clock, vpcId, bounds, over);
  } catch (thrown) {
    note(runId, work, 'network interfaces are not looked after', thrown);
    return [];
  }
}

/** Groups that a line made again after the stack's own had been deleted. */
export async function removeLogGroups(runId: RunId, work: Teardown): Promise<void> {
  try {
    for (const name of await logGroupNames(work.clients.logs, logGroupName(`${NAME_PREFIX}${runId}-`))) {
      await deleteLogGroup(work.clients.logs, name);
    }
  } catch (thrown) {
    note(runId, work, 'log groups are not looked after', thrown);
  }
}

async function detachAll(runId: RunId, work: Teardown): Promise<void> {
  const bounds = { pollMs: work.times.functionPollMs, deadlineMs: work.times.detachMs };
  try {
    const stack = await findStack(work, stackName(runId, 'fn'));
    // A function that is still being made is CloudFormation's; deleting the stack takes care of it.
    if (stack === undefined || stack.status.endsWith('IN_PROGRESS')) return;
    await work.notes.stack({ kind: 'fn', name: stack.name, id: stack.stackId, status: 'deleting' }).catch(() => undefined);
    const members = await stackMembers(work.clients.cloudFormation, stack.stackId);
    const names = members
      .filter(({ type, physicalId }) => type === 'AWS::Lambda::Function' && physicalId !== '')
      .map(({ physicalId }) => physicalId);
    const ended = await Promise.allSettled(names.map((name) => detachFromVpc(work.clients.lambda, work.clock, name, bounds)));
    const failed = ended.find((one) => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  } catch (thrown) {
    note(runId, work, 'functions keep their network until they are deleted', thrown);
  }
}

function note(runId: RunId, work: Teardown, what: string, thrown: unknown): void {
  const error = readServiceError(thrown);
  if (isUnknownOperation(error)) return;
  work.onEvent({ stack: `${NAME_PREFIX}${runId}`, status: NOTE_STATUS, reason: `${what}: ${error.name}: ${error.message}` });
}
