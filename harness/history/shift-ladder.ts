import type { Shift } from '../domain/regression.ts';
import { MINIMUM_BASELINE, meanOf } from './baseline.ts';
import { studentLimit } from './student-limit.ts';

const RUNGS = [1, 2, 3, 5] as const;
const BEFORE = 20;
/** Chance of each rung to speak where nothing changed, two-sided (statistics: online change point). */
const LEVEL = 0.002;

/** How many of its own limits the mean of the last `k` lies away from the runs before; undefined with too few of those. */
function rung(values: readonly number[], k: number): (Shift & { readonly limits: number }) | undefined {
  const before = values.slice(0, -k).slice(-BEFORE);
  if (before.length < MINIMUM_BASELINE) return undefined;
  const mean = meanOf(before);
  const degrees = before.length - 1;
  const spread = Math.sqrt(before.reduce((sum, value) => sum + (value - mean) ** 2, 0) / degrees);
  const change = meanOf(values.slice(-k)) - mean;
  const limit = studentLimit(LEVEL / 2, degrees) * spread * Math.sqrt(1 / k + 1 / before.length);
  return { runs: k, change, limits: Math.abs(change) / limit };
}

/**
 * The clearest shift among the means of the last 1, 2, 3 and 5 values against up to 20 before; undefined without one. Finds what is too small
 * for a single run, late; so it is told and fails nothing. `values` oldest first, this run last.
 */
export function findShift(values: readonly number[]): Shift | undefined {
  const seen = RUNGS.flatMap((k) => rung(values, k) ?? []).filter(({ limits }) => limits > 1);
  const [clearest] = seen.sort((a, b) => b.limits - a.limits);
  return clearest === undefined ? undefined : { runs: clearest.runs, change: clearest.change };
}
