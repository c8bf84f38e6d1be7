import type { Sorted } from './quantile.ts';
import { normalQuantile, regularisedBeta } from './special-functions.ts';

/** Limits of a quantile, in the unit of the values. */
export interface Limits {
  readonly low: number;
  readonly high: number;
}

/** Where limits are read: shares of the sample, both in [1/(n+1), n/(n+1)]. */
interface Levels {
  readonly lower: number;
  readonly upper: number;
}

/** Confidence of every interval that is printed, unless a name says otherwise. */
export const CONFIDENCE = 0.95;

/**
 * The fewest independent values between whose extremes the quantile lies with the confidence asked for on each side: n with
 * shareⁿ ≤ α/2 and (1 − share)ⁿ ≤ α/2 (all values below the quantile, or all above it). 6, 36, 368, 3688 for p50 … p99.9 at 95 %.
 */
export function minimumSize(share: number, confidence: number = CONFIDENCE): number {
  return Math.ceil(Math.log((1 - confidence) / 2) / Math.log(Math.max(share, 1 - share)));
}

/**
 * The u in [1/(n+1), n/(n+1)] with I_share((n+1)u, (n+1)(1−u)) = tail; absent when it lies outside. On the scale of the normal quantile
 * the left side is nearly straight in u, so false position (Illinois) ends after a few steps.
 */
function solveLevel(n: number, share: number, tail: number): number | undefined {
  const target = normalQuantile(tail);
  const height = (u: number): number => {
    const at = regularisedBeta(share, (n + 1) * u, (n + 1) * (1 - u));
    return normalQuantile(Math.min(Math.max(at, 1e-15), 1 - 1e-15)) - target;
  };
  let [low, high] = [1 / (n + 1), n / (n + 1)];
  let [above, below] = [height(low), height(high)];
  // A limit may be the extreme value itself: there, rounding must not decide.
  if (Math.abs(below) < 1e-12) return high;
  if (Math.abs(above) < 1e-12) return low;
  if (above < 0 || below > 0) return undefined;
  let next = share - target * Math.sqrt((share * (1 - share)) / (n + 2));
  let kept: 'low' | 'high' | undefined;
  for (let i = 0; i < 100; i++) {
    if (!(next > low && next < high)) next = (low + high) / 2;
    const found = height(next);
    if (found === 0 || high - low < 1e-15) return next;
    if (found > 0) {
      [low, above] = [next, found];
      if (kept === 'high') below /= 2;
      kept = 'high';
    } else {
      [high, below] = [next, found];
      if (kept === 'low') above /= 2;
      kept = 'low';
    }
    const previous = next;
    next = (low * below - high * above) / (below - above);
    if (Math.abs(next - previous) < 1e-15) return next;
  }
  return next;
}

const known = new Map<string, Levels | undefined>();

/**
 * The levels of A. D. Hutson, "Calculating nonparametric confidence intervals for quantiles using fractional order statistics", Journal of
 * Applied Statistics 26 (1999): for n independent values, whole or effective. Absent below `minimumSize`. Whole n are remembered.
 */
export function intervalLevels(n: number, share: number, confidence: number = CONFIDENCE): Levels | undefined {
  const key = Number.isInteger(n) ? `${n}/${share}/${confidence}` : undefined;
  if (key !== undefined && known.has(key)) return known.get(key);
  const tail = (1 - confidence) / 2;
  const [lower, upper] = n < 1 ? [] : [solveLevel(n, share, 1 - tail), solveLevel(n, share, tail)];
  const levels = lower === undefined || upper === undefined ? undefined : { lower, upper };
  if (key !== undefined) known.set(key, levels);
  return levels;
}

/** The value at the fractional rank (n+1)·level, straight between its neighbours. */
function valueAt(values: Sorted, level: number): number {
  const rank = Math.min(Math.max((values.length + 1) * level, 1), values.length);
  const below = values[Math.floor(rank) - 1] ?? Number.NaN;
  const above = values[Math.floor(rank)] ?? below;
  const weight = rank - Math.floor(rank);
  // Between equal values, infinite ones too, nothing is to be interpolated.
  return weight === 0 || above === below ? below : below + weight * (above - below);
}

/** Limits read at the levels of `effective` independent values; absent below the minimum, or when a limit is not finite. */
export function readInterval(values: Sorted, effective: number, share: number, confidence: number = CONFIDENCE): Limits | undefined {
  const levels = intervalLevels(effective, share, confidence);
  if (levels === undefined || values.length === 0) return undefined;
  const [low, high] = [valueAt(values, levels.lower), valueAt(values, levels.upper)];
  return Number.isFinite(low) && Number.isFinite(high) ? { low, high } : undefined;
}

/** Interval of a quantile of independent values (one a round, as cold calls are). Absent below `minimumSize` values. */
export function orderStatisticInterval(values: Sorted, share: number, confidence: number = CONFIDENCE): Limits | undefined {
  return readInterval(values, values.length, share, confidence);
}
