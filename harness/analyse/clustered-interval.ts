import { CONFIDENCE, type Limits, readInterval } from './order-statistic-interval.ts';
import { nearestRank, type Sorted, sortAscending } from './quantile.ts';
import { studentQuantile } from './special-functions.ts';

/** A value with the execution environment, or whatever else is alike within, that it came from. */
export interface ClusteredValue {
  readonly value: number;
  readonly cluster: string;
}

/** Limits of a quantile of values that are alike within clusters. */
export interface ClusteredInterval {
  /** How much more the quantile's share varies than for independent values, ≥ 1. Absent for fewer than two clusters. */
  readonly designEffect?: number;
  /** Absent when the effective number of values is too small for finite limits. */
  readonly limits?: Limits;
}

/** Below so few clusters their spread is a guess; no limits are given. */
export const MINIMUM_CLUSTERS = 6;

/** Members and those not above `quantile`, by cluster. */
function countByCluster(values: readonly ClusteredValue[], quantile: number): { readonly size: number; readonly below: number }[] {
  const counts = new Map<string, { size: number; below: number }>();
  for (const { value, cluster } of values) {
    const count = counts.get(cluster) ?? { size: 0, below: 0 };
    counts.set(cluster, count);
    count.size++;
    if (value <= quantile) count.below++;
  }
  return [...counts.values()];
}

/**
 * The variance of the share of values ≤ `quantile`, between clusters (ratio estimator, W. G. Cochran, "Sampling Techniques", 3rd ed.,
 * section 3.12), over that of as many independent values; never below 1. Absent for fewer than two clusters; 1 when the share is 0 or 1.
 */
export function designEffect(values: readonly ClusteredValue[], quantile: number): number | undefined {
  const clusters = countByCluster(values, quantile);
  const [k, n] = [clusters.length, values.length];
  if (k < 2) return undefined;
  const share = clusters.reduce((sum, { below }) => sum + below, 0) / n;
  if (share === 0 || share === 1) return 1;
  const squares = clusters.reduce((sum, { size, below }) => sum + (below - share * size) ** 2, 0);
  const between = ((k / (k - 1)) * squares) / n ** 2;
  return Math.max(1, between / ((share * (1 - share)) / n));
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
 * a quantile as R. S. Woodruff (JASA 47, 1952) does, with Hutson's levels at the effective size. No limits below six clusters.
 */
export function clusteredInterval(values: readonly ClusteredValue[], share: number, confidence: number = CONFIDENCE): ClusteredInterval {
  if (values.length === 0) return {};
  const sorted: Sorted = sortAscending(values.map(({ value }) => value));
  const effect = designEffect(values, nearestRank(sorted, share));
  if (effect === undefined) return {};
  const clusters = new Set(values.map(({ cluster }) => cluster)).size;
  if (clusters < MINIMUM_CLUSTERS) return { designEffect: effect };
  const limits = readInterval(sorted, effectiveSize(sorted.length, clusters, effect, confidence), share, confidence);
  return { designEffect: effect, ...(limits === undefined ? {} : { limits }) };
}
