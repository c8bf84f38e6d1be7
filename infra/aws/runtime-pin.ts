import { PutRuntimeManagementConfigCommand, type PutRuntimeManagementConfigCommandOutput } from '@aws-sdk/client-lambda';
import { BenchError, EXIT_CODES } from '../../harness/domain/exit-code.ts';
import { toMilliseconds } from '../../harness/domain/nanoseconds.ts';
import type { Clock } from '../../harness/domain/ports.ts';
import { newPacer } from './pacer.ts';
import type { ReadyBounds } from './readiness.ts';
import { isConflict, readServiceError } from './service-error.ts';
import type { FunctionSettings } from './settings.ts';

/** What sets the runtime management of a function. */
export interface RuntimeControl {
  send(
    command: PutRuntimeManagementConfigCommand,
    options?: { abortSignal?: AbortSignal },
  ): Promise<PutRuntimeManagementConfigCommandOutput>;
}

/** Where a function's stored settings name the version of the runtime that it runs on. */
const VERSION_SETTING = 'RuntimeVersionConfig.RuntimeVersionArn';
/** Lambda allows 15 calls of the control plane a second to everybody of the account. */
const CALLS_PER_SECOND = 12;

/** The ARN of the runtime version that these settings name; undefined where Lambda, or what stands in for it, names none. */
export function runtimeVersionOf(settings: FunctionSettings | undefined): string | undefined {
  return settings?.[VERSION_SETTING];
}

/**
 * Holds every function to one runtime version, so that no patch comes between two rounds. Lambda goes on with the function for a moment:
 * wait until it is ready again. Throws `BenchError` for what Lambda refuses, or at the deadline.
 */
export async function pinRuntime(
  client: RuntimeControl,
  clock: Clock,
  functionNames: readonly string[],
  { versionArn, bounds, signal }: { readonly versionArn: string; readonly bounds: ReadyBounds; readonly signal: AbortSignal },
): Promise<void> {
  const pacer = newPacer(clock, CALLS_PER_SECOND);
  const beganAt = clock.now();
  const pinOne = async (FunctionName: string): Promise<void> => {
    const command = new PutRuntimeManagementConfigCommand({ FunctionName, UpdateRuntimeOn: 'Manual', RuntimeVersionArn: versionArn });
    for (;;) {
      await pacer.turn(signal);
      try {
        await client.send(command, { abortSignal: signal });
        return;
      } catch (thrown) {
        signal.throwIfAborted();
        const late = toMilliseconds(clock.now() - beganAt) >= bounds.deadlineMs;
        if (late || !isConflict(readServiceError(thrown))) throw refused(FunctionName, versionArn, thrown);
      }
      await clock.sleep(bounds.pollMs, signal);
    }
  };
  await Promise.all(functionNames.map(pinOne));
}

function refused(functionName: string, versionArn: string, thrown: unknown): BenchError {
  const error = readServiceError(thrown);
  return new BenchError({
    exitCode: EXIT_CODES.environment,
    what: `function ${functionName} cannot be held to one runtime version`,
    why: `PutRuntimeManagementConfig with ${versionArn}: ${error.name}: ${error.message}`,
    tryCommands: ['npm run bench -- doctor   (is lambda:PutRuntimeManagementConfig allowed?)'],
    leftBehind: 'the deployment, until the teardown that follows',
  });
}
