import { elapsed, type Nanoseconds, nanoseconds } from '../domain/nanoseconds.ts';
import type { InvokeOutcome } from '../domain/ports.ts';
import type { ProbeAnswer, ProbeErrorClass, ProbePhase, ProbeResult } from '../domain/probe-wire.ts';
import { type Call, discardReasonOf, type FunctionTimings, type Outcome, type Sample } from '../domain/sample.ts';
import type { ArmState } from './arm-state.ts';
import type { Timed } from './client-timing.ts';
import { parseProbeAnswer } from './probe-answer.ts';

/** A first invocation that waited longer than this after module load was initialised ahead of the call (design: `preinit`). */
const PREINIT_GAP_NS = 100_000_000;

const BLOCKED_CLASSES: readonly ProbeErrorClass[] = ['timeout', 'unreachable', 'refused', 'dns'];

/** Most characters of a foreign word (an error's name, an id), and of a foreign sentence, that a sample keeps. */
const MAX_WORD = 200;
const MAX_SENTENCE = 300;

/** One call with everything that was seen of it. */
export interface Observation {
  readonly sample: Sample;
  /** Absent when the function did not answer in the probe's form. */
  readonly answer?: ProbeAnswer;
  readonly logTail?: string;
}

/** What the driver knew when it sent a call. */
export interface CallContext {
  readonly call: Call;
  readonly askedAt: string;
  readonly timed: Timed<InvokeOutcome>;
  readonly perturbed: boolean;
  readonly nonce?: string;
  readonly successfulAt?: Nanoseconds;
  readonly state: ArmState;
}

function functionTimings(result: Extract<ProbeResult, { kind: 'ok' }>): FunctionTimings {
  const phases: { [phase in ProbePhase]?: Nanoseconds } = {};
  for (const phase of Object.keys(result.phases) as ProbePhase[]) {
    const value = result.phases[phase];
    if (value !== undefined) phases[phase] = nanoseconds(value);
  }
  return { total: nanoseconds(result.totalNs), phases };
}

/** Nothing authenticated came back from the target: the path is blocked. After TLS or login it is an ordinary failure. */
function outcomeOfError(result: Extract<ProbeResult, { kind: 'error' }>): Outcome {
  if (result.class === 'conn-stale') return 'conn-stale';
  const unauthenticated = result.phase === 'dns' || result.phase === 'connect' || result.phase === 'tls';
  return unauthenticated && BLOCKED_CLASSES.includes(result.class) ? 'blocked' : 'failed';
}

function resultFields(result: ProbeResult): Partial<Sample> & { readonly outcome: Outcome } {
  if (result.kind === 'ok') {
    return {
      outcome: 'ok',
      fn: functionTimings(result),
      localAddress: result.localAddress,
      remoteAddress: result.remoteAddress,
      ...(result.tlsResumed === undefined ? {} : { tlsResumed: result.tlsResumed }),
    };
  }
  return {
    outcome: outcomeOfError(result),
    errorClass: result.class,
    errorPhase: result.phase,
    errorMessage: result.message,
    ...(result.remoteAddress === undefined ? {} : { remoteAddress: result.remoteAddress }),
  };
}

/** The start that the function itself claims; the REPORT has the last word later (collect: `classifyStart`). */
function claimedStart(answer: ProbeAnswer): 'cold' | 'warm' | 'preinit' {
  if (!answer.first) return 'warm';
  return answer.initGapNs !== undefined && answer.initGapNs > PREINIT_GAP_NS ? 'preinit' : 'cold';
}

/** Why a sample that was answered is not a measured one; absent when it is. */
function discardReasonFor(context: CallContext, answer: ProbeAnswer, outcome: Outcome): string | undefined {
  const { call, state, nonce } = context;
  const never = discardReasonOf(call.purpose);
  if (never !== undefined) return never;
  if (outcome !== 'ok') return undefined;
  if (nonce !== undefined && answer.nonce !== nonce) return 'stale-environment';
  if (call.purpose === 'cold') return claimedStart(answer) === 'warm' ? 'not-cold' : undefined;
  if (answer.first) return 'environment-recycled';
  if (state.environmentId !== undefined && answer.environmentId !== state.environmentId) return 'other-environment';
  return state.pathProven ? undefined : 'path-unproven';
}

