import {
  NONCE_VARIABLE,
  PROBE_WIRE_VERSION,
  type ProbeAnswer,
  type ProbeProof,
  type ProbeResult,
  type ProbeTarget,
} from '../../harness/domain/probe-wire.ts';
import { ExecutionEnvironment } from './environment.ts';
import { type EventFor, parseEvent } from './event.ts';
import type { ProbeFailure } from './failure.ts';
import { availabilityZoneId } from './zone.ts';

/** The members of Lambda's context that a probe reads. */
export interface InvocationContext {
  readonly awsRequestId: string;
  readonly logStreamName?: string;
}

/** A target's two parts. Neither rejects for what the network does. */
export interface Probe<Kind extends ProbeTarget['kind'], Operation extends { readonly result: ProbeResult }> {
  readonly kind: Kind;
  /** The timed operation. */
  operate(event: EventFor<Kind>): Promise<Operation>;
  /** What the target saw of us; called after a timed operation that succeeded. */
  prove(event: EventFor<Kind>, operation: Operation): Promise<ProbeProof>;
}

/** A Lambda handler. Throws (a `FunctionError`) for a malformed event or a function without its nonce. */
export type ProbeHandler = (event: unknown, context: InvocationContext) => Promise<ProbeAnswer>;

/** Makes the handler of a probe. Call it as the module's last statement: its end is taken as the end of module load. */
export function newHandler<Kind extends ProbeTarget['kind'], Operation extends { readonly result: ProbeResult }>(
  probe: Probe<Kind, Operation>,
): ProbeHandler {
  const environment = new ExecutionEnvironment();
  const handler: ProbeHandler = async (raw, context) => {
    const { environmentId, first, ...spans } = environment.enter();
    const event = parseEvent(raw, probe.kind);
    const nonce = process.env[NONCE_VARIABLE];
    if (nonce === undefined) throw new Error(`the environment variable ${NONCE_VARIABLE} is not set`);
    const operation = await probe.operate(event);
    const proof = event.prove ? await proofOf(probe, event, operation) : undefined;
    const azId = event.prove ? await availabilityZoneId() : undefined;
    return {
      version: PROBE_WIRE_VERSION,
      callId: event.callId,
      nonce,
      environmentId,
      first,
      ...spans,
      requestId: context.awsRequestId,
      ...(context.logStreamName === undefined ? {} : { logStream: context.logStreamName }),
      ...(azId === undefined ? {} : { azId }),
      result: operation.result,
      ...(proof === undefined ? {} : { proof }),
    };
  };
  environment.moduleLoaded();
  return handler;
}

async function proofOf<Kind extends ProbeTarget['kind'], Operation extends { readonly result: ProbeResult }>(
  probe: Probe<Kind, Operation>,
  event: EventFor<Kind>,
  operation: Operation,
): Promise<ProbeProof> {
  return operation.result.kind === 'error' ? failedProof(operation.result) : probe.prove(event, operation);
}

/** A proof that could not be had, for the reason why an operation failed. */
export function failedProof(reason: Pick<ProbeFailure, 'class' | 'phase' | 'message'>): ProbeProof {
  return { kind: 'failed', class: reason.class, phase: reason.phase, message: reason.message };
}
