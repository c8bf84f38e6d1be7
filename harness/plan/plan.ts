import type { Plan } from '../domain/plan.ts';
import { newRandom } from '../domain/random.ts';
import type { Scenario } from '../domain/scenario.ts';
import { planArms, reachableArms } from './arms.ts';
import type { PlanOptions } from './options.ts';
import { planBlockedAttempts, planRounds } from './schedule.ts';

/** The scenario that the others are compared with. */
export const REFERENCE_SCENARIO = 'default';

/** The scenarios to deploy, reference first: those asked for, or all. Unknown names were refused before. */
function chooseScenarios(options: PlanOptions, known: readonly Scenario[]): readonly Scenario[] {
  const asked = options.scenarios.length === 0 ? known : known.filter(({ name }) => options.scenarios.includes(name));
  const reference = known.filter(({ name }) => options.reference && name === REFERENCE_SCENARIO);
  return [...reference, ...asked.filter((scenario) => !reference.includes(scenario))];
}

/** Options and known scenarios to a plan: pure, and the same for the same seed. */
export function newPlan(options: PlanOptions, known: readonly Scenario[]): Plan {
  const scenarios = chooseScenarios(options, known);
  const arms = planArms(scenarios, options.targets);
  const blocked = arms.filter((arm) => arm.expected === 'blocked');
  return {
    backend: options.backend,
    seed: options.seed,
    rounds: options.rounds,
    warm: options.warm,
    targets: options.targets,
    scenarios,
    ...(options.reference ? { reference: REFERENCE_SCENARIO } : {}),
    arms,
    schedule: planRounds(reachableArms(arms), options.rounds, options.warm, newRandom(`order/${options.seed}`)),
    blockedBefore: planBlockedAttempts(0, blocked),
    blockedAfter: planBlockedAttempts(options.rounds + 1, blocked),
  };
}
