import { markdownTable } from 'markdown-table';
import type { Analysis } from '../harness/analyse/analysis.ts';
import { judgedMetrics, METRICS } from '../harness/analyse/metric.ts';
import { QUANTILES } from '../harness/analyse/quantile.ts';
import type { SummaryRow } from '../harness/analyse/summary.ts';
import { isTwin } from '../harness/domain/arm.ts';
import { type Cell, CONNECTIONS, type Connection } from '../harness/domain/cell.ts';
import type { Plan } from '../harness/domain/plan.ts';
import { attributionSection } from './attribution.ts';
import { checkSection } from './checks.ts';
import { costSection } from './cost.ts';
import { formatDifference } from './difference.ts';
import { escapeMarkdown, formatCodeSpan } from './free-text.ts';
import { methodLines, reproduceCommand } from './method.ts';
import { reachabilityRows } from './reachability.ts';
import { sameTwiceSection } from './same-twice.ts';
import { findingSentences, originOf, warningLines } from './sentences.ts';
import { shiftSection } from './shift-table.ts';
import { formatLimits, formatStatistic } from './statistic.ts';

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

/** A foreign file has a table for each of its own metrics; those without rows are left out. */
function tablesOf(plan: Plan): readonly TableKind[] {
  if (plan.foreign === undefined) return TABLES;
  return (['warm', 'cold'] as const).flatMap((start) =>
    CONNECTIONS.flatMap((connection) =>
      judgedMetrics(plan, start).map((metric) => {
        const title = `${start === 'warm' ? 'Warm' : 'Cold'}, ${connection} connection: ${metric}`;
        return { title, start, connection, metric };
      }),
    ),
  );
}

function rowsOf(analysis: Analysis, kind: Omit<TableKind, 'title' | 'metric'>, metric: string): readonly SummaryRow[] {
  return analysis.summary.filter(
    (row) => row.metric === metric && row.population === 'all' && row.cell.start === kind.start && row.cell.connection === kind.connection,
  );
}

/** `+0.5 ms [+0.4, +0.6] (+9.4 %) slower (against default)`; empty for the reference itself. */
function againstReference(analysis: Analysis, kind: TableKind, cell: Cell): string {
  const row = analysis.comparisons.find(
    ({ statistic, metric, scenario, target, start, connection }) =>
      statistic === 'p50' &&
      metric === kind.metric &&
      scenario === cell.scenario &&
      target === cell.target &&
      start === kind.start &&
      connection === kind.connection,
  );
  if (row === undefined) return '';
  const role = row.role === 'scenario' ? '' : `, ${row.role === 'twin' ? 'A/A' : row.role}`;
  return `${formatDifference(row)} ${row.verdict} (against ${escapeMarkdown(row.reference)}${role})`.trim();
}

function formatCount(rows: readonly SummaryRow[]): string {
  const [row] = rows;
  if (row === undefined) return '';
  return row.failures === 0 ? String(row.n) : `${row.n} and ${row.failures} failed`;
}

function cellTable(analysis: Analysis, kind: TableKind): string[] {
  const all = rowsOf(analysis, kind, kind.metric);
  const cells = [...new Set(all.map(({ cell }) => cell))];
  if (cells.length === 0) return [];
  const body = cells.map((cell) => {
    const rows = all.filter((row) => row.cell === cell);
    const figures = QUANTILES.flatMap(({ name }) => [formatStatistic(rows, name), formatLimits(rows, name)]);
    return [cell.target, escapeMarkdown(cell.scenario), ...figures, formatCount(rows), againstReference(analysis, kind, cell)];
  });
  const heads = QUANTILES.flatMap(({ name }) => [`${name} ms`, '95 %']);
  const header = ['target', 'scenario', ...heads, 'n', 'p50 against the reference, 95 % interval'];
  const align = ['l', 'l', ...heads.map(() => 'r'), 'r', 'l'];
  return [`### ${kind.title}`, '', markdownTable([header, ...body], { align }), ''];
}

