import { hashOfAscii, hashOfText } from './text-hash.ts';

const FIRST_SLOTS = 16;
const FIRST_LETTERS = 256;

/** Numbers words from 0 as they come, and finds the number again: of a word, or of its ASCII bytes without making a string of them. */
export class WordIndex<Word extends string = string> {
  readonly words: Word[] = [];
  /** Number + 1; 0 is a free slot. At least half are free. */
  #slots = new Uint32Array(FIRST_SLOTS);
  /** The words one after the other, a UTF-16 unit each letter, to be compared with bytes. */
  #letters = new Uint16Array(FIRST_LETTERS);
  /** Where each word begins among them, and where the next one will. */
  #begins = new Uint32Array(FIRST_SLOTS);
  #lastWord: Word | undefined;
  #lastNumber = 0;

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
    const slots = this.#slots;
    const letters = this.#letters;
    const begins = this.#begins;
    const mask = slots.length - 1;
    let slot = hashOfAscii(bytes, from, to) & mask;
    for (let entry = slots[slot] as number; entry !== 0; entry = slots[slot] as number) {
      const begin = begins[entry - 1] as number;
      if ((begins[entry] as number) - begin === to - from) {
        let at = from;
        while (at < to && letters[begin + at - from] === bytes[at]) at++;
        if (at === to) return entry - 1;
      }
      slot = (slot + 1) & mask;
    }
    return undefined;
  }

  #add(word: Word, hash: number): number {
    const number = this.words.push(word) - 1;
    this.#keepLetters(number, word);
    if (2 * this.words.length > this.#slots.length) this.#grow();
    else this.#put(number, hash);
    return number;
  }

  #keepLetters(number: number, word: Word): void {
    const begin = this.#begins[number] as number;
    if (begin + word.length > this.#letters.length) {
      const wider = new Uint16Array(2 * (begin + word.length));
      wider.set(this.#letters);
      this.#letters = wider;
    }
    for (let i = 0; i < word.length; i++) this.#letters[begin + i] = word.charCodeAt(i);
    this.#begins[number + 1] = begin + word.length;
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
    const begins = new Uint32Array(this.#slots.length);
    begins.set(this.#begins);
    this.#begins = begins;
  }
}
