import fc from 'fast-check';
import { decodeFromCompressedBase64 } from 'hdr-histogram-js';
import { describe, expect, it } from 'vitest';
import { encodeHistogram, HIGHEST_NS, recordHistogram } from '../../harness/record/histogram.ts';

/** Every size from 1 ns to 1 h is as likely as any other. */
const time = fc
  .tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 1_000, max: 9_999 }))
  .map(([power, digits]) => Math.min(Math.max(1, Math.floor((digits * 10 ** power) / 1000)), HIGHEST_NS));
const times = fc.array(time, { minLength: 1, maxLength: 200 });

function nearestRank(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil((percent * sorted.length) / 100 - 1e-9) - 1] ?? Number.NaN;
}

describe('a histogram after its encoding', () => {
  it('has every quantile within one bucket of the raw values, and their number', () => {
    fc.assert(
      fc.property(times, fc.constantFrom(50, 90, 99, 100), (values, percent) => {
        const decoded = decodeFromCompressedBase64(encodeHistogram(recordHistogram(values).histogram), 64);
        const raw = nearestRank(values, percent);
        expect(decoded.totalCount).toBe(values.length);
        // The library answers with the upper end of the value's bucket.
        const found = decoded.getValueAtPercentile(percent);
        expect(found).toBeGreaterThanOrEqual(raw);
        expect(found - raw).toBeLessThanOrEqual(raw / 1000);
      }),
      { numRuns: 60 },
    );
  });

  it('does not depend on the order of the values', () => {
    fc.assert(
      fc.property(times, (values) => {
        const ascending = [...values].sort((a, b) => a - b);
        expect(encodeHistogram(recordHistogram(values).histogram)).toBe(encodeHistogram(recordHistogram(ascending).histogram));
      }),
      { numRuns: 30 },
    );
  });
});
