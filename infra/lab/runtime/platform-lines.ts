import type { InitializationType } from '../faults/knobs.ts';
import type { DeployedLogging } from './wire.ts';

/** Whether the first start of an environment or a later one, which happens inside a call. */
export type InitPhase = 'init' | 'invoke';
export type PlatformStatus = 'success' | 'error' | 'timeout';

interface Outcome {
  readonly status: PlatformStatus;
  /** E.g. `Runtime.ExitError`; absent on success, on a timeout, and for what the handler itself reported. */
  readonly errorType?: string;
}

/** What the platform notes about an environment. Durations are whole microseconds, stamps milliseconds since the epoch. */
export type PlatformRecord =
  | { readonly kind: 'initStart'; readonly atMs: number; readonly phase: InitPhase }
  | ({ readonly kind: 'initRuntimeDone'; readonly atMs: number; readonly phase: InitPhase } & Outcome)
  | ({ readonly kind: 'initReport'; readonly atMs: number; readonly phase: InitPhase; readonly durationUs: number } & Outcome)
  | { readonly kind: 'start'; readonly atMs: number; readonly requestId: string }
  | { readonly kind: 'end'; readonly atMs: number; readonly requestId: string }
  | RuntimeDoneRecord
  | ReportRecord;

export interface RuntimeDoneRecord extends Outcome {
  readonly kind: 'runtimeDone';
  readonly atMs: number;
  readonly requestId: string;
  readonly durationUs: number;
  readonly producedBytes: number;
  /** Hand-out → answer begun, answer begun → answer complete; absent when there was no answer. */
  readonly response?: { readonly startMs: number; readonly latencyUs: number; readonly durationUs: number };
}

export interface ReportRecord extends Outcome {
  readonly kind: 'report';
  readonly atMs: number;
  readonly requestId: string;
  readonly durationUs: number;
  readonly billedMs: number;
  /** Absent when the process was gone before it could be read. */
  readonly maxMemoryUsedMb?: number;
  /** Only for the first call of an environment whose own init succeeded. */
  readonly initUs?: number;
}

/** Whose lines they are. */
export interface LogSubject {
  readonly functionName: string;
  readonly functionArn: string;
  readonly runtimeVersion: string;
  readonly runtimeVersionArn: string;
  readonly memorySizeMb: number;
  readonly stream: string;
  readonly initializationType: InitializationType;
  readonly logging: DeployedLogging;
}

/** Figures of a REPORT, cut to the digits that the log format prints, so that the billing identity holds for a reader. */
export interface ReportFigures {
  readonly durationUs: number;
  readonly initUs?: number;
  readonly billedMs: number;
}

/**
 * `billed = ceil(duration + init)`, as AWS bills since August 2025; of a restore what it bills, here the whole one, unverified. Text prints
 * 10 µs, JSON 1 µs.
 */
export function reportFigures(
  format: 'Text' | 'JSON',
  durationNs: bigint,
  initNs: bigint | undefined,
  type: InitializationType = 'on-demand',
): ReportFigures {
  const durationUs = toPrintedUs(format, durationNs);
  const initUs = initNs === undefined ? undefined : toPrintedUs(format, initNs);
  const billedInitUs = type === 'snap-start' ? billedRestoreMs(initUs ?? 0) * 1000 : (initUs ?? 0);
  const billedMs = Math.ceil((durationUs + billedInitUs) / 1000);
  return { durationUs, billedMs, ...(initUs === undefined ? {} : { initUs }) };
}

/** `Billed Restore Duration` is a whole number beside the restore (seen in public REPORT lines). */
function billedRestoreMs(restoreUs: number): number {
  return Math.ceil(restoreUs / 1000);
}

/** Nanoseconds → whole microseconds, rounded to what the format shows. */
export function toPrintedUs(format: 'Text' | 'JSON', durationNs: bigint): number {
  const grainUs = format === 'Text' ? 10 : 1;
  return Math.round(Number(durationNs) / (grainUs * 1000)) * grainUs;
}

/** The line as it stands in the log, or undefined where format and level leave it out. Text lines end with a line feed. */
export function formatPlatformLine(record: PlatformRecord, subject: LogSubject): string | undefined {
  return subject.logging.format === 'Text' ? formatTextLine(record, subject) : formatJsonLine(record, subject);
}

function formatTextLine(record: PlatformRecord, subject: LogSubject): string | undefined {
  switch (record.kind) {
    case 'initStart':
      return `${isRestore(subject) ? 'RESTORE' : 'INIT'}_START Runtime Version: ${subject.runtimeVersion}\tRuntime Version ARN: ${subject.runtimeVersionArn}\n`;
    case 'initRuntimeDone':
    case 'runtimeDone':
      return undefined;
    case 'initReport':
      if (isRestore(subject)) return `RESTORE_REPORT Restore Duration: ${textMs(record.durationUs)} ms${textOutcome(record)}\n`;
      // Elsewhere always written (Lambda developer guide).
      if (record.status === 'success' && subject.initializationType === 'on-demand') return undefined;
      return `INIT_REPORT Init Duration: ${textMs(record.durationUs)} ms\tPhase: ${record.phase}${textOutcome(record)}\n`;
    case 'start':
      return `START RequestId: ${record.requestId} Version: $LATEST\n`;
    case 'end':
      return `END RequestId: ${record.requestId}\n`;
    case 'report':
      return `REPORT RequestId: ${record.requestId}\t${textFigures(record, subject).join('\t')}${textOutcome(record)}\t\n`;
  }
}

function isRestore({ initializationType }: LogSubject): boolean {
  return initializationType === 'snap-start';
}

