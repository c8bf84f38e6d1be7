import { type Arm, twinOf } from '../domain/arm.ts';
import type { PlannedArm } from '../domain/plan.ts';
import type { Scenario } from '../domain/scenario.ts';
import type { Target } from '../domain/target.ts';

function armsOf(scenario: Scenario, targets: readonly Target[]): PlannedArm[] {
  return targets.map((target) => ({ scenario: scenario.name, target, expected: scenario.expected[target] }));
}

/**
 * The A/A copies: of the reference for each target that it reaches, else of the first scenario that reaches it
 * (so RDS gets its twin from the first VPC scenario). Without a reference the first scenario that reaches the target is copied.
 */
function twinArms(scenarios: readonly Scenario[], targets: readonly Target[]): PlannedArm[] {
  return targets.flatMap((target) => {
    const copied = scenarios.find((scenario) => scenario.expected[target] === 'reachable');
    return copied === undefined ? [] : [{ scenario: twinOf(copied.name), target, expected: 'reachable' as const }];
  });
}

/** Every arm of a run: scenarios in the given order (reference first), then the twins. */
export function planArms(scenarios: readonly Scenario[], targets: readonly Target[]): readonly PlannedArm[] {
  return [...scenarios.flatMap((scenario) => armsOf(scenario, targets)), ...twinArms(scenarios, targets)];
}

/** The arms that take part in the rounds. */
export function reachableArms(arms: readonly PlannedArm[]): readonly Arm[] {
  return arms.filter((arm) => arm.expected === 'reachable');
}
