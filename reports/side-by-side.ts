import { markdownTable } from 'markdown-table';
import type { MatrixRow, RunDifference } from '../harness/analyse/side-by-side.ts';
import type { SummaryRow } from '../harness/analyse/summary.ts';
import { describeCell } from './difference.ts';
import { formatReadable, formatSigned } from './figure.ts';
import { escapeMarkdown, visibleText } from './free-text.ts';
import { milliseconds, millisecondsOrNull } from './json-figures.ts';

/** A run that is set beside others. */
export interface ComparedRun {
  readonly runId: string;
  readonly startedAt: string;
  readonly rounds: number;
  readonly backend: string;
  readonly region: string;
}

/** Everything that `bench compare` says of several runs. */
export interface SideBySide {
  readonly runs: readonly ComparedRun[];
  readonly rows: readonly MatrixRow[];
  /** Lines that no report on such runs may lack. */
  readonly banners: readonly string[];
  /** Why the runs are not comparable; only when that was insisted on. */
  readonly incomparable: readonly string[];
  /** In what they differ that no figure shows; a sentence each, with words of others in it. */
  readonly hidden: readonly string[];
}

/** What the differences are, and what they are not. */
const MEANING = [
  'Medians in ms with 95 % intervals; differences are against the first run, with 95 % intervals from drawing the environments of each run on its own, unadjusted for the number of lines.',
  'No verdict: an interval speaks for these deployments in these hours, and nothing pairs two runs, so what an hour or a placement did to one of them is in the difference. `compare --pool` takes the deployment as the unit.',
];

function describeRow({ cell, metric }: MatrixRow): string {
  const start = cell.start === 'cold' ? 'cold' : 'warm';
  return `${describeCell({ ...cell, start })}, ${metric}`;
}

function formatMedian(row: SummaryRow | undefined): string {
  if (row?.value === undefined) return row === undefined ? '' : 'n too small';
  const limits = row.low === undefined || row.high === undefined ? '' : ` [${formatReadable(row.low)}, ${formatReadable(row.high)}]`;
  return `${formatReadable(row.value)}${limits}`;
}

function formatChange(difference: RunDifference | undefined): string {
  if (difference === undefined) return 'too few environments';
  const { estimate, low, high, ratio } = difference;
  const percent = ratio === undefined ? '' : ` (${ratio.estimate < 0 ? '−' : '+'}${Math.abs(ratio.estimate * 100).toFixed(1)} %)`;
  return `${formatSigned(estimate)} [${formatSigned(low)}, ${formatSigned(high)}]${percent}`;
}

function runLine({ runId, startedAt, rounds, backend, region }: ComparedRun): string {
  return `- ${escapeMarkdown(runId)}: ${escapeMarkdown(backend)}, ${escapeMarkdown(region)}, ${rounds} rounds, started ${escapeMarkdown(startedAt)}`;
}

/** The matrix with one column a run, and the differences from run to run; without these where the places differ. */
export function formatSideBySideMarkdown({ runs, rows, banners, incomparable, hidden }: SideBySide): string {
  const names = runs.map(({ runId }) => escapeMarkdown(runId));
  const [, ...later] = names;
  const withDifferences = rows.some(({ differences }) => differences.some((difference) => difference !== undefined));
  const header = ['scenario', 'cell', ...names, ...(withDifferences ? later.map((name) => `${name} − ${names[0] ?? ''}`) : [])];
  const body = rows.map((row) => [
    escapeMarkdown(row.cell.scenario),
    describeRow(row),
    ...row.medians.map(formatMedian),
    ...(withDifferences ? row.differences.map(formatChange) : []),
  ]);
  const align = ['l', 'l', ...header.slice(2).map(() => 'r')];
  return [
    ...banners.flatMap((banner) => [`> **${escapeMarkdown(banner)}**`, '']),
    ...(incomparable.length === 0
      ? []
      : ['> **NOT COMPARABLE, shown because it was insisted on:**', ...incomparable.map((text) => `> ${escapeMarkdown(text)}`), '']),
    ...runs.map(runLine),
    '',
    markdownTable([header, ...body], { align }),
    '',
    ...MEANING,
    '',
    hidden.length === 0
      ? 'Hidden fields: none differ, as far as the runs say.'
      : 'Hidden fields that differ; a difference above may come from them:',
    ...(hidden.length === 0 ? [] : ['', ...hidden.map((text) => `- ${escapeMarkdown(text)}`)]),
    '',
  ].join('\n');
}

function jsonDifference(difference: RunDifference | undefined): object | null {
  if (difference === undefined) return null;
  const { estimate, low, high, ratio, environments, margin } = difference;
  return {
    difference_ms: milliseconds(estimate),
    ci_low_ms: milliseconds(low),
    ci_high_ms: milliseconds(high),
    difference_pct: ratio === undefined ? null : Number((ratio.estimate * 100).toFixed(4)),
    margin_ms: milliseconds(margin),
    environments,
  };
}

/** The same as one JSON document; lists in the order of the runs, differences without the first. */
export function formatSideBySideJson({ runs, rows, banners, incomparable, hidden }: SideBySide): string {
  const document = {
    schema: 'lambda-network-bench/compare',
    schema_version: 1,
    banners: banners.map(visibleText),
    incomparable: incomparable.map(visibleText),
    hidden: hidden.map(visibleText),
    runs: runs.map(({ runId, startedAt, rounds, backend, region }) => ({
      run_id: visibleText(runId),
      started_at: visibleText(startedAt),
      rounds,
      backend: visibleText(backend),
      region: visibleText(region),
    })),
    rows: rows.map(({ cell, metric, medians, differences }) => ({
      scenario: visibleText(cell.scenario),
      target: cell.target,
      start: cell.start,
      connection: cell.connection,
      metric,
      statistic: 'p50',
      runs: medians.map((row) =>
        row === undefined
          ? null
          : {
              value_ms: millisecondsOrNull(row.value),
              ci_low_ms: millisecondsOrNull(row.low),
              ci_high_ms: millisecondsOrNull(row.high),
              n: row.n,
            },
      ),
      differences: differences.map(jsonDifference),
    })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
