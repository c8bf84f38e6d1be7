import { describe, expect, it } from 'vitest';
import { type ClusteredValues, clusteredInterval, designEffect, newClusteredValues } from '../../harness/analyse/clustered-interval.ts';
import { intervalLevels, minimumSize, orderStatisticInterval } from '../../harness/analyse/order-statistic-interval.ts';
import { QUANTILES, sortAscending } from '../../harness/analyse/quantile.ts';

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

describe('minimumSize', () => {
  it.each([
    [0.5, 6],
    [0.9, 36],
    [0.99, 368],
    [0.999, 3688],
    [0.1, 36],
  ])('of %f is %i: one value fewer has no finite limits', (share, minimum) => {
    expect(minimumSize(share)).toBe(minimum);
    expect(intervalLevels(minimum, share)).toBeDefined();
    expect(intervalLevels(minimum - 1, share)).toBeUndefined();
    // From its meaning: all values on the wrong side of the quantile, on either end, with 2.5 % at most.
    const worst = Math.max(share, 1 - share);
    expect(worst ** minimum).toBeLessThanOrEqual(0.025);
    expect(worst ** (minimum - 1)).toBeGreaterThan(0.025);
  });
});

describe('QUANTILES', () => {
  it('are printed from the size on at which they have limits', () => {
    expect(QUANTILES.map(({ minimum }) => minimum)).toEqual(QUANTILES.map(({ share }) => minimumSize(share)));
  });
});

describe('orderStatisticInterval', () => {
  it('is symmetric about the median of symmetric values', () => {
    const limits = orderStatisticInterval(sortAscending(upTo(101)), 0.5);
    expect((limits?.low ?? 0) + (limits?.high ?? 0)).toBeCloseTo(102, 9);
    // Normal approximation: 51 ± 1.96·√(102·¼).
    expect(limits?.low).toBeCloseTo(51 - 1.96 * Math.sqrt(102 / 4), 0);
  });

  it.each<[string, number[], number, boolean]>([
    ['no values', [], 0.5, false],
    ['one value', [7], 0.5, false],
    ['five values for a median', upTo(5), 0.5, false],
    ['six values for a median', upTo(6), 0.5, true],
    ['an upper limit among infinite values', [1, 2, 3, 4, ...Array(4).fill(Number.POSITIVE_INFINITY)], 0.5, false],
    ['infinite values beyond the upper limit', [...upTo(30), Number.POSITIVE_INFINITY], 0.5, true],
  ])('of %s', (_, values, share, finite) => {
    const limits = orderStatisticInterval(sortAscending(values), share);
    expect(limits !== undefined).toBe(finite);
    if (limits !== undefined) expect(limits.low).toBeLessThanOrEqual(limits.high);
  });

  it('of equal values is that value', () => {
    expect(orderStatisticInterval(sortAscending(Array(20).fill(2 ** 53 - 1)), 0.5)).toEqual({ low: 2 ** 53 - 1, high: 2 ** 53 - 1 });
  });
});

/** `clusters` environments of `size` calls; the n-th is `apart` × n above the others. */
function clustered(clusters: number, size: number, apart: number): ClusteredValues {
  const names = upTo(clusters).flatMap((cluster) => upTo(size).map(() => `environment ${cluster}`));
  const values = upTo(clusters).flatMap((cluster) => upTo(size).map((i) => cluster * apart + i));
  return newClusteredValues(values, names);
}

describe('designEffect', () => {
  it.each<[ClusteredValues, number, number | undefined, string]>([
    [clustered(10, 10, 1000), 5000, (10 / 9) * 10, 'each environment lies on one side: one call of each tells all (K/(K−1)·m)'],
    [clustered(10, 10, 0), 5, 1, 'environments that are alike: never below 1'],
    [clustered(10, 1, 1), 5, 10 / 9, 'one call each: only the small-sample factor'],
    [clustered(10, 10, 1000), 1e9, 1, 'nothing lies above'],
    [clustered(1, 10, 0), 5, undefined, 'one environment'],
  ])('of case %# is %f', (values, quantile, expected) => {
    const effect = designEffect(values, quantile);
    if (expected === undefined) expect(effect).toBeUndefined();
    else expect(effect).toBeCloseTo(expected, 9);
  });
});

describe('clusteredInterval', () => {
  it('is wider the more the environments differ', () => {
    const width = (apart: number): number => {
      const { limits } = clusteredInterval(clustered(20, 20, apart), 0.5);
      return (limits?.high ?? Number.NaN) - (limits?.low ?? Number.NaN);
    };
    expect(width(2)).toBeGreaterThan(2 * width(0));
  });

  it('takes the median’s word for tails that too few environments reach', () => {
    // Ten environments of thirty calls, far apart: p90 lies between the last two, whose calls alone would make it look certain.
    const apart = clustered(10, 30, 1000);
    expect(designEffect(apart, 9000)).toBeGreaterThan(25);
    const half = newClusteredValues(
      apart.values.map((value, i) => (i % 10 === 0 ? 20_000 + i : value)),
      upTo(300).map((i) => `environment ${Math.ceil(i / 30)}`),
    );
    const ninety = [...half.sorted][269] ?? 0;
    expect(designEffect(half, ninety)).toBeLessThan(12);
    expect(clusteredInterval(half, 0.9).designEffect).toBeGreaterThan(12);
    expect(clusteredInterval(half, 0.9).limits).toBeUndefined();
  });

  it('of one call an environment is the plain interval, but for t and the small-sample factor', () => {
    const values = clustered(200, 1, 1);
    const plain = orderStatisticInterval(values.sorted, 0.5);
    const { limits } = clusteredInterval(values, 0.5);
    expect(limits?.low).toBeCloseTo(plain?.low ?? 0, 0);
    expect(limits?.high).toBeCloseTo(plain?.high ?? 0, 0);
  });

  it.each<[ClusteredValues, number | undefined, boolean, string]>([
    [clustered(0, 0, 0), undefined, false, 'nothing'],
    [clustered(1, 500, 0), undefined, false, 'one environment has no spread'],
    [clustered(7, 100, 0), 1, false, 'seven environments are a guess'],
    [clustered(8, 100, 0), 1, true, 'eight are the least'],
    [clustered(8, 4, 1000), (8 / 7) * 4, false, 'calls that count for fewer than six'],
    [
      newClusteredValues(
        Array(120).fill(5),
        upTo(120).map((i) => `environment ${i % 12}`),
      ),
      1,
      true,
      'all values equal',
    ],
  ])('of case %# has design effect %s, limits: %s', (values, effect, finite) => {
    const found = clusteredInterval(values, 0.5);
    if (effect === undefined) expect(found.designEffect).toBeUndefined();
    else expect(found.designEffect).toBeCloseTo(effect, 6);
    expect(found.limits !== undefined).toBe(finite);
  });
});
