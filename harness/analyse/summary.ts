import type { Cell, Start } from '../domain/cell.ts';
import type { ReportedSample } from '../domain/sample.ts';
import type { CellSamples } from './cell-samples.ts';
import { JUDGED_METRICS, METRICS, type Metric } from './metric.ts';
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
  /** Distinct execution environments; calls that name none are not counted. */
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
  return new Set(samples.flatMap(({ environmentId }) => environmentId ?? [])).size;
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

function isJudged(start: Start, metric: Metric): boolean {
  return start !== 'preinit' && JUDGED_METRICS[start].includes(metric.name);
}

function summariseMetric({ cell, measured, failed }: CellSamples, metric: Metric): SummaryRow[] {
  const withValue = measured.filter((sample) => metric.figureOf(sample) !== undefined);
  const rows = (population: Population, samples: readonly ReportedSample[], infinite: number): SummaryRow[] => {
    const values = [...samples.flatMap((sample) => metric.figureOf(sample) ?? []), ...Array(infinite).fill(Number.POSITIVE_INFINITY)];
    const counted = { cell, population, metric: metric.name, n: values.length, environments: environmentsOf(samples) };
    return rowsOf({ ...counted, failures: failed.length }, values);
  };
  // A cell that never succeeded has no phases to list, but its failures must not vanish.
  if (withValue.length === 0) return failed.length > 0 && isJudged(cell.start, metric) ? rows('failures_inf', [], failed.length) : [];
  const clean = withValue.filter((sample) => !sample.perturbed);
  return [
    ...rows('all', withValue, 0),
    ...(clean.length < withValue.length && clean.length > 0 ? rows('clean', clean, 0) : []),
    ...(failed.length > 0 ? rows('failures_inf', withValue, failed.length) : []),
  ];
}

/**
 * All statistics of all cells. `clean` and `failures_inf` rows appear only where they differ from `all`; a cell without any
 * success has `failures_inf` rows of its judged metrics alone.
 */
export function summarise(cells: readonly CellSamples[]): readonly SummaryRow[] {
  return cells.flatMap((cell) =>
    METRICS.filter(({ starts }) => starts.includes(cell.cell.start)).flatMap((metric) => summariseMetric(cell, metric)),
  );
}
