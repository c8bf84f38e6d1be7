import type { Cell } from '../domain/cell.ts';
import type { CellSamples } from './cell-samples.ts';
import { roundValues } from './comparison-estimate.ts';
import { nearestRank, type Sorted, sortAscending } from './quantile.ts';
import type { RoundValue } from './quantile-replicates.ts';

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

function groupRounds(values: readonly RoundValue[]): readonly (readonly RoundValue[])[] {
  const rounds = [...new Set(values.map(({ round }) => round))].sort((a, b) => a - b);
  const wide = Math.ceil(rounds.length / MOST_STEPS);
  const groupOf = new Map(rounds.map((round, place) => [round, Math.floor(place / wide)]));
  const groups: RoundValue[][] = [];
  for (const one of values) {
    const place = groupOf.get(one.round) ?? 0;
    const group = groups[place] ?? [];
    groups[place] = group;
    group.push(one);
  }
  return groups;
}

function stepOf(group: readonly RoundValue[]): CourseStep {
  const sorted: Sorted = sortAscending(group.map(({ value }) => value));
  // Rounds come in ascending order, but a repeated one may stand later.
  const ends = group.reduce(([least, most], { round }) => [Math.min(least, round), Math.max(most, round)] as const, [
    Number.POSITIVE_INFINITY,
    0,
  ] as readonly [number, number]);
  return {
    firstRound: ends[0],
    lastRound: ends[1],
    n: group.length,
    median: nearestRank(sorted, 0.5),
    lowerQuartile: nearestRank(sorted, 0.25),
    upperQuartile: nearestRank(sorted, 0.75),
  };
}

/** Medians, middle halves and outliers of one metric by round; absent where the cell has none of its values. */
export function courseOf(samples: CellSamples, metric: string): Course | undefined {
  const groups = groupRounds(roundValues(samples, metric));
  if (groups.length === 0) return undefined;
  const steps = groups.map(stepOf);
  const slow = groups.flatMap((group, i) => group.filter(({ value }) => value > OUTLIER_FACTOR * (steps[i] as CourseStep).median));
  const kept = [...slow].sort((a, b) => b.value - a.value).slice(0, MOST_OUTLIERS);
  const outliers = kept.sort((a, b) => a.round - b.round || a.value - b.value);
  return { cell: samples.cell, metric, steps, outliers, outlierCount: slow.length };
}
