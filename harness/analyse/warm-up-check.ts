import { formatCell } from '../domain/cell.ts';
import type { Plan } from '../domain/plan.ts';
import type { CellSamples } from './cell-samples.ts';
import type { Check, CheckFigure } from './check.ts';
import { marginOf } from './comparison-estimate.ts';
import { judgedMetrics, metricNamed } from './metric.ts';
import { nearestRank, sortAscending } from './quantile.ts';
import type { RoundColumns } from './quantile-replicates.ts';
import { bootstrapDifference, MINIMUM_ROUNDS } from './round-bootstrap.ts';
import { columnsOf } from './round-values.ts';

interface Thirds {
  readonly first: RoundColumns;
  readonly last: RoundColumns;
}

/** The first and the last third of each round's warm calls, in the order in which they were asked. */
function thirdsOf(cell: CellSamples, metric: string): Thirds {
  const positions: number[] = [];
  const all = columnsOf(cell, metricNamed(metric).figureOf, ({ call }) => {
    positions.push(call.position);
    return call.round;
  });
  const byRound = new Map<number, number[]>();
  for (let i = 0; i < positions.length; i++) {
    const ofRound = byRound.get(all.rounds[i] as number);
    if (ofRound === undefined) byRound.set(all.rounds[i] as number, [i]);
    else ofRound.push(i);
  }
  const [first, last]: [number[], number[]] = [[], []];
  for (const calls of byRound.values()) {
    const ordered = calls.sort((a, b) => (positions[a] as number) - (positions[b] as number));
    const third = Math.floor(ordered.length / 3);
    first.push(...ordered.slice(0, third));
    last.push(...(third === 0 ? [] : ordered.slice(-third)));
  }
  return { first: valuesAt(all, first), last: valuesAt(all, last) };
}

function valuesAt({ rounds, values }: RoundColumns, places: readonly number[]): RoundColumns {
  return {
    rounds: Float64Array.from(places, (place) => rounds[place] as number),
    values: Float64Array.from(places, (place) => values[place] as number),
  };
}

function figureOfCell(plan: Plan, cell: CellSamples, metric: string): CheckFigure[] {
  const { first, last } = thirdsOf(cell, metric);
  const of = `${formatCell(cell.cell)} ${metric}`;
  const difference = bootstrapDifference(last, first, 0.5, `warm-up/${plan.seed}/${of}`);
  if (difference === undefined) return [];
  const { estimate, low, high } = difference;
  const margin = marginOf(plan.backend, 'warm', nearestRank(sortAscending(first.values), 0.5));
  const notable = low > margin || high < -margin;
  const figure = {
    of,
    name: 'last third − first third of the warm calls',
    unit: 'ns difference',
    value: estimate,
    limits: { low, high },
  } as const;
  return [notable ? { ...figure, notable } : figure];
}

/**
 * Had the environments settled when measuring began? Per judged warm cell: the last third of each round's calls against the first third, paired
 * by round; not settled where the 95 % interval lies beyond the margin as a whole.
 */
export function checkWarmUp(plan: Plan, cells: readonly CellSamples[]): Check {
  const warm = plan.foreign === undefined ? cells.filter(({ cell }) => cell.start === 'warm') : [];
  const figures = warm.flatMap((cell) => judgedMetrics(plan, 'warm').flatMap((metric) => figureOfCell(plan, cell, metric)));
  if (figures.length === 0) {
    const text = `Nothing to compare: it takes 3 warm calls of a cell in each of ${MINIMUM_ROUNDS} rounds, in the order in which they were asked.`;
    return { id: 'warm-up', verdict: 'no data', figures, text };
  }
  const count = figures.filter(({ notable }) => notable).length;
  const fine = `In none of ${figures.length} warm cells is it certain that late calls of a round differ from early ones by more than the margin.`;
  const found = `${count} of ${figures.length} warm cells are not stationary after 2 discarded calls: their figures depend on how many calls a round has.`;
  return { id: 'warm-up', verdict: count === 0 ? 'pass' : 'warn', figures, text: count === 0 ? fine : found };
}
