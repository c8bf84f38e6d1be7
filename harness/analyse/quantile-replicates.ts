import { radixSort } from '../domain/radix-sort.ts';
import { newRandom } from '../domain/random.ts';
import { newWeightTable, type WeightTable, weighTable } from './weight-table.ts';

/** A value with the round in which it was measured. */
export interface RoundValue {
  readonly round: number;
  readonly value: number;
}

/** Values and their rounds, beside each other: a run may have millions. */
export interface RoundColumns {
  readonly rounds: Float64Array;
  readonly values: Float64Array;
}

/** One side of a comparison. */
export type RoundValues = readonly RoundValue[] | RoundColumns;

/** The values beside their rounds. */
export function asColumns(side: RoundValues): RoundColumns {
  if ('rounds' in side) return side;
  const rounds = Float64Array.from(side, ({ round }) => round);
  return { rounds, values: Float64Array.from(side, ({ value }) => value) };
}

/** How often rounds are drawn anew. */
export const REPLICATES = 2000;

/** What resampling the rounds makes of one quantile on both sides. */
export interface QuantileReplicates {
  readonly share: number;
  /** From the samples as they are. */
  readonly scenario: number;
  readonly reference: number;
  /** One of each a replicate, in the order drawn. */
  readonly scenarioReplicates: Float64Array;
  readonly referenceReplicates: Float64Array;
}

type Weights = Uint16Array | Uint32Array;

/** How often each round was drawn for a replicate: the weights from a place on. */
interface Drawn {
  readonly weights: Weights;
  readonly from: number;
}

/** Values sorted once, each with the place of its round; a replicate then only walks them with weights. */
interface Weighted {
  readonly values: Float64Array;
  readonly places: Uint32Array;
  readonly shares: readonly number[];
  /** Where the walk to each share begins: at the rank of the sample itself, which those of the replicates scatter around. */
  readonly starts: Uint32Array;
  /** By round: all values, and those before each start. */
  readonly counts: WeightTable;
}

/** Sorts by value. Whole values and places fit into one number each, unless they are times of months or the rounds millions. */
function sortPairs(values: Float64Array, places: Uint32Array, count: number): void {
  if (radixSort(values, places)) return;
  const fits = (value: number): boolean => Number.isInteger(value) && value >= 0 && (value + 1) * count < Number.MAX_SAFE_INTEGER;
  if (values.every(fits)) {
    for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) * count + (places[i] as number);
    values.sort();
    for (let i = 0; i < values.length; i++) {
      const place = (values[i] as number) % count;
      places[i] = place;
      values[i] = ((values[i] as number) - place) / count;
    }
    return;
  }
  const [unsorted, own] = [values.slice(), places.slice()];
  const order = Uint32Array.from(unsorted.keys()).sort((a, b) => (unsorted[a] as number) - (unsorted[b] as number));
  order.forEach((from, to) => {
    values[to] = unsorted[from] as number;
    places[to] = own[from] as number;
  });
}

/** How many of the first `at` values each round has. */
function countBefore(places: Uint32Array, at: number, rounds: number): Float64Array {
  const before = new Float64Array(rounds);
  for (let i = 0; i < at; i++) before[places[i] as number] = (before[places[i] as number] as number) + 1;
  return before;
}

function prepare({ rounds, values: all }: RoundColumns, placeOf: ReadonlyMap<number, number>, shares: readonly number[]): Weighted {
  const values = new Float64Array(all.length);
  const places = new Uint32Array(all.length);
  const sizes = new Float64Array(placeOf.size);
  let kept = 0;
  let [round, place] = [Number.NaN, undefined as number | undefined];
  for (let i = 0; i < all.length; i++) {
    if (rounds[i] !== round) {
      round = rounds[i] as number;
      place = placeOf.get(round);
    }
    if (place === undefined) continue;
    values[kept] = all[i] as number;
    places[kept++] = place;
    sizes[place] = (sizes[place] as number) + 1;
  }
  const side = { values: values.subarray(0, kept), places: places.subarray(0, kept) };
  sortPairs(side.values, side.places, placeOf.size);
  const starts = Uint32Array.from(shares, (share) => Math.max(0, Math.ceil(share * kept - 1e-9) - 1));
  const before = Array.from(starts, (start) => countBefore(side.places, start, placeOf.size));
  return { ...side, shares, starts, counts: newWeightTable([sizes, ...before]) };
}

/**
 * Nearest ranks at the shares of `into`, where each value counts as often as its round was drawn: the first value with enough up to and including
 * it. They go to the place of the replicate.
 */
