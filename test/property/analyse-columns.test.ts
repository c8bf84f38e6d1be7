import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestRank, sortAscending } from '../../harness/analyse/quantile.ts';
import { commonRounds, REPLICATES, type RoundValue, resampleQuantiles } from '../../harness/analyse/quantile-replicates.ts';
import { ByArm } from '../../harness/domain/by-arm.ts';
import { NumberList, newPlaceList } from '../../harness/domain/number-list.ts';
import { radixSort } from '../../harness/domain/radix-sort.ts';
import { newRandom } from '../../harness/domain/random.ts';
import type { Target } from '../../harness/domain/target.ts';

const SHARES = [0.1, 0.5, 0.9, 0.99];

/** The quantiles of each replicate, from the values themselves, each as often as its round was drawn. */
function replicatesTheLongWay(side: readonly RoundValue[], common: readonly number[], seed: string, upTo: number): number[][] {
  const random = newRandom(seed);
  return Array.from({ length: upTo }, () => {
    const drawn = common.map(() => common[random.below(common.length)]);
    const values = drawn.flatMap((round) => side.filter((one) => one.round === round).map(({ value }) => value));
    return SHARES.map((share) => nearestRank(sortAscending(values), share));
  });
}

const side = fc.array(fc.record({ round: fc.integer({ min: 1, max: 7 }), value: fc.nat({ max: 60 }) }), { minLength: 8, maxLength: 60 });

describe('resampleQuantiles', () => {
  it('finds what drawing the rounds and sorting their values finds', () => {
    fc.assert(
      fc.property(side, side, (a, b) => {
        const common = commonRounds(a, b);
        fc.pre(common.length > 0);
        const found = resampleQuantiles(a, b, SHARES, 'seed');
        const [own, other] = [a, b].map((one) => replicatesTheLongWay(one, common, 'seed', 25));
        for (let replicate = 0; replicate < 25; replicate++) {
          expect(found.map((one) => one.scenarioReplicates[replicate])).toEqual(own?.[replicate]);
          expect(found.map((one) => one.referenceReplicates[replicate])).toEqual(other?.[replicate]);
        }
        expect(found.every((one) => one.scenarioReplicates.length === REPLICATES)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});

describe('radixSort', () => {
  const whole = fc.oneof(fc.nat({ max: 300 }), fc.nat({ max: 5_000_000 }), fc.integer({ min: 0, max: 2 ** 32 - 1 }));

  it('sorts as comparing does, and what is beside the values goes along', () => {
    fc.assert(
      fc.property(fc.array(whole, { minLength: 1000, maxLength: 3000, size: 'max' }), (all) => {
        const values = Float64Array.from(all);
        const beside = Uint32Array.from(all.keys());
        expect(radixSort(values, beside)).toBe(true);
        expect(values).toEqual(Float64Array.from(all).sort());
        expect(Float64Array.from(beside, (place) => all[place] as number)).toEqual(values);
        const alone = Float64Array.from(all);
        expect(radixSort(alone)).toBe(true);
        expect(alone).toEqual(values);
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    [0.5, 'a fraction'],
    [-1, 'a negative number'],
    [-0, 'which is not 0'],
    [Number.NaN, 'no number'],
    [Number.POSITIVE_INFINITY, 'a failure'],
    [2 ** 32, 'too large'],
  ])('leaves values to others among which is %d: %s', (value) => {
    const values = new Float64Array(2000).map((_, i) => 2000 - i);
    values[7] = value;
    const before = values.slice();
    expect(radixSort(values)).toBe(false);
    expect(values).toEqual(before);
  });
});

describe('ByArm and NumberList', () => {
  it('keep what is kept of each arm, in the order of arms', () => {
    const arm = fc.record({ scenario: fc.constantFrom('a', 'b', '__proto__'), target: fc.constantFrom<Target>('s3', 'rds', 'internet') });
    fc.assert(
      fc.property(fc.array(arm, { maxLength: 300 }), (arms) => {
        const [places, oracle] = [new ByArm<NumberList>(), new Map<string, number[]>()];
        for (const [place, one] of arms.entries()) {
          places.getOrMake(one, newPlaceList).push(place);
          const name = `${one.scenario}/${one.target}`;
          oracle.set(name, [...(oracle.get(name) ?? []), place]);
        }
        for (const one of arms) expect([...(places.get(one)?.toArray() ?? [])]).toEqual(oracle.get(`${one.scenario}/${one.target}`));
        expect(places.map((list) => list.length).values()).toEqual(places.values().map((list) => list.length));
        expect(places.values().reduce((sum, list) => sum + list.length, 0)).toBe(arms.length);
      }),
    );
    expect(new NumberList((length) => new Float64Array(length), 0).toArray()).toEqual(new Float64Array());
  });
});
