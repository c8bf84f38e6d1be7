import { describe, expect, it } from 'vitest';
import type { CalibrationOptions } from '../../harness/domain/calibration.ts';
import { calibrationRunPlan, planCalibration } from '../../harness/plan/calibration.ts';
import { SCENARIOS } from '../../scenarios/index.ts';

const OPTIONS: CalibrationOptions = { seed: 'fixed', delaysMs: [0, 0.5, 1, 2, 5], runs: 40, rounds: 16, warm: 10 };

describe('the runs of a calibration', () => {
  const runs = planCalibration(OPTIONS);

  it('are fixed by the seed', () => {
    expect(planCalibration(OPTIONS)).toEqual(runs);
    expect(planCalibration({ ...OPTIONS, seed: 'other' })).not.toEqual(runs);
  });

  it('interleave the delays: each once in every five, in changing order', () => {
    const blocks = Array.from({ length: OPTIONS.runs }, (_, i) => runs.slice(5 * i, 5 * i + 5).map(({ delayMs }) => delayMs));
    for (const block of blocks) expect([...block].sort((a, b) => a - b)).toEqual(OPTIONS.delaysMs);
    expect(new Set(blocks.map((block) => block.join(' '))).size).toBeGreaterThan(20);
  });

  it('are numbered, seeded one by one, and the delayed scenario is drawn', () => {
    expect(runs.map(({ number }) => number)).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
    expect(new Set(runs.map(({ seed }) => seed)).size).toBe(200);
    const natShare = runs.filter(({ delayed }) => delayed === 'vpc-nat').length / runs.length;
    expect(natShare).toBeGreaterThan(0.35);
    expect(natShare).toBeLessThan(0.65);
  });
});

describe('the plan of one run', () => {
  const plan = calibrationRunPlan(OPTIONS, 'fixed/1', SCENARIOS);
  const calls = plan.schedule.flatMap((round) => round.calls);

  it('has two arms and no others: every call more would cost the run time', () => {
    expect(plan.arms.map(({ scenario, target }) => `${scenario}/${target}`)).toEqual(['default/internet', 'vpc-nat/internet']);
  });

  it('measures 16 × 10 warm calls of each, all on new connections', () => {
    const measured = calls.filter(({ purpose }) => purpose === 'measure');
    expect(measured.every(({ connection }) => connection === 'new')).toBe(true);
    for (const { scenario } of plan.arms) {
      const rounds = measured.filter((call) => call.scenario === scenario).map(({ round }) => round);
      expect(rounds).toHaveLength(160);
      expect(new Set(rounds).size).toBe(16);
    }
  });

  it('keeps a cold call and a proof of the path in every round', () => {
    const count = (purpose: string) => calls.filter((call) => call.purpose === purpose).length;
    expect([count('cold'), count('open')]).toEqual([32, 32]);
  });
});
