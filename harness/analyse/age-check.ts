import { formatCell } from '../domain/cell.ts';
import type { Plan } from '../domain/plan.ts';
import type { CellSamples } from './cell-samples.ts';
import type { Check, CheckFigure } from './check.ts';
import { referenceOf } from './comparison.ts';
import { adjustByHolm } from './holm.ts';
import { nearestRank, sortAscending } from './quantile.ts';
import type { RoundColumns } from './quantile-replicates.ts';
import { bootstrapDifference, type Difference, MINIMUM_ROUNDS } from './round-bootstrap.ts';
import { columnsOf } from './round-values.ts';

const LEVEL = 0.05;
/** Ages closer than this share of the reference's, or than this many nanoseconds, are equal for what an environment's age could change. */
const MARGIN_SHARE = 0.1;
const MARGIN_FLOOR_NS = 100_000_000;

interface AgePair {
  readonly of: string;
  readonly difference: Difference;
  readonly margin: number;
}

function agesOf(cell: CellSamples): RoundColumns {
  return columnsOf(cell, ({ age }) => age);
}

function pairOf(plan: Plan, cells: readonly CellSamples[], side: CellSamples): AgePair[] {
  const { scenario, target, start } = side.cell;
  if (start !== 'cold') return [];
  const reference = referenceOf(plan, scenario, target);
  const other = cells.find(({ cell }) => cell.scenario === reference && cell.target === target && cell.start === 'cold');
  if (other === undefined) return [];
  const ages = agesOf(other);
  const difference = bootstrapDifference(agesOf(side), ages, 0.5, `age/${plan.seed}/${formatCell(side.cell)}`);
  if (difference === undefined) return [];
  const median = nearestRank(sortAscending(ages.values), 0.5);
  const of = `${scenario} − ${reference}, ${target}`;
  return [{ of, difference, margin: Math.max(MARGIN_FLOOR_NS, MARGIN_SHARE * median) }];
}

/**
 * Were the functions of compared arms updated equally long before their cold calls? Difference of the median `age` with its 95 % interval; unequal
 * where it is certain at 5 % over all pairs (Holm) and larger than 10 % of the reference's age and 0.1 s.
 */
export function checkAge(plan: Plan, cells: readonly CellSamples[]): Check {
  const pairs = cells.flatMap((side) => pairOf(plan, cells, side));
  if (pairs.length === 0) {
    return {
      id: 'age',
      verdict: 'no data',
      figures: [],
      text: `No two compared arms have ${MINIMUM_ROUNDS} rounds of cold calls with an age.`,
    };
  }
  const adjusted = adjustByHolm(pairs.map(({ difference }) => difference.probability));
  const unequal = pairs.map(({ difference, margin }, i) => (adjusted[i] ?? 1) < LEVEL && Math.abs(difference.estimate) >= margin);
  const figures = pairs.map(({ of, difference }, i): CheckFigure => {
    const { estimate, low, high } = difference;
    const figure = { of, name: 'difference of the median age', unit: 'ns difference', value: estimate, limits: { low, high } } as const;
    return unequal[i] ? { ...figure, notable: true } : figure;
  });
  const count = unequal.filter(Boolean).length;
  const fine = `In none of ${pairs.length} compared pairs of arms does the time from update to cold call certainly differ.`;
  const found = `In ${count} of ${pairs.length} compared pairs of arms one side's cold calls came later after the update: part of a cold difference may be its age.`;
  return { id: 'age', verdict: count === 0 ? 'pass' : 'warn', figures, text: count === 0 ? fine : found };
}
