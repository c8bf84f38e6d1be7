import { bucketWidth, HIGHEST_NS, LOWEST_NS, newHistogram, type RecordedHistogram } from './histogram.ts';

/** Counts by histogram bucket: as exact as the histogram, in memory that grows with the number of buckets in use. */
export interface BucketCounts {
  /** A whole number of nanoseconds; outside 1 ns to 1 h it is counted at that end. Throws `RangeError` for anything else. */
  record(valueNs: number): void;
  readonly count: () => number;
  /** Largest value as it was recorded; undefined while there is none. */
  readonly max: () => number | undefined;
  /** The least value recorded in the bucket in which that of the rank (1 … count) lies: within 0.1 % of it. Throws `RangeError` outside. */
  valueAt(rank: number): number;
  /** The histogram that the same values would have made. */
  histogram(): RecordedHistogram;
}

interface Bucket {
  readonly count: number;
  readonly least: number;
}

/** Empty counts. */
export function newBucketCounts(): BucketCounts {
  const buckets = new Map<number, Bucket>();
  let [count, clamped, max] = [0, 0, undefined as number | undefined];
  let sorted: readonly Bucket[] | undefined;
  const ascending = (): readonly Bucket[] => {
    sorted ??= [...buckets.values()].sort((a, b) => a.least - b.least);
    return sorted;
  };
  return {
    record: (valueNs) => {
      if (!Number.isSafeInteger(valueNs)) throw new RangeError(`a histogram takes whole nanoseconds, got ${valueNs}`);
      const inside = Math.min(Math.max(valueNs, LOWEST_NS), HIGHEST_NS);
      if (inside !== valueNs) clamped++;
      const low = inside - (inside % bucketWidth(inside));
      const { count: here, least } = buckets.get(low) ?? { count: 0, least: inside };
      buckets.set(low, { count: here + 1, least: Math.min(least, inside) });
      count++;
      if (max === undefined || valueNs > max) max = valueNs;
      sorted = undefined;
    },
    count: () => count,
    max: () => max,
    valueAt: (rank) => {
      let seen = 0;
      for (const bucket of ascending()) {
        seen += bucket.count;
        if (rank >= 1 && seen >= rank) return bucket.least;
      }
      throw new RangeError(`no value of rank ${rank} among ${count}`);
    },
    histogram: () => {
      const histogram = newHistogram();
      for (const bucket of ascending()) histogram.recordValueWithCount(bucket.least, bucket.count);
      return { histogram, clamped };
    },
  };
}
