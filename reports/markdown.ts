import { markdownTable } from 'markdown-table';
import type { Analysis } from '../harness/analyse/analysis.ts';
import { METRICS } from '../harness/analyse/metric.ts';
import { QUANTILES } from '../harness/analyse/quantile.ts';
import type { SummaryRow } from '../harness/analyse/summary.ts';
import { isTwin } from '../harness/domain/arm.ts';
import type { Connection } from '../harness/domain/cell.ts';
import { formatReadable } from './figure.ts';
import { escapeMarkdown } from './free-text.ts';
import { methodLines } from './method.ts';
import { findingSentences, formatDifference, labBanner } from './sentences.ts';

interface TableKind {
  readonly title: string;
  readonly start: 'cold' | 'warm';
  readonly connection: Connection;
  readonly metric: string;
}

const TABLES: readonly TableKind[] = [
  { title: 'Warm, new connection: fn_total_ms', start: 'warm', connection: 'new', metric: 'fn_total_ms' },
  { title: 'Warm, reused connection: fn_total_ms', start: 'warm', connection: 'reused', metric: 'fn_total_ms' },
  { title: 'Cold: client_ms', start: 'cold', connection: 'new', metric: 'client_ms' },
  { title: 'Cold: cold_report_ms (init + duration)', start: 'cold', connection: 'new', metric: 'cold_report_ms' },
];

function rowsOf(analysis: Analysis, kind: Omit<TableKind, 'title' | 'metric'>, metric: string): readonly SummaryRow[] {
  return analysis.summary.filter(
    (row) => row.metric === metric && row.population === 'all' && row.cell.start === kind.start && row.cell.connection === kind.connection,
  );
}

/** A statistic for people: the figure, or why there is none. */
export function formatStatistic(rows: readonly SummaryRow[], statistic: string): string {
  const row = rows.find((candidate) => candidate.statistic === statistic);
  if (row === undefined) return '';
  if (row.value !== undefined) return formatReadable(row.value);
  const minimum = QUANTILES.find(({ name }) => name === statistic)?.minimum;
  return minimum === undefined ? '' : `n too small (need ${minimum})`;
}

function cellTable(analysis: Analysis, kind: TableKind): string[] {
  const all = rowsOf(analysis, kind, kind.metric);
  const cells = [...new Set(all.map(({ cell }) => cell))];
  const body = cells.map((cell) => {
    const rows = all.filter((row) => row.cell === cell);
    const comparison = analysis.comparisons.find(
      (row) =>
        row.statistic === 'p50' &&
        row.metric === kind.metric &&
        row.scenario === cell.scenario &&
        row.target === cell.target &&
        row.start === kind.start &&
        row.connection === kind.connection,
    );
    const against =
      comparison === undefined ? '' : `${formatDifference(comparison)} ${comparison.verdict} (against ${comparison.reference})`;
    return [
      cell.target,
      cell.scenario,
      ...QUANTILES.map(({ name }) => formatStatistic(rows, name)),
      String(rows[0]?.n ?? ''),
      against.trim(),
    ];
  });
  if (body.length === 0) return [];
  const header = ['target', 'scenario', ...QUANTILES.map(({ name }) => `${name} ms`), 'n', 'p50 against the reference, 95 % interval'];
  return [
    `### ${kind.title}`,
    '',
    markdownTable(
      [header, ...body].map((row) => row.map(escapeCell)),
      { align: ['l', 'l', 'r', 'r', 'r', 'r', 'l'] },
    ),
    '',
  ];
}

/** Our own words need no escape but the one character that ends a cell and the one that strikes text out. */
function escapeCell(text: string): string {
  return text.replace(/[|~]/g, '\\$&');
}

function phaseTable(analysis: Analysis): string[] {
  const phases = METRICS.map(({ name }) => name).filter((name) => /^fn_(?!total)/.test(name));
  const kind = { start: 'warm', connection: 'new' } as const;
  const cells = [...new Set(rowsOf(analysis, kind, 'fn_total_ms').map(({ cell }) => cell))].filter(({ scenario }) => !isTwin(scenario));
  if (cells.length === 0) return [];
  const used = phases.filter((phase) => rowsOf(analysis, kind, phase).length > 0);
  const body = cells.map((cell) => [
    cell.target,
    cell.scenario,
    ...used.map((phase) =>
      formatStatistic(
        rowsOf(analysis, kind, phase).filter((row) => row.cell.scenario === cell.scenario && row.cell.target === cell.target),
        'p50',
      ),
    ),
  ]);
  const header = ['target', 'scenario', ...used.map((phase) => phase.replace(/^fn_|_ms$/g, ''))];
  return [
    '### Where the time goes: warm, new connection, p50 of each phase, ms',
    '',
    'Medians of phases do not add up exactly to the median of the whole.',
    '',
    markdownTable([header, ...body].map((row) => row.map(escapeCell))),
    '',
  ];
}

function reachabilityTable(analysis: Analysis): string[] {
  const header = ['scenario', 'target', 'expected', 'observed', 'path proven', 'reached', 'how it failed'];
  const body = analysis.reachability.map((row) => {
    const until = row.untilFailure === undefined ? '' : ` after ${formatReadable(row.untilFailure)} ms`;
    const failure = row.signature === undefined ? '' : `${row.signature}${until}`;
    return [
      row.scenario,
      row.target,
      row.expected,
      row.verdict,
      row.path ?? '',
      `${row.reached}/${row.attempts}`,
      escapeMarkdown(failure),
    ].map((cell, i) => (i === 6 ? cell : escapeCell(cell)));
  });
  return ['## Reachability', '', markdownTable([header, ...body]), ''];
}

function accountingLines(analysis: Analysis): string[] {
  const { accounting } = analysis;
  const list = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([word, count]) => `${count} ${word}`)
      .join(', ');
  return [
    '## Samples',
    '',
    `${accounting.asked} calls asked = ${accounting.measured} measured + ${sum(accounting.discarded)} discarded + ${sum(accounting.failed)} not answered as planned.`,
    ...(Object.keys(accounting.discarded).length > 0 ? ['', `Discarded: ${list(accounting.discarded)}.`] : []),
    ...(Object.keys(accounting.failed).length > 0 ? ['', `Not answered as planned: ${list(accounting.failed)}.`] : []),
    '',
    `REPORT found for ${accounting.reportsFound} calls, missing for ${accounting.reportsMissing}. ${accounting.perturbed} calls overlap a stall of the driver.`,
    '',
  ];
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

/** `report.md`: the findings, the tables they stand on, and how they came about; GitHub-flavoured. */
export function formatMarkdownReport(analysis: Analysis): string {
  const { manifest } = analysis;
  const banner = labBanner(analysis);
  const findings = findingSentences(analysis).map(({ mark, headline, text }) => `- ${mark} **${headline}** ${escapeCell(text)}`);
  const lines = [
    `# lambda-network-bench, run ${manifest.runId}`,
    '',
    ...(banner === undefined ? [] : [`> **${banner}**`, '']),
    ...analysis.warnings.map(({ text }) => `> Warning: ${text}`),
    ...(analysis.warnings.length > 0 ? [''] : []),
    '## Findings',
    '',
    ...(banner === undefined ? [] : ["On this machine's kernel:", '']),
    ...findings,
    '',
    '## Figures',
    '',
    ...TABLES.flatMap((kind) => cellTable(analysis, kind)),
    ...phaseTable(analysis),
    ...reachabilityTable(analysis),
    ...accountingLines(analysis),
    '## Method and environment',
    '',
    ...methodLines(manifest).map((line) => `- ${line}`),
    '',
  ];
  return lines.join('\n');
}
