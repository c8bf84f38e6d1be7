import { type Nanoseconds, nanoseconds } from '../domain/nanoseconds.ts';

const NANOSECONDS_PER_MILLISECOND = 1_000_000;

/** `14.97 ms` → nanoseconds. Undefined for anything else, also for a time beyond 104 days. */
export function readMilliseconds(value: string): Nanoseconds | undefined {
  const digits = /^(\d+(?:\.\d+)?) ms$/.exec(value)?.[1];
  return digits === undefined ? undefined : spanOf(Number(digits));
}

/** `67 MB` → 67. Undefined for anything else. */
export function readMegabytes(value: string): number | undefined {
  const digits = /^(\d+) MB$/.exec(value)?.[1];
  return digits === undefined ? undefined : wholeOf(Number(digits));
}

/** A JSON number of milliseconds → nanoseconds. Undefined for another type, a negative number, or one beyond 104 days. */
export function spanOf(value: unknown): Nanoseconds | undefined {
  if (typeof value !== 'number' || !(value >= 0)) return undefined;
  const whole = Math.round(value * NANOSECONDS_PER_MILLISECOND);
  return Number.isSafeInteger(whole) ? nanoseconds(whole) : undefined;
}

/** A JSON number that is a whole, non-negative one. */
export function wholeOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
