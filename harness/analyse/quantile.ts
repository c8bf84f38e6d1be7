/** Values in ascending order; only `sortAscending` makes them, so a quantile never sees unsorted ones. */
export type Sorted = readonly number[] & { readonly sorted: unique symbol };

/** A sorted copy. */
export function sortAscending(values: readonly number[]): Sorted {
  return Array.from(Float64Array.from(values).sort()) as readonly number[] as Sorted;
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
