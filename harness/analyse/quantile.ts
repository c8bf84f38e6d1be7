import { radixSort } from '../domain/radix-sort.ts';

/** Values in ascending order; only `sortAscending` makes them, so a quantile never sees unsorted ones. */
export type Sorted = Readonly<Float64Array> & { readonly sorted: unique symbol };

/** A sorted copy. */
export function sortAscending(values: ArrayLike<number>): Sorted {
  const copy = new Float64Array(values);
  if (!radixSort(copy)) copy.sort();
  return copy as Float64Array as Sorted;
}

/** The values without these, each of which is among them. */
export function withoutValues(values: Sorted, without: Sorted): Sorted {
  const rest = new Float64Array(values.length - without.length);
  let [kept, left] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    if (left < without.length && values[i] === without[left]) left++;
    else rest[kept++] = values[i] as number;
  }
  return rest as Float64Array as Sorted;
}

/** The values and so many times +∞ behind them. */
export function withInfinite(values: Sorted, count: number): Sorted {
  const all = new Float64Array(values.length + count).fill(Number.POSITIVE_INFINITY);
  all.set(values);
  return all as Float64Array as Sorted;
}

/** The statistics that are printed, with the share they stand for. */
export const QUANTILES = [
  { name: 'p50', share: 0.5, minimum: 6 },
  { name: 'p90', share: 0.9, minimum: 36 },
  { name: 'p99', share: 0.99, minimum: 368 },
] as const;

/**
 * Nearest rank: the smallest value that at least `share` of the values do not exceed, `x[ceil(p·n)]`; the definition
 * that HdrHistogram uses too. Throws `RangeError` for no values or a share outside (0, 1].
 */
export function nearestRank(values: Sorted, share: number): number {
  if (!(share > 0 && share <= 1)) throw new RangeError(`a quantile's share must be in (0, 1], got ${share}`);
  const rank = Math.max(1, Math.ceil(share * values.length - 1e-9));
  const value = values[rank - 1];
  if (value === undefined) throw new RangeError('no values to take a quantile of');
  return value;
}
