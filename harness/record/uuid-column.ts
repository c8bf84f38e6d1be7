import { NumberColumn, type SharedNumbers } from './number-column.ts';
import { type SharedTexts, TextColumn } from './text-column.ts';

const CHUNK_BITS = 13;
const UUID_BYTES = 16;
const LENGTH = '00000000-0000-0000-0000-000000000000'.length;
const DASH = 0x2d;
/** Where the two digits of each byte are. */
const PLACES = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34] as const;
const DASHES = [8, 13, 18, 23] as const;
const DIGITS = '0123456789abcdef';
const NO_DIGIT = 255;
const VALUE_OF = new Uint8Array(256).fill(NO_DIGIT);
for (const [value, digit] of [...DIGITS].entries()) VALUE_OF[digit.charCodeAt(0)] = value;

/** Fills the sixteen bytes at `into`; false where the text is no UUID in small letters, and then they are anything. */
function packUuid(bytes: Uint8Array, from: number, to: number, packed: Uint8Array, into: number): boolean {
  if (to - from !== LENGTH) return false;
  for (let i = 0; i < DASHES.length; i++) if (bytes[from + (DASHES[i] as number)] !== DASH) return false;
  for (let i = 0; i < UUID_BYTES; i++) {
    const at = from + (PLACES[i] as number);
    const high = VALUE_OF[bytes[at] as number] as number;
    const low = VALUE_OF[bytes[at + 1] as number] as number;
    if (high === NO_DIGIT || low === NO_DIGIT) return false;
    packed[into + i] = high * 16 + low;
  }
  return true;
}

const written = Buffer.alloc(LENGTH, DASH);

function formatUuid(packed: Uint8Array, from: number): string {
  for (let i = 0; i < UUID_BYTES; i++) {
    const byte = packed[from + i] as number;
    const at = PLACES[i] as number;
    written[at] = DIGITS.charCodeAt(byte >>> 4);
    written[at + 1] = DIGITS.charCodeAt(byte & 15);
  }
  return written.toString('latin1');
}

/** A column's ids, for another thread: their memory is not copied. */
export interface SharedUuids {
  readonly chunks: readonly Uint8Array[];
  readonly packed: SharedNumbers;
  readonly texts: SharedTexts;
}

/** Ids that are another one in each row: UUIDs in small letters in seventeen bytes, and any other text, all as they were. */
export class UuidColumn {
  readonly #chunks: Uint8Array[] = [];
  /** 1 where the row has a UUID. */
  readonly #packed = new NumberColumn();
  readonly #texts = new TextColumn();

  get(row: number): string | undefined {
    if (this.#packed.get(row) === undefined) return this.#texts.get(row);
    return formatUuid(this.#chunks[row >>> CHUNK_BITS] as Uint8Array, placeOf(row));
  }

  /** Undefined takes an id away. */
  set(row: number, text: string | undefined): void {
    const bytes = Buffer.from(text ?? '', 'utf8');
    if (text !== undefined && this.#pack(row, bytes, 0, bytes.length)) return;
    this.#texts.set(row, text);
  }

  /** As {@link set}, of ASCII text that is still bytes. */
  setAscii(row: number, bytes: Uint8Array, from: number, to: number): void {
    if (!this.#pack(row, bytes, from, to)) this.#texts.setAscii(row, bytes, from, to);
  }

  /** As of numbers. */
  share(): SharedUuids {
    return { chunks: this.#chunks, packed: this.#packed.share(), texts: this.#texts.share() };
  }

  /** As of numbers. */
  adopt({ chunks, packed, texts }: SharedUuids): void {
    this.#chunks.push(...chunks);
    this.#packed.adopt(packed);
    this.#texts.adopt(texts);
  }

  /** Keeps a UUID; false for what is none, and then the row has none. */
  #pack(row: number, bytes: Uint8Array, from: number, to: number): boolean {
    const chunk = row >>> CHUNK_BITS;
    while (this.#chunks.length <= chunk) this.#chunks.push(new Uint8Array(new SharedArrayBuffer(UUID_BYTES << CHUNK_BITS)));
    const isUuid = packUuid(bytes, from, to, this.#chunks[chunk] as Uint8Array, placeOf(row));
    this.#packed.set(row, isUuid ? 1 : undefined);
    if (isUuid) this.#texts.set(row, undefined);
    return isUuid;
  }
}

function placeOf(row: number): number {
  return (row & ((1 << CHUNK_BITS) - 1)) * UUID_BYTES;
}
