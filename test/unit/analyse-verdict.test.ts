import { describe, expect, it } from 'vitest';
import type { ComparisonEstimate, Role } from '../../harness/analyse/comparison-estimate.ts';
import { type Comparison, isFailedTwin, judgeComparisons } from '../../harness/analyse/verdict.ts';
import type { Target } from '../../harness/domain/target.ts';

/** A difference with a standard error of 1 and a margin of 5, in 16 rounds; p as stated. */
function newEstimate(role: Role, difference: number, probability: number, parts: Partial<ComparisonEstimate> = {}): ComparisonEstimate {
  return {
    scenario: role === 'twin' ? 'default~twin' : 'vpc-nat',
    reference: 'default',
    role,
    target: 's3',
    start: 'warm',
    connection: 'new',
    metric: 'fn_total_ms',
    statistic: 'p50',
    difference,
    low: difference - 2.13,
    high: difference + 2.13,
    equivalence: { low: difference - 1.75, high: difference + 1.75 },
    probability,
    margin: 5,
    n: 320,
    smallerSide: 160,
    rounds: 16,
    ...parts,
  };
}

const verdicts = (rows: readonly ComparisonEstimate[]): readonly string[] => judgeComparisons(rows).map(({ verdict }) => verdict);

describe('judgeComparisons', () => {
  it('adjusts over the family: what is certain alone is not certain among many', () => {
    const one = newEstimate('scenario', 6, 0.01);
    const others = Array.from({ length: 9 }, () => newEstimate('scenario', 0, 0.9));
    expect(verdicts([one])).toEqual(['slower']);
    expect(verdicts([one, ...others])[0]).toBe('not decidable');
    expect(judgeComparisons([one, ...others])[0]?.pAdjusted).toBeCloseTo(0.1, 12);
  });

  it('keeps A/A rows out of the family, and judges them at 1 %', () => {
    const twins = Array.from({ length: 20 }, () => newEstimate('twin', 0, 0.9));
    expect(verdicts([newEstimate('scenario', 6, 0.01), ...twins])[0]).toBe('slower');
    expect(verdicts([newEstimate('twin', 6, 0.02)])).toEqual(['not decidable']);
    expect(verdicts([newEstimate('twin', 6, 0.009)])).toEqual(['slower']);
  });

  it('counts a negative control to the family of the scenarios', () => {
    const rows = judgeComparisons([newEstimate('scenario', 6, 0.01), newEstimate('negative control', 0, 0.9)]);
    expect(rows.map(({ pAdjusted }) => pAdjusted)).toEqual([0.02, 0.9]);
  });

  it.each<[number, number, Partial<ComparisonEstimate>, boolean, string]>([
    [6, 0.001, {}, true, 'certain and beyond the margin'],
    [-6, 0.001, {}, true, 'the other way'],
    [4.9, 0.001, {}, false, 'certain, but within the margin'],
    [9, 0.02, {}, false, 'beyond the margin, but not certain at 1 %'],
  ])('a twin that differs by %f with p %f fails: %s', (difference, probability, parts, fails) => {
    const [row] = judgeComparisons([newEstimate('twin', difference, probability, parts)]);
    expect(row !== undefined && isFailedTwin(row)).toBe(fails);
  });

  it('takes back the verdicts of a failed check’s target and start, and no others', () => {
    const scenario = (target: Target, start: 'cold' | 'warm', difference: number) =>
      newEstimate('scenario', difference, difference === 0 ? 0.9 : 1e-6, { target, start });
    const rows = judgeComparisons([
      newEstimate('twin', 9, 1e-6),
      newEstimate('twin', 0, 0.9, { target: 'internet' }),
      scenario('s3', 'warm', 9),
      scenario('s3', 'warm', 0),
      scenario('s3', 'cold', 9),
      scenario('internet', 'warm', 9),
      newEstimate('negative control', 0, 0.9, { target: 'rds' }),
    ]);
    const brief = ({ target, start, verdict, undecided }: Comparison) => [target, start, verdict, undecided?.kind];
    expect(rows.map(brief)).toEqual([
      ['s3', 'warm', 'slower', undefined],
      ['internet', 'warm', 'no relevant change', undefined],
      ['s3', 'warm', 'not decidable', 'A/A'],
      ['s3', 'warm', 'not decidable', 'A/A'],
      ['s3', 'cold', 'slower', undefined],
      ['internet', 'warm', 'slower', undefined],
      ['rds', 'warm', 'no relevant change', undefined],
    ]);
  });

  it('names the rounds that would decide a wide interval', () => {
    const [row] = judgeComparisons([newEstimate('scenario', 2, 0.3, { low: -8, high: 12, equivalence: { low: -6, high: 10 } })]);
    expect(row).toMatchObject({ verdict: 'not decidable', undecided: { kind: 'wide' } });
    const rounds = row?.undecided?.kind === 'wide' ? row.undecided.roundsNeeded : undefined;
    // The half width must shrink to less than the margin less the difference: (10/3)² × 16 = 178 at the least.
    expect(rounds).toBeGreaterThan(178);
    expect(rounds).toBeLessThan(1000);
  });

  it.each<[Partial<ComparisonEstimate>, object, string]>([
    [{ statistic: 'p99', smallerSide: 160 }, { kind: 'few samples', minimum: 368, roundsNeeded: 37 }, 'ten a round'],
    [{ smallerSide: 0, rounds: 0 }, { kind: 'few samples', minimum: 6 }, 'nothing in common'],
    [{ smallerSide: 5, rounds: 1 }, { kind: 'few samples', minimum: 6, roundsNeeded: 6 }, 'one round'],
    [{ smallerSide: 50, rounds: 5 }, { kind: 'few rounds', minimum: 6, roundsNeeded: 6 }, 'enough samples, too few rounds'],
  ])('says what %j lacks: %j, %s', (parts, undecided) => {
    const { difference, low, high, equivalence, probability, margin, ...bare } = newEstimate('scenario', 0, 1, parts);
    const [row] = judgeComparisons([bare]);
    expect(row).toMatchObject({ verdict: 'not decidable', undecided });
    expect(row?.pAdjusted).toBeUndefined();
  });

  it('gives back an empty run', () => {
    expect(judgeComparisons([])).toEqual([]);
  });
});
