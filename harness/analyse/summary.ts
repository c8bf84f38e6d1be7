import type { Cell, Start } from '../domain/cell.ts';
import { CellCalls } from './cell-calls.ts';
import type { CellSamples } from './cell-samples.ts';
import { type ClusteredValues, clusteredInterval, newClusteredValues } from './clustered-interval.ts';
import { JUDGED_METRICS, METRICS, type Metric } from './metric.ts';
import { orderStatisticInterval } from './order-statistic-interval.ts';
import { nearestRank, QUANTILES, type Sorted, sortAscending, withInfinite, withoutValues } from './quantile.ts';

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

/** 95 % limits of a cell's quantile. Cold calls have an environment each, so they are independent; warm ones are alike within theirs. */
export function intervalOf(
  { start }: Pick<Cell, 'start'>,
  values: ClusteredValues,
  share: number,
): Pick<SummaryRow, 'low' | 'high' | 'designEffect'> {
  if (start !== 'warm') return orderStatisticInterval(values.sorted, share) ?? {};
  const { limits, designEffect } = clusteredInterval(values, share);
  return { ...limits, ...(designEffect === undefined ? {} : { designEffect }) };
}

function rowsOf(counted: Counted, values: ClusteredValues): SummaryRow[] {
  const { sorted } = values;
  const quantiles = QUANTILES.map(({ name, share, minimum }): SummaryRow => {
    const row = { ...counted, statistic: name };
    const value = counted.n >= minimum ? nearestRank(sorted, share) : undefined;
    return value === undefined || value === Number.POSITIVE_INFINITY ? row : { ...row, value, ...intervalOf(counted.cell, values, share) };
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

function valuesAt(values: Float64Array, selected: Uint32Array): Float64Array {
  const found = new Float64Array(selected.length);
  for (let i = 0; i < selected.length; i++) found[i] = values[selected[i] as number] as number;
  return found;
}

/** Those of the first `count` calls that have a value. */
function callsWithValue(values: Float64Array, count: number): Uint32Array {
  const selected = new Uint32Array(count);
  let length = 0;
  for (let call = 0; call < count; call++) if (!Number.isNaN(values[call])) selected[length++] = call;
  return selected.subarray(0, length);
}

/** The measured calls' values of a metric, with what is alike among them. */
export function measuredValues(calls: CellCalls, metric: Metric): ClusteredValues {
  const values = calls.valuesOf(metric);
  const selected = callsWithValue(values, calls.measured);
  return newClusteredValues(valuesAt(values, selected), calls.clustersOf(selected));
}

function summariseMetric(cell: Cell, calls: CellCalls, metric: Metric): SummaryRow[] {
  const { measured, failed } = calls;
  const values = calls.valuesOf(metric);
  const rows = (population: Population, selected: Uint32Array, sorted: Sorted, succeeded = selected): SummaryRow[] => {
    const counted = { cell, population, metric: metric.name, n: sorted.length, environments: calls.countEnvironments(succeeded) };
    const clustered = newClusteredValues(valuesAt(values, selected), calls.clustersOf(selected), sorted);
    return rowsOf({ ...counted, failures: failed }, clustered);
  };
  const withValue = callsWithValue(values, measured);
  const sorted = sortAscending(valuesAt(values, withValue));
  const withFailures = (): SummaryRow[] => {
    const selected = callsWithValue(values, measured + failed);
    return rows('failures_inf', selected, withInfinite(sorted, failed), withValue);
  };
  // A cell that never succeeded has no phases to list, but its failures must not vanish.
  if (withValue.length === 0) return failed > 0 && isJudged(cell.start, metric) ? withFailures() : [];
  const clean = withValue.filter((call) => !calls.isPerturbed(call));
  const perturbed = sortAscending(
    valuesAt(
      values,
      withValue.filter((call) => calls.isPerturbed(call)),
    ),
  );
  return [
    ...rows('all', withValue, sorted),
    ...(perturbed.length > 0 && clean.length > 0 ? rows('clean', clean, withoutValues(sorted, perturbed)) : []),
    ...(failed > 0 ? withFailures() : []),
  ];
}

/**
 * All statistics of all cells. `clean` and `failures_inf` rows appear only where they differ from `all`; a cell without any
 * success has `failures_inf` rows of its judged metrics alone.
 */
export function summarise(cells: readonly CellSamples[]): readonly SummaryRow[] {
  return cells.flatMap((samples) => {
    const { cell } = samples;
    const calls = new CellCalls(samples);
    return METRICS.filter(({ starts }) => starts.includes(cell.start)).flatMap((metric) => summariseMetric(cell, calls, metric));
  });
}
