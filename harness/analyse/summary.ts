import type { Cell, Start } from '../domain/cell.ts';
import type { ReportedSample } from '../domain/sample.ts';
import type { CellSamples } from './cell-samples.ts';
import { type ClusteredValues, clusteredInterval, newClusteredValues } from './clustered-interval.ts';
import { JUDGED_METRICS, METRICS, type Metric } from './metric.ts';
import { orderStatisticInterval } from './order-statistic-interval.ts';
import { nearestRank, QUANTILES } from './quantile.ts';

/** `all`: every measured sample. `clean`: without those that a stall of the driver held up. `failures_inf`: failures as +∞. */
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
  /** 95 % limits of `value`, nanoseconds. Absent where too few environments, or values that count for too few, give none. */
  readonly low?: number;
  readonly high?: number;
  /** How much more the quantile varies than n independent calls would let it, ≥ 1; warm cells only, from two environments on. */
  readonly designEffect?: number;
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

/** Cold calls have an environment each, so they are independent; warm ones are alike within theirs. */
function intervalOf({ cell }: Counted, values: ClusteredValues, share: number): Pick<SummaryRow, 'low' | 'high' | 'designEffect'> {
  if (cell.start !== 'warm') return orderStatisticInterval(values.sorted, share) ?? {};
  const { limits, designEffect } = clusteredInterval(values, share);
  return { ...limits, ...(designEffect === undefined ? {} : { designEffect }) };
}

function rowsOf(counted: Counted, values: ClusteredValues): SummaryRow[] {
  const { sorted } = values;
  const quantiles = QUANTILES.map(({ name, share, minimum }): SummaryRow => {
    const row = { ...counted, statistic: name };
    const value = counted.n >= minimum ? nearestRank(sorted, share) : undefined;
    return value === undefined || value === Number.POSITIVE_INFINITY ? row : { ...row, value, ...intervalOf(counted, values, share) };
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

/** A failed call may name no environment: then it belongs to the one that the cell had in that round, or else to the round. */
function clustersOf(samples: readonly ReportedSample[]): string[] {
  const ofRound = new Map<number, string>();
  for (const { environmentId, call } of samples) if (environmentId !== undefined) ofRound.set(call.round, environmentId);
  return samples.map(({ environmentId, call }) => environmentId ?? ofRound.get(call.round) ?? `round ${call.round}`);
}

function isJudged(start: Start, metric: Metric): boolean {
  return start !== 'preinit' && JUDGED_METRICS[start].includes(metric.name);
}

function summariseMetric({ cell, measured, failed }: CellSamples, metric: Metric): SummaryRow[] {
  const withValue = measured.filter((sample) => metric.figureOf(sample) !== undefined);
  const rows = (population: Population, samples: readonly ReportedSample[], failures: readonly ReportedSample[]): SummaryRow[] => {
    const values = [...samples.flatMap((sample) => metric.figureOf(sample) ?? []), ...failures.map(() => Number.POSITIVE_INFINITY)];
    const counted = { cell, population, metric: metric.name, n: values.length, environments: environmentsOf(samples) };
    const clustered = newClusteredValues(values, clustersOf([...samples, ...failures]));
    return rowsOf({ ...counted, failures: failed.length }, clustered);
  };
  // A cell that never succeeded has no phases to list, but its failures must not vanish.
  if (withValue.length === 0) return failed.length > 0 && isJudged(cell.start, metric) ? rows('failures_inf', [], failed) : [];
  const clean = withValue.filter((sample) => !sample.perturbed);
  return [
    ...rows('all', withValue, []),
    ...(clean.length < withValue.length && clean.length > 0 ? rows('clean', clean, []) : []),
    ...(failed.length > 0 ? rows('failures_inf', withValue, failed) : []),
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
