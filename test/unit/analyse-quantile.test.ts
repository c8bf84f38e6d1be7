import { describe, expect, it } from 'vitest';
import { nearestRank, sortAscending } from '../../harness/analyse/quantile.ts';

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

describe('nearestRank', () => {
  it.each([
    [[7], 0.5, 7, 'one value is every quantile'],
    [[7], 1, 7, 'also the last'],
    [[1, 2], 0.5, 1, 'an even number takes the lower of the two in the middle'],
    [[1, 2, 3], 0.5, 2, 'an odd number takes the one in the middle'],
    [upTo(10), 0.9, 9, '0.9 · 10 is 9.000000000000002 in floating point and must not become rank 10'],
    [upTo(100), 0.99, 99, 'p99 of a hundred is the 99th'],
    [upTo(101), 0.99, 100, 'a fraction rounds up'],
    [upTo(1000), 0.999, 999, 'p999 of a thousand'],
    [[5, 5, 5, 9], 0.5, 5, 'ties'],
    [[1, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY], 0.5, Number.POSITIVE_INFINITY, 'a failure as +∞'],
  ])('of %j at %f is %f: %s', (values, share, expected) => {
    expect(nearestRank(sortAscending(values), share)).toBe(expected);
  });

  it.each([
    [[], 0.5, 'no values'],
    [[1], 0, 'no share'],
    [[1], 1.01, 'more than all'],
    [[1], Number.NaN, 'no number'],
  ])('refuses %j at %f: %s', (values, share) => {
    expect(() => nearestRank(sortAscending(values), share)).toThrow(RangeError);
  });
});

describe('sortAscending', () => {
  it('orders by value, not by text, and leaves its input alone', () => {
    const values = [10, 9, 100, 1];
    expect([...sortAscending(values)]).toEqual([1, 9, 10, 100]);
    expect(values).toEqual([10, 9, 100, 1]);
  });
});
