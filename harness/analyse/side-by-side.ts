import { type Cell, formatCell } from '../domain/cell.ts';
import type { Plan } from '../domain/plan.ts';
import type { CellSamples } from './cell-samples.ts';
import { marginOf } from './comparison-estimate.ts';
import { environmentsOf, environmentValues, resampleIndependently } from './independent-sides.ts';
import { judgedMetrics } from './metric.ts';
import { QUANTILES } from './quantile.ts';
import type { RoundColumns } from './quantile-replicates.ts';
import { type Difference, differenceOf, MINIMUM_ROUNDS } from './round-bootstrap.ts';
import type { SummaryRow } from './summary.ts';

/** A judged metric of a cell in one run. */
export interface CellFigure {
  readonly cell: Cell;
  readonly metric: string;
  /** The median's row of the summary. */
  readonly median: SummaryRow;
  /** Every value with its environment, nanoseconds. */
  readonly values: RoundColumns;
}

/** The median of a run against the first one's; nanoseconds, positive means slower. */
export interface RunDifference extends Pick<Difference, 'estimate' | 'low' | 'high' | 'ratio'> {
  /** Environments of the side that has fewer. */
  readonly environments: number;
  /** What is smaller does not matter. */
  readonly margin: number;
}

/** One line of the matrix; the arrays are in the order of the runs, with a hole where a run has no such figure. */
export interface MatrixRow {
  readonly cell: Cell;
  readonly metric: string;
  readonly medians: readonly (SummaryRow | undefined)[];
  /** Of each run but the first; absent where a side has too few values or environments. */
  readonly differences: readonly (RunDifference | undefined)[];
}

const MEDIAN = QUANTILES[0];

/** What a run brings to a comparison of runs; its samples can be let go of after this. */
export function cellFiguresOf(plan: Plan, cells: readonly CellSamples[], summary: readonly SummaryRow[]): readonly CellFigure[] {
  return cells.flatMap((one) => {
    const { cell } = one;
    const { start } = cell;
    if (start === 'preinit') return [];
    return judgedMetrics(plan, start).flatMap((metric) => {
      const median = summary.find(
        (row) =>
          formatCell(row.cell) === formatCell(cell) && row.metric === metric && row.statistic === MEDIAN.name && row.population === 'all',
      );
      return median === undefined ? [] : [{ cell, metric, median, values: environmentValues(one, metric) }];
    });
  });
}

function differenceBetween(plan: Plan, later: CellFigure, first: CellFigure, stream: string): RunDifference | undefined {
  const environments = environmentsOf(later.values, first.values);
  const smallerSide = Math.min(later.values.values.length, first.values.values.length);
  if (environments < MINIMUM_ROUNDS || smallerSide < MEDIAN.minimum) return undefined;
  const [one] = resampleIndependently(later.values, first.values, [MEDIAN.share], stream);
  if (one === undefined) return undefined;
  const { estimate, low, high, ratio } = differenceOf(one, environments);
  const start = first.cell.start === 'cold' ? 'cold' : 'warm';
  return {
    estimate,
    low,
    high,
    ...(ratio === undefined ? {} : { ratio }),
    environments,
    margin: marginOf(plan.backend, start, one.reference),
  };
}

/**
 * Puts the medians of several runs beside each other, in the order of the first run that has a cell. Differences are against the first run, with
 * limits from drawing the environments of each run on its own: nothing pairs two runs, so nothing that moved one of them cancels. `plan` is
 * the first run's.
 */
export function placeSideBySide(plan: Plan, runs: readonly (readonly CellFigure[])[]): readonly MatrixRow[] {
  const keyOf = ({ cell, metric }: CellFigure): string => `${formatCell(cell)}/${metric}`;
  const maps = runs.map((figures) => new Map(figures.map((figure) => [keyOf(figure), figure])));
  const keys = [...new Set(runs.flat().map(keyOf))];
  return keys.flatMap((key) => {
    const found = maps.map((map) => map.get(key));
    const any = found.find((figure) => figure !== undefined);
    if (any === undefined) return [];
    const [first, ...others] = found;
    const differences = others.map((later, i) =>
      first === undefined || later === undefined ? undefined : differenceBetween(plan, later, first, `runs/${plan.seed}/${key}/${i}`),
    );
    return [{ cell: any.cell, metric: any.metric, medians: found.map((figure) => figure?.median), differences }];
  });
}
