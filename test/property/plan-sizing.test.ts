import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Precision } from '../../harness/domain/precision.ts';
import { newPlan, resizePlan } from '../../harness/plan/plan.ts';
import { sizeRounds } from '../../harness/plan/sizing.ts';
import { SCENARIOS } from '../../scenarios/index.ts';

const OPTIONS = { backend: 'lab', scenarios: ['vpc-endpoints'], targets: ['internet', 's3', 'rds'], warm: 2, reference: true } as const;
const width = fc.record({
  comparison: fc.constant('x'),
  start: fc.constantFrom('cold' as const, 'warm' as const),
  rounds: fc.integer({ min: 6, max: 40 }),
  halfWidth: fc.double({ min: 0, max: 1e9, noNaN: true }),
  margin: fc.double({ min: 1, max: 1e8, noNaN: true }),
});

describe('a plan that was sized by its pilot', () => {
  it('begins with the pilot, call by call, and has warm calls in the first rounds alone', () => {
    const sizes = fc.record({ seed: fc.stringMatching(/^[a-z]{1,6}$/), pilot: fc.nat(4), more: fc.nat(5), cold: fc.nat(4) });
    fc.assert(
      fc.property(sizes, ({ seed, pilot, more, cold }) => {
        const rounds = pilot + 1;
        const short = newPlan({ ...OPTIONS, seed, rounds }, SCENARIOS);
        const warmRounds = rounds + more;
        const long = resizePlan(short, { rounds: warmRounds + cold, warmRounds });
        expect(long.schedule.slice(0, rounds)).toEqual(short.schedule);
        expect(long.blockedBefore).toEqual(short.blockedBefore);
        expect(long.blockedAfter.map(({ round }) => round)).toEqual(long.blockedAfter.map(() => warmRounds + cold + 1));
        const reachable = long.arms.filter(({ expected }) => expected === 'reachable').length;
        const perArm = long.schedule.map(({ calls }) => calls.length / reachable);
        expect(perArm).toEqual([...Array(warmRounds).fill(7), ...Array(cold).fill(2)]);
        const ids = long.schedule.flatMap(({ calls }) => calls.map(({ callId }) => callId));
        expect(new Set(ids).size).toBe(ids.length);
        // The same as if somebody had asked for these rounds at once.
        expect(newPlan({ ...OPTIONS, seed, rounds: warmRounds + cold, warmRounds }, SCENARIOS)).toEqual(long);
      }),
      { numRuns: 60 },
    );
  });

  it('never leaves its bounds', () => {
    const bounds = fc.record({ pilot: fc.integer({ min: 6, max: 40 }), maxRounds: fc.integer({ min: 40, max: 300 }) });
    fc.assert(
      fc.property(bounds, fc.array(width, { maxLength: 6 }), ({ pilot, maxRounds }, widths) => {
        const precision: Precision = { warm: { kind: 'margin' }, cold: { kind: 'half-width', halfWidth: 1e6 }, maxRounds };
        const { rounds, warmRounds, limit } = sizeRounds(precision, pilot, widths);
        expect(warmRounds).toBeGreaterThanOrEqual(pilot);
        expect(rounds).toBeGreaterThanOrEqual(warmRounds);
        expect(rounds).toBeLessThanOrEqual(maxRounds);
        expect(rounds === pilot).toBe(limit === 'pilot' || (limit === 'max-rounds' && pilot === maxRounds));
      }),
      { numRuns: 300 },
    );
  });
});
