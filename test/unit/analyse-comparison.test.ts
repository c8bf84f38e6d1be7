import { describe, expect, it } from 'vitest';
import { groupByCell } from '../../harness/analyse/cell-samples.ts';
import { compareScenarios, referenceOf } from '../../harness/analyse/comparison.ts';
import { superiorityOf } from '../../harness/analyse/superiority.ts';
import { judgeDifference, type Verdict } from '../../harness/analyse/verdict.ts';
import { twinOf } from '../../harness/domain/arm.ts';
import type { Backend } from '../../harness/domain/plan.ts';
import type { ReportedSample } from '../../harness/domain/sample.ts';
import type { Target } from '../../harness/domain/target.ts';
import type { PlanOptions } from '../../harness/plan/options.ts';
import { newPlan } from '../../harness/plan/plan.ts';
import { SCENARIOS } from '../../scenarios/index.ts';
import { newReportedSample } from '../support/reported-sample.ts';

const options: PlanOptions = {
  backend: 'lab',
  scenarios: [],
  targets: ['internet', 's3', 'rds'],
  rounds: 8,
  warm: 2,
  seed: 'seed',
  reference: true,
};
const planOf = (parts: Partial<PlanOptions> = {}) => newPlan({ ...options, ...parts }, SCENARIOS);

describe('judgeDifference', () => {
  it.each<[number, boolean, number, number, number, Verdict, string]>([
    [10, true, 6, 14, 5, 'slower', 'certain and relevant'],
    [-10, true, -14, -6, 5, 'faster', 'the same the other way'],
    [5, true, 1, 9, 5, 'slower', 'a difference equal to the margin is relevant'],
    [-5, true, -9, -1, 5, 'faster', 'the same the other way'],
    [4.999, true, 1, 9, 5, 'not decidable', 'certain, but it may be irrelevant or relevant'],
    [10, false, 0, 20, 5, 'not decidable', 'large and uncertain'],
    [10, false, 6, 14, 5, 'not decidable', 'its interval excludes 0, but not in this family'],
    [0, false, -1, 1, 5, 'no relevant change', 'within the margin'],
    [2, true, 1, 3, 5, 'no relevant change', 'certain and irrelevant'],
    [0, false, -5, 4, 5, 'not decidable', 'a limit equal to the margin leaves irrelevance open'],
    [0, false, -4, 5, 5, 'not decidable', 'the same the other way'],
    [0, false, 0, 0, 5, 'no relevant change', 'all values are equal'],
    [0, false, -9, 9, 5, 'not decidable', 'nothing is known'],
  ])('%f, certain: %s, 90 %% in [%f, %f] with margin %f is "%s": %s', (difference, certain, low, high, margin, verdict) => {
    expect(judgeDifference(difference, certain, { low, high }, margin)).toBe(verdict);
  });
});

describe('superiorityOf', () => {
  it.each([
    [[2], [1], 1, 'always'],
    [[1], [2], 0, 'never'],
    [[1, 2], [1, 2], 0.5, 'ties count half'],
    [[3, 3, 1], [2, 3], 0.5, 'mixed: (1 + ½)·2 + 0 of 6'],
  ])('of %j over %j is %f: %s', (a, b, expected) => {
    expect(superiorityOf(a, b)).toBeCloseTo(expected, 12);
  });
});

describe('referenceOf', () => {
  it.each<[Partial<PlanOptions>, string, Target, string | undefined, string]>([
    [{}, 'vpc-nat', 's3', 'default', "the plan's reference"],
    [{}, 'vpc-endpoints', 's3', 'default', 'the same'],
    [{}, 'default', 's3', undefined, 'the reference itself'],
    [{}, 'default~twin', 's3', 'default', 'A/A: the original'],
    [{}, 'vpc-nat~twin', 'rds', 'vpc-nat', 'A/A where default is blocked'],
    [{}, 'vpc-nat', 'rds', undefined, 'default is blocked: no reference'],
    [{}, 'vpc-endpoints', 'rds', 'vpc-nat', 'the negative control'],
    [{ scenarios: ['vpc-endpoints'] }, 'vpc-endpoints', 'rds', undefined, 'nobody else reaches it'],
    [
      { reference: false, scenarios: ['vpc-nat', 'vpc-endpoints'] },
      'vpc-endpoints',
      's3',
      'vpc-nat',
      'no reference: the first that reaches it',
    ],
    [{ reference: false, scenarios: ['vpc-nat'] }, 'vpc-nat', 's3', undefined, 'alone'],
    [{ reference: false, scenarios: ['vpc-nat'] }, 'vpc-nat~twin', 's3', 'vpc-nat', 'alone with its twin'],
  ])('of %j, %s to %s is %s: %s', (parts, scenario, target, expected) => {
    expect(referenceOf(planOf(parts), scenario, target)).toBe(expected);
  });
});

