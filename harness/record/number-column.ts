import { type SharedCells, SparseCells } from './sparse-cells.ts';

/** Rows of a chunk: few enough that one large value widens little, enough that a chunk's own cost does not count. */
const CHUNK_BITS = 13;
const CHUNK_ROWS = 1 << CHUNK_BITS;
const PLACE = CHUNK_ROWS - 1;
/** A chunk of so few values keeps them apart: what only cold calls have would otherwise cost all calls four bytes each. */
const MOST_SPARSE = CHUNK_ROWS >>> 5;

type Cells = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** Whole numbers are kept one up, so that 0 is absence; anything else as it is, and NaN is absence. */
function cellsFor(value: number): CellsOf {
  if (!Number.isInteger(value) || value < 0 || Object.is(value, -0) || value >= 2 ** 32 - 1) return Float64Array;
  return value < 2 ** 8 - 1 ? Uint8Array : value < 2 ** 16 - 1 ? Uint16Array : Uint32Array;
}

function read(cells: Cells, place: number): number | undefined {
  const cell = cells[place] as number;
  if (cells.BYTES_PER_ELEMENT === 8) return Number.isNaN(cell) ? undefined : cell;
  return cell === 0 ? undefined : cell - 1;
}

function write(cells: Cells, place: number, value: number | undefined): void {
  if (cells.BYTES_PER_ELEMENT === 8) cells[place] = value ?? Number.NaN;
  else cells[place] = value === undefined ? 0 : value + 1;
}

/** Whole numbers below it fit into these cells; none into those of eight bytes, which are written otherwise. */
function limitOf(cells: Cells): number {
  return cells.BYTES_PER_ELEMENT === 8 ? 0 : 2 ** (8 * cells.BYTES_PER_ELEMENT) - 1;
}

type CellsOf = new (memory: SharedArrayBuffer) => Cells;

function newCells(of: CellsOf): Cells {
  const { BYTES_PER_ELEMENT: bytes } = of as unknown as Uint8ArrayConstructor;
  const cells = new of(new SharedArrayBuffer(CHUNK_ROWS * bytes));
  return of === Float64Array ? cells.fill(Number.NaN) : cells;
}

/** A column's numbers, for another thread: its memory is not copied, but for the few numbers that are kept apart. */
export interface SharedNumbers {
  readonly chunks: readonly (Cells | undefined)[];
  readonly sparse: readonly (SharedCells | undefined)[];
}

/** Numbers by row, each exactly as it was set; NaN cannot be told from absence. A chunk has the width of its largest value, and holds no more than its values while they are few. */
export class NumberColumn {
  readonly #chunks: (Cells | undefined)[] = [];
  readonly #sparse: (SparseCells | undefined)[] = [];
  /** Of each chunk with cells, what whole numbers must be below to fit into them; 0 of others. */
  readonly #limits: number[] = [];

  get(row: number): number | undefined {
    const cells = this.#chunks[row >>> CHUNK_BITS];
    return cells === undefined ? this.#sparse[row >>> CHUNK_BITS]?.get(row & PLACE) : read(cells, row & PLACE);
  }

  /** Undefined takes a value away. */
  set(row: number, value: number | undefined): void {
    const chunk = row >>> CHUNK_BITS;
    const place = row & PLACE;
    const cells = this.#chunks[chunk];
    if (value === undefined || Number.isNaN(value)) {
      if (cells !== undefined) write(cells, place, undefined);
      else this.#sparse[chunk]?.delete(place);
    } else if (cells !== undefined) write(this.#wideEnough(chunk, cells, value), place, value);
    else this.#setSparse(chunk, place, value);
  }

  /** As {@link set}, of a whole number from 0. */
  setWhole(row: number, value: number): void {
    const chunk = row >>> CHUNK_BITS;
    if (chunk < this.#limits.length && value < (this.#limits[chunk] as number)) {
      const cells = this.#chunks[chunk] as Cells;
      cells[row & PLACE] = value + 1;
    } else this.set(row, value);
  }

  /** What another thread's column can {@link adopt}, as long as nothing more is set here. */
  share(): SharedNumbers {
    return { chunks: this.#chunks, sparse: this.#sparse.map((cells) => cells?.share()) };
  }

  /** Takes over what a column of another thread shares; this one is empty, and only read from then on. */
  adopt({ chunks, sparse }: SharedNumbers): void {
    this.#chunks.push(...chunks);
    this.#sparse.push(...sparse.map((cells) => (cells === undefined ? undefined : SparseCells.of(cells))));
  }

  #setSparse(chunk: number, place: number, value: number): void {
    const before = this.#sparse[chunk];
    if (before !== undefined && before.size >= MOST_SPARSE) {
      this.#spread(chunk, before);
      this.set((chunk << CHUNK_BITS) | place, value);
      return;
    }
    const sparse = before ?? new SparseCells();
    sparse.set(place, value);
    if (before === undefined) this.#put(this.#sparse, chunk, sparse);
  }

  /** Gives a chunk a cell for each of its rows. */
  #spread(chunk: number, sparse: SparseCells): void {
    sparse.forEach((place, value) => {
      const cells = this.#chunks[chunk];
      write(this.#wideEnough(chunk, cells, value), place, value);
    });
    this.#sparse[chunk] = undefined;
  }

  #wideEnough(chunk: number, cells: Cells | undefined, value: number): Cells {
    const wanted = cellsFor(value);
    if (cells !== undefined && cells.BYTES_PER_ELEMENT >= (wanted as unknown as Uint8ArrayConstructor).BYTES_PER_ELEMENT) {
      // Eight bytes hold whole numbers too.
      return cells;
    }
    const wider = newCells(wanted);
    if (cells !== undefined) for (let place = 0; place < CHUNK_ROWS; place++) write(wider, place, read(cells, place));
    this.#put(this.#chunks, chunk, wider);
    while (this.#limits.length < chunk) this.#limits.push(0);
    this.#limits[chunk] = limitOf(wider);
    return wider;
  }

  #put<Chunk>(chunks: (Chunk | undefined)[], chunk: number, content: Chunk): void {
    while (chunks.length < chunk) chunks.push(undefined);
    chunks[chunk] = content;
  }
}
