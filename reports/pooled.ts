import { markdownTable } from 'markdown-table';
import type { PooledComparison } from '../harness/analyse/pooled-comparison.ts';
import { formatFigure, formatReadable, formatSigned } from './figure.ts';
import { escapeMarkdown } from './free-text.ts';
import { describeCell } from './sentences.ts';

/** A run that was pooled. */
export interface PooledRun {
  readonly runId: string;
  readonly startedAt: string;
  readonly rounds: number;
}

function rowOf(row: PooledComparison, runs: number): string[] {
  const { difference, low, high, margin, differences } = row;
  const known = difference !== undefined && low !== undefined && high !== undefined;
  return [
    escapeMarkdown(`${row.scenario} − ${row.reference}`),
    describeCell(row),
    `${row.metric} ${row.statistic}`,
    known ? `${formatSigned(difference)} ms [${formatSigned(low)}, ${formatSigned(high)}]` : 'too few runs have it',
    margin === undefined ? '' : `${formatReadable(margin)} ms`,
    differences.map(formatSigned).join(', '),
    `${differences.length}/${runs}`,
    row.verdict,
  ];
}

/** The pooled medians as Markdown, with what they stand on. `banner` heads it where there is one. */
export function formatPooledMarkdown(runs: readonly PooledRun[], rows: readonly PooledComparison[], banner: string | undefined): string {
  const header = ['comparison', 'cell', 'metric', 'mean difference, 95 % interval', 'margin', 'each run, ms', 'runs', 'verdict'];
  const body = rows.filter(({ statistic }) => statistic === 'p50').map((row) => rowOf(row, runs.length));
  return [
    ...(banner === undefined ? [] : [`> **${banner}**`, '']),
    markdownTable([header, ...body]),
    '',
    `Unit: the deployment. ${runs.length} runs: ${runs.map(({ runId, rounds }) => `${runId} (${rounds} rounds)`).join(', ')}.`,
    `Mean of the runs' differences, t interval with ${runs.length - 1} degrees of freedom where all runs have one; unadjusted for the number of comparisons.`,
    '',
  ].join('\n');
}

function milliseconds(valueNs: number | undefined): number | undefined {
  return valueNs === undefined ? undefined : Number(formatFigure(valueNs));
}

/** The same, all statistics, as one JSON document; times in milliseconds. */
export function formatPooledJson(runs: readonly PooledRun[], rows: readonly PooledComparison[]): string {
  const comparisons = rows.map(({ difference, low, high, margin, differences, verdict, n, ...identity }) => ({
    ...identity,
    difference_ms: milliseconds(difference),
    ci_low_ms: milliseconds(low),
    ci_high_ms: milliseconds(high),
    margin_ms: milliseconds(margin),
    run_differences_ms: differences.map(milliseconds),
    runs: differences.length,
    n,
    verdict,
  }));
  return `${JSON.stringify({ unit: 'deployment', runs, comparisons }, null, 2)}\n`;
}
