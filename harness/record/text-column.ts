import { NumberColumn, type SharedNumbers } from './number-column.ts';

/** Text is kept in blocks; one that is longer has a block of its own. */
const BLOCK_BITS = 20;
const BLOCK_BYTES = 1 << BLOCK_BITS;
/** A text begins with its length, or with one of these and its length in the next four bytes. */
const LONG = 254;
const WIDE = 255;
const HEAD_BYTES = 5;

/** A column's texts, for another thread: their memory is not copied. */
export interface SharedTexts {
  readonly blocks: readonly SharedArrayBuffer[];
  readonly places: SharedNumbers;
}

interface Kept {
  readonly block: Buffer;
  readonly from: number;
  readonly bytes: number;
  readonly wide: boolean;
}

function isNarrow(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0xff) return false;
  return true;
}

function asciiText(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');
}

/** Text that is another one in nearly every row, kept outside the heap: a byte a character, or two where one is not enough. Any string comes back as it was. */
export class TextColumn {
  readonly #blocks: Buffer[] = [];
  #used = BLOCK_BYTES;
  readonly #places = new NumberColumn();

  get(row: number): string | undefined {
    const kept = this.#kept(row);
    return kept?.block.toString(kept.wide ? 'utf16le' : 'latin1', kept.from, kept.from + kept.bytes);
  }

  /** True when that row has that text. */
  has(row: number, text: string): boolean {
    const kept = this.#kept(row);
    if (kept === undefined || kept.wide) return kept !== undefined && this.get(row) === text;
    if (kept.bytes !== text.length) return false;
    for (let i = 0; i < text.length; i++) if (kept.block[kept.from + i] !== text.charCodeAt(i)) return false;
    return true;
  }

  /** The same for ASCII text that is still bytes. */
  hasAscii(row: number, bytes: Uint8Array, from: number, to: number): boolean {
    const place = this.#places.get(row);
    if (place === undefined) return false;
    const block = this.#blocks[Math.floor(place / BLOCK_BYTES)] as Buffer;
    const at = place % BLOCK_BYTES;
    const head = block[at] as number;
    // No shorter text has a longer head.
    if (head >= LONG || head !== to - from) return head >= LONG && this.has(row, asciiText(bytes, from, to));
    for (let i = 0; i < head; i++) if (block[at + 1 + i] !== bytes[from + i]) return false;
    return true;
  }

  /** As {@link set}, of ASCII text that is still bytes. */
  setAscii(row: number, bytes: Uint8Array, from: number, to: number): void {
    if (to - from >= LONG) this.set(row, asciiText(bytes, from, to));
    else if (!this.hasAscii(row, bytes, from, to)) this.#places.set(row, this.#keepAscii(bytes, from, to));
  }

  /** Undefined takes a text away; the space that it had is not used again. */
  set(row: number, text: string | undefined): void {
    if (text === undefined) this.#places.set(row, undefined);
    else if (!this.has(row, text)) this.#places.set(row, this.#keep(text));
  }

  /** As of numbers. */
  share(): SharedTexts {
    return { blocks: this.#blocks.map(({ buffer }) => buffer as unknown as SharedArrayBuffer), places: this.#places.share() };
  }

  /** As of numbers. */
  adopt({ blocks, places }: SharedTexts): void {
    for (const block of blocks) this.#blocks.push(Buffer.from(block));
    this.#places.adopt(places);
  }

  #kept(row: number): Kept | undefined {
    const place = this.#places.get(row);
    if (place === undefined) return undefined;
    const block = this.#blocks[Math.floor(place / BLOCK_BYTES)] as Buffer;
    const at = place % BLOCK_BYTES;
    const head = block[at] as number;
    if (head < LONG) return { block, from: at + 1, bytes: head, wide: false };
    return { block, from: at + HEAD_BYTES, bytes: block.readUInt32LE(at + 1), wide: head === WIDE };
  }

  #keepAscii(bytes: Uint8Array, from: number, to: number): number {
    const at = this.#reserve(1 + to - from);
    const block = this.#blocks[this.#blocks.length - 1] as Buffer;
    block[at] = to - from;
    for (let i = from; i < to; i++) block[at + 1 + i - from] = bytes[i] as number;
    return (this.#blocks.length - 1) * BLOCK_BYTES + at;
  }

  /** Gives where so many bytes begin in the last block. */
  #reserve(size: number): number {
    if (this.#used + size > BLOCK_BYTES) {
      this.#blocks.push(Buffer.from(new SharedArrayBuffer(Math.max(size, BLOCK_BYTES))));
      this.#used = 0;
    }
    const at = this.#used;
    this.#used += size;
    return at;
  }

  #keep(text: string): number {
    const narrow = isNarrow(text);
    const bytes = narrow ? text.length : text.length * 2;
    const short = narrow && bytes < LONG;
    const size = bytes + (short ? 1 : HEAD_BYTES);
    const at = this.#reserve(size);
    const block = this.#blocks[this.#blocks.length - 1] as Buffer;
    block[at] = short ? bytes : narrow ? LONG : WIDE;
    if (!short) block.writeUInt32LE(bytes, at + 1);
    block.write(text, at + size - bytes, narrow ? 'latin1' : 'utf16le');
    return (this.#blocks.length - 1) * BLOCK_BYTES + at;
  }
}
