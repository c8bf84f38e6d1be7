import { NumberColumn } from './number-column.ts';
import { WordIndex } from './word-index.ts';

/** Text that occurs again and again, by row: each word is kept once. */
export class WordColumn<Word extends string = string> {
  readonly #words = new WordIndex<Word>();
  readonly #cells = new NumberColumn();

  get(row: number): Word | undefined {
    const number = this.#cells.get(row);
    return number === undefined ? undefined : this.#words.words[number];
  }

  /** Undefined takes a word away. */
  set(row: number, word: Word | undefined): void {
    this.#cells.set(row, word === undefined ? undefined : this.#words.numberOf(word));
  }

  /** As {@link set}, of an ASCII word that is still bytes. */
  setAscii(row: number, bytes: Uint8Array, from: number, to: number): void {
    const number = this.#words.findAscii(bytes, from, to);
    if (number !== undefined) this.#cells.set(row, number);
    else this.set(row, Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1') as Word);
  }
}
