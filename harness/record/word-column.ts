import { NumberColumn } from './number-column.ts';

/** Text that occurs again and again, by row: each word is kept once. */
export class WordColumn<Word extends string = string> {
  readonly #words: Word[] = [];
  readonly #numbers = new Map<Word, number>();
  readonly #cells = new NumberColumn();

  get(row: number): Word | undefined {
    const number = this.#cells.get(row);
    return number === undefined ? undefined : this.#words[number];
  }

  /** Undefined takes a word away. */
  set(row: number, word: Word | undefined): void {
    this.#cells.set(row, word === undefined ? undefined : this.#numberOf(word));
  }

  #numberOf(word: Word): number {
    const known = this.#numbers.get(word);
    if (known !== undefined) return known;
    this.#numbers.set(word, this.#words.length);
    return this.#words.push(word) - 1;
  }
}
