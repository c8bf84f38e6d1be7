declare const nanosecondsBrand: unique symbol;

/** A span or a monotonic instant: a whole number of nanoseconds, 0 … 2^53 − 1 (104 days). */
export type Nanoseconds = number & { readonly [nanosecondsBrand]: 'Nanoseconds' };

const NANOSECONDS_PER_MILLISECOND = 1_000_000;
/** `000` to `999`: thirty times of a million samples are looked up in half the time that padding takes. */
const THREE_DIGITS = Array.from({ length: 1000 }, (_, i) => String(i).padStart(3, '0'));

/** Brands `value`. Throws `RangeError` unless it is a non-negative safe integer. */
export function nanoseconds(value: number): Nanoseconds {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`nanoseconds must be a whole number from 0 to 2^53-1, got ${value}`);
  }
  return value as Nanoseconds;
}

/** Milliseconds, as Lambda prints them, to nanoseconds, rounded to the nearest. Throws as {@link nanoseconds}. */
export function nanosecondsFromMilliseconds(milliseconds: number): Nanoseconds {
  return nanoseconds(Math.round(milliseconds * NANOSECONDS_PER_MILLISECOND));
}

/** `later − earlier` of the same monotonic clock. Throws `RangeError` when the order is reversed. */
export function elapsed(earlier: Nanoseconds, later: Nanoseconds): Nanoseconds {
  return nanoseconds(later - earlier);
}

/** Milliseconds as a number, for arithmetic in reports; exact to the nanosecond below 2^53 ns. */
export function toMilliseconds(value: number): number {
  return value / NANOSECONDS_PER_MILLISECOND;
}

/** Whole nanoseconds as milliseconds with exactly six decimals: lossless, so a CSV can be read back. */
export function formatMilliseconds(value: Nanoseconds): string {
  const rest = value % NANOSECONDS_PER_MILLISECOND;
  // Dividing first would round up for values near 2^53.
  const whole = (value - rest) / NANOSECONDS_PER_MILLISECOND;
  return `${whole}.${THREE_DIGITS[Math.floor(rest / 1000)]}${THREE_DIGITS[rest % 1000]}`;
}

/** The inverse of {@link formatMilliseconds}; takes 0 to 6 decimals. Throws `RangeError` on anything else. */
export function parseMilliseconds(text: string): Nanoseconds {
  const match = /^(\d+)(?:\.(\d{1,6}))?$/.exec(text);
  if (!match) throw new RangeError(`not a time in milliseconds with at most six decimals: "${text}"`);
  const [, whole = '', fraction = ''] = match;
  return nanoseconds(Number(whole) * NANOSECONDS_PER_MILLISECOND + Number(fraction.padEnd(6, '0')));
}