/** The table of each judged metric. */
export function figureTables(analysis: Analysis): readonly string[] {
  return tablesOf(analysis.manifest.plan).flatMap((kind) => cellTable(analysis, kind));
}

function phaseTable(analysis: Analysis): string[] {
  const phases = METRICS.map(({ name }) => name).filter((name) => /^fn_(?!total)/.test(name));
  const kind = { start: 'warm', connection: 'new' } as const;
  const cells = [...new Set(rowsOf(analysis, kind, 'fn_total_ms').map(({ cell }) => cell))].filter(({ scenario }) => !isTwin(scenario));
  if (cells.length === 0) return [];
  const used = phases.filter((phase) => rowsOf(analysis, kind, phase).length > 0);
  const body = cells.map((cell) => {
    const medians = used.map((phase) => {
      const rows = rowsOf(analysis, kind, phase);
      return formatStatistic(
        rows.filter((row) => row.cell === cell),
        'p50',
      );
    });
    return [cell.target, escapeMarkdown(cell.scenario), ...medians];
  });
  const header = ['target', 'scenario', ...used.map((phase) => phase.replace(/^fn_|_ms$/g, ''))];
  return [
    '### Where the time goes: warm, new connection, p50 of each phase, ms',
    '',
    'Medians of phases do not add up exactly to the median of the whole.',
    '',
    markdownTable([header, ...body]),
    '',
  ];
}

/** What each arm reached, and how it failed. */
export function reachabilityTable(analysis: Analysis): string[] {
  return ['## Reachability', '', markdownTable(reachabilityRows(analysis, escapeMarkdown)), ''];
}

/** What became of every call. */
export function accountingLines(analysis: Analysis): string[] {
  const { accounting } = analysis;
  const list = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([word, count]) => `${count} ${escapeMarkdown(word)}`)
      .join(', ');
  return [
    '## Samples',
    '',
    `${accounting.asked} calls asked = ${accounting.measured} measured + ${sum(accounting.discarded)} discarded + ${sum(accounting.failed)} not answered as planned.`,
    ...(Object.keys(accounting.discarded).length > 0 ? ['', `Discarded: ${list(accounting.discarded)}.`] : []),
    ...(Object.keys(accounting.failed).length > 0 ? ['', `Not answered as planned: ${list(accounting.failed)}.`] : []),
    '',
    `REPORT found for ${accounting.reportsFound} calls, missing for ${accounting.reportsMissing}. ${accounting.perturbed} calls were held up by a stall of the driver.`,
    '',
  ];
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

/** `report.md`: the findings, the tables they stand on, and how they came about; GitHub-flavoured. */
export function formatMarkdownReport(analysis: Analysis): string {
  const { manifest } = analysis;
  const { banner, scope } = originOf(analysis, escapeMarkdown);
  const { foreign } = manifest.plan;
  const warnings = warningLines(analysis, escapeMarkdown);
  const findings = findingSentences(analysis, escapeMarkdown);
  const lines = [
    `# lambda-network-bench, run ${escapeMarkdown(manifest.runId)}`,
    '',
    ...(banner === undefined ? [] : [`> **${banner}**`, '']),
    ...warnings.map((text) => `> Warning: ${text}`),
    ...(warnings.length > 0 ? [''] : []),
    '## Findings',
    '',
    ...(scope === undefined ? [] : [scope, '']),
    ...findings.map(({ mark, headline, text }) => `- ${mark} **${headline}** ${text}`),
    '',
    ...checkSection(analysis),
    '## Figures',
    '',
    ...figureTables(analysis),
    ...shiftSection(analysis),
    ...attributionSection(analysis),
    ...phaseTable(analysis),
    ...sameTwiceSection(analysis),
    ...(foreign === undefined ? reachabilityTable(analysis) : []),
    ...accountingLines(analysis),
    ...costSection(manifest.cost),
    '## Method and environment',
    '',
    ...methodLines(manifest, escapeMarkdown).map((line) => `- ${line}`),
    ...(foreign === undefined ? [`- The same calls again: ${formatCodeSpan(reproduceCommand(manifest))}`] : []),
    '',
  ];
  return lines.join('\n');
}
