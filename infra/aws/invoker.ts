import { InvokeCommand, type InvokeCommandOutput, LambdaClient } from '@aws-sdk/client-lambda';
import type { InvokeFailed, InvokeOutcome, Invoker, InvokeThrottled } from '../../harness/domain/ports.ts';
import { type ClientOptions, placeOf } from './client-options.ts';
import { readServiceError } from './service-error.ts';

/** Bounds of the timed client. */
export interface InvocationBounds {
  /** TCP and TLS towards Lambda's endpoint, milliseconds. */
  readonly connectMs: number;
  /** From request to the end of its answer, milliseconds; must exceed the functions' timeout. */
  readonly answerMs: number;
  /** More calls in flight than this would queue inside the agent, unseen. */
  readonly sockets: number;
}

export const DEFAULT_INVOCATION_BOUNDS: InvocationBounds = { connectMs: 5_000, answerMs: 120_000, sockets: 64 };

/** What the invoker needs of a Lambda client. */
export interface InvokeSender {
  send(command: InvokeCommand): Promise<InvokeCommandOutput>;
}

/**
 * The client whose calls are timed: one attempt, connections kept, every wait bounded. Its hooks
 * (`middlewareStack`) are free for the driver's stamps.
 */
export function newInvocationClient(options: ClientOptions, bounds: InvocationBounds = DEFAULT_INVOCATION_BOUNDS): LambdaClient {
  const agent = { keepAlive: true, maxSockets: bounds.sockets, family: 4, autoSelectFamily: false };
  return new LambdaClient({
    ...placeOf(options),
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: bounds.connectMs,
      requestTimeout: bounds.answerMs,
      throwOnRequestTimeout: true,
      httpAgent: agent,
      httpsAgent: agent,
    },
  });
}

/** Invokes synchronously with Tail. Nothing happens around the SDK's own work until the answer is there. */
export function newInvoker(client: InvokeSender): Invoker {
  return {
    async invoke(functionName, payload) {
      const command = new InvokeCommand({
        FunctionName: functionName,
        InvocationType: 'RequestResponse',
        LogType: 'Tail',
        Payload: payload,
      });
      try {
        return answered(await client.send(command));
      } catch (thrown) {
        return refused(thrown);
      }
    },
  };
}

function answered(output: InvokeCommandOutput): InvokeOutcome {
  const { requestId } = output.$metadata;
  if (requestId === undefined) {
    return { kind: 'failed', errorName: 'NoRequestId', message: 'Lambda answered without a request id, so no log line can be joined' };
  }
  return {
    kind: 'answered',
    requestId,
    payload: output.Payload ?? new Uint8Array(),
    ...(output.FunctionError === undefined ? {} : { functionError: output.FunctionError }),
    ...(output.LogResult === undefined ? {} : { logTail: output.LogResult }),
  };
}

function refused(thrown: unknown): InvokeThrottled | InvokeFailed {
  const error = readServiceError(thrown);
  if (error.status === 429) return { kind: 'throttled', reason: error.reason ?? error.name };
  return {
    kind: 'failed',
    errorName: error.name,
    message: error.message,
    ...(error.requestId === undefined ? {} : { requestId: error.requestId }),
  };
}
