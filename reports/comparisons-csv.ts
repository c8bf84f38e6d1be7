import { stringify } from 'csv-stringify/sync';
import type { Comparison } from '../harness/analyse/verdict.ts';
import { formatFigure } from './figure.ts';
import { escapeCsv } from './free-text.ts';

const COLUMNS = [
  'run_id',
  'scenario',
  'reference',
  'target',
  'start',
  'connection',
  'population',
  'metric',
  'statistic',
  'difference_ms',
  'ci_low_ms',
  'ci_high_ms',
  'difference_pct',
  'margin_ms',
  'p_adjusted',
  'p_superior',
  'verdict',
  'n',
  'rounds',
] as const;

function optional(value: number | undefined): string | undefined {
  return value === undefined ? undefined : formatFigure(value);
}

function fieldsOf(runId: string, row: Comparison): (string | number | undefined)[] {
  return [
    ...[runId, row.scenario, row.reference, row.target, row.start, row.connection, 'all', row.metric, row.statistic].map(escapeCsv),
    ...[row.difference, row.low, row.high].map(optional),
    row.ratio === undefined ? undefined : (row.ratio * 100).toFixed(4),
    optional(row.margin),
    row.pAdjusted?.toPrecision(4),
    row.superiority?.toFixed(6),
    row.verdict,
    row.n,
    row.rounds,
  ];
}

/** `comparisons.csv`: one row a statistic and scenario pair. `p_adjusted` is Holm's over the row's family, empty where there is no interval. */
export function formatComparisonsCsv(runId: string, rows: readonly Comparison[]): string {
  return stringify(
    rows.map((row) => fieldsOf(runId, row)),
    { header: true, columns: [...COLUMNS] },
  );
}
