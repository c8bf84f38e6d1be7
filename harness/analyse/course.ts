import type { Cell } from '../domain/cell.ts';
import type { CellSamples } from './cell-samples.ts';
import { nearestRank, type Sorted, sortAscending } from './quantile.ts';
import type { RoundColumns } from './quantile-replicates.ts';
import { roundValues } from './round-values.ts';

/** So many steps at most, however many rounds: neighbouring rounds share one. */
const MOST_STEPS = 60;
/** So many outliers are kept, the slowest. */
const MOST_OUTLIERS = 30;
/** A call this many times slower than its step's median stands out. */
const OUTLIER_FACTOR = 1.6;

/** What one round, or a few neighbouring ones, measured; nanoseconds. */
export interface CourseStep {
  readonly firstRound: number;
  readonly lastRound: number;
  readonly n: number;
  readonly median: number;
  /** The middle half lies between. */
  readonly lowerQuartile: number;
  readonly upperQuartile: number;
}

/** A call much slower than the others of its step. */
export interface CourseOutlier {
  readonly round: number;
  readonly value: number;
}

/** How a cell's figure went over the run; its size does not depend on the number of samples. */
export interface Course {
  readonly cell: Cell;
  readonly metric: string;
  readonly steps: readonly CourseStep[];
  /** The slowest of them, by round; `outlierCount` says how many there are. */
  readonly outliers: readonly CourseOutlier[];
  readonly outlierCount: number;
}

function groupRounds({ rounds, values }: RoundColumns): readonly RoundColumns[] {
  const ascending = [...new Set(rounds)].sort((a, b) => a - b);
  const wide = Math.ceil(ascending.length / MOST_STEPS);
  const groupOf = new Map(ascending.map((round, place) => [round, Math.floor(place / wide)]));
  const groups = Array.from({ length: Math.ceil(ascending.length / Math.max(1, wide)) }, () => [] as number[]);
  for (let i = 0; i < values.length; i++) groups[groupOf.get(rounds[i] as number) ?? 0]?.push(i);
  return groups.map((places) => ({
    rounds: Float64Array.from(places, (place) => rounds[place] as number),
    values: Float64Array.from(places, (place) => values[place] as number),
  }));
}

function stepOf({ rounds, values }: RoundColumns): CourseStep {
  const sorted: Sorted = sortAscending(values);
  return {
    // Rounds come in ascending order, but a repeated one may stand later.
    firstRound: rounds.reduce((least, round) => Math.min(least, round), Number.POSITIVE_INFINITY),
    lastRound: rounds.reduce((most, round) => Math.max(most, round), 0),
    n: values.length,
    median: nearestRank(sorted, 0.5),
    lowerQuartile: nearestRank(sorted, 0.25),
    upperQuartile: nearestRank(sorted, 0.75),
  };
}

function slowCalls({ rounds, values }: RoundColumns, limit: number): CourseOutlier[] {
  const slow: CourseOutlier[] = [];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value > limit) slow.push({ round: rounds[i] as number, value });
  }
  return slow;
}

/** Medians, middle halves and outliers of one metric by round; absent where the cell has none of its values. */
export function courseOf(samples: CellSamples, metric: string): Course | undefined {
  const groups = groupRounds(roundValues(samples, metric));
  if (groups.length === 0) return undefined;
  const steps = groups.map(stepOf);
  const slow = groups.flatMap((group, i) => slowCalls(group, OUTLIER_FACTOR * (steps[i] as CourseStep).median));
  const kept = [...slow].sort((a, b) => b.value - a.value).slice(0, MOST_OUTLIERS);
  const outliers = kept.sort((a, b) => a.round - b.round || a.value - b.value);
  return { cell: samples.cell, metric, steps, outliers, outlierCount: slow.length };
}
