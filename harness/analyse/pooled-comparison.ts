import { EQUIVALENCE_CONFIDENCE } from './equivalence.ts';
import { CONFIDENCE, type Limits } from './order-statistic-interval.ts';
import { studentQuantile } from './special-functions.ts';
import { type Comparison, judgeDifference, type Verdict } from './verdict.ts';

/** Fewer deployments leave a t interval that says nothing: two have one degree of freedom, and 12.7 standard errors. */
export const MINIMUM_RUNS = 3;

/** One comparison over several deployments; times in nanoseconds, positive means slower. */
export interface PooledComparison
  extends Pick<Comparison, 'scenario' | 'reference' | 'target' | 'start' | 'connection' | 'metric' | 'statistic'> {
  /** Each run's own difference, in the order of the runs; runs without one are left out. */
  readonly differences: readonly number[];
  /** Mean of the runs' differences; absent, as are limits and margin, when fewer than three runs have one. */
  readonly difference?: number;
  readonly low?: number;
  readonly high?: number;
  /** Mean of the runs' margins. */
  readonly margin?: number;
  /** Samples of all runs that have a difference. */
  readonly n: number;
  readonly verdict: Verdict;
}

interface Estimate {
  readonly mean: number;
  /** Standard error of the mean. */
  readonly error: number;
  readonly degrees: number;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function estimateOf(values: readonly number[]): Estimate {
  const mean = meanOf(values);
  const degrees = values.length - 1;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / degrees;
  return { mean, error: Math.sqrt(variance / values.length), degrees };
}

function limitsOf({ mean, error, degrees }: Estimate, confidence: number): Limits {
  const half = studentQuantile((1 + confidence) / 2, degrees) * error;
  return { low: mean - half, high: mean + half };
}

function keyOf({ scenario, reference, target, start, connection, metric, statistic }: Comparison): string {
  return JSON.stringify([scenario, reference, target, start, connection, metric, statistic]);
}

function poolOne(rows: readonly Comparison[], first: Comparison): PooledComparison {
  const { scenario, reference, target, start, connection, metric, statistic } = first;
  const found = rows.filter(({ difference }) => difference !== undefined);
  const differences = found.flatMap(({ difference }) => difference ?? []);
  const margins = found.flatMap(({ margin }) => margin ?? []);
  const n = found.reduce((sum, row) => sum + row.n, 0);
  const base = { scenario, reference, target, start, connection, metric, statistic, differences, n };
  if (differences.length < MINIMUM_RUNS) return { ...base, verdict: 'not decidable' };
  const estimate = estimateOf(differences);
  const limits = limitsOf(estimate, CONFIDENCE);
  const margin = meanOf(margins);
  const certain = limits.low > 0 || limits.high < 0;
  const verdict = judgeDifference(estimate.mean, certain, limitsOf(estimate, EQUIVALENCE_CONFIDENCE), margin);
  return { ...base, difference: estimate.mean, ...limits, margin, verdict };
}

/**
 * Takes the deployment as the unit: what a placement, a host or an hour does to one run is the same for all its rounds, so only
 * the spread between runs says how far a new deployment may lie (one-sample t interval of the runs' differences). `runs` holds
 * each run's comparisons; rows come in the order of the first run that has them.
 */
export function poolComparisons(runs: readonly (readonly Comparison[])[]): readonly PooledComparison[] {
  const byKey = new Map<string, Comparison[]>();
  for (const row of runs.flat()) {
    const rows = byKey.get(keyOf(row));
    if (rows) rows.push(row);
    else byKey.set(keyOf(row), [row]);
  }
  return [...byKey.values()].flatMap((rows) => (rows[0] === undefined ? [] : [poolOne(rows, rows[0])]));
}
