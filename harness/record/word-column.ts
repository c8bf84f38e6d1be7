import { NumberColumn, type SharedNumbers } from './number-column.ts';
import { WordIndex } from './word-index.ts';

/** A column's words, for another thread. */
export interface SharedWords {
  readonly words: readonly string[];
  readonly cells: SharedNumbers;
}

/** Text that occurs again and again, by row: each word is kept once. */
export class WordColumn<Word extends string = string> {
  readonly index = new WordIndex<Word>();
  /** The number of each row's word in the index. */
  readonly cells = new NumberColumn();

  get(row: number): Word | undefined {
    const number = this.cells.get(row);
    return number === undefined ? undefined : this.index.words[number];
  }

  /** Undefined takes a word away. */
  set(row: number, word: Word | undefined): void {
    this.cells.set(row, word === undefined ? undefined : this.index.numberOf(word));
  }

  /** As {@link set}, of an ASCII word that is still bytes. */
  setAscii(row: number, bytes: Uint8Array, from: number, to: number): void {
    this.cells.set(row, this.index.numberOfAscii(bytes, from, to));
  }

  /** As of numbers. */
  share(): SharedWords {
    return { words: this.index.words, cells: this.cells.share() };
  }

  /** As of numbers. */
  adopt({ words, cells }: SharedWords): void {
    for (const word of words) this.index.numberOf(word as Word);
    this.cells.adopt(cells);
  }
}
