import { describe, expect, it } from 'vitest';
import { poolComparisons } from '../../harness/analyse/pooled-comparison.ts';
import type { Comparison } from '../../harness/analyse/verdict.ts';

function row(difference: number | undefined, margin = 1, scenario = 'vpc-nat'): Comparison {
  const found = difference === undefined ? {} : { difference, low: difference - 1, high: difference + 1, margin };
  return {
    scenario,
    reference: 'default',
    role: 'scenario',
    target: 's3',
    start: 'warm',
    connection: 'new',
    metric: 'fn_total_ms',
    statistic: 'p50',
    ...found,
    verdict: 'not decidable',
    n: 100,
    smallerSide: 50,
    rounds: 16,
  };
}

const pool = (...differences: readonly (number | undefined)[]) => poolComparisons(differences.map((difference) => [row(difference)]))[0];

describe('poolComparisons', () => {
  it('gives the mean and the t interval that textbooks give', () => {
    // Standard errors 1/√3 and √0.15; t of 97.5 % is 4.302653 for 2 degrees of freedom and 3.182446 for 3 in every table.
    const three = pool(1, 2, 3);
    expect(three?.difference).toBe(2);
    expect(three?.low).toBeCloseTo(-0.4841377, 6);
    expect(three?.high).toBeCloseTo(4.4841377, 6);
    const four = pool(4.1, 5.3, 4.7, 5.9);
    expect(four?.difference).toBeCloseTo(5, 12);
    expect(four?.low).toBeCloseTo(3.767444, 5);
    expect(four?.high).toBeCloseTo(6.232556, 5);
  });

  it.each([
    [[2, 2.1, 1.9], 'slower', 'certain and beyond the margin'],
    [[-2, -2.1, -1.9], 'faster', 'the same, the other way'],
    [[0.5, 0.51, 0.49], 'no relevant change', 'certain, but within the margin'],
    [[0, 0.1, -0.1], 'no relevant change', 'within the margin on both sides'],
    [[1, 1.01, 0.985], 'not decidable', 'the mean lies below the margin, the limits beyond it'],
    [[0, 5, -5], 'not decidable', 'deployments disagree more than any run alone would tell'],
    [[2, 2, 2], 'slower', 'no spread between runs'],
    [[0, 0, 0], 'no relevant change', 'nothing at all'],
  ] as readonly (readonly [readonly number[], string, string])[])('calls %j %s: %s', (differences, verdict) => {
    expect(pool(...differences)?.verdict).toBe(verdict);
  });

  it('says nothing of a comparison that fewer than three runs have', () => {
    const found = pool(2, undefined, 2.1, undefined);
    expect(found).toMatchObject({ differences: [2, 2.1], n: 200, verdict: 'not decidable' });
    expect(found).not.toHaveProperty('difference');
    expect(found).not.toHaveProperty('low');
    expect(found).not.toHaveProperty('margin');
  });

  it('takes degrees of freedom from the runs that have the comparison', () => {
    const withGap = pool(1, undefined, 2, 3);
    expect(withGap?.low).toBeCloseTo(-0.4841377, 6);
    expect(withGap?.n).toBe(300);
  });

  it('keeps comparisons apart and averages the margins', () => {
    const runs = [1, 2, 3].map((i) => [row(i, i), row(-i, 10, 'vpc-endpoints')]);
    expect(poolComparisons(runs).map(({ scenario, difference, margin }) => ({ scenario, difference, margin }))).toEqual([
      { scenario: 'vpc-nat', difference: 2, margin: 2 },
      { scenario: 'vpc-endpoints', difference: -2, margin: 10 },
    ]);
  });
});
