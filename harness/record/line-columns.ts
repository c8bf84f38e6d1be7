import type { LineScanner } from './line-scanner.ts';
import { NumberColumn } from './number-column.ts';
import type { SampleColumns } from './sample-columns.ts';
import { WordColumn } from './word-column.ts';

/** A column that takes text that is still bytes. */
interface BytesColumn {
  set(row: number, value: undefined): void;
  setAscii(row: number, bytes: Uint8Array, from: number, to: number): void;
}

type Column = NumberColumn | BytesColumn;

function under(path: string, columns: Readonly<Record<string, Column>>): [string, Column][] {
  return Object.entries(columns).map(([name, column]) => [`${path}.${name}`, column]);
}

/** Where the fields of an `asked` line are kept; its `at` is among them. */
export function askedColumns(columns: SampleColumns): ReadonlyMap<string, Column> {
  const { callId, scenario, target, round, position, purpose, startAsked, connection } = columns;
  return new Map<string, Column>([
    ['at', columns.askedAt],
    ...under('call', { callId, scenario, target, round, position, purpose, startAsked, connection }),
  ]);
}

/** Where the fields of an `observed` line are kept. */
export function observedColumns(columns: SampleColumns): ReadonlyMap<string, Column> {
  const { outcome, start, errorClass, errorPhase, errorMessage, askedAt, age, idleGap, requestId, environmentId, logStream } = columns;
  const { moduleLoad, initGap, tlsResumed, localAddress, remoteAddress, seenAddress, provenPath, azId, perturbed, discardReason } = columns;
  return new Map<string, Column>([
    ...under('sample', {
      outcome,
      start,
      errorClass,
      errorPhase,
      errorMessage,
      askedAt,
      age,
      idleGap,
      requestId,
      environmentId,
      logStream,
    }),
    ...under('sample', { moduleLoad, initGap, tlsResumed, localAddress, remoteAddress, seenAddress, provenPath, azId, perturbed }),
    ...under('sample', { discardReason, fn: columns.hasFn }),
    ...under('sample.client', columns.client),
    ...under('sample.fn', { total: columns.fnTotal }),
    ...under('sample.fn.phases', columns.phases),
  ]);
}

/** Where the fields of a `report` line are kept. */
export function reportColumns({ report, reportWords, reportSource }: SampleColumns): ReadonlyMap<string, Column> {
  return new Map<string, Column>([['source', reportSource], ...under('figures', report), ...under('figures', reportWords)]);
}

interface Kept<Of> {
  readonly slot: number;
  readonly column: Of;
}

/** Takes what a scanner found into columns: what it did not find is taken away, as far as the row can have it. */
export class LineColumns {
  readonly #scanner: LineScanner;
  readonly #numbers: Kept<NumberColumn>[] = [];
  readonly #texts: Kept<BytesColumn>[] = [];
  readonly #stale: Kept<Column>[] = [];

  /** `mayHave` are those of the columns in which a row can have something before such a line is taken. */
  constructor(scanner: LineScanner, columns: ReadonlyMap<string, Column>, mayHave: ReadonlySet<Column>) {
    this.#scanner = scanner;
    for (const [path, column] of columns) {
      const slot = scanner.slots.get(path);
      if (slot === undefined) throw new Error(`a journal line has no field ${path}`);
      if (column instanceof NumberColumn) this.#numbers.push({ slot, column });
      else if (column instanceof WordColumn) {
        scanner.numberTexts(slot, column.index);
        this.#numbers.push({ slot, column: column.cells });
      } else this.#texts.push({ slot, column });
      if (mayHave.has(column)) this.#stale.push({ slot, column });
    }
  }

  /** `bytes` are those of the line that was scanned last. */
  set(row: number, bytes: Uint8Array): void {
    const { starts, ends, numbers, seenIn, line } = this.#scanner.found;
    for (let i = 0; i < this.#numbers.length; i++) {
      const { slot, column } = this.#numbers[i] as Kept<NumberColumn>;
      if (seenIn[slot] === line) column.setWhole(row, numbers[slot] as number);
    }
    for (const { slot, column } of this.#texts) {
      if (seenIn[slot] === line) column.setAscii(row, bytes, starts[slot] as number, ends[slot] as number);
    }
    for (const { slot, column } of this.#stale) if (seenIn[slot] !== line) column.set(row, undefined);
  }
}
