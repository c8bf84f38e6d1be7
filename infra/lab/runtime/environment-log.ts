import { randomBytes } from 'node:crypto';
import { type InvocationLog, newInvocationLog } from './invocation-log.ts';
import { type InitPhase, type PlatformStatus, reportFigures, toPrintedUs } from './platform-lines.ts';
import type { Answer } from './runtime-api.ts';
import type { Deployment, LogDelivery } from './wire.ts';

/** How a call ended, on the monotonic clock. */
export interface CallEnd {
  readonly requestId: string;
  readonly status: PlatformStatus;
  /** Only what the platform itself found, not what the handler threw. */
  readonly errorType?: string;
  /** Start of the Duration; absent when the call never had a process to go to. */
  readonly begunNs?: bigint;
  /** The same moment since the epoch. */
  readonly startMs?: number;
  readonly endNs: bigint;
  /** Init before the call, not in its Duration. */
  readonly initNs?: bigint;
  /** Present when the environment answered. */
  readonly answer?: Answer;
  readonly memoryMb?: number;
}

/** Writes what happens to one environment as the platform's lines. */
export interface EnvironmentLog extends Pick<InvocationLog, 'application' | 'tail' | 'flush'> {
  initStarted(phase: InitPhase): void;
  initEnded(phase: InitPhase, initNs: bigint, status: PlatformStatus, errorType?: string): void;
  callStarted(requestId: string): void;
  callEnded(end: CallEnd): void;
}

/** An empty log for the stream of one environment. `wallMs`: milliseconds since the epoch. */
export function newEnvironmentLog(
  deployment: Deployment,
  stream: string,
  wallMs: () => number,
  deliver: (delivery: LogDelivery) => void,
): EnvironmentLog {
  const log = newInvocationLog({ ...deployment, stream }, deliver);
  const { initializationType } = deployment;
  const { format } = deployment.logging;
  return {
    application: log.application,
    tail: log.tail,
    flush: log.flush,
    initStarted: (phase) => log.platform({ kind: 'initStart', atMs: wallMs(), phase }),
    initEnded(phase, initNs, status, errorType) {
      const outcome = { atMs: wallMs(), phase, ...newOutcome(status, errorType) };
      log.platform({ kind: 'initRuntimeDone', ...outcome });
      log.platform({ kind: 'initReport', ...outcome, durationUs: toPrintedUs(format, initNs) });
    },
    callStarted: (requestId) => log.platform({ kind: 'start', atMs: wallMs(), requestId }),
    callEnded: (end) => logEnd(log, { format, initializationType }, wallMs(), end),
  };
}

function newOutcome(status: PlatformStatus, errorType: string | undefined): { status: PlatformStatus; errorType?: string } {
  return errorType === undefined ? { status } : { status, errorType };
}

/** What the figures of a REPORT depend on beside the call. */
type ReportForm = { readonly format: 'Text' | 'JSON' } & Pick<Deployment, 'initializationType'>;

function logEnd(log: InvocationLog, form: ReportForm, atMs: number, end: CallEnd): void {
  const { requestId, answer } = end;
  const begunNs = end.begunNs ?? end.endNs;
  const figures = reportFigures(form.format, end.endNs - begunNs, end.initNs, form.initializationType);
  const common = { atMs, requestId, ...newOutcome(end.status, end.errorType) };
  log.platform({ kind: 'end', atMs, requestId });
  log.platform({
    kind: 'runtimeDone',
    ...common,
    durationUs: figures.durationUs,
    producedBytes: answer === undefined ? 0 : Buffer.byteLength(answer.body),
    ...(answer === undefined || end.startMs === undefined ? {} : { response: spansOf(answer, begunNs, end.startMs) }),
  });
  const memory = end.memoryMb === undefined ? {} : { maxMemoryUsedMb: end.memoryMb };
  log.platform({ kind: 'report', ...common, ...figures, ...memory });
}

function spansOf(answer: Answer, begunNs: bigint, startMs: number): { startMs: number; latencyUs: number; durationUs: number } {
  return {
    startMs,
    latencyUs: toPrintedUs('JSON', answer.begunNs - begunNs),
    durationUs: toPrintedUs('JSON', answer.completeNs - answer.begunNs),
  };
}

/** `2026/11/23/[$LATEST]<32 hex digits>`, by the UTC date. */
export function newStreamName(wallMs: number): string {
  const date = new Date(wallMs).toISOString().slice(0, 10).replaceAll('-', '/');
  return `${date}/[$LATEST]${randomBytes(16).toString('hex')}`;
}
