import type { Nanoseconds } from '../domain/nanoseconds.ts';

export const LINE_FORMATS = ['text', 'json'] as const;
export type LineFormat = (typeof LINE_FORMATS)[number];

/** `INIT_START`, `platform.initStart`: an environment begins. */
export interface InitStartLine {
  readonly kind: 'initStart';
  /** `on-demand`, `provisioned-concurrency`, `snap-start`, …; JSON only. */
  readonly initType?: string;
  /** `init` or `invoke`; JSON only. */
  readonly phase?: string;
  readonly runtimeVersion?: string;
  readonly runtimeVersionArn?: string;
  /** The environment's log stream; JSON only. */
  readonly instanceId?: string;
}

/** `START`, `platform.start`. */
export interface StartLine {
  readonly kind: 'start';
  readonly requestId: string;
  readonly version?: string;
}

/** `END`, `platform.end`. */
export interface EndLine {
  readonly kind: 'end';
  readonly requestId: string;
}

/** `REPORT`, `platform.report`. A figure that the line does not give, or gives unreadably, is absent. */
export interface ReportLine {
  readonly kind: 'report';
  readonly format: LineFormat;
  readonly requestId: string;
  readonly duration?: Nanoseconds;
  readonly billed?: Nanoseconds;
  readonly init?: Nanoseconds;
  readonly restore?: Nanoseconds;
  readonly billedRestore?: Nanoseconds;
  readonly memoryMb?: number;
  readonly maxMemoryMb?: number;
  readonly status?: string;
  readonly errorType?: string;
  readonly traceId?: string;
  readonly segmentId?: string;
  readonly sampled?: string;
  /** Labels that are unknown here, or known with an unreadable value, as written. */
  readonly others: Readonly<Record<string, string>>;
  /** The text ends in the middle of something, or a known label's value is unreadable: figures may be missing. */
  readonly cut: boolean;
}

/** `INIT_REPORT`, `platform.initReport`: mostly a failed init; always for SnapStart and provisioned concurrency. */
export interface InitReportLine {
  readonly kind: 'initReport';
  readonly duration?: Nanoseconds;
  readonly initType?: string;
  readonly phase?: string;
  readonly status?: string;
  readonly errorType?: string;
}

/** `RESTORE_START`, `platform.restoreStart`. */
export interface RestoreStartLine {
  readonly kind: 'restoreStart';
  readonly runtimeVersion?: string;
  readonly runtimeVersionArn?: string;
}

/** `RESTORE_REPORT`, `platform.restoreReport`. */
export interface RestoreReportLine {
  readonly kind: 'restoreReport';
  readonly duration?: Nanoseconds;
  readonly status?: string;
  readonly errorType?: string;
}

/** `platform.runtimeDone`; JSON at level DEBUG only. */
export interface RuntimeDoneLine {
  readonly kind: 'runtimeDone';
  readonly requestId: string;
  readonly duration?: Nanoseconds;
  readonly status?: string;
  readonly errorType?: string;
  /** `responseLatency`, `responseDuration`, `runtimeOverhead`. */
  readonly spans: Readonly<Record<string, Nanoseconds>>;
}

/** `platform.initRuntimeDone`, `platform.restoreRuntimeDone`. */
export interface InitRuntimeDoneLine {
  readonly kind: 'initRuntimeDone';
  readonly initType?: string;
  readonly phase?: string;
  readonly status?: string;
  readonly errorType?: string;
}

/** `platform.logsDropped`. */
export interface LogsDroppedLine {
  readonly kind: 'logsDropped';
  readonly droppedBytes?: number;
  readonly droppedRecords?: number;
  readonly reason?: string;
}

/** The old `… Task timed out after 3.00 seconds`, which newer platforms say as `Status: timeout` of the REPORT. */
export interface TimeoutLine {
  readonly kind: 'timeoutLine';
  readonly requestId: string;
  readonly after: Nanoseconds;
}

/** The old `RequestId: … Error: Runtime exited …`, and `platform.fault`. */
export interface FaultLine {
  readonly kind: 'fault';
  readonly requestId?: string;
  readonly message: string;
}

/** `EXTENSION`, `platform.extension`. */
export interface ExtensionLine {
  readonly kind: 'extension';
  readonly name?: string;
  readonly state?: string;
  readonly events?: string;
}

/** A platform line that carries nothing for us: `LAMBDA_WARNING`, subscriptions, types of tomorrow. */
export interface OtherPlatformLine {
  readonly kind: 'otherPlatform';
  /** `LAMBDA_WARNING`, `platform.telemetrySubscription`, … */
  readonly type: string;
}

/** What the function itself printed. */
export interface ApplicationLine {
  readonly kind: 'application';
}

/** Begins like a platform line and cannot be read as one. */
export interface MalformedLine {
  readonly kind: 'malformed';
  readonly reason: string;
  readonly line: string;
}

/** One line of a function's log. */
export type PlatformLine =
  | InitStartLine
  | StartLine
  | EndLine
  | ReportLine
  | InitReportLine
  | RestoreStartLine
  | RestoreReportLine
  | RuntimeDoneLine
  | InitRuntimeDoneLine
  | LogsDroppedLine
  | TimeoutLine
  | FaultLine
  | ExtensionLine
  | OtherPlatformLine
  | ApplicationLine
  | MalformedLine;

/** A line that begins like the platform's and is not readable, with the reason. */
export function malformed(reason: string, line: string): MalformedLine {
  return { kind: 'malformed', reason, line };
}
