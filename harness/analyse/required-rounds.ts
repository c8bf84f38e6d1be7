import { normalQuantile, studentQuantile } from './special-functions.ts';

/** What a comparison that could not be decided is known to be. */
export interface OpenComparison {
  readonly rounds: number;
  readonly difference: number;
  /** Half of the 95 % interval's width, in the unit of `difference`. */
  readonly halfWidth: number;
  readonly margin: number;
  /** The unadjusted p value below which the direction counts as certain: α over what the family leaves. */
  readonly level: number;
}

/** Over all truths that the interval allows; then also half a margin, the hardest of them, is decided in 80 % (measured: `bench:stats`). */
const CHANCE = 0.85;
/** The half width is itself an estimate (C. Stein's two-stage sizing): a tenth more rounds. */
const RESERVE = 1.1;
const MOST_FOLD = 2 ** 14;
const NODES = 61;

/** Standard normal to 1e-7 (Abramowitz & Stegun 26.2.17): more than a number of rounds needs. */
function normalCumulative(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = 0.3989422804014327 * Math.exp((-z * z) / 2) * series;
  return z > 0 ? 1 - tail : tail;
}

/** Chance that a run with standard error `error` decides when the true difference is `truth`, both in margins. */
function chanceOf(truth: number, error: number, certain: number): number {
  const between = (low: number, high: number): number =>
    high <= low ? 0 : normalCumulative((high - truth) / error) - normalCumulative((low - truth) / error);
  const irrelevant = 1 - 1.6448536269514722 * error;
  const relevant = Math.max(1, certain * error);
  return between(-irrelevant, irrelevant) + 1 - between(-relevant, relevant);
}

/** Limits of 90 % lie within ±1 with a chance of 80 % when the truth is 0: z(95 %) + z(90 %) standard errors. */
const ERRORS_WITHIN_MARGIN = 2.926405192516815;

/**
 * Rounds at which a new run of the same kind decides with a chance of 80 % at least: K·(half width / target)², where the target must do for both that
 * there is no difference, and that the true one lies about the one found as the interval says (assurance: A. O'Hagan and others,
 * Pharmaceutical Statistics 4 (2005)). The first keeps a wide interval from passing for a large difference, the second a difference that
 * happens to lie close to the margin from asking for rounds without end. Absent when 16,384 times as many rounds would not do, or when there
 * is no interval to start from.
 */
export function requiredRounds({ rounds, difference, halfWidth, margin, level }: OpenComparison): number | undefined {
  if (!(margin > 0 && halfWidth > 0 && rounds > 1)) return undefined;
  const error = halfWidth / studentQuantile(0.975, rounds - 1) / margin;
  const certain = -normalQuantile(level / 2);
  // Equally likely truths, so that a plain mean is the integral.
  const truths = Array.from({ length: NODES }, (_, i) => difference / margin + error * normalQuantile((i + 0.5) / NODES));
  const chance = (fold: number): number =>
    truths.reduce((sum, truth) => sum + chanceOf(truth, error / Math.sqrt(fold), certain), 0) / NODES;
  const least = Math.max(1, (error * ERRORS_WITHIN_MARGIN) ** 2);
  let [low, high] = [least, least];
  while (chance(high) < CHANCE && high < MOST_FOLD) [low, high] = [high, high * 2];
  if (high >= MOST_FOLD) return undefined;
  for (let i = 0; i < 10 && low < high; i++) {
    const middle = Math.sqrt(low * high);
    if (chance(middle) < CHANCE) low = middle;
    else high = middle;
  }
  return Math.ceil(rounds * high * RESERVE);
}
