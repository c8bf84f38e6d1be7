import type { TextColumn } from './text-column.ts';
import { hashOfAscii, hashOfText } from './text-hash.ts';

const FIRST_SLOTS = 1024;

/** Finds the row of a text that no two rows of a column share; four to eight bytes a row, where a `Map` takes a hundred. */
export class RowIndex {
  readonly #texts: TextColumn;
  /** Row + 1; 0 is a free slot. At least half are free. */
  #slots = new Uint32Array(FIRST_SLOTS);
  #size = 0;

  constructor(texts: TextColumn) {
    this.#texts = texts;
  }

  /** The row that has the text, or undefined. */
  find(text: string): number | undefined {
    const mask = this.#slots.length - 1;
    let slot = hashOfText(text) & mask;
    for (let entry = this.#slots[slot] as number; entry !== 0; entry = this.#slots[slot] as number) {
      if (this.#texts.has(entry - 1, text)) return entry - 1;
      slot = (slot + 1) & mask;
    }
    return undefined;
  }

  /** The same for ASCII text that is still bytes; it is looked for in the `likely` row first. */
  findAscii(bytes: Uint8Array, from: number, to: number, likely: number): number | undefined {
    if (likely < this.#size && this.#texts.hasAscii(likely, bytes, from, to)) return likely;
    return this.findHashed(hashOfAscii(bytes, from, to), bytes, from, to);
  }

  /** The same where the hash of the text is known. */
  findHashed(hash: number, bytes: Uint8Array, from: number, to: number): number | undefined {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (let entry = this.#slots[slot] as number; entry !== 0; entry = this.#slots[slot] as number) {
      if (this.#texts.hasAscii(entry - 1, bytes, from, to)) return entry - 1;
      slot = (slot + 1) & mask;
    }
    return undefined;
  }

  /** Takes in a row whose text, of that hash, the column has already and no earlier row has. */
  add(row: number, hash: number): void {
    if (2 * (this.#size + 1) > this.#slots.length) this.#grow();
    this.#put(row, hash);
    this.#size++;
  }

  /** Forgets all rows, and gives their memory back. */
  clear(): void {
    this.#slots = new Uint32Array(FIRST_SLOTS);
    this.#size = 0;
  }

  #put(row: number, hash: number): void {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = row + 1;
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Uint32Array(before.length * 2);
    for (const entry of before) if (entry !== 0) this.#put(entry - 1, hashOfText(this.#texts.get(entry - 1) ?? ''));
  }
}
