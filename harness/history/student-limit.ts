import { studentQuantile } from '../analyse/special-functions.ts';

const known = new Map<string, number>();

/** One-sided Student limit at `level`, remembered: a history asks for the same few of them for each gate, a simulation a million times. */
export function studentLimit(level: number, degrees: number): number {
  const key = `${level}/${degrees}`;
  const found = known.get(key) ?? studentQuantile(1 - level, degrees);
  known.set(key, found);
  return found;
}
