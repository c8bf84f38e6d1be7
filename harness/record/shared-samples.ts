import type { ReportedSample } from '../domain/sample.ts';
import { type FigureName, type SampleReader, SampleSequence } from '../domain/samples.ts';
import { fillFromColumn } from './figure-columns.ts';
import { newSampleColumns, type SampleColumns } from './sample-columns.ts';
import { newSampleReader, viewSample } from './sample-view.ts';

/** The samples of a table, for another thread: what takes much memory is shared, not copied. Only a table's own `share` makes it. */
export interface SharedSamples {
  readonly length: number;
  readonly columns: Shared;
}

/** What each column shares, by its name; some columns stand in groups. */
interface Shared {
  readonly [name: string]: unknown;
}

interface Column {
  share(): unknown;
  adopt(shared: unknown): void;
}

function isColumn(of: object): of is Column {
  return 'adopt' in of && 'share' in of;
}

/** What the columns share. They must not change as long as somebody reads it. */
export function shareColumns(columns: SampleColumns | Readonly<Record<string, object>>): Shared {
  return Object.fromEntries(
    Object.entries(columns).map(([name, of]) => [name, isColumn(of) ? of.share() : shareColumns(of as Readonly<Record<string, object>>)]),
  );
}

function adoptColumns(columns: SampleColumns | Readonly<Record<string, object>>, shared: Shared): void {
  for (const [name, of] of Object.entries(columns)) {
    if (isColumn(of)) of.adopt(shared[name]);
    else adoptColumns(of as Readonly<Record<string, object>>, shared[name] as Shared);
  }
}

class AdoptedSamples extends SampleSequence {
  readonly length: number;
  readonly #columns = newSampleColumns();

  constructor({ length, columns }: SharedSamples) {
    super();
    this.length = length;
    adoptColumns(this.#columns, columns);
  }

  at(row: number): ReportedSample | undefined {
    return row >= 0 && row < this.length ? viewSample(this.#columns, row) : undefined;
  }

  newReader(): SampleReader {
    return newSampleReader(this.#columns);
  }

  fillFigures(name: FigureName, into: Float64Array, rows?: Uint32Array): void {
    fillFromColumn(this.#columns, name, into, rows);
  }
}

/** The samples that another thread shares. */
export function adoptSamples(shared: SharedSamples): SampleSequence {
  return new AdoptedSamples(shared);
}
