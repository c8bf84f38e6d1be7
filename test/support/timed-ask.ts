import { joinTail } from '../../harness/collect/join.ts';
import type { Arm } from '../../harness/domain/arm.ts';
import type { Deployment } from '../../harness/domain/deployment.ts';
import type { ProbeAnswer } from '../../harness/domain/probe-wire.ts';
import type { Call, ReportFigures } from '../../harness/domain/sample.ts';
import { newClientTimer } from '../../harness/drive/client-timing.ts';
import { parseProbeAnswer } from '../../harness/drive/probe-answer.ts';
import { newProbeEventEncoder } from '../../harness/drive/probe-event.ts';
import { newSystemClock } from '../../harness/run/system-clock.ts';
import type { RunningLab } from './running-lab.ts';

/** One invocation seen by all three clocks, in milliseconds. */
export interface TimedAnswer {
  readonly answer: ProbeAnswer;
  /** The driver's: the SDK call. */
  readonly clientMs: number;
  /** The function's: the timed operation, and its phases by name. */
  readonly fnMs: number;
  readonly phasesMs: Readonly<Record<string, number>>;
  /** The platform's REPORT; `initMs` is absent on a warm call. */
  readonly durationMs: number;
  readonly initMs?: number;
}

const PHASE_TIMEOUT_MS = 1_000;
const timer = newClientTimer(newSystemClock().now);
let asked = 0;

function inMs(value: number | undefined): number | undefined {
  return value === undefined ? undefined : value / 1e6;
}

function figuresOf(logTail: string | undefined, requestId: string): ReportFigures {
  const tail = joinTail(logTail, requestId);
  if (tail.kind !== 'found' || !tail.complete) throw new Error(`no whole REPORT in Tail of ${requestId}`);
  return tail.figures;
}

/** Invokes an arm's function once, on a new connection, as the driver does. Throws when the operation or anything before it fails. */
export async function askTimed(lab: RunningLab, deployment: Deployment, arm: Arm): Promise<TimedAnswer> {
  const fn = deployment.functions.find(({ scenario, target }) => scenario === arm.scenario && target === arm.target);
  if (fn === undefined) throw new Error(`no function for ${arm.scenario}/${arm.target}`);
  asked += 1;
  const callId = `timed-${asked}`;
  const call: Call = { ...arm, callId, round: 1, position: asked, purpose: 'measure', startAsked: 'warm', connection: 'new' };
  const payload = newProbeEventEncoder(deployment.targets, PHASE_TIMEOUT_MS)(call);
  const { value, timings } = await timer.time(() => lab.measuring.invoker.invoke(fn.functionName, payload));
  if (value.kind !== 'answered') throw new Error(`${fn.functionName} was not invoked: ${JSON.stringify(value)}`);
  const parsed = parseProbeAnswer(value.payload, callId);
  if (parsed.kind === 'malformed') throw new Error(`${fn.functionName}: ${parsed.why}`);
  const { answer } = parsed;
  if (answer.result.kind !== 'ok') throw new Error(`${fn.functionName}: ${JSON.stringify(answer.result)}`);
  const { duration, init } = figuresOf(value.logTail, value.requestId);
  const initMs = inMs(init);
  return {
    answer,
    clientMs: timings.total / 1e6,
    fnMs: answer.result.totalNs / 1e6,
    phasesMs: Object.fromEntries(Object.entries(answer.result.phases).map(([name, ns = 0]) => [name, ns / 1e6])),
    durationMs: inMs(duration) ?? Number.NaN,
    ...(initMs === undefined ? {} : { initMs }),
  };
}

/** Nearest rank. NaN for nothing. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.ceil(values.length / 2) - 1] ?? Number.NaN;
}
