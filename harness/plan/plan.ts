import type { Plan } from '../domain/plan.ts';
import { newRandom } from '../domain/random.ts';
import type { Scenario } from '../domain/scenario.ts';
import type { Target } from '../domain/target.ts';
import { planArms, reachableArms } from './arms.ts';
import type { PlanOptions } from './options.ts';
import { planBlockedAttempts, planRounds } from './schedule.ts';

/** The scenario that the others are compared with. */
export const REFERENCE_SCENARIO = 'default';

/** The scenarios to deploy, reference first: those asked for, or the default set. Unknown names were refused before. */
function chooseScenarios(options: PlanOptions, known: readonly Scenario[]): readonly Scenario[] {
  const byDefault = options.scenarios.length === 0;
  const asked = known.filter(({ name, onRequest }) => (byDefault ? onRequest !== true : options.scenarios.includes(name)));
  const reference = known.filter(({ name }) => options.reference && name === REFERENCE_SCENARIO);
  return [...reference, ...asked.filter((scenario) => !reference.includes(scenario))];
}

/** A database lives in a VPC: where no scenario brings one, there is nothing that could be reached or blocked. */
function chooseTargets(options: PlanOptions, scenarios: readonly Scenario[]): readonly Target[] {
  const hasVpc = scenarios.some(({ network }) => network.kind === 'vpc');
  return options.targets.filter((target) => target !== 'rds' || hasVpc);
}

/** Options and known scenarios to a plan: pure, and the same for the same seed. */
export function newPlan(options: PlanOptions, known: readonly Scenario[]): Plan {
  const scenarios = chooseScenarios(options, known);
  const targets = chooseTargets(options, scenarios);
  const arms = planArms(scenarios, targets);
  return resizePlan(
    {
      backend: options.backend,
      seed: options.seed,
      warm: options.warm,
      targets,
      scenarios,
      ...(options.reference ? { reference: REFERENCE_SCENARIO } : {}),
      arms,
    },
    options,
  );
}

/** The same plan with other rounds: what both have is the same, call by call. */
export function resizePlan(
  plan: Omit<Plan, 'rounds' | 'warmRounds' | 'schedule' | 'blockedBefore' | 'blockedAfter'>,
  { rounds, warmRounds }: { readonly rounds: number; readonly warmRounds?: number },
): Plan {
  const blocked = plan.arms.filter((arm) => arm.expected === 'blocked');
  const size = { rounds, ...(warmRounds === undefined || warmRounds === rounds ? {} : { warmRounds }) };
  const { warmRounds: _, ...rest } = plan as Plan;
  return {
    ...rest,
    ...size,
    schedule: planRounds(reachableArms(plan.arms), { ...size, warm: plan.warm }, newRandom(`order/${plan.seed}`)),
    blockedBefore: planBlockedAttempts(0, blocked),
    blockedAfter: planBlockedAttempts(rounds + 1, blocked),
  };
}
