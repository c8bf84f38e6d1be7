import { stringify } from 'csv-stringify/sync';
import { formatMilliseconds, type Nanoseconds } from '../harness/domain/nanoseconds.ts';
import { putAscii, putMilliseconds, putPlain, putWhole } from './csv-bytes.ts';
import { escapeCsv } from './free-text.ts';

const PIECE_BYTES = 1 << 18;
/** No row is longer: texts are cut at 300 letters, which are at most six bytes each when they are quoted. */
const MOST_ROW_BYTES = 1 << 16;
const MOST_INT = 2 ** 31 - 1;
const COMMA = 0x2c;

function newPiece(): Buffer {
  return Buffer.allocUnsafeSlow(PIECE_BYTES + MOST_ROW_BYTES);
}

/** Cells and rows of a CSV file as bytes: made in the memory of two pieces that take turns, without a string for each cell. */
export class CsvRows {
  #bytes = newPiece();
  /** The memory of the piece before, which may be in use still. */
  #others = newPiece();
  readonly #lineEnd: string;
  #at = 0;

  constructor(lineEnd: '\n' | '\r\n') {
    this.#lineEnd = lineEnd;
  }

  /** True when the rows so far are a piece. */
  get isFull(): boolean {
    return this.#at >= PIECE_BYTES;
  }

  /** The rows so far, which are then forgotten: good until the next piece was taken. */
  takePiece(): Uint8Array {
    const piece = this.#bytes.subarray(0, this.#at);
    [this.#bytes, this.#others] = [this.#others, this.#bytes];
    this.#at = 0;
    return piece;
  }

  /** Ends a row, which has a cell. */
  endRow(): void {
    this.#at = putAscii(this.#bytes, this.#at - 1, this.#lineEnd);
  }

  /** Text that may have been written by somebody else; absence is an empty cell, here as in the others. */
  text(value: string | undefined): void {
    if (value === undefined) this.#endCell(this.#at);
    else {
      const end = putPlain(this.#bytes, this.#at, value);
      this.#endCell(end === -1 ? this.#at + this.#bytes.write(stringify([[escapeCsv(value)]]).slice(0, -1), this.#at) : end);
    }
  }

  /** Nanoseconds, in milliseconds with six decimals. */
  ms(value: Nanoseconds | undefined): void {
    if (value === undefined) this.#endCell(this.#at);
    else if (value <= MOST_INT) this.#endCell(putMilliseconds(this.#bytes, this.#at, value));
    else this.#endCell(putAscii(this.#bytes, this.#at, formatMilliseconds(value)));
  }

  figure(value: number | undefined): void {
    if (value === undefined) this.#endCell(this.#at);
    else if (value >= 0 && value <= MOST_INT && Number.isInteger(value)) this.#endCell(putWhole(this.#bytes, this.#at, value));
    else this.#endCell(putAscii(this.#bytes, this.#at, String(value)));
  }

  flag(value: boolean | undefined): void {
    this.#endCell(value === undefined ? this.#at : putAscii(this.#bytes, this.#at, String(value)));
  }

  /** Each cell has a comma behind it, of which the last gives way to the end of the row. */
  #endCell(at: number): void {
    this.#bytes[at] = COMMA;
    this.#at = at + 1;
  }
}
