import { minimumSize } from '../analyse/order-statistic-interval.ts';
import { QUANTILES } from '../analyse/quantile.ts';
import type { LogRecord } from '../collect/log-records.ts';
import { LOGGED_STARTS, type LogGroupRow, type LoggedStart, type LogSummaryRow } from '../domain/log-summary.ts';
import { type BucketCounts, newBucketCounts } from '../record/bucket-counts.ts';
import type { HistogramSeries } from '../record/histogram-log.ts';

/** What logs are divided by. */
export const LOG_GROUPINGS = ['function', 'stream', 'none'] as const;
export type LogGrouping = (typeof LOG_GROUPINGS)[number];

/** The times of a REPORT, by the name under which they are shown; `cold_report_ms` is what init and duration are together. */
const LOG_METRICS = ['duration_ms', 'billed_ms', 'init_ms', 'cold_report_ms', 'restore_ms', 'billed_restore_ms'] as const;
type LogMetric = (typeof LOG_METRICS)[number];

/** Sums up records as they come, in memory that does not grow with their number. */
export interface LogSummary {
  add(record: LogRecord): void;
  groups(): readonly LogGroupRow[];
  rows(): readonly LogSummaryRow[];
  /** One a row of `rows`, tagged `group/start/metric`. */
  series(): Generator<HistogramSeries>;
}

/** More groups than these are one group together: a table of them helps nobody, and streams have no end. */
const MOST_GROUPS = 2_000;
export const OTHER_GROUPS = '(others)';
export const UNNAMED_GROUP = '(not named)';

interface Group {
  readonly starts: Record<LoggedStart, number>;
  readonly failures: Record<string, number>;
  readonly memoryMb: Set<number>;
  maxMemoryMb?: number;
  readonly times: Map<string, BucketCounts>;
}

function newGroup(): Group {
  return { starts: { cold: 0, restored: 0, warm: 0 }, failures: {}, memoryMb: new Set(), times: new Map() };
}

function timesOf({ report }: LogRecord): Readonly<Partial<Record<LogMetric, number>>> {
  const { duration, billed, init, restore, billedRestore } = report;
  return {
    ...(duration === undefined ? {} : { duration_ms: duration }),
    ...(billed === undefined ? {} : { billed_ms: billed }),
    ...(init === undefined ? {} : { init_ms: init }),
    ...(duration === undefined || init === undefined ? {} : { cold_report_ms: duration + init }),
    ...(restore === undefined ? {} : { restore_ms: restore }),
    ...(billedRestore === undefined ? {} : { billed_restore_ms: billedRestore }),
  };
}

function nameOf(record: LogRecord, by: LogGrouping): string {
  switch (by) {
    case 'none':
      return 'all';
    case 'stream':
      return record.logStream ?? UNNAMED_GROUP;
    case 'function':
      return record.functionName ?? UNNAMED_GROUP;
  }
}

function addTo(group: Group, record: LogRecord): void {
  const { report, start, failed } = record;
  if (report.memoryMb !== undefined) group.memoryMb.add(report.memoryMb);
  if (report.maxMemoryMb !== undefined) group.maxMemoryMb = Math.max(group.maxMemoryMb ?? 0, report.maxMemoryMb);
  if (failed) {
    const why = report.errorType ?? report.status ?? 'error';
    group.failures[why] = (group.failures[why] ?? 0) + 1;
    return;
  }
  group.starts[start]++;
  for (const [metric, value] of Object.entries(timesOf(record))) {
    const key = `${start}/${metric}`;
    const counts = group.times.get(key) ?? newBucketCounts();
    group.times.set(key, counts);
    counts.record(value);
  }
}

function rowOf(group: string, start: LoggedStart, metric: LogMetric, counts: BucketCounts): LogSummaryRow {
  const n = counts.count();
  const quantiles = QUANTILES.map(({ name, share }) => {
    const needed = minimumSize(share);
    return { name, needed, ...(n < needed ? {} : { value: counts.valueAt(Math.ceil(share * n - 1e-9)) }) };
  });
  return { group, start, metric, n, quantiles, max: counts.max() ?? Number.NaN };
}

/** An empty summary. */
export function newLogSummary(by: LogGrouping): LogSummary {
  const groups = new Map<string, Group>();
  const groupFor = (name: string): Group => {
    const known = groups.get(name);
    if (known !== undefined) return known;
    const key = groups.size < MOST_GROUPS ? name : OTHER_GROUPS;
    const group = groups.get(key) ?? newGroup();
    groups.set(key, group);
    return group;
  };
  const sorted = (): readonly (readonly [string, Group])[] => [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  const cells = function* (): Generator<readonly [string, LoggedStart, LogMetric, BucketCounts]> {
    for (const [name, { times }] of sorted()) {
      for (const start of LOGGED_STARTS) {
        for (const metric of LOG_METRICS) {
          const counts = times.get(`${start}/${metric}`);
          if (counts !== undefined) yield [name, start, metric, counts];
        }
      }
    }
  };
  return {
    add: (record) => addTo(groupFor(nameOf(record, by)), record),
    groups: () =>
      sorted().map(([group, { starts, failures, memoryMb, maxMemoryMb }]) => ({
        ...{ group, starts, failures, memoryMb: [...memoryMb].sort((a, b) => a - b) },
        ...(maxMemoryMb === undefined ? {} : { maxMemoryMb }),
      })),
    rows: () => [...cells()].map((cell) => rowOf(...cell)),
    series: function* () {
      for (const [name, start, metric, counts] of cells()) yield { tag: `${name}/${start}/${metric}`, values: counts.histogram() };
    },
  };
}
