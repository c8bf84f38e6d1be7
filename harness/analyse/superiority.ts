import { sortAscending } from './quantile.ts';

/** P(a > b) + P(a = b)/2, over all pairs (Mann and Whitney's U as a share); both sides need a value. */
export function superiorityOf(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [left, right] = [sortAscending(a), sortAscending(b)];
  let [below, notAbove, wins] = [0, 0, 0];
  for (const value of left) {
    while ((right[below] ?? Number.POSITIVE_INFINITY) < value) below++;
    while (notAbove < right.length && (right[notAbove] as number) <= value) notAbove++;
    wins += (below + notAbove) / 2;
  }
  return wins / (left.length * right.length);
}

/** Cliff's delta, P(a > b) − P(a < b), from the probability of superiority (N. Cliff, Psychological Bulletin 114 (1993)); −1 … 1. */
export function cliffsDelta(superiority: number): number {
  return 2 * superiority - 1;
}

/** Bounds of J. Romano and others (2006), usual for Cliff's delta. */
const SIZES = [
  { below: 0.147, word: 'hardly' },
  { below: 0.33, word: 'a little' },
  { below: 0.474, word: 'clearly' },
  { below: Number.POSITIVE_INFINITY, word: 'strongly' },
] as const;

/** `strongly`, `clearly`, `a little` or `hardly`: how far the probability is from one half. */
export function sizeOfSuperiority(superiority: number): (typeof SIZES)[number]['word'] {
  const delta = Math.abs(cliffsDelta(superiority));
  return SIZES.find(({ below }) => delta < below)?.word ?? 'strongly';
}

/** `a vpc-nat call is slower than a default call with probability 63 % (a little)`. */
export function describeSuperiority(scenario: string, reference: string, superiority: number): string {
  const percent =
    superiority > 0.995 && superiority < 1 ? '> 99' : superiority < 0.005 && superiority > 0 ? '< 1' : (superiority * 100).toFixed(0);
  return `a ${scenario} call is slower than a ${reference} call with probability ${percent} % (${sizeOfSuperiority(superiority)})`;
}
