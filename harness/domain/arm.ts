import type { Target } from './target.ts';

const TWIN_SUFFIX = '~twin';

/** Scenario × target: one deployed function. `scenario` carries `~twin` for the A/A copy. */
export interface Arm {
  readonly scenario: string;
  readonly target: Target;
}

/** `scenario/target`, the arm's key in maps and messages. */
export function formatArm(arm: Arm): string {
  return `${arm.scenario}/${arm.target}`;
}

/** The name of the A/A copy of a scenario: `default~twin`. */
export function twinOf(scenario: string): string {
  return `${scenario}${TWIN_SUFFIX}`;
}

/** True for the name of an A/A copy. */
export function isTwin(scenario: string): boolean {
  return scenario.endsWith(TWIN_SUFFIX);
}

/** The scenario that a twin copies; any other name unchanged. */
export function originalOf(scenario: string): string {
  return isTwin(scenario) ? scenario.slice(0, -TWIN_SUFFIX.length) : scenario;
}

/** The scenario's name as a piece of a resource name: `~` is not allowed there. */
export function resourceNameOf(scenario: string): string {
  return scenario.replace('~', '-');
}