/** `perRound` warm calls a round; the n-th value of a round lies n ns above the level. */
function warmCalls(scenario: string, rounds: readonly number[], perRound: number, level: number): ReportedSample[] {
  return rounds.flatMap((round) =>
    Array.from({ length: perRound }, (_, i) => newReportedSample({ call: { scenario, round }, fnTotal: level + i })),
  );
}
const upTo = (rounds: number): number[] => Array.from({ length: rounds }, (_, i) => i + 1);

function compare(samples: readonly ReportedSample[], parts: Partial<PlanOptions> = {}) {
  const plan = planOf(parts);
  return compareScenarios(plan, groupByCell(plan, samples)).filter(({ statistic }) => statistic === 'p50');
}

describe('compareScenarios', () => {
  it.each<[Backend, number, number, Verdict, string]>([
    ['lab', 1_000_000, 100_000, 'slower', 'the floor of 0.1 ms is reached'],
    ['lab', 1_000_000, 99_999, 'no relevant change', 'it is not'],
    ['lab', 10_000_000, 500_000, 'slower', '5 % of the reference is reached'],
    ['lab', 10_000_000, 499_999, 'no relevant change', 'it is not'],
    ['aws', 1_000_000, 100_000, 'no relevant change', 'on AWS the floor is 0.5 ms'],
    ['aws', 1_000_000, 500_000, 'slower', 'reached'],
  ])('on %s, from %i ns, %i ns more is "%s": %s', (backend, level, shift, verdict) => {
    const samples = [...warmCalls('default', upTo(8), 1, level), ...warmCalls('vpc-nat', upTo(8), 1, level + shift)];
    const [row] = compare(samples, { backend });
    expect(row).toMatchObject({
      scenario: 'vpc-nat',
      reference: 'default',
      metric: 'fn_total_ms',
      difference: shift,
      verdict,
      n: 16,
      rounds: 8,
    });
    expect(row?.ratio).toBeCloseTo(shift / level, 9);
    expect(row?.superiority).toBe(1);
  });

  it.each([
    ['lab', 10_000_000],
    ['aws', 20_000_000],
  ] as const)('judges cold calls on %s on both clocks with the floor %i', (backend, floor) => {
    const cold = (scenario: string, level: number): ReportedSample[] =>
      upTo(8).map((round) => newReportedSample({ call: { scenario, round, purpose: 'cold' }, clientTotal: level }));
    const rows = compare([...cold('default', 100_000_000), ...cold('vpc-nat', 100_000_000 + floor)], { backend });
    expect(rows.map(({ metric, verdict }) => [metric, verdict])).toEqual([
      ['client_ms', 'slower'],
      ['cold_report_ms', 'not decidable'],
    ]);
    expect(rows[0]?.margin).toBe(floor);
  });

  it.each([
    [upTo(5), 5, 5, 'five rounds'],
    [[...upTo(3), 11, 12, 13], 3, 3, 'three of six rounds in common'],
    [[], 0, 0, 'none'],
  ])('decides nothing from rounds %j: %i rounds are counted', (rounds, common) => {
    const reference = warmCalls('default', upTo(8), 3, 1_000_000);
    const [row] = compare([...reference, ...warmCalls('vpc-nat', rounds, 3, 9_000_000)]);
    if (rounds.length === 0) expect(row).toBeUndefined();
    else expect(row).toMatchObject({ verdict: 'not decidable', rounds: common, n: common * 6 });
    expect(row?.difference).toBeUndefined();
    expect(row?.margin).toBeUndefined();
  });

  it('counts only what lies in common rounds', () => {
    const late = warmCalls('vpc-nat', [20, 21, 22, 23, 24, 25, 26, 27, 28], 5, 90_000_000);
    const both = [...warmCalls('default', upTo(8), 1, 1_000_000), ...warmCalls('vpc-nat', upTo(8), 1, 1_200_000)];
    expect(compare([...both, ...late])).toEqual(compare(both));
  });

  it('sets a twin against its original', () => {
    const samples = [...warmCalls('default', upTo(8), 2, 1_000_000), ...warmCalls(twinOf('default'), upTo(8), 2, 1_000_000)];
    expect(compare(samples)).toMatchObject([
      { scenario: 'default~twin', reference: 'default', verdict: 'no relevant change', superiority: 0.5 },
    ]);
  });

  it('gives no share of a reference that took no time', () => {
    const [row] = compare([...warmCalls('default', upTo(8), 1, 0), ...warmCalls('vpc-nat', upTo(8), 1, 200_000)]);
    expect(row).toMatchObject({ difference: 200_000, verdict: 'slower' });
    expect(row?.ratio).toBeUndefined();
  });
});
