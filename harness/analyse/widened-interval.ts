import { CONFIDENCE, type Limits } from './order-statistic-interval.ts';
import { normalQuantile, studentCumulative, studentQuantile } from './special-functions.ts';

/** The replicates of one figure, ascending, with the number of rounds that were drawn from. */
export interface Replicates {
  readonly sorted: Float64Array;
  readonly rounds: number;
}

/** Sorts a copy. */
export function newReplicates(values: Float64Array, rounds: number): Replicates {
  return { sorted: Float64Array.from(values).sort(), rounds };
}

function medianOf({ sorted }: Replicates): number {
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}

/** Replicates that `tail` of them lie below and above. */
function percentiles({ sorted }: Replicates, tail: number): Limits {
  const low = Math.floor(tail * sorted.length + 1e-9);
  return { low: sorted[low] ?? Number.NaN, high: sorted[sorted.length - 1 - low] ?? Number.NaN };
}

/** Rounds estimate their own spread: √(K/(K−1)) mends the bootstrap's bias in it, t instead of z its uncertainty. */
function biasOf(rounds: number): number {
  return Math.sqrt(rounds / (rounds - 1));
}

/**
 * Percentile limits, stretched about the median of the replicates by (t of K−1 degrees / z)·√(K/(K−1)): the percentile interval of
 * T. C. Hesterberg ("What teachers should know about the bootstrap", The American Statistician 69 (2015), section 4.1: expanded percentiles),
 * done on the values' own scale. `rounds` ≥ 2.
 */
export function widenedInterval(replicates: Replicates, confidence: number = CONFIDENCE): Limits {
  const upper = (1 + confidence) / 2;
  const stretch = (studentQuantile(upper, replicates.rounds - 1) / normalQuantile(upper)) * biasOf(replicates.rounds);
  const [middle, { low, high }] = [medianOf(replicates), percentiles(replicates, 1 - upper)];
  return { low: middle + (low - middle) * stretch, high: middle + (high - middle) * stretch };
}

/**
 * Two-sided p value of "the figure is 0": Student's t of the median, measured in the half width that {@link widenedInterval} has towards 0.
 * So p < 5 % exactly where the 95 % interval excludes 0, and the tail beyond what 2000 replicates can show is Student's. Where no replicate
 * differs from another it is 2^(1−K), the least that K rounds which all agree in sign can give (sign test).
 */
export function bootstrapProbability(replicates: Replicates): number {
  const { rounds } = replicates;
  const middle = medianOf(replicates);
  if (middle === 0) return 1;
  const upper = (1 + CONFIDENCE) / 2;
  const { low, high } = percentiles(replicates, 1 - upper);
  const spread = ((middle > 0 ? middle - low : high - middle) / normalQuantile(upper)) * biasOf(rounds);
  if (spread === 0) return Math.min(1, 2 ** (1 - rounds));
  return Math.min(1, 2 * studentCumulative(-Math.abs(middle) / spread, rounds - 1));
}