function answeredSample(context: CallContext, base: Sample, answer: ProbeAnswer): Sample {
  const fields = resultFields(answer.result);
  const stale = context.call.purpose === 'cold' && context.nonce !== undefined && answer.nonce !== context.nonce;
  const outcome: Outcome = stale ? 'stale_env' : fields.outcome;
  const discardReason = discardReasonFor(context, answer, outcome);
  return {
    ...base,
    ...fields,
    outcome,
    start: claimedStart(answer),
    environmentId: answer.environmentId,
    ...(answer.logStream === undefined ? {} : { logStream: answer.logStream }),
    ...(answer.azId === undefined ? {} : { azId: answer.azId }),
    ...(answer.moduleNs === undefined ? {} : { moduleLoad: nanoseconds(answer.moduleNs) }),
    ...(answer.initGapNs === undefined ? {} : { initGap: nanoseconds(answer.initGapNs) }),
    ...(discardReason === undefined ? {} : { discardReason }),
  };
}

function failedSample(base: Sample, errorClass: string, message: string): Sample {
  const words = { errorClass: errorClass.slice(0, MAX_WORD), errorMessage: message.slice(0, MAX_SENTENCE) };
  return { ...base, outcome: 'failed', errorPhase: 'invoke', ...words };
}

/** A refusal before any environment is no call: how long it took is a time of nothing, and is not kept. */
function throttledSample({ client: _, ...base }: Sample, reason: string): Sample {
  return { ...base, outcome: 'throttled', errorClass: reason.slice(0, MAX_WORD), errorPhase: 'invoke' };
}

/** A function error's payload in short; it is foreign text. */
function formatFunctionError(payload: Uint8Array): string {
  return new TextDecoder().decode(payload.subarray(0, MAX_SENTENCE));
}

/** What one call gave, as a sample. Never throws for what came back. */
export function observe(context: CallContext): Observation {
  const { call, timed, state } = context;
  const reply = timed.value;
  const never = discardReasonOf(call.purpose);
  const base: Sample = {
    call,
    outcome: 'failed',
    askedAt: context.askedAt,
    client: timed.timings,
    perturbed: context.perturbed,
    ...(never === undefined ? {} : { discardReason: never }),
    ...(context.successfulAt === undefined || call.purpose !== 'cold' ? {} : { age: elapsed(context.successfulAt, timed.startedAt) }),
    ...(call.connection === 'reused' && state.keptUsedAt !== undefined ? { idleGap: elapsed(state.keptUsedAt, timed.startedAt) } : {}),
  };
  switch (reply.kind) {
    case 'throttled':
      return { sample: throttledSample(base, reply.reason) };
    case 'failed': {
      const sample = failedSample(base, reply.errorName, reply.message);
      return { sample: reply.requestId === undefined ? sample : { ...sample, requestId: reply.requestId.slice(0, MAX_WORD) } };
    }
    case 'answered': {
      const known: Sample = { ...base, requestId: reply.requestId.slice(0, MAX_WORD) };
      const tail = reply.logTail === undefined ? {} : { logTail: reply.logTail };
      if (reply.functionError !== undefined) {
        return { sample: failedSample(known, 'function-error', formatFunctionError(reply.payload)), ...tail };
      }
      const parsed = parseProbeAnswer(reply.payload, call.callId);
      if (parsed.kind === 'malformed') return { sample: failedSample(known, 'malformed-answer', parsed.why), ...tail };
      return { sample: answeredSample(context, known, parsed.answer), answer: parsed.answer, ...tail };
    }
  }
}
