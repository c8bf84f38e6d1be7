import { type Cell, CONNECTIONS, formatCell, STARTS } from '../domain/cell.ts';
import type { Plan } from '../domain/plan.ts';
import type { ReportedSample } from '../domain/sample.ts';
import { type Samples, selectSamples } from '../domain/samples.ts';

/** One cell's samples: the measured ones, and the failed ones that were to be measured. */
export interface CellSamples {
  readonly cell: Cell;
  readonly measured: Samples;
  /** Calls of the cell that did not end `ok`; counted, never averaged in. */
  readonly failed: Samples;
}

/** The cell that a call was planned for, or that its answer turned out to belong to. */
function cellOf(sample: ReportedSample): Cell {
  const { scenario, target, connection, startAsked } = sample.call;
  const start = sample.outcome === 'ok' ? (sample.start ?? startAsked) : startAsked;
  return { scenario, target, start, connection };
}

/** True for a sample that counts: planned to be measured, answered, and not discarded for any reason. */
export function isMeasuredSample(sample: ReportedSample): boolean {
  const planned = sample.call.purpose === 'cold' || sample.call.purpose === 'measure';
  return planned && sample.outcome === 'ok' && sample.discardReason === undefined;
}

/** True for a call that was to be measured and failed; a repeated `stale_env` is counted elsewhere. */
function isFailure(sample: ReportedSample): boolean {
  const planned = sample.call.purpose === 'cold' || sample.call.purpose === 'measure';
  return planned && sample.outcome !== 'ok' && sample.outcome !== 'stale_env' && sample.outcome !== 'throttled';
}

/** Place of a cell in tables: by target, then as the plan lists the arms, cold before warm, new before reused. */
function orderOf(plan: Plan, { scenario, target, start, connection }: Cell): readonly number[] {
  const arm = plan.arms.findIndex((candidate) => candidate.scenario === scenario && candidate.target === target);
  return [plan.targets.indexOf(target), arm, STARTS.indexOf(start), CONNECTIONS.indexOf(connection)];
}

function compareOrders(a: readonly number[], b: readonly number[]): number {
  const place = a.findIndex((value, i) => value !== b[i]);
  return place === -1 ? 0 : (a[place] ?? 0) - (b[place] ?? 0);
}

/** Samples by cell, in the order of tables. `preinit` cells are kept apart by their own start. */
export function groupByCell(plan: Plan, samples: Samples): readonly CellSamples[] {
  const cells = new Map<string, { readonly cell: Cell; readonly measured: number[]; readonly failed: number[] }>();
  samples.forEach((sample, place) => {
    const measured = isMeasuredSample(sample);
    if (!measured && !isFailure(sample)) return;
    const cell = cellOf(sample);
    const name = formatCell(cell);
    const entry = cells.get(name) ?? { cell, measured: [], failed: [] };
    cells.set(name, entry);
    (measured ? entry.measured : entry.failed).push(place);
  });
  return [...cells.values()]
    .sort((a, b) => compareOrders(orderOf(plan, a.cell), orderOf(plan, b.cell)))
    .map(({ cell, measured, failed }) => ({ cell, measured: selectSamples(samples, measured), failed: selectSamples(samples, failed) }));
}
