import { describe, expect, it } from 'vitest';
import { commonRounds, type RoundValue } from '../../harness/analyse/quantile-replicates.ts';
import { bootstrapDifference } from '../../harness/analyse/round-bootstrap.ts';
import { newRandom, type Random } from '../../harness/domain/random.ts';

/** Standard normal to within what a simulation can see: the sum of twelve uniform numbers, less six. */
function normal(random: Random): number {
  return Array.from({ length: 12 }, () => random.next()).reduce((sum, value) => sum + value, -6);
}

interface Truth {
  readonly level: number;
  readonly environmentSpread: number;
  readonly spread: number;
  /** Added to each round's values on both sides. */
  readonly drift: (round: number) => number;
}

function simulate(random: Random, rounds: number, perRound: number, truth: Truth): RoundValue[] {
  return Array.from({ length: rounds }, (_, round) => {
    const environment = truth.environmentSpread * normal(random);
    return Array.from({ length: perRound }, () => ({
      round,
      value: Math.round(truth.level + truth.drift(round) + environment + truth.spread * normal(random)),
    }));
  }).flat();
}

const steady = (): number => 0;
const plain: Truth = { level: 10_000, environmentSpread: 300, spread: 500, drift: steady };

describe('commonRounds', () => {
  it('is what both sides have, ascending by number', () => {
    const side = (...rounds: number[]): RoundValue[] => rounds.map((round) => ({ round, value: 1 }));
    expect(commonRounds(side(10, 9, 9, 1), side(2, 9, 10))).toEqual([9, 10]);
  });
});

describe('bootstrapDifference', () => {
  const random = newRandom('data');
  const a = simulate(random, 16, 5, { ...plain, level: 12_000 });
  const b = simulate(random, 16, 5, plain);

  it('is the same for the same seed, and not for another', () => {
    const once = bootstrapDifference(a, b, 0.5, 'seed');
    expect(bootstrapDifference(a, b, 0.5, 'seed')).toEqual(once);
    const other = bootstrapDifference(a, b, 0.5, 'another');
    expect(other?.estimate).toBe(once?.estimate);
    expect(other?.low).not.toBe(once?.low);
  });

  it('finds a shift of a fifth, with limits on both sides of the estimate', () => {
    const found = bootstrapDifference(a, b, 0.5, 'seed');
    expect(found?.low).toBeGreaterThan(1000);
    expect(found?.high).toBeLessThan(3000);
    expect(found?.low).toBeLessThan(found?.estimate ?? 0);
    expect(found?.high).toBeGreaterThan(found?.estimate ?? 0);
    expect(found?.rounds).toBe(16);
  });

  it.each<[number, number | undefined, string]>([
    [5, undefined, 'one round too few'],
    [6, 6, 'enough'],
  ])('with %i common rounds has %s rounds: %s', (rounds, expected) => {
    const few = b.filter(({ round }) => round < rounds);
    expect(bootstrapDifference(a, few, 0.5, 'seed')?.rounds).toBe(expected);
  });

  it('does not look at rounds that one side lacks', () => {
    const strange = Array.from({ length: 100 }, (_, i) => ({ round: 100 + i, value: 1_000_000 }));
    expect(bootstrapDifference([...a, ...strange], b, 0.5, 'seed')).toEqual(bootstrapDifference(a, b, 0.5, 'seed'));
  });

  it('lets drift that both sides share cancel', () => {
    // The level doubles over the run; what differs between the sides is 300.
    const shared = newRandom('drift');
    const drift = (round: number): number => round * 600;
    const calm: Truth = { level: 10_000, environmentSpread: 20, spread: 50, drift };
    const [slow, fast] = [simulate(shared, 16, 5, { ...calm, level: 10_300 }), simulate(shared, 16, 5, calm)];
    const paired = bootstrapDifference(slow, fast, 0.5, 'seed');
    expect(paired?.low).toBeGreaterThan(0);
    expect(paired?.high).toBeLessThan(1000);
    // The same values, their rounds torn apart: nothing cancels any more.
    const torn = bootstrapDifference(
      slow.map(({ round, value }) => ({ round: (round * 7 + 3) % 16, value })),
      fast,
      0.5,
      'seed',
    );
    expect(torn?.low).toBeLessThan(0);
    expect((torn?.high ?? 0) - (torn?.low ?? 0)).toBeGreaterThan(4 * ((paired?.high ?? 0) - (paired?.low ?? 0)));
  });

  it('covers the truth about as often as it claims', () => {
    const source = newRandom('coverage');
    const [runs, truth] = [200, 400];
    let covered = 0;
    for (let run = 0; run < runs; run++) {
      const slow = simulate(source, 16, 4, { ...plain, level: plain.level + truth });
      const found = bootstrapDifference(slow, simulate(source, 16, 4, plain), 0.5, `run-${run}`);
      if (found !== undefined && found.low <= truth && truth <= found.high) covered++;
    }
    // Of 200 at 95 %, fewer than 180 or all 200 have a chance below 0.3 % and 0.01 %.
    expect(covered).toBeGreaterThanOrEqual(180);
    expect(covered).toBeLessThan(200);
  });
});
