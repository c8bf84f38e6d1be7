import { hashOfAscii, hashOfText } from './text-hash.ts';

const FIRST_SLOTS = 16;
const FIRST_BYTES = 256;
const QUOTE = 0x22;
/** Stands for a letter that is no ASCII: no text that is looked for by its ASCII bytes has it. */
const OTHER = 0xff;
const NOT_KNOWN = -1;

function asciiText(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');
}

/** Numbers words from 0 as they come, and finds the number again: of a word, or of its ASCII bytes without making a string of them. */
export class WordIndex<Word extends string = string> {
  readonly words: Word[] = [];
  /** Number + 1; 0 is a free slot. At least half are free. */
  #slots = new Uint32Array(FIRST_SLOTS);
  /** The words one after the other, each with a quote behind it, to be compared with bytes. */
  #bytes = new Uint8Array(FIRST_BYTES);
  /** Where each word begins among them, and where the next one will. */
  #begins = new Uint32Array(FIRST_SLOTS);
  #lastWord: Word | undefined;
  #lastNumber = 0;
  /** By number, the number + 1 of the word that came after it the last time, both as bytes: what takes turns keeps its turns. */
  #followers = new Uint32Array(FIRST_SLOTS);
  /** The word that came last as bytes. */
  #before = 0;

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

  /** The number of a word that is still ASCII bytes, which it is given when it has none. */
  numberOfAscii(bytes: Uint8Array, from: number, to: number): number {
    const known = this.#findAscii(bytes, from, to);
    const number = known === NOT_KNOWN ? this.numberOf(asciiText(bytes, from, to) as Word) : known;
    this.#followers[this.#before] = number + 1;
    this.#before = number;
    return number;
  }

  /** The number of the word that probably begins at `at`, when it does and a quote ends it; −1 says nothing. */
  guessAscii(bytes: Uint8Array, at: number): number {
    const entry = this.#followers[this.#before] as number;
    if (entry === 0) return NOT_KNOWN;
    const known = this.#bytes;
    const begin = this.#begins[entry - 1] as number;
    const end = this.#begins[entry] as number;
    const shift = at - begin;
    for (let i = begin; i < end; i++) if (known[i] !== bytes[i + shift]) return NOT_KNOWN;
    this.#before = entry - 1;
    return entry - 1;
  }

  /** How many letters a word has. */
  lengthOf(number: number): number {
    return (this.#begins[number + 1] as number) - (this.#begins[number] as number) - 1;
  }

  #findAscii(bytes: Uint8Array, from: number, to: number): number {
    const slots = this.#slots;
    const known = this.#bytes;
    const begins = this.#begins;
    const mask = slots.length - 1;
    let slot = hashOfAscii(bytes, from, to) & mask;
    for (let entry = slots[slot] as number; entry !== 0; entry = slots[slot] as number) {
      const begin = begins[entry - 1] as number;
      if ((begins[entry] as number) - begin === to - from + 1) {
        let at = from;
        while (at < to && known[begin + at - from] === bytes[at]) at++;
        if (at === to) return entry - 1;
      }
      slot = (slot + 1) & mask;
    }
    return NOT_KNOWN;
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
    const end = begin + word.length;
    if (end >= this.#bytes.length) {
      const wider = new Uint8Array(2 * (end + 1));
      wider.set(this.#bytes);
      this.#bytes = wider;
    }
    for (let i = 0; i < word.length; i++) this.#bytes[begin + i] = Math.min(word.charCodeAt(i), OTHER);
    this.#bytes[end] = QUOTE;
    this.#begins[number + 1] = end + 1;
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
    const [begins, followers] = [new Uint32Array(this.#slots.length), new Uint32Array(this.#slots.length)];
    begins.set(this.#begins);
    followers.set(this.#followers);
    [this.#begins, this.#followers] = [begins, followers];
  }
}
