import type { Analysis } from '../harness/analyse/analysis.ts';
import { judgedMetrics } from '../harness/analyse/metric.ts';
import { isTwin } from '../harness/domain/arm.ts';
import { formatReadable } from './figure.ts';
import type { Escape } from './free-text.ts';

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

/** Alignment of the columns of `medianTable`. */
export const MEDIAN_ALIGNMENT = ['l', 'l', 'r', 'r', 'r'];

function formatMedian(analysis: Analysis, arm: { readonly scenario: string; readonly target: string }, column: Column): string {
  const row = analysis.summary.find(
    ({ cell, metric, statistic, population }) =>
      cell.scenario === arm.scenario &&
      cell.target === arm.target &&
      cell.start === column.start &&
      cell.connection === column.connection &&
      metric === judgedMetrics(analysis.manifest.plan, column.start)[0] &&
      statistic === 'p50' &&
      population === 'all',
  );
  if (row === undefined) return 'none';
  return row.value === undefined ? 'n too small' : formatReadable(row.value);
}

/** A head and a row for each arm that was reached, twins left out: its medians in milliseconds. Empty when none was. */
export function medianTable(analysis: Analysis, show: Escape): readonly (readonly string[])[] {
  const { plan } = analysis.manifest;
  const reached = analysis.reachability.filter(({ verdict, scenario }) => verdict === 'reached' && !isTwin(scenario));
  if (reached.length === 0) return [];
  const arms = [...reached].sort((a, b) => plan.targets.indexOf(a.target) - plan.targets.indexOf(b.target));
  // Which clock a foreign file's cold figure has is said below the table.
  const heads = COLUMNS.map(({ head }) => (plan.foreign === undefined ? head : head.replace(' (client)', '')));
  const body = arms.map((arm) => [arm.target, show(arm.scenario), ...COLUMNS.map((column) => formatMedian(analysis, arm, column))]);
  return [['target', 'scenario', ...heads], ...body];
}
