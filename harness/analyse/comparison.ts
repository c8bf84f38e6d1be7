import { isTwin, originalOf } from '../domain/arm.ts';
import type { Plan } from '../domain/plan.ts';
import type { Target } from '../domain/target.ts';
import type { CellSamples } from './cell-samples.ts';
import { estimateCells } from './comparison-estimate.ts';
import { type Comparison, judgeComparisons } from './verdict.ts';

/**
 * The scenario that a cell's figures are set against: a twin against its original (A/A); any other scenario against the
 * plan's reference; for RDS, where the reference is blocked, `vpc-endpoints` against the first VPC scenario (negative control).
 */
export function referenceOf(plan: Plan, scenario: string, target: Target): string | undefined {
  if (isTwin(scenario)) return originalOf(scenario);
  const reaching = plan.scenarios.filter(({ expected }) => expected[target] === 'reachable').map(({ name }) => name);
  const reference = plan.reference !== undefined && reaching.includes(plan.reference) ? plan.reference : reaching[0];
  return reference === scenario ? undefined : reference;
}

/** Every comparison that the plan calls for and the samples allow, with its verdict. */
export function compareScenarios(plan: Plan, cells: readonly CellSamples[]): readonly Comparison[] {
  const estimates = cells.flatMap((a) => {
    const reference = referenceOf(plan, a.cell.scenario, a.cell.target);
    const b = cells.find(
      ({ cell }) =>
        cell.scenario === reference &&
        cell.target === a.cell.target &&
        cell.start === a.cell.start &&
        cell.connection === a.cell.connection,
    );
    return b === undefined ? [] : estimateCells(plan, a, b);
  });
  return judgeComparisons(estimates);
}
