import { unzlibSync, zlibSync } from 'fflate';
import { build, encodeIntoCompressedBase64, type Histogram } from 'hdr-histogram-js';
import { radixSort } from '../domain/radix-sort.ts';

/** Range and precision of every histogram: whole nanoseconds, 1 ns to 1 h, three significant digits (0.1 % a bucket). */
export const LOWEST_NS = 1;
export const HIGHEST_NS = 3_600_000_000_000;
const DIGITS = 3;
/** Below this, each value of a histogram with three digits has a bucket of its own; above, buckets double with each power of two. */
const SINGLE_UNIT_BELOW = 2048;
const SINGLE_UNIT_POWER = 10;

/** A histogram, and how many values lay outside its range: those were recorded at its end and are counted here. */
export interface RecordedHistogram {
  readonly histogram: Histogram;
  readonly clamped: number;
}

/** An empty histogram of that range and precision. */
export function newHistogram(): Histogram {
  return build({
    bitBucketSize: 64,
    autoResize: false,
    lowestDiscernibleValue: LOWEST_NS,
    highestTrackableValue: HIGHEST_NS,
    numberOfSignificantValueDigits: DIGITS,
  });
}

/**
 * Records whole nanoseconds. `hdr-histogram-js` silently counts NaN and truncates fractions, so anything that is not a
 * whole number throws `RangeError` here; values outside the range are clamped and counted.
 */
export function recordHistogram(values: readonly number[] | Float64Array): RecordedHistogram {
  const histogram = newHistogram();
  for (const value of values) if (!Number.isSafeInteger(value)) throw new RangeError(`a histogram takes whole nanoseconds, got ${value}`);
  const sorted = Float64Array.from(values);
  if (!radixSort(sorted)) sorted.sort();
  let clamped = 0;
  for (let from = 0, to = 0; from < sorted.length; from = to) {
    const end = bucketEnd(clamp(sorted[from] as number));
    for (to = from; to < sorted.length && clamp(sorted[to] as number) < end; to++)
      if (clamp(sorted[to] as number) !== sorted[to]) clamped++;
    // The largest of a bucket alone, so that the histogram knows the largest of all.
    if (to - from > 1) histogram.recordValueWithCount(clamp(sorted[from] as number), to - from - 1);
    histogram.recordValue(clamp(sorted[to - 1] as number));
  }
  return { histogram, clamped };
}

function clamp(value: number): number {
  return Math.min(Math.max(value, LOWEST_NS), HIGHEST_NS);
}

/** Width of the bucket that a value of 1 or more lies in (HdrHistogram with 2048 sub-buckets). */
export function bucketWidth(value: number): number {
  return value < SINGLE_UNIT_BELOW ? 1 : 2 ** (Math.floor(Math.log2(value)) - SINGLE_UNIT_POWER);
}

/** The least value beyond the bucket. */
function bucketEnd(value: number): number {
  const width = bucketWidth(value);
  return value - (value % width) + width;
}

const COMPRESSED_HEADER_BYTES = 8;
const LENGTH_AT = 4;
const OFFSET_AT = 8;
const RATIO_AT = 32;

/**
 * HdrHistogram V2, deflated, in base64. The library writes a wrong header (normalizing index offset 1, ratio as the integer
 * 1), which Java forgives and the C library does not: both fields are set as the format wants them. Deflated by `fflate`,
 * whose bytes do not depend on the zlib that Node was built with.
 */
export function encodeHistogram(histogram: Histogram): string {
  const encoded = Buffer.from(encodeIntoCompressedBase64(histogram), 'base64');
  const payload = Buffer.from(unzlibSync(encoded.subarray(COMPRESSED_HEADER_BYTES)));
  payload.writeInt32BE(0, OFFSET_AT);
  payload.writeDoubleBE(1, RATIO_AT);
  const deflated = zlibSync(payload, { level: 6 });
  const header = Buffer.from(encoded.subarray(0, COMPRESSED_HEADER_BYTES));
  header.writeInt32BE(deflated.length, LENGTH_AT);
  return Buffer.concat([header, deflated]).toString('base64');
}
