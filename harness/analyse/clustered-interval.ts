import { CONFIDENCE, type Limits, readInterval } from './order-statistic-interval.ts';
import { nearestRank, type Sorted, sortAscending } from './quantile.ts';
import { normalQuantile, studentQuantile } from './special-functions.ts';

/** Values with the execution environment, or whatever else is alike within, that each came from. */
export interface ClusteredValues {
  readonly sorted: Sorted;
  /** As given, with the number of each one's cluster beside it. */
  readonly values: Float64Array;
  readonly clusters: Uint32Array;
  /** Values of each cluster. */
  readonly sizes: Uint32Array;
}

/** Numbers the clusters, named beside the values, as they occur. `sorted` are the values, for who has them sorted already; neither is copied. */
export function newClusteredValues(
  values: ArrayLike<number>,
  names: ArrayLike<string | number>,
  sorted: Sorted = sortAscending(values),
): ClusteredValues {
  const numbers = new Map<string | number, number>();
  const clusters = new Uint32Array(values.length);
  let [before, number] = [undefined as string | number | undefined, 0];
  for (let i = 0; i < values.length; i++) {
    const name = names[i] ?? '';
    // What belongs together often comes together.
    if (name !== before) {
      number = numbers.get(name) ?? numbers.size;
      if (number === numbers.size) numbers.set(name, number);
      before = name;
    }
    clusters[i] = number;
  }
  const sizes = new Uint32Array(numbers.size);
  for (const cluster of clusters) sizes[cluster] = (sizes[cluster] as number) + 1;
  return { sorted, values: values instanceof Float64Array ? values : new Float64Array(values), clusters, sizes };
}

/** Limits of a quantile of values that are alike within clusters. */
export interface ClusteredInterval {
  /** How much more the quantile's share varies than for independent values, ≥ 1: its own, or what the median's implies, whichever is larger. Absent for fewer than two clusters. */
  readonly designEffect?: number;
  /** Absent when the effective number of values is too small for finite limits. */
  readonly limits?: Limits;
}

/** Below so few clusters their spread is a guess, and limits cover too seldom where clusters differ much (measured: `bench:stats`). */
export const MINIMUM_CLUSTERS = 8;

/**
 * The variance of the share of values ≤ `quantile`, between clusters (ratio estimator, W. G. Cochran, "Sampling Techniques", 3rd ed.,
 * section 3.12), over that of as many independent values; never below 1. Absent for fewer than two clusters; 1 when the share is 0 or 1.
 */
export function designEffect({ values, clusters, sizes }: ClusteredValues, quantile: number): number | undefined {
  const [k, n] = [sizes.length, values.length];
  if (k < 2) return undefined;
  const below = new Uint32Array(k);
  for (let i = 0; i < n; i++) {
    const cluster = clusters[i] as number;
    if ((values[i] as number) <= quantile) below[cluster] = (below[cluster] as number) + 1;
  }
  const share = below.reduce((sum, count) => sum + count, 0) / n;
  if (share === 0 || share === 1) return 1;
  let squares = 0;
  for (let cluster = 0; cluster < k; cluster++) {
    const excess = (below[cluster] as number) - share * (sizes[cluster] as number);
    squares += excess * excess;
  }
  const between = ((k / (k - 1)) * squares) / n ** 2;
  return Math.max(1, between / ((share * (1 - share)) / n));
}

const medianEffects = new WeakMap<ClusteredValues, number | undefined>();

/** The design effect at the median, which every quantile of the same values asks for. */
function medianEffect(clustered: ClusteredValues): number | undefined {
  if (!medianEffects.has(clustered)) medianEffects.set(clustered, designEffect(clustered, nearestRank(clustered.sorted, 0.5)));
  return medianEffects.get(clustered);
}

/**
 * Correlation of "not above the quantile" of two values of one cluster, when the values themselves, made normal, correlate by sin(angle):
 * the bivariate normal integral of Z. Drezner and G. O. Wesolowsky (Journal of Statistical Computation and Simulation 35 (1990)), by Simpson's rule.
 */
function indicatorCorrelation(angle: number, share: number): number {
  const z = normalQuantile(share);
  const steps = 16;
  const height = (i: number): number => Math.exp((-z * z) / (1 + Math.sin((angle * i) / steps)));
  let sum = 0;
  for (let i = 0; i < steps; i += 2) sum += height(i) + 4 * height(i + 1) + height(i + 2);
  return (sum * angle) / steps / 3 / (2 * Math.PI) / (share * (1 - share));
}

/**
 * The design effect that a quantile would have if clusters differed as they do at the median, by `size` values each on average. In the tails few
 * clusters lie on both sides of a quantile: its own effect is then too small as often as not, and just where it is, limits would be printed.
 */
function impliedEffect(median: number, size: number, share: number): number {
  if (size <= 1) return 1;
  const correlation = Math.min(1, (median - 1) / (size - 1));
  // At the median, two values lie on the same side as often as 2/π·arcsin of their correlation says (W. F. Sheppard, 1899).
  return 1 + (size - 1) * indicatorCorrelation((correlation * Math.PI) / 2, share);
}

/** Independent values that would tell as much: n / deff × (t of n−1 / t of K−1 degrees)², after Korn and Graubard. */
function effectiveSize(n: number, clusters: number, effect: number, confidence: number): number {
  const upper = (1 + confidence) / 2;
  const correction = studentQuantile(upper, n - 1) / studentQuantile(upper, clusters - 1);
  return (n / effect) * correction ** 2;
}

/**
 * Interval of a quantile when calls of one environment are alike: design effect and effective size of E. L. Korn and B. I. Graubard,
 * "Confidence intervals for proportions with small expected number of positive counts…", Survey Methodology 24 (1998), turned into limits of
 * a quantile as R. S. Woodruff (JASA 47, 1952) does, with Hutson's levels at the effective size. No limits below eight clusters.
 */
export function clusteredInterval(clustered: ClusteredValues, share: number, confidence: number = CONFIDENCE): ClusteredInterval {
  const { sorted, sizes } = clustered;
  if (sorted.length === 0) return {};
  const median = medianEffect(clustered);
  const own = share === 0.5 ? median : designEffect(clustered, nearestRank(sorted, share));
  if (own === undefined || median === undefined) return {};
  const effect = Math.max(own, impliedEffect(median, sorted.length / sizes.length, share));
  if (sizes.length < MINIMUM_CLUSTERS) return { designEffect: effect };
  const limits = readInterval(sorted, effectiveSize(sorted.length, sizes.length, effect, confidence), share, confidence);
  return { designEffect: effect, ...(limits === undefined ? {} : { limits }) };
}
