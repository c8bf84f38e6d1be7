import { describe, expect, it } from 'vitest';
import type { Precision } from '../../harness/domain/precision.ts';
import { type PlanOptionTexts, parsePlanOptions } from '../../harness/plan/options.ts';
import { type PilotTime, type PilotWidth, sizeRounds } from '../../harness/plan/sizing.ts';

const NAMES = ['default', 'vpc-nat'];
const MARGIN = { kind: 'margin' } as const;

function parse(texts: PlanOptionTexts) {
  return parsePlanOptions(texts, NAMES, 'fresh');
}

describe('--precision', () => {
  const ACCEPTED: readonly (readonly [PlanOptionTexts, Precision, string])[] = [
    [{ precision: true }, { warm: MARGIN, cold: MARGIN, maxRounds: 200 }, 'no size: the margins'],
    [{ precision: 'default' }, { warm: MARGIN, cold: MARGIN, maxRounds: 200 }, 'the same in a word'],
    [
      { precision: '0.1ms' },
      { warm: { kind: 'half-width', halfWidth: 100_000 }, cold: MARGIN, maxRounds: 200 },
      'a bare size is for warm calls',
    ],
    [
      { precision: 'warm=50us,cold=10ms', maxRounds: '999', maxMinutes: '1.5' },
      {
        warm: { kind: 'half-width', halfWidth: 50_000 },
        cold: { kind: 'half-width', halfWidth: 10_000_000 },
        maxRounds: 999,
        maxMinutes: 1.5,
      },
      'each start its own',
    ],
    [{ precision: 'cold=none' }, { warm: MARGIN, cold: { kind: 'none' }, maxRounds: 200 }, 'cold calls ask for nothing'],
    [{ precision: true, rounds: '300' }, { warm: MARGIN, cold: MARGIN, maxRounds: 300 }, 'the bound is never below the pilot'],
  ];

  it.each(ACCEPTED)('%j', (texts, precision) => {
    const parsed = parse(texts);
    expect(parsed.kind === 'options' && parsed.options.precision).toEqual(precision);
  });

  it('has a pilot of 20 rounds unless told otherwise', () => {
    const rounds = [parse({ precision: true }), parse({ precision: true, rounds: '8' }), parse({})];
    expect(rounds.map((parsed) => parsed.kind === 'options' && parsed.options.rounds)).toEqual([20, 8, 16]);
  });

  const REFUSED: readonly (readonly [PlanOptionTexts, string, string])[] = [
    [{ precision: '0.1' }, '--precision: must be default, a half width as in 0.1ms', 'a number alone has no unit'],
    [{ precision: '0ms' }, '--precision: must be', 'no number of rounds gives no width at all'],
    [{ precision: 'hot=1ms' }, '--precision: must be', 'no such start'],
    [{ precision: 'warm=none,cold=none' }, '--precision: must be', 'nothing to size by'],
    [{ precision: true, rounds: '5' }, '--rounds: with --precision the pilot needs 6', 'no interval, no size'],
    [{ precision: true, maxRounds: '19' }, '--max-rounds: must be a whole number from 20 (the pilot) to 999', 'below the pilot'],
    [{ precision: true, maxMinutes: '0' }, '--max-minutes: must be a number above 0', 'no time at all'],
    [{ precision: true, maxMinutes: 'soon' }, '--max-minutes: must be a number above 0', 'no number'],
    [{ maxRounds: '50' }, '--max-rounds: only with --precision', 'would be passed over in silence'],
    [{ maxMinutes: '5' }, '--max-minutes: only with --precision', 'would be passed over in silence'],
    [{ precision: true, warmRounds: '8' }, '--warm-rounds: not with --precision', 'who sizes them?'],
    [{ warmRounds: '17' }, '--warm-rounds: must be a whole number from 1 to 16', 'more than there are'],
  ];

  it.each(REFUSED)('refuses %j with "%s": %s', (texts, message) => {
    const parsed = parse(texts);
    expect(parsed.kind === 'problems' && parsed.problems.map((problem) => `${problem.flag}: ${problem.message}`).join('\n')).toContain(
      message,
    );
  });
});

describe('sizeRounds', () => {
  const precision: Precision = {
    warm: { kind: 'half-width', halfWidth: 100 },
    cold: { kind: 'half-width', halfWidth: 1000 },
    maxRounds: 200,
  };
  const width = (start: 'cold' | 'warm', halfWidth: number, comparison: string = start): PilotWidth => ({
    ...{ comparison, start, halfWidth },
    ...{ rounds: 20, margin: 300 },
  });
  /** Two seconds a round, half of it cold calls. */
  const time: PilotTime = { elapsed: 50, fullRound: 2, coldRound: 1, end: 10 };

  it('takes for each start its widest comparison: ⌈20·1.1·(half width/target)²⌉', () => {
    const found = sizeRounds(precision, 20, [width('warm', 110, 'a'), width('warm', 150, 'b'), width('cold', 2000, 'c')]);
    expect(found).toEqual({
      pilotRounds: 20,
      warm: { comparison: 'b', halfWidth: 150, target: 100, rounds: 50 },
      cold: { comparison: 'c', halfWidth: 2000, target: 1000, rounds: 88 },
      rounds: 88,
      warmRounds: 50,
      limit: 'precision',
    });
  });

  it('measures against the margin where no width was named', () => {
    const found = sizeRounds({ ...precision, warm: { kind: 'margin' } }, 20, [width('warm', 400)]);
    expect(found.warm?.target).toBeCloseTo(0.6698 * 300, 1);
    expect(found.warmRounds).toBe(Math.ceil(22 * (400 / (found.warm?.target ?? 1)) ** 2));
  });

  const SIZES: readonly (readonly [string, Partial<Precision>, readonly PilotWidth[], readonly [number, number, string]])[] = [
    ['the pilot is never cut', {}, [width('warm', 1), width('cold', 1)], [20, 20, 'pilot']],
    ['nothing has an interval', {}, [], [20, 20, 'pilot']],
    ['cold needs fewer rounds than warm: all rounds are full', {}, [width('warm', 200), width('cold', 1)], [88, 88, 'precision']],
    ['a start that asks for nothing', { cold: { kind: 'none' } }, [width('warm', 1), width('cold', 9000)], [20, 20, 'pilot']],
    ['the bound on rounds', {}, [width('warm', 200), width('cold', 9000)], [200, 88, 'max-rounds']],
    ['both starts at the bound', {}, [width('warm', 900), width('cold', 9000)], [200, 200, 'max-rounds']],
    // 60 s remain of 120 after the pilot and the end: 30 full rounds, no time for cold ones.
    ['time for some full rounds', { maxMinutes: 2 }, [width('warm', 200), width('cold', 2200)], [50, 50, 'max-minutes']],
    // 68 more full rounds take 136 s of 160; the rest is 24 cold ones.
    [
      'time for all full rounds and some cold ones',
      { maxMinutes: 220 / 60 },
      [width('warm', 200), width('cold', 2500)],
      [112, 88, 'max-minutes'],
    ],
    ['time enough', { maxMinutes: 60 }, [width('warm', 200), width('cold', 2200)], [107, 88, 'precision']],
    ['the pilot took all the time', { maxMinutes: 0.5 }, [width('warm', 200)], [20, 20, 'max-minutes']],
  ];

  it.each(SIZES)('%s', (_, bounds, widths, [rounds, warmRounds, limit]) => {
    expect(sizeRounds({ ...precision, ...bounds }, 20, widths, time)).toMatchObject({ rounds, warmRounds, limit });
  });
});
