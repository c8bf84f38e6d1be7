import { ByArm } from '../domain/by-arm.ts';
import { type Cell, CONNECTIONS, STARTS, type Start } from '../domain/cell.ts';
import { type NumberList, newPlaceList } from '../domain/number-list.ts';
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

/** The start that a call was planned for, or that its answer turned out to belong to. */
function startOf(sample: ReportedSample): Start {
  const { startAsked } = sample.call;
  return sample.outcome === 'ok' ? (sample.start ?? startAsked) : startAsked;
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

interface CellPlaces {
  readonly cell: Cell;
  readonly measured: NumberList;
  readonly failed: NumberList;
}

/** The entry of the sample's cell among those of its arm, when there is one. */
function placesOf(ofArm: readonly CellPlaces[], sample: ReportedSample): CellPlaces | undefined {
  const start = startOf(sample);
  const { connection } = sample.call;
  for (const entry of ofArm) if (entry.cell.start === start && entry.cell.connection === connection) return entry;
  return undefined;
}

function newEntry(sample: ReportedSample): CellPlaces {
  const { scenario, target, connection } = sample.call;
  return { cell: { scenario, target, start: startOf(sample), connection }, measured: newPlaceList(), failed: newPlaceList() };
}

function newPlaces(): CellPlaces[] {
  return [];
}

/** Samples by cell, in the order of tables. `preinit` cells are kept apart by their own start. */
export function groupByCell(plan: Plan, samples: Samples): readonly CellSamples[] {
  const arms = new ByArm<CellPlaces[]>();
  const cells: CellPlaces[] = [];
  samples.forEach((sample, place) => {
    const measured = isMeasuredSample(sample);
    if (!measured && !isFailure(sample)) return;
    const ofArm = arms.getOrMake(sample.call, newPlaces);
    const entry = placesOf(ofArm, sample) ?? newEntry(sample);
    if (!ofArm.includes(entry)) {
      ofArm.push(entry);
      cells.push(entry);
    }
    (measured ? entry.measured : entry.failed).push(place);
  });
  const select = (places: NumberList): Samples => selectSamples(samples, places.toArray().slice());
  return cells
    .sort((a, b) => compareOrders(orderOf(plan, a.cell), orderOf(plan, b.cell)))
    .map(({ cell, measured, failed }) => ({ cell, measured: select(measured), failed: select(failed) }));
}
