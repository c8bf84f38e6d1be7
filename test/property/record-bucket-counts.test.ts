import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newBucketCounts } from '../../harness/record/bucket-counts.ts';
import { encodeHistogram, recordHistogram } from '../../harness/record/histogram.ts';

const times = fc.array(fc.oneof(fc.nat(5_000), fc.maxSafeNat()), { minLength: 1, maxLength: 100 });

describe('counts by bucket', () => {
  it('make the histogram that the values themselves make, and count what lies outside', () => {
    fc.assert(
      fc.property(times, (values) => {
        const counts = newBucketCounts();
        for (const value of values) counts.record(value);
        const [made, direct] = [counts.histogram(), recordHistogram(values)];
        expect(made.clamped).toBe(direct.clamped);
        expect(encodeHistogram(made.histogram)).toBe(encodeHistogram(direct.histogram));
        expect([counts.count(), counts.max()]).toEqual([values.length, Math.max(...values)]);
      }),
      { numRuns: 100 },
    );
  });

  it('have the value of each rank within 0.1 %, one that was recorded', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 3_600_000_000_000 }), { minLength: 1, maxLength: 100 }), (values) => {
        const counts = newBucketCounts();
        for (const value of values) counts.record(value);
        for (const [i, value] of [...values].sort((a, b) => a - b).entries()) {
          expect(Math.abs(counts.valueAt(i + 1) - value)).toBeLessThanOrEqual(value * 0.001);
          expect(values).toContain(counts.valueAt(i + 1));
        }
      }),
      { numRuns: 100 },
    );
  });

  it('refuse what a histogram would spoil', () => {
    const counts = newBucketCounts();
    for (const value of [Number.NaN, 1.5, Number.POSITIVE_INFINITY]) expect(() => counts.record(value)).toThrow(RangeError);
    expect(() => counts.valueAt(1)).toThrow(RangeError);
  });
});
