import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newWeightTable, weighTable } from '../../harness/analyse/weight-table.ts';
import { newRandom } from '../../harness/domain/random.ts';

/** Columns of counts, and weights that add up to their number of rows, as drawing rounds gives them. */
const weighed = fc
  .record({
    rounds: fc.integer({ min: 1, max: 40 }),
    columns: fc.integer({ min: 1, max: 7 }),
    largest: fc.constantFrom(1, 60, 2 ** 20, 2 ** 26, 2 ** 31),
    seed: fc.string(),
  })
  .map(({ rounds, columns, largest, seed }) => {
    const random = newRandom(seed);
    const weights = new Uint16Array(rounds);
    random.tally(rounds, weights, 0);
    return { weights, columns: Array.from({ length: columns }, () => Float64Array.from(weights, () => random.below(largest + 1))) };
  });

test('each sum is that of counts times weights, also where two do not fit into one number', () => {
  fc.assert(
    fc.property(weighed, fc.integer({ min: 0, max: 3 }), ({ weights, columns }, from) => {
      const table = newWeightTable(columns);
      weighTable(table, Uint16Array.from([...new Uint16Array(from).fill(9), ...weights]), from);
      const sums = columns.map((column) => column.reduce((sum, count, round) => sum + count * (weights[round] as number), 0));
      expect([...table.sums.subarray(0, columns.length)]).toEqual(sums);
    }),
  );
});

test('a tally counts the very numbers that would have been drawn one by one, and goes on after them', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 3000 }), (seed, bound) => {
      const [one, other] = [newRandom(seed), newRandom(seed)];
      const [tallied, counted] = [new Uint16Array(bound + 2), new Uint16Array(bound + 2)];
      for (let turn = 0; turn < 2; turn++) {
        one.tally(bound, tallied, 2);
        for (let i = 0; i < bound; i++) {
          const place = 2 + other.below(bound);
          counted[place] = (counted[place] as number) + 1;
        }
      }
      expect(tallied).toEqual(counted);
      expect(one.next()).toBe(other.next());
    }),
    { numRuns: 30 },
  );
});
