import { QUANTILES } from '../harness/analyse/quantile.ts';
import type { SummaryRow } from '../harness/analyse/summary.ts';
import { formatReadable } from './figure.ts';

/** A statistic for people: the figure, or why there is none. */
export function formatStatistic(rows: readonly SummaryRow[], statistic: string): string {
  const row = rows.find((candidate) => candidate.statistic === statistic);
  if (row === undefined) return '';
  if (row.value !== undefined) return formatReadable(row.value);
  const minimum = QUANTILES.find(({ name }) => name === statistic)?.minimum;
  return minimum === undefined ? '' : `n too small (need ${minimum})`;
}

/** `[1.650, 1.760]`; says so where there is a figure but no limits. */
export function formatLimits(rows: readonly SummaryRow[], statistic: string): string {
  const row = rows.find((candidate) => candidate.statistic === statistic);
  if (row?.value === undefined) return '';
  return row.low === undefined || row.high === undefined ? 'no limits' : `[${formatReadable(row.low)}, ${formatReadable(row.high)}]`;
}
