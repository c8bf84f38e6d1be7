import { type Limits, minimumSize } from './order-statistic-interval.ts';
import type { QuantileReplicates } from './quantile-replicates.ts';
import { differenceLimits } from './round-bootstrap.ts';

/** Where the shift function is read: p10 … p90, p95, p99. The quantiles that get verdicts are among them. */
export const SHIFT_SHARES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99] as const;

/** The difference of one quantile, scenario − reference, nanoseconds, with 95 % limits. */
export interface ShiftPoint extends Limits {
  readonly share: number;
  readonly estimate: number;
}

/**
 * How the difference runs from the fast to the slow end of the distribution (K. A. Doksum, Annals of Statistics 2 (1974); R. R. Wilcox, "Introduction to
 * Robust Estimation", section 5.1). Points for which the smaller side, of `size` values, has too few for finite limits are left out.
 */
export function shiftFunction(replicates: readonly QuantileReplicates[], rounds: number, size: number): readonly ShiftPoint[] {
  return replicates
    .filter(({ share }) => size >= minimumSize(share))
    .map((one) => ({ share: one.share, estimate: one.scenario - one.reference, ...differenceLimits(one, rounds) }));
}
