import type { Scenario } from '../harness/domain/scenario.ts';
import { defaultMode } from './default.ts';
import { vpcEndpoints } from './vpc-endpoints.ts';
import { vpcEndpointsInterface } from './vpc-endpoints-interface.ts';
import { vpcNat } from './vpc-nat.ts';

/** All scenarios in the order in which they are listed, planned and reported; the first is the usual reference. `onRequest` ones are not in the default set. */
export const SCENARIOS: readonly Scenario[] = [defaultMode, vpcNat, vpcEndpoints, vpcEndpointsInterface];

/** The scenario of that name, or undefined when there is none. */
export function findScenario(name: string): Scenario | undefined {
  return SCENARIOS.find((scenario) => scenario.name === name);
}
