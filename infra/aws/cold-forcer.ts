import { setMaxListeners } from 'node:events';
import {
  GetFunctionCommand,
  type GetFunctionCommandOutput,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
  type UpdateFunctionConfigurationCommandOutput,
} from '@aws-sdk/client-lambda';
import { BenchError, EXIT_CODES } from '../../harness/domain/exit-code.ts';
import { toMilliseconds } from '../../harness/domain/nanoseconds.ts';
import type { Clock, ColdForcer, ForcedCold } from '../../harness/domain/ports.ts';
import { NONCE_VARIABLE } from '../../harness/domain/probe-wire.ts';
import { type ClientOptions, controlPlane } from './client-options.ts';
import { newPacer, type Pacer } from './pacer.ts';
import { isConflict, readServiceError } from './service-error.ts';

/** What the control plane of Lambda is asked for. */
export interface FunctionControl {
  send(command: GetFunctionCommand, options?: { abortSignal?: AbortSignal }): Promise<GetFunctionCommandOutput>;
  send(
    command: UpdateFunctionConfigurationCommand,
    options?: { abortSignal?: AbortSignal },
  ): Promise<UpdateFunctionConfigurationCommandOutput>;
}

/** Times of the cold forcer. Lab and AWS differ in `pollMs` and `deadlineMs`. */
export interface ForceBounds {
  /** Between two looks at one function, milliseconds. GetFunction is allowed 100 times a second. */
  readonly pollMs: number;
  /** For all functions of one round, milliseconds. */
  readonly deadlineMs: number;
  /** Updates in any one second; Lambda allows 15 calls to everybody of the account. */
  readonly updatesPerSecond: number;
}

export const LAB_FORCE_BOUNDS: ForceBounds = { pollMs: 10, deadlineMs: 60_000, updatesPerSecond: 12 };
export const AWS_FORCE_BOUNDS: ForceBounds = { pollMs: 500, deadlineMs: 300_000, updatesPerSecond: 12 };

/** A Lambda client with retries, for everything that nobody times. */
export function newControlClient(options: ClientOptions): LambdaClient {
  return new LambdaClient(controlPlane(options));
}

interface Force {
  readonly client: FunctionControl;
  readonly clock: Clock;
  readonly bounds: ForceBounds;
  readonly pacer: Pacer;
  readonly nonce: string;
  readonly signal: AbortSignal;
  /** Milliseconds left until the deadline. */
  readonly leftMs: () => number;
}

