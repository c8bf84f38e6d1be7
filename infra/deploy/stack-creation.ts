import type { StackKind } from '../../harness/domain/deployment-state.ts';
import { BenchError, EXIT_CODES } from '../../harness/domain/exit-code.ts';
import type { DeployEvent } from '../../harness/domain/ports.ts';
import type { Secret } from '../../harness/domain/secret.ts';
import type { StackTemplate } from '../template/model.ts';
import type { StackOutputs, StackParameters } from '../template/outputs.ts';
import { firstCause } from './first-cause.ts';
import type { DeployTimes } from './options.ts';
import { refusedStep } from './refused.ts';
import type { SettledStack, StackPoller, StackWatch } from './stack-poller.ts';
import { createStack, type StackClient } from './stacks.ts';
import type { StateNotes } from './state-notes.ts';

/** What a stack's creation works with. */
export interface StackCreation {
  readonly client: StackClient;
  readonly poller: StackPoller;
  readonly times: DeployTimes;
  readonly tags: Readonly<Record<string, string>>;
  readonly onEvent: (event: DeployEvent) => void;
  readonly signal: AbortSignal;
  /** Different at every call; letters, digits and `-`. */
  readonly newToken: () => string;
  readonly notes: Pick<StateNotes, 'stack'>;
  /** Told the id as soon as there is one. */
  readonly onCreated: (name: string, stackId: string) => void;
  /** Never to be repeated, whoever says it. */
  readonly secret: Secret;
}

/**
 * Creates a stack and waits for it; returns its outputs. Throws `BenchError` with the first cause when it fails, is
 * refused, or takes too long; the signal's reason when aborted, but never before CreateStack has answered: a request on
 * its way would make a stack that nobody waits for.
 */
export async function createAndWait(
  work: StackCreation,
  kind: StackKind,
  stack: StackTemplate,
  parameters: StackParameters,
): Promise<StackOutputs> {
  work.signal.throwIfAborted();
  const name = stack.stackName;
  await work.notes.stack({ kind, name, status: 'creating' });
  let stackId: string;
  try {
    const timeoutMinutes = Math.max(1, Math.ceil(work.times.createMs / 60_000));
    stackId = await createStack(work.client, stack, parameters, { tags: work.tags, timeoutMinutes, token: work.newToken() });
  } catch (thrown) {
    throw withoutSecret(refusedStep(`stack ${name} cannot be created`, thrown), work.secret);
  }
  work.onCreated(name, stackId);
  await work.notes.stack({ kind, name, id: stackId, status: 'creating' });
  const settled = await watched(work, name, {
    stackId,
    name,
    known: new Set(),
    isSettled: isEndOfCreation,
    deadlineMs: work.times.createMs,
    onEvent: (event) => work.onEvent(cleaned(event, work.secret)),
    signal: work.signal,
  });
  if (settled.state?.status === 'CREATE_COMPLETE') {
    await work.notes.stack({ kind, name, id: stackId, status: 'created' });
    return settled.state.outputs;
  }
  throw withoutSecret(failure(name, settled), work.secret);
}

async function watched({ poller, signal, secret }: StackCreation, name: string, watch: StackWatch): Promise<SettledStack> {
  try {
    return await poller.settled(watch);
  } catch (thrown) {
    signal.throwIfAborted();
    throw withoutSecret(refusedStep(`it cannot be told what becomes of stack ${name}`, thrown), secret);
  }
}

/** A failed creation goes through `CREATE_FAILED` and `ROLLBACK_…` to its own deletion; the cause is known before that ends. */
function isEndOfCreation(status: string): boolean {
  return status !== 'CREATE_IN_PROGRESS' && status !== 'REVIEW_IN_PROGRESS';
}

function failure(name: string, { kind, state, happenings }: SettledStack): BenchError {
  const cause = firstCause(happenings);
  const what =
    kind === 'overdue'
      ? `stack ${name} was not created in time`
      : `stack ${name} failed${cause === undefined ? '' : ` at ${cause.logicalId}`}`;
  const why = cause === undefined ? (state?.reason ?? `its status is ${state?.status ?? 'unknown'}`) : `${cause.type}: ${cause.reason}`;
  return new BenchError({
    exitCode: EXIT_CODES.environment,
    what,
    why,
    tryCommands: ['npm run bench -- …   (the same flags again, when the cause above is dealt with)'],
    leftBehind: 'nothing',
  });
}

function cleaned(event: DeployEvent, secret: Secret): DeployEvent {
  return event.reason === undefined ? event : { ...event, reason: hide(event.reason, secret) };
}

function withoutSecret(error: unknown, secret: Secret): unknown {
  if (!(error instanceof BenchError)) return error;
  return new BenchError({
    exitCode: error.exitCode,
    what: hide(error.message, secret),
    why: hide(error.why, secret),
    tryCommands: error.tryCommands,
    leftBehind: error.leftBehind,
  });
}

function hide(text: string, secret: Secret): string {
  return text.replaceAll(secret.reveal(), String(secret));
}
