import { describe, expect, it } from 'vitest';
import { answersOf, type Made, type SeriesPlan, type Step, stepsOf, tableOf, wordsOf } from '../bench/scheduled-series.ts';

const PLAN: SeriesPlan = { unchanged: 30, injected: 10, seed: 's', effectMs: 0.2, rounds: 12, warm: 10 };

/** The series with so many exits of 3 among the unchanged and the injected ones. */
function made(alarms: number, confirmed: number, parts: Partial<Record<Step['kind'], number>> = {}): readonly Made[] {
  return stepsOf(PLAN).map(({ kind, number }) => {
    const threes = { learning: 0, unchanged: alarms, injected: confirmed, accepted: 0 }[kind];
    const exitCode = parts[kind] ?? (number <= threes ? 3 : 0);
    const gates = [{ gate: 'vpc-nat/default/internet/warm/new', verdict: 'no regression', logRatio: 0.1, change: 0.05 }];
    return { kind, number, runId: `${kind}${number}`, exitCode, seconds: 1, confirmedBy: [], gates };
  });
}

describe('a series of scheduled runs', () => {
  it('fixes each run, its seed and its history before the first', () => {
    const steps = stepsOf(PLAN);
    expect(steps.map(({ kind }) => kind)).toEqual([
      ...Array(10).fill('learning'),
      ...Array(30).fill('unchanged'),
      ...Array(10).fill('injected'),
      'accepted',
    ]);
    expect(new Set(steps.map(({ seed }) => seed)).size).toBe(51);
    expect(steps.filter(({ delayMs }) => delayMs > 0).every(({ delayMs }) => delayMs === 0.4)).toBe(true);
    // A delay that was found or not must change nothing for the next one.
    expect(new Set(steps.filter(({ kind }) => kind === 'injected').map(({ history }) => history)).size).toBe(10);
    expect(steps.at(-1)?.history).toBe('history-injected-10');
  });

  it('sends unchanged runs through the same delayer, with nothing added', () => {
    const [first] = stepsOf(PLAN);
    if (first === undefined) throw new Error('no step');
    expect(wordsOf(PLAN, first, 'x').join(' ')).toContain(
      '--lab-delay nat=0ms --min-effect warm=0.2ms --out x/runs --history x/history --json',
    );
  });

  it.each<[alarms: number, confirmed: number, parts: Partial<Record<Step['kind'], number>>, missed: number, why: string]>([
    [2, 8, {}, 0, 'the targets themselves'],
    [3, 8, {}, 1, 'an alarm too many'],
    [2, 7, {}, 1, 'a delay too few'],
    [0, 10, { accepted: 3 }, 1, 'the accepted level is held up all the same'],
    [0, 10, { learning: 4 }, 1, 'runs that could not be judged'],
    [0, 10, { unchanged: 4 }, 1, 'no alarm, for nothing was judged'],
  ])('with %i alarms and %i found, %j: %i targets are missed: %s', (alarms, confirmed, parts, missed) => {
    expect(answersOf(PLAN, made(alarms, confirmed, parts)).filter(({ met }) => met === false)).toHaveLength(missed);
  });

  it('answers nothing before all runs of a kind are made', () => {
    const answers = answersOf(PLAN, made(0, 10).slice(0, 20));
    expect(answers.map(({ met }) => met)).toEqual([true, undefined, undefined, undefined]);
    expect(answers[1]?.text).toContain('20 not made yet');
  });

  it('shows every run, with changes where there is a baseline', () => {
    const table = tableOf(PLAN, made(1, 9));
    expect(table.split('\n')).toHaveLength(2 + 51);
    expect(table).toContain('no regression +5.1 %');
  });
});
