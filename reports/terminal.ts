import { markdownTable } from 'markdown-table';
import type { Analysis } from '../harness/analyse/analysis.ts';
import { judgedMetrics } from '../harness/analyse/metric.ts';
import { isTwin } from '../harness/domain/arm.ts';
import { trustLine } from './checks.ts';
import { formatReadable } from './figure.ts';
import { describeJudged } from './foreign.ts';
import { visibleText } from './free-text.ts';
import { findingSentences, originOf, warningLines } from './sentences.ts';

/** The final summary stays on one screen: so many lines in all, and findings before everything else is cut. */
const MAX_LINES = 30;
const MIN_FINDINGS = 4;

interface Column {
  readonly head: string;
  readonly start: 'cold' | 'warm';
  readonly connection: 'new' | 'reused';
}

const COLUMNS: readonly Column[] = [
  { head: 'warm new p50', start: 'warm', connection: 'new' },
  { head: 'warm reused p50', start: 'warm', connection: 'reused' },
  { head: 'cold p50 (client)', start: 'cold', connection: 'new' },
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
          metric === judgedMetrics(plan, column.start)[0] &&
          statistic === 'p50' &&
          population === 'all',
      );
      if (row === undefined) return 'none';
      return row.value === undefined ? 'n too small' : formatReadable(row.value);
    });
    return [arm.target, visibleText(arm.scenario), ...figures];
  });
  if (body.length === 0) return [];
  // Which clock a foreign file's cold figure has is said below the table.
  const heads = COLUMNS.map(({ head }) => (plan.foreign === undefined ? head : head.replace(' (client)', '')));
  const table = markdownTable([['target', 'scenario', ...heads], ...body], {
    align: ['l', 'l', 'r', 'r', 'r'],
    delimiterStart: false,
    delimiterEnd: false,
  });
  return table.split('\n').filter((_, i) => i !== 1);
}

/** What does not fit is in `report.md`, and the last line shown says how much that is. */
function cutTo(lines: readonly string[], most: number): string[] {
  if (lines.length <= most) return [...lines];
  return [...lines.slice(0, most - 1), `  … ${lines.length - most + 1} more in report.md`];
}

/** The summary that ends a run: findings, medians in milliseconds, files. At most 30 lines, as long as at most eight arms have medians. */
export function formatTerminalSummary(analysis: Analysis, location: string): string {
  const { banner, scope } = originOf(analysis, visibleText);
  const head = [banner, scope].filter((line) => line !== undefined);
  const warnings = warningLines(analysis, visibleText).map((line) => `! ${line}`);
  const findings = findingSentences(analysis, visibleText).map(({ mark, headline, text }) => `${mark} ${headline}  ${text}`);
  const { foreign } = analysis.manifest.plan;
  const clocks = `ms; ${describeJudged(foreign)}`;
  const own = ['report.md', 'summary.csv', 'comparisons.csv', 'samples.csv', 'samples.ndjson', 'histograms.hlog', 'run.json'];
  const names = foreign === undefined ? own : own.filter((name) => !/^(samples|run)\./.test(name));
  const files = `Files  ${location}: ${names.join('  ')}`;
  const table = medianTable(analysis);
  const tail = ['', ...table, ...(table.length === 0 ? [] : [clocks, '']), trustLine(analysis), files];
  const room = MAX_LINES - head.length - tail.length;
  const shownWarnings = cutTo(warnings, Math.max(1, room - Math.min(findings.length, MIN_FINDINGS)));
  const shownFindings = cutTo(findings, Math.max(MIN_FINDINGS, room - shownWarnings.length));
  return [...head, ...shownWarnings, ...shownFindings, ...tail, ''].join('\n');
}
