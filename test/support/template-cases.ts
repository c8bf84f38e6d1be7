import type { Arm } from '../../harness/domain/arm.ts';
import { twinOf } from '../../harness/domain/arm.ts';
import type { Scenario } from '../../harness/domain/scenario.ts';
import { TARGETS, type Target } from '../../harness/domain/target.ts';
import { fnTemplate } from '../../infra/template/fn.ts';
import { guardTemplate } from '../../infra/template/guard.ts';
import { FIRST_ZONES, type StackTemplate, type TemplateContext } from '../../infra/template/model.ts';
import { needsOf } from '../../infra/template/needs.ts';
import { netTemplate } from '../../infra/template/net.ts';
import { paidTemplate } from '../../infra/template/paid.ts';
import { defaultMode } from '../../scenarios/default.ts';
import { vpcEndpoints } from '../../scenarios/vpc-endpoints.ts';
import { vpcEndpointsInterface } from '../../scenarios/vpc-endpoints-interface.ts';
import { vpcNat } from '../../scenarios/vpc-nat.ts';

/** A choice of scenarios and targets, with the twins that a plan adds. */
export interface TemplateCase {
  readonly name: string;
  readonly scenarios: readonly Scenario[];
  readonly targets: readonly Target[];
}

/** Two features on one table, and none: no shipped scenario has them, the template must. */
const bothWays: Scenario = {
  name: 'both',
  summary: 'NAT and endpoint on one table',
  network: { kind: 'vpc', features: ['nat-gateway', 's3-gateway-endpoint'] },
  expected: { internet: 'reachable', s3: 'reachable', rds: 'reachable' },
};
const isolated: Scenario = {
  name: 'isolated',
  summary: 'no way out',
  network: { kind: 'vpc', features: [] },
  expected: { internet: 'blocked', s3: 'blocked', rds: 'reachable' },
};

export const TEMPLATE_CASES: readonly TemplateCase[] = [
  { name: 'default', scenarios: [defaultMode], targets: TARGETS },
  { name: 'default-internet', scenarios: [defaultMode], targets: ['internet'] },
  { name: 'vpc-nat', scenarios: [defaultMode, vpcNat], targets: TARGETS },
  { name: 'vpc-nat-s3', scenarios: [defaultMode, vpcNat], targets: ['s3'] },
  { name: 'vpc-endpoints', scenarios: [defaultMode, vpcEndpoints], targets: TARGETS },
  { name: 'vpc-endpoints-internet-alone', scenarios: [vpcEndpoints], targets: ['internet'] },
  { name: 'vpc-endpoints-interface', scenarios: [defaultMode, vpcEndpointsInterface], targets: TARGETS },
  { name: 'vpc-endpoints-interface-rds', scenarios: [vpcEndpointsInterface], targets: ['rds'] },
  { name: 'all', scenarios: [defaultMode, vpcNat, vpcEndpoints], targets: TARGETS },
  { name: 'all-and-more', scenarios: [defaultMode, vpcNat, vpcEndpoints, vpcEndpointsInterface, bothWays, isolated], targets: TARGETS },
];

/** The stacks of a case, in the order in which they are created. */
export function stacksOf(templateCase: TemplateCase): readonly StackTemplate[] {
  const context = contextOf(templateCase);
  const paid = paidTemplate(context);
  return [netTemplate(context), ...(paid ? [paid] : []), fnTemplate(context)];
}

/** The stack that goes to an account in addition. */
export function guardOf(templateCase: TemplateCase): StackTemplate {
  const context = contextOf(templateCase);
  const guard = guardTemplate(context, ['net', 'fn', ...(paidTemplate(context) === undefined ? [] : (['paid'] as const))]);
  if (guard === undefined) throw new Error('no guard although the run has an end');
  return guard;
}

/** What the templates of a case are made from. */
export function contextOf({ scenarios, targets }: TemplateCase): TemplateContext {
  const plan = { scenarios, targets, arms: armsOf(scenarios, targets).map((arm) => ({ ...arm, expected: 'reachable' as const })) };
  const about = { runId: 'abcdefghij', expiresAt: '2026-11-23T21:00:00Z', kept: false, toolVersion: '0.1.0' };
  return { ...about, needs: needsOf(plan), zones: FIRST_ZONES };
}

function armsOf(scenarios: readonly Scenario[], targets: readonly Target[]): readonly Arm[] {
  const arms = scenarios.flatMap((scenario) => targets.map((target) => ({ scenario: scenario.name, target })));
  const firstVpc = scenarios.find((scenario) => scenario.network.kind === 'vpc');
  const twins = targets.flatMap((target) => {
    const original = target === 'rds' ? firstVpc : scenarios[0];
    return original ? [{ scenario: twinOf(original.name), target }] : [];
  });
  return [...arms, ...twins];
}
