import type { Cell } from '../domain/cell.ts';
import type { ReportedSample } from '../domain/sample.ts';
import type { CellSamples } from './cell-samples.ts';
import { METRICS, type Metric } from './metric.ts';
import { nearestRank, QUANTILES, sortAscending } from './quantile.ts';

/** `all`: every measured sample. `clean`: without those that overlap a stall of the driver. `failures_inf`: failures as +∞. */
export const POPULATIONS = ['all', 'clean', 'failures_inf'] as const;
export type Population = (typeof POPULATIONS)[number];

/** One statistic of one metric of one cell. */
export interface SummaryRow {
  readonly cell: Cell;
  readonly population: Population;
  readonly metric: string;
  /** `p50`, `p90`, `p99`, `min` or `max`. */
  readonly statistic: string;
  /** Nanoseconds. Absent when `n` is below the statistic's minimum, or when the quantile lies among the failures. */
  readonly value?: number;
  readonly n: number;
  readonly environments: number;
  readonly failures: number;
}

interface Counted {
  readonly cell: Cell;
  readonly population: Population;
  readonly metric: string;
  readonly n: number;
  readonly environments: number;
  readonly failures: number;
}

function environmentsOf(samples: readonly ReportedSample[]): number {
  return new Set(samples.map((sample) => sample.environmentId)).size;
}

function rowsOf(counted: Counted, values: readonly number[]): SummaryRow[] {
  const sorted = sortAscending(values);
  const quantiles = QUANTILES.map(({ name, share, minimum }): SummaryRow => {
    const value = counted.n >= minimum ? nearestRank(sorted, share) : undefined;
    return { ...counted, statistic: name, ...(value === undefined || value === Number.POSITIVE_INFINITY ? {} : { value }) };
  });
  const ends = [
    ['min', sorted[0]],
    ['max', sorted[sorted.length - 1]],
  ] as const;
  const extremes = ends.map(([statistic, value]): SummaryRow => {
    const finite = value !== undefined && Number.isFinite(value) ? { value } : {};
    return { ...counted, statistic, ...finite };
  });
  return [...quantiles, ...extremes];
}

function summariseMetric({ cell, measured, failed }: CellSamples, metric: Metric): SummaryRow[] {
  const withValue = measured.filter((sample) => metric.figureOf(sample) !== undefined);
  if (withValue.length === 0) return [];
  const values = (samples: readonly ReportedSample[]): number[] => samples.map((sample) => metric.figureOf(sample) ?? 0);
  const clean = withValue.filter((sample) => !sample.perturbed);
  const base = { cell, metric: metric.name, failures: failed.length };
  const rows = rowsOf({ ...base, population: 'all', n: withValue.length, environments: environmentsOf(withValue) }, values(withValue));
  if (clean.length < withValue.length && clean.length > 0) {
    rows.push(...rowsOf({ ...base, population: 'clean', n: clean.length, environments: environmentsOf(clean) }, values(clean)));
  }
  if (failed.length > 0) {
    const infinite = [...values(withValue), ...failed.map(() => Number.POSITIVE_INFINITY)];
    const counted = { ...base, population: 'failures_inf' as const, n: infinite.length, environments: environmentsOf(withValue) };
    rows.push(...rowsOf(counted, infinite));
  }
  return rows;
}

/** All statistics of all cells. `clean` and `failures_inf` rows appear only where they differ from `all`. */
export function summarise(cells: readonly CellSamples[]): readonly SummaryRow[] {
  return cells.flatMap((cell) =>
    METRICS.filter(({ starts }) => starts.includes(cell.cell.start)).flatMap((metric) => summariseMetric(cell, metric)),
  );
}