interface Seen {
  readonly revision: string | undefined;
  readonly updateStatus: string | undefined;
  readonly updateReason: string | undefined;
  readonly state: string | undefined;
  readonly stateReason: string | undefined;
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * Makes the next call of every function cold. The update's own answer is not believed: a function counts as updated
 * when GetFunction shows `Successful`, another RevisionId than before, and the nonce. RevisionId is not sent with the
 * update: an attempt that is repeated because its answer got lost would be refused for having succeeded.
 */
export function newColdForcer(client: FunctionControl, clock: Clock, bounds: ForceBounds): ColdForcer {
  const pacer = newPacer(clock, bounds.updatesPerSecond);
  return {
    async force(functionNames, nonce, signal) {
      const failed = new AbortController();
      const startedAt = clock.now();
      const leftMs = () => bounds.deadlineMs - toMilliseconds(clock.now() - startedAt);
      const either = AbortSignal.any([signal, failed.signal]);
      setMaxListeners(0, either);
      const work: Force = { client, clock, bounds, pacer, nonce, leftMs, signal: either };
      const all = functionNames.map((name) => forceOne(work, name));
      try {
        return await Promise.all(all);
      } catch (thrown) {
        failed.abort(thrown);
        await Promise.allSettled(all);
        throw thrown;
      }
    },
  };
}

async function forceOne(work: Force, functionName: string): Promise<ForcedCold> {
  const before = await look(work, functionName);
  await update(work, functionName, before);
  const acceptedAt = work.clock.now();
  for (;;) {
    const seen = await look(work, functionName);
    const successfulAt = work.clock.now();
    const changed = seen.revision !== undefined && seen.revision !== before.revision;
    if (changed && seen.updateStatus === 'Failed') {
      throw stuck(functionName, 'the update failed', seen.updateReason ?? 'Lambda gave no reason');
    }
    if (changed && seen.updateStatus === 'Successful' && seen.variables[NONCE_VARIABLE] === work.nonce) {
      return { functionName, acceptedAt, successfulAt };
    }
    await pause(work, functionName, seen);
  }
}

async function update(work: Force, functionName: string, before: Seen): Promise<void> {
  const command = new UpdateFunctionConfigurationCommand({
    FunctionName: functionName,
    Environment: { Variables: { ...before.variables, [NONCE_VARIABLE]: work.nonce } },
  });
  for (;;) {
    await work.pacer.turn(work.signal);
    try {
      await work.client.send(command, { abortSignal: work.signal });
      return;
    } catch (thrown) {
      work.signal.throwIfAborted();
      if (!isConflict(readServiceError(thrown))) throw refusal(functionName, 'UpdateFunctionConfiguration', thrown);
    }
    await pause(work, functionName, await look(work, functionName));
  }
}

async function look(work: Force, functionName: string): Promise<Seen> {
  try {
    const output = await work.client.send(new GetFunctionCommand({ FunctionName: functionName }), { abortSignal: work.signal });
    return alive(functionName, seenIn(output));
  } catch (thrown) {
    work.signal.throwIfAborted();
    throw thrown instanceof BenchError ? thrown : refusal(functionName, 'GetFunction', thrown);
  }
}

function seenIn(output: GetFunctionCommandOutput): Seen {
  const configuration = output.Configuration;
  return {
    revision: configuration?.RevisionId,
    updateStatus: configuration?.LastUpdateStatus,
    updateReason: configuration?.LastUpdateStatusReason,
    state: configuration?.State,
    stateReason: configuration?.StateReason,
    variables: configuration?.Environment?.Variables ?? {},
  };
}

/** `Pending` passes by itself; the other states but `Active` do not. */
function alive(functionName: string, seen: Seen): Seen {
  if (seen.state === undefined || seen.state === 'Active' || seen.state === 'Pending') return seen;
  throw stuck(functionName, `its state is ${seen.state}`, seen.stateReason ?? 'Lambda gave no reason');
}

async function pause(work: Force, functionName: string, seen: Seen): Promise<void> {
  if (work.leftMs() <= work.bounds.pollMs) {
    const why = `after ${work.bounds.deadlineMs} ms its last update is ${seen.updateStatus ?? 'unknown'}, revision ${seen.revision ?? 'unknown'}`;
    throw stuck(functionName, 'it was not updated in time', why);
  }
  await work.clock.sleep(work.bounds.pollMs, work.signal);
}

/** What a person can do about a function that is removed with its run. */
const LOOK_AT_IT = ['npm run bench -- --keep …   (the same flags again; on AWS it leaves the deployment to be looked at)'];

function stuck(functionName: string, what: string, why: string): BenchError {
  return new BenchError({
    exitCode: EXIT_CODES.environment,
    what: `cannot make ${functionName} cold: ${what}`,
    why,
    tryCommands: LOOK_AT_IT,
    leftBehind: 'the deployment, until the teardown that follows',
  });
}

function refusal(functionName: string, call: string, thrown: unknown): BenchError {
  const error = readServiceError(thrown);
  return new BenchError({
    exitCode: EXIT_CODES.environment,
    what: `cannot make ${functionName} cold: ${call} was refused`,
    why: `${error.name}: ${error.message}`,
    tryCommands: LOOK_AT_IT,
    leftBehind: 'the deployment, until the teardown that follows',
    cause: thrown,
  });
}
