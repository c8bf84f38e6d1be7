import type { Cell } from '../domain/cell.ts';
import { CellCalls } from './cell-calls.ts';
import type { CellSamples } from './cell-samples.ts';
import { metricNamed } from './metric.ts';
import { type Limits, minimumSize } from './order-statistic-interval.ts';
import { nearestRank } from './quantile.ts';
import { intervalOf, measuredValues } from './summary.ts';

/** Where a curve is read, denser towards the slow end; the printed quantiles are among them. */
export const CURVE_SHARES = [0.1, 0.25, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995, 0.998, 0.999] as const;

/** One quantile, nanoseconds. */
export interface CurvePoint {
  readonly share: number;
  readonly value: number;
  /** 95 %, as in the summary; absent where it has none either. */
  readonly limits?: Limits;
}

/** How a cell's figure runs from fast to slow calls. */
export interface QuantileCurve {
  readonly cell: Cell;
  readonly metric: string;
  readonly n: number;
  /** By share; none beyond what n values can bound, the rule by which quantiles are printed. */
  readonly points: readonly CurvePoint[];
}

/** The curve of one metric; absent where the cell has none of its values. */
export function quantileCurve(samples: CellSamples, metric: string): QuantileCurve | undefined {
  const { cell } = samples;
  const values = measuredValues(new CellCalls(samples), metricNamed(metric));
  const n = values.sorted.length;
  if (n === 0) return undefined;
  const points = CURVE_SHARES.filter((share) => n >= minimumSize(share)).map((share): CurvePoint => {
    const { low, high } = intervalOf(cell, values, share);
    return {
      share,
      value: nearestRank(values.sorted, share),
      ...(low === undefined || high === undefined ? {} : { limits: { low, high } }),
    };
  });
  return { cell, metric, n, points };
}
