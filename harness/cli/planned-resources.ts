import { fnTemplate } from '../../infra/template/fn.ts';
import { guardTemplate } from '../../infra/template/guard.ts';
import { FIRST_ZONES, type StackTemplate } from '../../infra/template/model.ts';
import { needsOf } from '../../infra/template/needs.ts';
import { netTemplate } from '../../infra/template/net.ts';
import { paidTemplate } from '../../infra/template/paid.ts';
import type { StackKind } from '../domain/deployment-state.ts';
import type { Plan } from '../domain/plan.ts';
import { TOOL_VERSION } from './version.ts';

/** What a stack will hold, by resource type. */
export interface PlannedStack {
  readonly stack: StackKind;
  readonly resources: Readonly<Record<string, number>>;
}

function countTypes({ template }: StackTemplate): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const { Type } of Object.values(template.Resources)) counts.set(Type, (counts.get(Type) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Read off the very templates that a deploy of this plan sends, in the order in which they are made; names in them are of no run. `ends`: the
 * deployment's time has an end, which on AWS its guard brings about.
 */
export function plannedStacks(plan: Plan, ends = true): readonly PlannedStack[] {
  const about = { runId: 'planned000', expiresAt: new Date(0).toISOString(), kept: false, toolVersion: TOOL_VERSION };
  const context = { ...about, needs: needsOf(plan), zones: FIRST_ZONES };
  const paid = paidTemplate(context);
  const kinds: readonly StackKind[] = paid === undefined ? ['net', 'fn'] : ['net', 'paid', 'fn'];
  const guard = ends && plan.backend === 'aws' ? guardTemplate(context, kinds) : undefined;
  return [
    { stack: 'net', resources: countTypes(netTemplate(context)) },
    ...(guard === undefined ? [] : [{ stack: 'guard' as const, resources: countTypes(guard) }]),
    ...(paid === undefined ? [] : [{ stack: 'paid' as const, resources: countTypes(paid) }]),
    { stack: 'fn', resources: countTypes(fnTemplate(context)) },
  ];
}