function weightedQuantiles(side: Weighted, { weights, from }: Drawn, into: readonly Float64Array[], replicate: number): void {
  const { values, places, starts, shares, counts } = side;
  const { sums } = counts;
  weighTable(counts, weights, from);
  const total = sums[0] as number;
  for (let i = 0; i < shares.length; i++) {
    const rank = Math.max(1, Math.ceil((shares[i] as number) * total - 1e-9));
    let seen = sums[i + 1] as number;
    let at = (starts[i] as number) - 1;
    while (seen < rank) seen += weights[from + (places[++at] as number)] as number;
    for (;;) {
      const weight = weights[from + (places[at] as number)] as number;
      if (seen - weight < rank) break;
      seen -= weight;
      at--;
    }
    (into[i] as Float64Array)[replicate] = values[at] as number;
  }
}

function roundsOf({ rounds }: RoundColumns): Set<number> {
  const distinct = new Set<number>();
  for (let i = 0; i < rounds.length; i++) if (i === 0 || rounds[i] !== rounds[i - 1]) distinct.add(rounds[i] as number);
  return distinct;
}

/** Draws that are remembered, in numbers of two bytes. */
const MOST_REMEMBERED = 2 ** 22;
let remembered: { readonly seed: string; readonly rounds: number; readonly draws: Uint16Array } | undefined;

/** Gives the weights of one replicate after the other. The last stream is remembered: an attribution draws the same for every phase. */
function newDraws(seed: string, rounds: number): (replicate: number) => Drawn {
  const random = newRandom(seed);
  // Also, no weight then needs more than two bytes.
  if (REPLICATES * rounds > MOST_REMEMBERED) {
    const weights = new Uint32Array(rounds);
    return () => {
      random.tally(rounds, weights.fill(0), 0);
      return { weights, from: 0 };
    };
  }
  if (remembered?.seed !== seed || remembered.rounds !== rounds) {
    const draws = new Uint16Array(REPLICATES * rounds);
    for (let replicate = 0; replicate < REPLICATES; replicate++) random.tally(rounds, draws, replicate * rounds);
    remembered = { seed, rounds, draws };
  }
  const { draws } = remembered;
  return (replicate) => ({ weights: draws, from: replicate * rounds });
}

/** The rounds that both sides have values of, ascending. */
export function commonRounds(scenario: RoundValues, reference: RoundValues): readonly number[] {
  const others = roundsOf(asColumns(reference));
  return [...roundsOf(asColumns(scenario))].filter((round) => others.has(round)).sort((a, b) => a - b);
}

/**
 * Draws the common rounds anew, with replacement, {@link REPLICATES} times, the same rounds on both sides, so that what moves both
 * (drift, neighbours) cancels: A. C. Davison and D. V. Hinkley, "Bootstrap Methods and their Application" (1997), sections 2.4 and 3.8,
 * with the round as the unit. `shares` ascending, in (0, 1]. Empty without a common round.
 */
export function resampleQuantiles(
  scenario: RoundValues,
  reference: RoundValues,
  shares: readonly number[],
  seed: string,
): readonly QuantileReplicates[] {
  const columns = [asColumns(scenario), asColumns(reference)] as const;
  const common = commonRounds(...columns);
  if (common.length === 0) return [];
  const placeOf = new Map(common.map((round, place) => [round, place]));
  const sides = [prepare(columns[0], placeOf, shares), prepare(columns[1], placeOf, shares)] as const;
  const asTheyAre = { weights: new Uint16Array(common.length).fill(1), from: 0 };
  const [scenarioFound, referenceFound] = sides.map((side) => {
    const found = shares.map(() => new Float64Array(1));
    weightedQuantiles(side, asTheyAre, found, 0);
    return found;
  }) as [Float64Array[], Float64Array[]];
  const [scenarioReplicates, referenceReplicates] = [newReplicateArrays(shares), newReplicateArrays(shares)];
  const draw = newDraws(seed, common.length);
  for (let replicate = 0; replicate < REPLICATES; replicate++) {
    const drawn = draw(replicate);
    weightedQuantiles(sides[0], drawn, scenarioReplicates, replicate);
    weightedQuantiles(sides[1], drawn, referenceReplicates, replicate);
  }
  return shares.map((share, i) => ({
    share,
    scenario: scenarioFound[i]?.[0] as number,
    reference: referenceFound[i]?.[0] as number,
    scenarioReplicates: scenarioReplicates[i] as Float64Array,
    referenceReplicates: referenceReplicates[i] as Float64Array,
  }));
}

function newReplicateArrays(shares: readonly number[]): readonly Float64Array[] {
  return shares.map(() => new Float64Array(REPLICATES));
}
