import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatArm } from '../../harness/domain/arm.ts';
import type { Plan } from '../../harness/domain/plan.ts';
import type { PlanOptions } from '../../harness/plan/options.ts';
import { newPlan } from '../../harness/plan/plan.ts';
import { SCENARIOS } from '../../scenarios/index.ts';

const options: fc.Arbitrary<PlanOptions> = fc.record({
  backend: fc.constantFrom('lab' as const, 'aws' as const),
  scenarios: fc.uniqueArray(fc.constantFrom(...SCENARIOS.map(({ name }) => name))),
  targets: fc.uniqueArray(fc.constantFrom('internet' as const, 's3' as const, 'rds' as const), { minLength: 1 }),
  rounds: fc.integer({ min: 1, max: 6 }),
  warm: fc.integer({ min: 1, max: 4 }),
  seed: fc.stringMatching(/^[a-z0-9]{1,12}$/),
  reference: fc.boolean(),
});

function counts(plan: Plan, round: number): Map<string, number> {
  const found = new Map<string, number>();
  for (const call of plan.schedule[round]?.calls ?? []) {
    const key = `${formatArm(call)} ${call.purpose} ${call.connection}`;
    found.set(key, (found.get(key) ?? 0) + 1);
  }
  return found;
}

describe('a plan', () => {
  it('gives every reachable arm the same calls in every round', () => {
    fc.assert(
      fc.property(options, (asked) => {
        const plan = newPlan(asked, SCENARIOS);
        const reachable = plan.arms.filter(({ expected }) => expected === 'reachable');
        for (let round = 0; round < plan.rounds; round++) {
          const found = counts(plan, round);
          for (const arm of reachable) {
            expect(found.get(`${formatArm(arm)} cold new`)).toBe(1);
            expect(found.get(`${formatArm(arm)} open new`)).toBe(1);
            expect(found.get(`${formatArm(arm)} settle reused`)).toBe(1);
            expect(found.get(`${formatArm(arm)} measure new`)).toBe(asked.warm);
            expect(found.get(`${formatArm(arm)} measure reused`)).toBe(asked.warm);
          }
          expect(plan.schedule[round]?.calls.length).toBe(reachable.length * (3 + 2 * asked.warm));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('lets arms take turns: no arm comes twice before all others came once', () => {
    fc.assert(
      fc.property(options, (asked) => {
        const plan = newPlan(asked, SCENARIOS);
        const size = plan.arms.filter(({ expected }) => expected === 'reachable').length;
        for (const { calls } of plan.schedule) {
          for (let at = 0; at < calls.length; at += size) {
            expect(new Set(calls.slice(at, at + size).map(formatArm)).size).toBe(size);
            expect(new Set(calls.slice(at, at + size).map(({ connection }) => connection)).size).toBe(1);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is the same for the same seed, and its call ids are unique and in order', () => {
    fc.assert(
      fc.property(options, (asked) => {
        const plan = newPlan(asked, SCENARIOS);
        expect(newPlan(asked, SCENARIOS)).toEqual(plan);
        const ids = [...plan.blockedBefore, ...plan.schedule.flatMap(({ calls }) => calls), ...plan.blockedAfter].map(
          ({ callId }) => callId,
        );
        expect(new Set(ids).size).toBe(ids.length);
        expect([...ids].sort()).toEqual(ids);
        expect(new Set(plan.schedule.map(({ nonce }) => nonce)).size).toBe(plan.rounds);
        for (const { nonce } of plan.schedule) expect(nonce).toMatch(/^[0-9a-f]{32}$/);
      }),
      { numRuns: 60 },
    );
  });

  it('asks blocked arms three times before and after the rounds, never in them', () => {
    const plan = newPlan(
      { backend: 'lab', scenarios: [], targets: ['internet', 's3', 'rds'], rounds: 2, warm: 1, seed: 'x', reference: true },
      SCENARIOS,
    );
    expect(plan.blockedBefore.map(formatArm).sort()).toEqual([...Array(3).fill('default/rds'), ...Array(3).fill('vpc-endpoints/internet')]);
    expect(plan.blockedAfter.length).toBe(6);
    const inRounds = new Set(plan.schedule.flatMap(({ calls }) => calls.map(formatArm)));
    expect(inRounds.has('default/rds')).toBe(false);
    expect(inRounds.size).toBe(10);
  });
});
