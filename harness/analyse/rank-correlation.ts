import { studentCumulative } from './special-functions.ts';

/** Ranks from 1, ties get the middle of theirs. */
function ranksOf(values: readonly number[]): readonly number[] {
  const order = values.map((_, i) => i).sort((a, b) => (values[a] as number) - (values[b] as number));
  const ranks = new Array<number>(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to + 1 < order.length && values[order[to + 1] as number] === values[order[from] as number]) to++;
    for (let i = from; i <= to; i++) ranks[order[i] as number] = (from + to) / 2 + 1;
    from = to + 1;
  }
  return ranks;
}

/**
 * Spearman's rank correlation of two equally long series, −1 … 1 (C. Spearman, American Journal of Psychology 15 (1904)): Pearson's of the
 * middle ranks, so ties need no correction. Absent below three values, or where all values of one series are equal.
 */
export function rankCorrelation(a: readonly number[], b: readonly number[]): number | undefined {
  const [left, right] = [ranksOf(a), ranksOf(b)];
  const n = left.length;
  if (n < 3 || right.length !== n) return undefined;
  const middle = (n + 1) / 2;
  let [both, ofLeft, ofRight] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [x, y] = [(left[i] as number) - middle, (right[i] as number) - middle];
    both += x * y;
    ofLeft += x * x;
    ofRight += y * y;
  }
  return ofLeft === 0 || ofRight === 0 ? undefined : both / Math.sqrt(ofLeft * ofRight);
}

/** Chance that one of the n! orders is the perfect one, either way: no fewer can be claimed of n values. */
function leastProbability(n: number): number {
  let orders = 1;
  for (let i = 2; i <= n; i++) orders *= i;
  return 2 / orders;
}

/** Two-sided p value of "no correlation" from n pairs, by Student's t with n − 2 degrees (usual from n = 10; rough, but bounded, below). */
export function rankCorrelationProbability(correlation: number, n: number): number {
  const rest = 1 - correlation * correlation;
  const t = rest <= 0 ? Number.POSITIVE_INFINITY : Math.abs(correlation) * Math.sqrt((n - 2) / rest);
  const p = Number.isFinite(t) ? 2 * studentCumulative(-t, n - 2) : 0;
  return Math.min(1, Math.max(p, leastProbability(n)));
}
