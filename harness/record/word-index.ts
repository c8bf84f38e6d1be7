import { hashOfAscii, hashOfText } from './text-hash.ts';

const FIRST_SLOTS = 16;

function isAscii(word: string, bytes: Uint8Array, from: number, to: number): boolean {
  if (word.length !== to - from) return false;
  for (let i = 0; i < word.length; i++) if (word.charCodeAt(i) !== bytes[from + i]) return false;
  return true;
}

/** Numbers words from 0 as they come, and finds the number again: of a word, or of its ASCII bytes without making a string of them. */
export class WordIndex<Word extends string = string> {
  readonly words: Word[] = [];
  /** Number + 1; 0 is a free slot. At least half are free. */
  #slots = new Uint32Array(FIRST_SLOTS);
  #lastWord: Word | undefined;
  #lastNumber = 0;

  constructor(words: Iterable<Word> = []) {
    for (const word of words) this.numberOf(word);
  }

  /** The number of a word, which it is given when it has none. */
  numberOf(word: Word): number {
    if (word === this.#lastWord) return this.#lastNumber;
    const hash = hashOfText(word);
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (let entry = this.#slots[slot] as number; entry !== 0; entry = this.#slots[slot] as number) {
      if (this.words[entry - 1] === word) break;
      slot = (slot + 1) & mask;
    }
    const entry = this.#slots[slot] as number;
    this.#lastNumber = entry === 0 ? this.#add(word, hash) : entry - 1;
    this.#lastWord = word;
    return this.#lastNumber;
  }

  /** The number of a word that is still bytes; undefined when it has none. */
  findAscii(bytes: Uint8Array, from: number, to: number): number | undefined {
    const mask = this.#slots.length - 1;
    let slot = hashOfAscii(bytes, from, to) & mask;
    for (let entry = this.#slots[slot] as number; entry !== 0; entry = this.#slots[slot] as number) {
      if (isAscii(this.words[entry - 1] as Word, bytes, from, to)) return entry - 1;
      slot = (slot + 1) & mask;
    }
    return undefined;
  }

  #add(word: Word, hash: number): number {
    const number = this.words.push(word) - 1;
    if (2 * this.words.length > this.#slots.length) this.#grow();
    else this.#put(number, hash);
    return number;
  }

  #put(number: number, hash: number): void {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = number + 1;
  }

  #grow(): void {
    this.#slots = new Uint32Array(this.#slots.length * 2);
    for (const [number, word] of this.words.entries()) this.#put(number, hashOfText(word));
  }
}
