import { CALIBRATED_SCENARIOS, type CalibrationOptions, type CalibrationRunPlan } from '../domain/calibration.ts';
import type { Plan } from '../domain/plan.ts';
import { newRandom, shuffle } from '../domain/random.ts';
import type { Scenario } from '../domain/scenario.ts';
import { REFERENCE_SCENARIO } from './plan.ts';
import { planRounds } from './schedule.ts';

/** Rounds and measured calls of one run: it ends within 15 s on two cores. */
export const CALIBRATION_ROUNDS = 16;
export const CALIBRATION_WARM = 10;

/**
 * All runs in their order: every delay once, then every delay once again, each time in another order, so that an hour's drift
 * meets all alike. Which of the two scenarios is delayed is drawn for each run. The same seed gives the same runs.
 */
export function planCalibration({ seed, delaysMs, runs }: CalibrationOptions): readonly CalibrationRunPlan[] {
  const random = newRandom(`calibration/${seed}`);
  const planned = Array.from({ length: runs }, () => shuffle(delaysMs, random)).flat();
  return planned.map((delayMs, i) => {
    const [first, second] = CALIBRATED_SCENARIOS as readonly ['default', 'vpc-nat'];
    return { number: i + 1, delayMs, delayed: random.below(2) === 0 ? first : second, seed: `${seed}/${i + 1}` };
  });
}

/** The ordinary plan of one run: two functions and the internet; no A/A copies, no reused connections. */
export function calibrationRunPlan(options: CalibrationOptions, seed: string, known: readonly Scenario[]): Plan {
  const scenarios = known.filter(({ name }) => (CALIBRATED_SCENARIOS as readonly string[]).includes(name));
  const arms = scenarios.map(({ name }) => ({ scenario: name, target: 'internet', expected: 'reachable' }) as const);
  return {
    ...{ backend: 'lab', seed, rounds: options.rounds, warm: options.warm, targets: ['internet'] },
    ...{ scenarios, reference: REFERENCE_SCENARIO, arms, blockedBefore: [], blockedAfter: [] },
    schedule: planRounds(arms, { rounds: options.rounds, warm: options.warm, kinds: ['new'] }, newRandom(`order/${seed}`)),
  };
}
