import { type FunctionConfiguration, GetFunctionCommand } from '@aws-sdk/client-lambda';
import { BenchError, EXIT_CODES } from '../../harness/domain/exit-code.ts';
import { toMilliseconds } from '../../harness/domain/nanoseconds.ts';
import type { Clock } from '../../harness/domain/ports.ts';
import type { FunctionControl } from './cold-forcer.ts';
import { readServiceError } from './service-error.ts';
import { type FunctionSettings, flattenSettings } from './settings.ts';

/** How long functions may take to become ready, and how often they are looked at; milliseconds. */
export interface ReadyBounds {
  readonly pollMs: number;
  readonly deadlineMs: number;
}

/**
 * Waits until a function is `Active` and its last update `Successful`, and returns its stored settings. Throws
 * `BenchError` when it failed or went idle, when GetFunction refuses, or at the deadline; the signal's reason when aborted.
 */
export async function settingsWhenReady(
  client: FunctionControl,
  clock: Clock,
  functionName: string,
  bounds: ReadyBounds,
  signal: AbortSignal,
): Promise<FunctionSettings> {
  const startedAt = clock.now();
  for (;;) {
    const configuration = await configurationOf(client, functionName, signal);
    if (isReady(functionName, configuration)) return flattenSettings(configuration, functionName);
    if (toMilliseconds(clock.now() - startedAt) >= bounds.deadlineMs) {
      const seen = `state ${configuration.State ?? 'unknown'}, last update ${configuration.LastUpdateStatus ?? 'unknown'}`;
      throw unready(functionName, `it is not ready after ${bounds.deadlineMs} ms`, seen);
    }
    await clock.sleep(bounds.pollMs, signal);
  }
}

async function configurationOf(client: FunctionControl, functionName: string, signal: AbortSignal): Promise<FunctionConfiguration> {
  try {
    const output = await client.send(new GetFunctionCommand({ FunctionName: functionName }), { abortSignal: signal });
    return output.Configuration ?? {};
  } catch (thrown) {
    signal.throwIfAborted();
    const error = readServiceError(thrown);
    throw unready(functionName, 'GetFunction was refused', `${error.name}: ${error.message}`);
  }
}

function isReady(functionName: string, configuration: FunctionConfiguration): boolean {
  const { State: state, LastUpdateStatus: update } = configuration;
  if (update === 'Failed')
    throw unready(functionName, 'its update failed', configuration.LastUpdateStatusReason ?? 'Lambda gave no reason');
  if (state !== 'Active' && state !== 'Pending') {
    throw unready(functionName, `its state is ${state ?? 'unknown'}`, configuration.StateReason ?? 'Lambda gave no reason');
  }
  return state === 'Active' && update === 'Successful';
}

function unready(functionName: string, what: string, why: string): BenchError {
  return new BenchError({
    exitCode: EXIT_CODES.environment,
    what: `function ${functionName} cannot be used: ${what}`,
    why,
    tryCommands: ['npm run bench -- --keep …   (the same flags again; on AWS it leaves the deployment to be looked at)'],
    leftBehind: 'the deployment, until the teardown that follows',
  });
}
