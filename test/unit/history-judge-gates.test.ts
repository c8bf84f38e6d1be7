import { describe, expect, it } from 'vitest';
import type { GateJudgement, GatePoint } from '../../harness/domain/regression.ts';
import { type GateInput, judgeGates } from '../../harness/history/judge-gates.ts';
import { GATE } from '../support/history-entries.ts';

const EFFECT = Math.log(1.05);

/** Sample standard deviation s about 1.03 %. */
const QUIET = Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? 0.01 : -0.01));

function pointAt(logRatio: number): GatePoint {
  return { logRatio, value: 1e7 * Math.exp(logRatio), reference: 1e7 };
}

function judge(now: number | undefined, parts: Partial<GateInput> = {}, others: readonly GateInput[] = []): GateJudgement {
  const point = now === undefined ? {} : { point: pointAt(now) };
  const [first] = judgeGates([
    { gate: GATE, ...point, confirmations: [], stretches: [QUIET], effectAt: () => EFFECT, ...parts },
    ...others,
  ]);
  if (first === undefined) throw new Error('nothing was judged');
  return first;
}

describe('a gate', () => {
  it.each<[why: string, now: number | undefined, parts: Partial<GateInput>, verdict: GateJudgement['verdict']]>([
    ['as before', 0, {}, 'no regression'],
    ['higher, within the spread', 0.015, {}, 'no regression'],
    ['certain, and shown to be smaller than what matters', 0.02, { effectAt: () => 0.1 }, 'no regression'],
    ['beyond the loose limit', 0.06, {}, 'flagged'],
    ['one of two confirming runs is no mean of three', 0.06, { confirmations: [pointAt(0.06)] }, 'flagged'],
    ['confirmed', 0.06, { confirmations: [pointAt(0.05), pointAt(0.07)] }, 'regression'],
    ['cleared by two quiet runs', 0.06, { confirmations: [pointAt(0), pointAt(-0.01)] }, 'cleared'],
    ['faster', -0.2, {}, 'faster'],
    ['no figures in this run', undefined, {}, 'not decidable'],
    ['nine runs', 0.06, { stretches: [QUIET.slice(0, 9)] }, 'learning'],
    ['no run', 0.06, { stretches: [] }, 'learning'],
    ['spread wider than what matters', 0.0, { stretches: [QUIET.map((value) => value * 10)] }, 'not decidable'],
    ['all runs equal: nothing varies', 0.06, { stretches: [QUIET.map(() => 0)] }, 'flagged'],
    ['all runs equal, and so is this', 0, { stretches: [QUIET.map(() => 0)] }, 'no regression'],
    ['an accepted level is the one that counts', 0.3, { stretches: [QUIET, [0.3]] }, 'no regression'],
    ['beyond an accepted level', 0.4, { stretches: [QUIET, [0.3]] }, 'flagged'],
  ])('%s', (_why, now, parts, verdict) => {
    expect(judge(now, parts).verdict).toBe(verdict);
  });

  it('is judged by Student limits for one new run', () => {
    const found = judge(0.06);
    // s²= 20·0.01²/19; t(97.5 %, 19) = 2.093024 (tables).
    const half = 2.093024 * Math.sqrt((20 * 0.01 ** 2) / 19) * Math.sqrt(1 + 1 / 20);
    expect(found.change).toBeCloseTo(0.06, 12);
    expect((found.high ?? 0) - 0.06).toBeCloseTo(half, 6);
  });

  it('needs more in a larger family', () => {
    const other: GateInput = { gate: GATE, point: pointAt(0), confirmations: [], stretches: [QUIET], effectAt: () => EFFECT };
    const alone = judge(0.0).band?.high ?? 0;
    const amongTwelve = judge(0.0, {}, Array(11).fill(other)).band?.high ?? 0;
    expect(amongTwelve).toBeGreaterThan(alone);
    const learning = Array(11).fill({ ...other, stretches: [] });
    expect(judge(0.0, {}, learning).band?.high).toBe(alone);
  });

  it('tells a slow shift and does not fail for it', () => {
    const { verdict, shift } = judge(0.02, { stretches: [[...QUIET, 0.02, 0.02, 0.02, 0.02]] });
    expect(verdict).toBe('no regression');
    expect(shift?.runs).toBe(5);
    expect(shift?.change).toBeCloseTo(0.02, 12);
    expect(judge(0.005).shift).toBeUndefined();
  });
});
