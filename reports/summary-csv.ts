import { stringify } from 'csv-stringify/sync';
import type { SummaryRow } from '../harness/analyse/summary.ts';
import { formatFigure } from './figure.ts';
import { escapeCsv } from './free-text.ts';

const COLUMNS = [
  'run_id',
  'scenario',
  'target',
  'start',
  'connection',
  'population',
  'metric',
  'statistic',
  'value_ms',
  'ci_low_ms',
  'ci_high_ms',
  'n',
  'environments',
  'deff',
  'failures',
] as const;

function fieldsOf(runId: string, row: SummaryRow): (string | number | undefined)[] {
  const { scenario, target, start, connection } = row.cell;
  return [
    ...[runId, scenario, target, start, connection, row.population, row.metric, row.statistic].map(escapeCsv),
    ...[row.value, row.low, row.high].map((value) => (value === undefined ? undefined : formatFigure(value))),
    row.n,
    row.environments,
    row.designEffect?.toFixed(4),
    row.failures,
  ];
}

/** `summary.csv`: one row a statistic. Limits are empty where too few values count for finite ones, `deff` where calls are independent (cold). */
export function formatSummaryCsv(runId: string, rows: readonly SummaryRow[]): string {
  return stringify(
    rows.map((row) => fieldsOf(runId, row)),
    { header: true, columns: [...COLUMNS] },
  );
}
