import { BASELINE_WINDOW } from './baseline.ts';

const DAY_MS = 86_400_000;
/** A history whose newest run is older than this says little about what changed since. */
const STALE_DAYS = 14;
/** A gap so many times the usual distance is told. */
const LONG_GAP = 4;

function days(ms: number): string {
  return (ms / DAY_MS).toFixed(1);
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/**
 * What a reader must know of the times of a history: `before` are the stamps of the comparable runs in the order in which they were
 * appended, `now` is the judged run's. Clocks may step; the order of the file is what counts.
 */
export function describeGaps(before: readonly string[], now: string): readonly string[] {
  const stamps = [...new Set(before)].slice(-BASELINE_WINDOW).map((text) => Date.parse(text));
  const newest = stamps.at(-1);
  if (newest === undefined) return [];
  const notices: string[] = [];
  const age = Date.parse(now) - newest;
  const steps = stamps.slice(1).map((at, i) => at - (stamps[i] ?? at));
  const backwards = steps.filter((step) => step < 0).length + (age < 0 ? 1 : 0);
  if (backwards > 0) notices.push(`the clock stepped back ${backwards} times in the history: runs are taken in the order of the file`);
  if (age > STALE_DAYS * DAY_MS) notices.push(`the history is stale: its newest comparable run is ${days(age)} days older than this one`);
  const usual = medianOf(steps.filter((step) => step > 0));
  const longest = Math.max(0, ...steps);
  if (usual > 0 && longest > LONG_GAP * usual && longest > DAY_MS) {
    notices.push(`the history has a gap of ${days(longest)} days where runs are usually ${days(usual)} days apart`);
  }
  return notices;
}
