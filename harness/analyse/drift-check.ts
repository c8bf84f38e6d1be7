import { formatCell } from '../domain/cell.ts';
import type { Plan } from '../domain/plan.ts';
import type { CellSamples } from './cell-samples.ts';
import type { Check, CheckFigure } from './check.ts';
import { marginOf } from './comparison-estimate.ts';
import { adjustByHolm } from './holm.ts';
import { judgedMetrics } from './metric.ts';
import { nearestRank, sortAscending } from './quantile.ts';
import type { RoundColumns } from './quantile-replicates.ts';
import { rankCorrelation, rankCorrelationProbability } from './rank-correlation.ts';
import { MINIMUM_ROUNDS } from './round-bootstrap.ts';
import { roundValues, valuesByRound } from './round-values.ts';

/** Chance of calling one still series or more of a run drifting. */
const LEVEL = 0.01;

interface Series {
  readonly of: string;
  readonly correlation: number;
  readonly probability: number;
  /** Median of the last third of the rounds − median of the first, nanoseconds. */
  readonly change: number;
  readonly margin: number;
}

function median(values: readonly number[]): number {
  return nearestRank(sortAscending(values), 0.5);
}

/** The rounds' medians in the order of the rounds. */
function roundMedians(values: RoundColumns): readonly number[] {
  return [...valuesByRound(values)].sort(([a], [b]) => a - b).map(([, ofRound]) => median(ofRound));
}

function seriesOf(plan: Plan, cell: CellSamples): Series[] {
  const { start } = cell.cell;
  if (start === 'preinit') return [];
  return judgedMetrics(plan, start).flatMap((metric) => {
    const medians = roundMedians(roundValues(cell, metric));
    if (medians.length < MINIMUM_ROUNDS) return [];
    const third = Math.floor(medians.length / 3);
    const [first, last] = [median(medians.slice(0, third)), median(medians.slice(-third))];
    const correlation =
      rankCorrelation(
        medians.map((_, i) => i),
        medians,
      ) ?? 0;
    return {
      of: `${formatCell(cell.cell)} ${metric}`,
      correlation,
      probability: rankCorrelationProbability(correlation, medians.length),
      change: last - first,
      margin: marginOf(plan.backend, start, first),
    };
  });
}

function figuresOf({ of, correlation, change }: Series, notable: boolean): CheckFigure[] {
  const marked = notable ? { notable } : {};
  return [
    { of, name: 'rank correlation with the round', unit: 'correlation', value: correlation, ...marked },
    { of, name: 'last third − first third', unit: 'ns difference', value: change, ...marked },
  ];
}

/**
 * Did figures rise or fall while the run went on? Per judged cell: Spearman's correlation of the rounds' medians with their order, certain
 * at 1 % over all cells (Holm), and last third against first third of the rounds beyond the margin; both must say so.
 */
export function checkDrift(plan: Plan, cells: readonly CellSamples[]): Check {
  // Without stated rounds their order is none of time.
  const series = plan.foreign?.pairing === 'environments' ? [] : cells.flatMap((cell) => seriesOf(plan, cell));
  if (series.length === 0) {
    return { id: 'drift', verdict: 'no data', figures: [], text: `No judged cell has ${MINIMUM_ROUNDS} rounds to look along.` };
  }
  const adjusted = adjustByHolm(series.map(({ probability }) => probability));
  const drifts = series.map(({ change, margin }, i) => (adjusted[i] ?? 1) < LEVEL && Math.abs(change) >= margin);
  const count = drifts.filter(Boolean).length;
  const figures = series.flatMap((one, i) => figuresOf(one, drifts[i] ?? false));
  const fine = `None of ${series.length} series of round medians certainly rises or falls by its margin.`;
  const found = `${count} of ${series.length} series of round medians rise or fall over the run: a single cell's figures mix early and late; differences are taken within rounds, where it cancels.`;
  return { id: 'drift', verdict: count === 0 ? 'pass' : 'warn', figures, text: count === 0 ? fine : found };
}
