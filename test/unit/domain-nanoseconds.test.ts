import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  elapsed,
  formatMilliseconds,
  nanoseconds,
  nanosecondsFromMilliseconds,
  parseMilliseconds,
} from '../../harness/domain/nanoseconds.ts';

describe('nanoseconds', () => {
  it('survives a CSV to the last digit', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => {
        expect(parseMilliseconds(formatMilliseconds(nanoseconds(value)))).toBe(value);
      }),
    );
  });

  it.each([
    ['-1', 'negative'],
    ['1.1234567', 'more than a nanosecond can hold'],
    ['', 'absence is not 0'],
    ['NaN', 'not a number'],
    ['1e3', 'no exponents in our files'],
  ])('refuses the text "%s": %s', (text) => expect(() => parseMilliseconds(text)).toThrow(RangeError));

  it.each([[-1], [1.5], [Number.NaN], [2 ** 53]])('refuses the number %d', (value) => expect(() => nanoseconds(value)).toThrow(RangeError));

  it('reads what Lambda prints', () => {
    expect(nanosecondsFromMilliseconds(14.97)).toBe(14_970_000);
    expect(nanosecondsFromMilliseconds(463.512)).toBe(463_512_000);
  });

  it('never turns a reversed order into a time', () => {
    expect(() => elapsed(nanoseconds(2), nanoseconds(1))).toThrow(RangeError);
  });
});
