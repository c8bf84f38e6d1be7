import { describe, expect, it } from 'vitest';
import { rankCorrelation, rankCorrelationProbability } from '../../harness/analyse/rank-correlation.ts';

describe('rankCorrelation', () => {
  it.each<[readonly number[], readonly number[], number | undefined, string]>([
    [[1, 2, 3, 4], [10, 20, 40, 80], 1, 'order counts, size does not'],
    [[1, 2, 3, 4], [4, 3, 2, -1], -1, 'the other way'],
    [[1, 2, 3, 4, 5], [2, 1, 4, 3, 5], 0.8, '1 − 6·Σd²/(n³ − n) with Σd² = 4'],
    [[1, 2, 3, 4], [1, 2, 2, 3], 4.5 / Math.sqrt(5 * 4.5), 'ties have the middle of their ranks'],
    [[1, 2, 3], [7, 7, 7], undefined, 'equal values have no order'],
    [[1, 2], [1, 2], undefined, 'two values are always in some order'],
    [[], [], undefined, 'nothing'],
  ])('of %j and %j is %s: %s', (a, b, expected) => {
    if (expected === undefined) expect(rankCorrelation(a, b)).toBeUndefined();
    else expect(rankCorrelation(a, b)).toBeCloseTo(expected, 12);
  });
});

describe('rankCorrelationProbability', () => {
  it.each([
    [1, 6, 2 / 720, 'of 720 orders only two are perfect'],
    [-1, 4, 2 / 24, 'the same the other way'],
    [0, 16, 1, 'no correlation at all'],
    // scipy.stats.t.sf(0.5·√(18/0.75), 18)·2
    [0.5, 20, 0.02477, "Student's t with 18 degrees"],
  ])('of %f from %i pairs is %f: %s', (correlation, n, expected) => {
    expect(rankCorrelationProbability(correlation, n)).toBeCloseTo(expected, 5);
  });
});
