import { stringify } from 'csv-stringify/sync';
import { markdownTable } from 'markdown-table';
import type { LogCounts, LogGroupRow, LogSummaryRow } from '../harness/domain/log-summary.ts';
import { formatFigure, formatReadable } from './figure.ts';
import { type Escape, escapeCsv, escapeMarkdown, visibleText } from './free-text.ts';

/** Everything that a report on somebody's logs says. */
export interface LogReport {
  /** The inputs' names. */
  readonly inputs: readonly string[];
  readonly groups: readonly LogGroupRow[];
  readonly rows: readonly LogSummaryRow[];
  readonly counts: LogCounts;
}

function formatQuantile({ value, needed }: LogSummaryRow['quantiles'][number]): string {
  return value === undefined ? `n too small (need ${needed})` : formatReadable(value);
}

function timesTable(rows: readonly LogSummaryRow[], shown: Escape): string {
  const names = rows[0]?.quantiles.map(({ name }) => name) ?? [];
  const body = rows.map((row) => [
    ...[row.group, row.start, row.metric].map(shown),
    ...row.quantiles.map(formatQuantile),
    formatReadable(row.max),
    String(row.n),
  ]);
  return markdownTable([['function or stream', 'start', 'time', ...names, 'max', 'n'], ...body], {
    align: ['l', 'l', 'l', ...names.map(() => 'r'), 'r', 'r'],
  });
}

function groupTable(groups: readonly LogGroupRow[], shown: Escape): string {
  const body = groups.map(({ group, starts, failures, memoryMb, maxMemoryMb }) => [
    shown(group),
    ...[starts.cold, starts.restored, starts.warm].map(String),
    Object.entries(failures)
      .map(([why, count]) => `${count} ${shown(why)}`)
      .join(', ') || '0',
    memoryMb.join(', ') || '–',
    maxMemoryMb === undefined ? '–' : String(maxMemoryMb),
  ]);
  return markdownTable([['function or stream', 'cold', 'restored', 'warm', 'failed', 'memory MB', 'max used MB'], ...body], {
    align: ['l', 'r', 'r', 'r', 'l', 'r', 'r'],
  });
}

function countLine({ lines, passedOver, malformed, cut }: LogCounts, groups: readonly LogGroupRow[]): string {
  const invocations = groups.reduce(
    (sum, { starts, failures }) =>
      sum + starts.cold + starts.restored + starts.warm + Object.values(failures).reduce((all, count) => all + count, 0),
    0,
  );
  return `${invocations} REPORTs, ${cut} of them cut; ${lines} lines, ${passedOver} passed over (no REPORT), ${malformed} malformed.`;
}

const LEGEND = [
  'ms; quantiles are nearest ranks within 0.1 %. Calls that failed are in no time.',
  'cold: the REPORT names an Init Duration; cold_report_ms is init + duration. An init ahead of its call looks like one that a caller waited for:',
  'a REPORT alone cannot tell them apart.',
];

/** For the terminal. */
export function formatLogSummary({ groups, rows, counts }: LogReport): string {
  const tables = rows.length === 0 ? [] : [timesTable(rows, visibleText), '', ...LEGEND, ''];
  const who = groups.length === 0 ? [] : [groupTable(groups, visibleText), ''];
  return [...tables, ...who, countLine(counts, groups), ''].join('\n');
}

/** `report.md` of logs. */
export function formatLogMarkdown({ inputs, groups, rows, counts }: LogReport): string {
  const tables = rows.length === 0 ? ['No REPORT was found.'] : [timesTable(rows, escapeMarkdown), '', ...LEGEND];
  return [
    '# Platform logs',
    '',
    `Read from ${inputs.map(escapeMarkdown).join(', ')}: ${countLine(counts, groups)}`,
    '',
    '## Times',
    '',
    ...tables,
    '',
    '## Invocations and memory',
    '',
    groups.length === 0 ? 'None.' : groupTable(groups, escapeMarkdown),
    '',
  ].join('\n');
}

/** `summary.csv` of logs: one row a statistic. */
export function formatLogCsv({ rows }: LogReport): string {
  const body = rows.flatMap(({ group, start, metric, n, quantiles, max }) =>
    [...quantiles, { name: 'max', value: max }].map(({ name, value }) => [
      ...[group, start, metric, name].map(escapeCsv),
      value === undefined ? undefined : formatFigure(value),
      n,
    ]),
  );
  return stringify(body, { header: true, columns: ['group', 'start', 'metric', 'statistic', 'value_ms', 'n'] });
}
