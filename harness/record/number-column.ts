/** Rows of a chunk: few enough that one large value widens little, enough that a chunk's own cost does not count. */
const CHUNK_BITS = 13;
const CHUNK_ROWS = 1 << CHUNK_BITS;
const PLACE = CHUNK_ROWS - 1;

type Cells = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** Whole numbers are kept one up, so that 0 is absence; anything else as it is, and NaN is absence. */
function cellsFor(value: number): new (length: number) => Cells {
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

function newCells(of: new (length: number) => Cells): Cells {
  const cells = new of(CHUNK_ROWS);
  return of === Float64Array ? cells.fill(Number.NaN) : cells;
}

/** Numbers by row, each exactly as it was set; NaN cannot be told from absence. A chunk has the width of its largest value, and none while it has no value. */
export class NumberColumn {
  readonly #chunks: (Cells | undefined)[] = [];

  get(row: number): number | undefined {
    const cells = this.#chunks[row >>> CHUNK_BITS];
    return cells === undefined ? undefined : read(cells, row & PLACE);
  }

  /** Undefined takes a value away. */
  set(row: number, value: number | undefined): void {
    const chunk = row >>> CHUNK_BITS;
    const cells = this.#chunks[chunk];
    if (value === undefined) {
      if (cells !== undefined) write(cells, row & PLACE, undefined);
      return;
    }
    write(this.#wideEnough(chunk, cells, value), row & PLACE, value);
  }

  #wideEnough(chunk: number, cells: Cells | undefined, value: number): Cells {
    const wanted = cellsFor(value);
    if (cells !== undefined && cells.BYTES_PER_ELEMENT >= (wanted as unknown as Uint8ArrayConstructor).BYTES_PER_ELEMENT) {
      // Eight bytes hold whole numbers too.
      return cells;
    }
    const wider = newCells(wanted);
    if (cells !== undefined) for (let place = 0; place < CHUNK_ROWS; place++) write(wider, place, read(cells, place));
    while (this.#chunks.length < chunk) this.#chunks.push(undefined);
    this.#chunks[chunk] = wider;
    return wider;
  }
}
