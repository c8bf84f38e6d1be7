import { describe, expect, it } from 'vitest';
import { isEquivalent } from '../../harness/analyse/equivalence.ts';
import { adjustByHolm } from '../../harness/analyse/holm.ts';
import { type OpenComparison, requiredRounds } from '../../harness/analyse/required-rounds.ts';
import { cliffsDelta, describeSuperiority, superiorityOf } from '../../harness/analyse/superiority.ts';

describe('adjustByHolm', () => {
  it.each<[readonly number[], readonly number[], string]>([
    [[], [], 'an empty family'],
    [[0.03], [0.03], 'a family of one is not adjusted'],
    // R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")
    [[0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02], 'in the order given'],
    [[0.02, 0.02, 0.02], [0.06, 0.06, 0.06], 'equal ones alike'],
    [[0.9, 0.6], [1, 1], 'never above 1'],
    [[0, 1], [0, 1], 'the ends'],
  ])('%j becomes %j: %s', (given, expected) => {
    const adjusted = adjustByHolm(given);
    expect(adjusted).toHaveLength(expected.length);
    for (const [i, value] of adjusted.entries()) expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 12);
  });
});

describe('isEquivalent', () => {
  it.each([
    [-4, 4, 5, true, 'inside'],
    [1, 4, 5, true, 'certain and irrelevant'],
    [-5, 4, 5, false, 'a limit equal to the margin'],
    [-4, 5, 5, false, 'the other'],
    [0, 0, 0, false, 'no margin'],
  ])('[%f, %f] within %f: %s, %s', (low, high, margin, expected) => {
    expect(isEquivalent({ low, high }, margin)).toBe(expected);
  });
});

describe('superiorityOf', () => {
  it('is the share of pairs, ties half, whatever the order', () => {
    const [a, b] = [
      [5, 1, 3, 3, 9],
      [3, 2, 3, 8],
    ];
    const pairs = a.flatMap((x) => b.map((y) => (x > y ? 1 : x === y ? 0.5 : 0)));
    expect(superiorityOf(a, b)).toBeCloseTo(pairs.reduce<number>((sum, win) => sum + win, 0) / pairs.length, 12);
  });

  it.each([
    [0.5, 0, 'a nat call is slower than a plain call with probability 50 % (hardly)'],
    [0.63, 0.26, 'a nat call is slower than a plain call with probability 63 % (a little)'],
    [0.3, -0.4, 'a nat call is slower than a plain call with probability 30 % (clearly)'],
    [0.999, 0.998, 'a nat call is slower than a plain call with probability > 99 % (strongly)'],
    [0.001, -0.998, 'a nat call is slower than a plain call with probability < 1 % (strongly)'],
    [1, 1, 'a nat call is slower than a plain call with probability 100 % (strongly)'],
  ])('%f is delta %f: "%s"', (superiority, delta, words) => {
    expect(cliffsDelta(superiority)).toBeCloseTo(delta, 12);
    expect(describeSuperiority('nat', 'plain', superiority)).toBe(words);
  });
});

describe('requiredRounds', () => {
  const open = { rounds: 16, difference: 0, halfWidth: 2, margin: 1, level: 0.05 };

  it('grows with the square of the half width', () => {
    const [once, twice] = [requiredRounds({ ...open, halfWidth: 8 }), requiredRounds({ ...open, halfWidth: 16 })];
    expect((twice ?? 0) / (once ?? 1)).toBeGreaterThan(3.5);
    expect((twice ?? 0) / (once ?? 1)).toBeLessThan(4.5);
  });

  it('asks for more rounds where the direction must hold in a family', () => {
    const apart = { ...open, difference: 1.5, halfWidth: 1.6 };
    expect(requiredRounds({ ...apart, level: 1e-6 })).toBeGreaterThan(requiredRounds(apart) ?? Number.POSITIVE_INFINITY);
  });

  it.each<[Partial<OpenComparison>, string]>([
    [{ halfWidth: 0 }, 'no width'],
    [{ margin: 0 }, 'no margin to decide about'],
    [{ rounds: 1 }, 'one round'],
    [{ halfWidth: 1e9 }, 'more than could be run'],
  ])('is absent for %j: %s', (parts) => {
    expect(requiredRounds({ ...open, ...parts })).toBeUndefined();
  });

  it('is finite for a difference at the margin itself', () => {
    const found = requiredRounds({ ...open, difference: 1 });
    expect(found).toBeGreaterThan(16);
    expect(found).toBeLessThan(16 * 500);
  });
});