function textInit(initUs: number, subject: LogSubject): string[] {
  if (!isRestore(subject)) return [`Init Duration: ${textMs(initUs)} ms`];
  return [`Restore Duration: ${textMs(initUs)} ms`, `Billed Restore Duration: ${billedRestoreMs(initUs)} ms`];
}

function textFigures(record: ReportRecord, subject: LogSubject): string[] {
  return [
    `Duration: ${textMs(record.durationUs)} ms`,
    `Billed Duration: ${record.billedMs} ms`,
    `Memory Size: ${subject.memorySizeMb} MB`,
    ...(record.maxMemoryUsedMb === undefined ? [] : [`Max Memory Used: ${record.maxMemoryUsedMb} MB`]),
    ...(record.initUs === undefined ? [] : textInit(record.initUs, subject)),
  ];
}

/** What the handler itself reported has no type here, and text says nothing about it. */
function textOutcome(outcome: Outcome): string {
  if (outcome.status === 'timeout') return '\tStatus: timeout';
  return outcome.errorType === undefined ? '' : `\tStatus: error\tError Type: ${outcome.errorType}`;
}

function textMs(durationUs: number): string {
  return (durationUs / 1000).toFixed(2);
}

const LEVELS = ['DEBUG', 'INFO', 'WARN'] as const;

/** Level of each record in JSON logs: the init and runtime details are DEBUG while all is well (Lambda developer guide). */
function levelOf(record: PlatformRecord): (typeof LEVELS)[number] {
  switch (record.kind) {
    case 'initStart':
    case 'start':
      return 'INFO';
    case 'initRuntimeDone':
    case 'initReport':
    case 'runtimeDone':
      return record.status === 'success' ? 'DEBUG' : 'WARN';
    case 'report':
      return record.status === 'success' ? 'INFO' : 'WARN';
    case 'end':
      return 'DEBUG';
  }
}

function formatJsonLine(record: PlatformRecord, subject: LogSubject): string | undefined {
  // JSON logs have no END.
  if (record.kind === 'end') return undefined;
  if (LEVELS.indexOf(levelOf(record)) < LEVELS.indexOf(subject.logging.systemLogLevel)) return undefined;
  const kind = isRestore(subject) ? record.kind.replace(/^init/, 'restore') : record.kind;
  return JSON.stringify({ time: new Date(record.atMs).toISOString(), type: `platform.${kind}`, record: jsonBody(record, subject) });
}

function jsonBody(record: Exclude<PlatformRecord, { kind: 'end' }>, subject: LogSubject): Readonly<Record<string, unknown>> {
  switch (record.kind) {
    case 'initStart':
      return jsonInitStart(record.phase, subject);
    case 'initRuntimeDone':
      return { ...jsonInit(record.phase, subject), ...jsonOutcome(record) };
    case 'initReport':
      return { ...jsonInit(record.phase, subject), ...jsonOutcome(record), metrics: { durationMs: record.durationUs / 1000 } };
    case 'start':
      return { requestId: record.requestId, functionArn: subject.functionArn, version: '$LATEST' };
    case 'runtimeDone':
      return jsonRuntimeDone(record);
    case 'report':
      return jsonReport(record, subject);
  }
}

function jsonInit(phase: InitPhase, subject: LogSubject): Readonly<Record<string, unknown>> {
  // A restore has no phase (Lambda developer guide, telemetry schema).
  return isRestore(subject) ? {} : { initializationType: subject.initializationType, phase };
}

function jsonInitStart(phase: InitPhase, subject: LogSubject): Readonly<Record<string, unknown>> {
  return {
    ...jsonInit(phase, subject),
    runtimeVersion: subject.runtimeVersion,
    runtimeVersionArn: subject.runtimeVersionArn,
    functionName: subject.functionName,
    functionVersion: '$LATEST',
    instanceId: subject.stream,
    instanceMaxMemory: subject.memorySizeMb * 1024 * 1024,
  };
}

function jsonOutcome(outcome: Outcome): Readonly<Record<string, unknown>> {
  return { status: outcome.status, ...(outcome.errorType === undefined ? {} : { errorType: outcome.errorType }) };
}

function jsonRuntimeDone(record: RuntimeDoneRecord): Readonly<Record<string, unknown>> {
  const { response } = record;
  return {
    requestId: record.requestId,
    ...jsonOutcome(record),
    ...(response === undefined ? {} : { spans: jsonSpans(response) }),
    metrics: { durationMs: record.durationUs / 1000, producedBytes: record.producedBytes },
  };
}

function jsonSpans(response: NonNullable<RuntimeDoneRecord['response']>): readonly Readonly<Record<string, unknown>>[] {
  const start = new Date(response.startMs).toISOString();
  const answered = new Date(response.startMs + response.latencyUs / 1000).toISOString();
  return [
    { name: 'responseLatency', start, durationMs: response.latencyUs / 1000 },
    { name: 'responseDuration', start: answered, durationMs: response.durationUs / 1000 },
  ];
}

function jsonInitMetrics(initUs: number, subject: LogSubject): Readonly<Record<string, number>> {
  if (!isRestore(subject)) return { initDurationMs: initUs / 1000 };
  return { restoreDurationMs: initUs / 1000, billedRestoreDurationMs: billedRestoreMs(initUs) };
}

function jsonReport(record: ReportRecord, subject: LogSubject): Readonly<Record<string, unknown>> {
  return {
    requestId: record.requestId,
    metrics: {
      durationMs: record.durationUs / 1000,
      billedDurationMs: record.billedMs,
      memorySizeMB: subject.memorySizeMb,
      ...(record.maxMemoryUsedMb === undefined ? {} : { maxMemoryUsedMB: record.maxMemoryUsedMb }),
      ...(record.initUs === undefined ? {} : jsonInitMetrics(record.initUs, subject)),
    },
    ...jsonOutcome(record),
  };
}
