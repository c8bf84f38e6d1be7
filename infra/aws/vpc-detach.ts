import { GetFunctionCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { toMilliseconds } from '../../harness/domain/nanoseconds.ts';
import type { Clock } from '../../harness/domain/ports.ts';
import type { FunctionControl } from './cold-forcer.ts';
import type { ReadyBounds } from './readiness.ts';
import { isNotFound, readServiceError } from './service-error.ts';

/** What became of a function's network: `left` its VPC, was in `none`, or is `gone` itself. */
export type Detached = 'left' | 'none' | 'gone';

/**
 * Takes a function out of its VPC and waits until that is done: only then does Lambda begin to give its interfaces back. The lists
 * are sent explicitly empty, for a list that is missing means "no change" (Lambda API, UpdateFunctionConfiguration, VpcConfig).
 * Throws what Lambda refuses, and at the deadline.
 */
export async function detachFromVpc(client: FunctionControl, clock: Clock, functionName: string, bounds: ReadyBounds): Promise<Detached> {
  const startedAt = clock.now();
  let asked = false;
  for (;;) {
    const seen = await lookAt(client, functionName);
    if (seen === undefined) return 'gone';
    if (!seen.inVpc && !seen.busy) return asked ? 'left' : 'none';
    if (seen.failed && asked) throw new Error(`${functionName} does not leave its VPC: ${seen.reason}`);
    if (toMilliseconds(clock.now() - startedAt) >= bounds.deadlineMs) {
      throw new Error(`${functionName} has not left its VPC after ${bounds.deadlineMs} ms`);
    }
    // While another update is under way Lambda refuses a second one.
    if (!asked && !seen.busy) {
      await client.send(
        new UpdateFunctionConfigurationCommand({ FunctionName: functionName, VpcConfig: { SubnetIds: [], SecurityGroupIds: [] } }),
      );
      asked = true;
    }
    await clock.sleep(bounds.pollMs);
  }
}

async function lookAt(client: FunctionControl, functionName: string) {
  try {
    const { Configuration: stored = {} } = await client.send(new GetFunctionCommand({ FunctionName: functionName }));
    return {
      inVpc: (stored.VpcConfig?.VpcId ?? '') !== '' || (stored.VpcConfig?.SubnetIds ?? []).length > 0,
      busy: stored.LastUpdateStatus === 'InProgress' || stored.State === 'Pending',
      failed: stored.LastUpdateStatus === 'Failed',
      reason: stored.LastUpdateStatusReason ?? 'Lambda gave no reason',
    };
  } catch (thrown) {
    if (isNotFound(readServiceError(thrown))) return undefined;
    throw thrown;
  }
}
