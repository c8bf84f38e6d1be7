import { markdownTable } from 'markdown-table';
import type { Analysis } from '../harness/analyse/analysis.ts';
import { isTwin } from '../harness/domain/arm.ts';
import { formatReadable } from './figure.ts';
import { findingSentences, labBanner } from './sentences.ts';

/** The final summary stays on one screen. */
const MAX_FINDINGS = 12;

interface Column {
  readonly head: string;
  readonly start: 'cold' | 'warm';
  readonly connection: 'new' | 'reused';
  readonly metric: string;
}

const COLUMNS: readonly Column[] = [
  { head: 'warm new p50', start: 'warm', connection: 'new', metric: 'fn_total_ms' },
  { head: 'warm reused p50', start: 'warm', connection: 'reused', metric: 'fn_total_ms' },
  { head: 'cold p50 (client)', start: 'cold', connection: 'new', metric: 'client_ms' },
];

function medianTable(analysis: Analysis): string[] {
  const { plan } = analysis.manifest;
  const reached = analysis.reachability.filter(({ verdict, scenario }) => verdict === 'reached' && !isTwin(scenario));
  const arms = [...reached].sort((a, b) => plan.targets.indexOf(a.target) - plan.targets.indexOf(b.target));
  const body = arms.map((arm) => {
    const figures = COLUMNS.map((column) => {
      const row = analysis.summary.find(
        ({ cell, metric, statistic, population }) =>
          cell.scenario === arm.scenario &&
          cell.target === arm.target &&
          cell.start === column.start &&
          cell.connection === column.connection &&
          metric === column.metric &&
          statistic === 'p50' &&
          population === 'all',
      );
      return row?.value === undefined ? 'n too small' : formatReadable(row.value);
    });
    return [arm.target, arm.scenario, ...figures];
  });
  if (body.length === 0) return [];
  const table = markdownTable([['target', 'scenario', ...COLUMNS.map(({ head }) => head)], ...body], {
    align: ['l', 'l', 'r', 'r', 'r'],
    delimiterStart: false,
    delimiterEnd: false,
  });
  return table.split('\n').filter((_, i) => i !== 1);
}

/** The summary that ends a run: findings, medians in milliseconds, files. At most 30 lines. */
export function formatTerminalSummary(analysis: Analysis, location: string): string {
  const banner = labBanner(analysis);
  const findings = findingSentences(analysis);
  const shown = findings.slice(0, MAX_FINDINGS);
  return [
    ...(banner === undefined ? [] : [banner, "On this machine's kernel:"]),
    ...analysis.warnings.map(({ text }) => `! ${text}`),
    ...shown.map(({ mark, headline, text }) => `${mark} ${headline}  ${text}`),
    ...(findings.length > shown.length ? [`  … ${findings.length - shown.length} more in report.md`] : []),
    '',
    ...medianTable(analysis),
    ...(analysis.summary.length === 0 ? [] : ['ms; warm: fn_total_ms on the function’s clock, cold: client_ms on the driver’s clock']),
    '',
    `Files  ${location}: report.md  summary.csv  comparisons.csv  samples.csv  samples.ndjson  histograms.hlog  run.json`,
    '',
  ].join('\n');
}
