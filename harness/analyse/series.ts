import type { Cell } from '../domain/cell.ts';
import type { Plan } from '../domain/plan.ts';
import type { CellSamples } from './cell-samples.ts';
import { type ColdSplit, splitCold } from './cold-split.ts';
import { type Course, courseOf } from './course.ts';
import { judgedMetrics } from './metric.ts';
import { type QuantileCurve, quantileCurve } from './quantile-curve.ts';

/** How many calls stand behind a cell. */
export interface CellCount {
  readonly cell: Cell;
  /** Over all cells they add up to the accounting's `measured`. */
  readonly measured: number;
  readonly failed: number;
}

/** What charts draw: for each cell a bounded number of points, however many samples there are. */
export interface Series {
  /** Of each start's first judged metric, as the courses. */
  readonly curves: readonly QuantileCurve[];
  readonly courses: readonly Course[];
  readonly coldSplits: readonly ColdSplit[];
  readonly counts: readonly CellCount[];
}

/** The metric that heads a start's figures; none for environments that were initialised ahead. */
function headMetric(plan: Plan, { start }: Cell): string | undefined {
  return start === 'preinit' ? undefined : judgedMetrics(plan, start)[0];
}

/** Every series of every cell, in the order of tables. */
export function newSeries(plan: Plan, cells: readonly CellSamples[]): Series {
  const judged = cells.flatMap((samples) => {
    const metric = headMetric(plan, samples.cell);
    return metric === undefined ? [] : [{ samples, metric }];
  });
  return {
    curves: judged.flatMap(({ samples, metric }) => quantileCurve(samples, metric) ?? []),
    courses: plan.foreign?.pairing === 'environments' ? [] : judged.flatMap(({ samples, metric }) => courseOf(samples, metric) ?? []),
    coldSplits: cells.flatMap((samples) => splitCold(samples) ?? []),
    counts: cells.map(({ cell, measured, failed }) => ({ cell, measured: measured.length, failed: failed.length })),
  };
}
