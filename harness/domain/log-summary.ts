/** How an invocation began, as its REPORT tells: it names an init, a restore from a snapshot, or neither. */
export const LOGGED_STARTS = ['cold', 'restored', 'warm'] as const;
export type LoggedStart = (typeof LOGGED_STARTS)[number];

/** Quantiles of one time of one group, in nanoseconds, nearest ranks within 0.1 %. */
export interface LogSummaryRow {
  readonly group: string;
  readonly start: LoggedStart;
  readonly metric: string;
  readonly n: number;
  readonly quantiles: readonly {
    readonly name: string;
    /** Absent when `n` is below `needed`. */
    readonly value?: number;
    readonly needed: number;
  }[];
  readonly max: number;
}

/** A group's invocations by outcome, and its memory. */
export interface LogGroupRow {
  readonly group: string;
  readonly starts: Readonly<Record<LoggedStart, number>>;
  /** By status or error type; their times are in no row. */
  readonly failures: Readonly<Record<string, number>>;
  /** Megabytes, as configured; several where it was changed. */
  readonly memoryMb: readonly number[];
  /** The highest `Max Memory Used`, megabytes; absent when no REPORT says one. */
  readonly maxMemoryMb?: number;
}

/** What became of the lines of logs that gave no record. */
export interface LogCounts {
  readonly lines: number;
  /** Lines and events that hold no REPORT: the application's, and the platform's others. */
  readonly passedOver: number;
  /** Begin like the platform's and cannot be read. */
  readonly malformed: number;
  /** REPORTs whose text ends in the middle: what they hold is in the records. */
  readonly cut: number;
}
