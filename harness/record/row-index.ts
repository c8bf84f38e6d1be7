import type { TextColumn } from './text-column.ts';

const FIRST_SLOTS = 1024;

/** FNV-1a (G. Fowler, L. C. Noll, K.-P. Vo) over UTF-16 units. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}

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
    const entry = this.#slots[this.#slotOf(text)] as number;
    return entry === 0 ? undefined : entry - 1;
  }

  /** Takes in a row whose text the column has already and no earlier row has. */
  add(row: number, text: string): void {
    if (2 * (this.#size + 1) > this.#slots.length) this.#grow();
    this.#slots[this.#slotOf(text)] = row + 1;
    this.#size++;
  }

  /** Where the text is, or where it would be. */
  #slotOf(text: string): number {
    const mask = this.#slots.length - 1;
    let slot = hashOf(text) & mask;
    for (let entry = this.#slots[slot] as number; entry !== 0; entry = this.#slots[slot] as number) {
      if (this.#texts.has(entry - 1, text)) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Uint32Array(before.length * 2);
    for (const entry of before) if (entry !== 0) this.#slots[this.#slotOf(this.#texts.get(entry - 1) ?? '')] = entry;
  }
}
