import type { ObjectField } from './journal-fields.ts';
import { asciiOf, type Member, type Members, newMembers } from './line-shape.ts';
import type { WordIndex } from './word-index.ts';

const OPEN = 0x7b;
const CLOSE = 0x7d;
const COMMA = 0x2c;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const ZERO = 0x30;
const NINE = 0x39;
const TRUE = asciiOf('true');
const FALSE = asciiOf('false');
/** So many digits are a safe integer whatever they are. */
const MOST_DIGITS = 15;
/** And so many are below 2^31. */
const SMALL_DIGITS = 9;
const FAILED = -1;
/** 1 for the bytes that stand for themselves in a text. */
const PLAIN = new Uint8Array(256).fill(1, 0x20, 0x7f);
PLAIN[QUOTE] = 0;
PLAIN[BACKSLASH] = 0;

/** What was found in the line that was scanned last, by slot. */
interface Found {
  /** Where a text begins and ends, without its quotes. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Numbers; 0 or 1 of a flag, 1 of an object, and of a text with an index its number there. */
  readonly numbers: Float64Array;
  /** The line in which a slot was seen last. */
  readonly seenIn: Uint32Array;
  line: number;
}

function startsWith(bytes: Uint8Array, at: number, text: Uint8Array): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text[i]) return false;
  return true;
}

function scanWhole(found: Found, slot: number, bytes: Uint8Array, from: number): number {
  let at = from;
  let small = 0;
  let byte = bytes[at] as number;
  while (byte >= ZERO && byte <= NINE && at < from + SMALL_DIGITS) {
    small = (Math.imul(small, 10) + byte - ZERO) | 0;
    byte = bytes[++at] as number;
  }
  let value = small;
  while (byte >= ZERO && byte <= NINE) {
    value = value * 10 + (byte - ZERO);
    byte = bytes[++at] as number;
  }
  const digits = at - from;
  if (digits === 0 || digits > MOST_DIGITS || (digits > 1 && bytes[from] === ZERO)) return FAILED;
  found.numbers[slot] = value;
  return at;
}

function scanText(found: Found, slot: number, bytes: Uint8Array, from: number): number {
  if (bytes[from] !== QUOTE) return FAILED;
  let at = from + 1;
  while (PLAIN[bytes[at] as number] === 1) at++;
  if (bytes[at] !== QUOTE) return FAILED;
  found.starts[slot] = from + 1;
  found.ends[slot] = at;
  return at + 1;
}

function scanFlag(found: Found, slot: number, bytes: Uint8Array, at: number): number {
  const value = startsWith(bytes, at, TRUE);
  if (!value && !startsWith(bytes, at, FALSE)) return FAILED;
  found.numbers[slot] = value ? 1 : 0;
  return at + (value ? TRUE.length : FALSE.length);
}

function isOneOf(words: readonly Uint8Array[], bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as Uint8Array;
    if (word.length === to - from && startsWith(bytes, from, word)) return true;
  }
  return false;
}

/** A text of any of the three kinds. */
function scanLetters(found: Found, { kind, slot, words }: Member, bytes: Uint8Array, at: number): number {
  const end = scanText(found, slot, bytes, at);
  if (end === FAILED || (kind === 'name' && end === at + 2)) return FAILED;
  return kind === 'word' && !isOneOf(words, bytes, at + 1, end - 1) ? FAILED : end;
}

/** A text by its number: the index has none in its guesses that did not pass here before. */
function scanNumbered(found: Found, member: Member, index: WordIndex, bytes: Uint8Array, at: number): number {
  const guessed = bytes[at] === QUOTE ? index.guessAscii(bytes, at + 1) : FAILED;
  if (guessed !== FAILED) {
    found.numbers[member.slot] = guessed;
    return at + index.lengthOf(guessed) + 2;
  }
  const end = scanLetters(found, member, bytes, at);
  if (end !== FAILED) found.numbers[member.slot] = index.numberOfAscii(bytes, at + 1, end - 1);
  return end;
}

function scanValue(found: Found, member: Member, bytes: Uint8Array, at: number): number {
  switch (member.kind) {
    case 'whole':
    case 'size':
      return scanWhole(found, member.slot, bytes, at);
    case 'text':
    case 'name':
    case 'word':
      return member.index === undefined ? scanLetters(found, member, bytes, at) : scanNumbered(found, member, member.index, bytes, at);
    case 'flag':
      return scanFlag(found, member.slot, bytes, at);
    case 'object':
      found.numbers[member.slot] = 1;
      return member.object === undefined ? FAILED : scanObject(found, member.object, bytes, at);
  }
}

/** The field whose key begins at `at`: the likely one, or any; it will be the likely one the next time. */
function memberAt(members: Members, before: Member | undefined, bytes: Uint8Array, at: number): Member | undefined {
  const likely = before === undefined ? members.first : before.next;
  if (likely !== undefined && startsWith(bytes, at, likely.key)) return likely;
  const member = members.all.find(({ key }) => startsWith(bytes, at, key));
  if (before === undefined) members.first = member;
  else before.next = member;
  return member;
}

function scanObject(found: Found, members: Members, bytes: Uint8Array, from: number): number {
  if (bytes[from] !== OPEN) return FAILED;
  let at = from + 1;
  if (bytes[at] === CLOSE) return members.needed === 0 ? at + 1 : FAILED;
  let needed = 0;
  let before: Member | undefined;
  for (;;) {
    const member = memberAt(members, before, bytes, at);
    if (member === undefined || found.seenIn[member.slot] === found.line) return FAILED;
    found.seenIn[member.slot] = found.line;
    at = scanValue(found, member, bytes, at + member.key.length);
    if (at === FAILED) return FAILED;
    if (member.needed) needed++;
    const byte = bytes[at++];
    if (byte === CLOSE) return needed === members.needed ? at : FAILED;
    if (byte !== COMMA) return FAILED;
    before = member;
  }
}

function memberOf({ all }: Members, slot: number): Member | undefined {
  for (const member of all) {
    const found = member.slot === slot || member.object === undefined ? member : memberOf(member.object, slot);
    if (found?.slot === slot) return found;
  }
  return undefined;
}

/**
 * Reads lines of one known shape from their bytes, as `JSON.stringify` writes them: no blanks, no escapes, ASCII, whole numbers of at most 15
 * digits, each field once. Whatever else a line may be, the scanner says that it cannot tell, and nothing more. What it found is there until
 * the next line.
 */
export class LineScanner {
  /** Path of each field → its slot. */
  readonly slots: ReadonlyMap<string, number>;
  readonly found: Readonly<Found>;
  readonly #found: Found;
  readonly #members: Members;

  constructor(shape: ObjectField) {
    const slots = new Map<string, number>();
    this.#members = newMembers(shape, slots);
    this.slots = slots;
    const { size } = slots;
    const [starts, ends] = [new Int32Array(size), new Int32Array(size)];
    this.#found = { starts, ends, numbers: new Float64Array(size), seenIn: new Uint32Array(size), line: 0 };
    this.found = this.#found;
  }

  /** From now on, the number of a text in the index is found instead of its place. */
  numberTexts(slot: number, index: WordIndex): void {
    const member = memberOf(this.#members, slot);
    if (member !== undefined) member.index = index;
  }

  /** Reads the object that begins at `at`, the LF of whose line is among the bytes. Gives where it ends, or −1 when it may be of another shape. */
  scan(bytes: Uint8Array, at: number): number {
    this.#found.line++;
    return scanObject(this.#found, this.#members, bytes, at);
  }
}
