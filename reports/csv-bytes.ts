const MOST_PLAIN = 300;
const ZERO = 0x30;
const DOT = 0x2e;
const NS_PER_MS = 1_000_000;

/** 2 for letters that a plain text may begin and end with, 1 for those that it may have between: neither a spreadsheet nor a reader of CSV takes it for anything else. */
const PLAIN = new Uint8Array(128);
for (const letter of ' .:/[]$~-') PLAIN[letter.charCodeAt(0)] = 1;
for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_') PLAIN[letter.charCodeAt(0)] = 2;

/** `000` to `999`. */
const THREE_DIGITS = Uint8Array.from({ length: 3000 }, (_, i) => ZERO + (Math.floor(i / 3 / 10 ** (2 - (i % 3))) % 10));

function putThree(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = THREE_DIGITS[3 * value] as number;
  bytes[at + 1] = THREE_DIGITS[3 * value + 1] as number;
  bytes[at + 2] = THREE_DIGITS[3 * value + 2] as number;
}

/** Writes a text that needs no quotes and gives where it ends; −1 for another. */
export function putPlain(bytes: Uint8Array, at: number, text: string): number {
  const { length } = text;
  if (length === 0 || length > MOST_PLAIN || PLAIN[text.charCodeAt(0)] !== 2 || PLAIN[text.charCodeAt(length - 1)] !== 2) return -1;
  for (let i = 0; i < length; i++) {
    const letter = text.charCodeAt(i);
    if (letter >= PLAIN.length || PLAIN[letter] === 0) return -1;
    bytes[at + i] = letter;
  }
  return at + length;
}

/** Writes ASCII and gives where it ends. */
export function putAscii(bytes: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
  return at + text.length;
}

/** Writes a whole number from 0 to 2^31 − 1 and gives where it ends. */
export function putWhole(bytes: Uint8Array, at: number, value: number): number {
  let end = at + 1;
  for (let unit = 10; unit <= value; unit *= 10) end++;
  let left = value | 0;
  for (let i = end - 1; i >= at; i--) {
    const rest = (left / 10) | 0;
    bytes[i] = ZERO + (left - rest * 10);
    left = rest;
  }
  return end;
}

/** Writes nanoseconds, whole and from 0 to 2^31 − 1, in milliseconds with six decimals, and gives where they end. */
export function putMilliseconds(bytes: Uint8Array, at: number, value: number): number {
  const ns = value | 0;
  const whole = (ns / NS_PER_MS) | 0;
  const micros = (ns / 1000) | 0;
  const dot = putWhole(bytes, at, whole);
  bytes[dot] = DOT;
  putThree(bytes, dot + 1, micros - whole * 1000);
  putThree(bytes, dot + 4, ns - micros * 1000);
  return dot + 7;
}
