import { newRandom, type Random } from '../domain/random.ts';

/** A value with the round in which it was measured. */
export interface RoundValue {
  readonly round: number;
  readonly value: number;
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

/** Values sorted once, each with the place of its round; a replicate then only walks them with weights. */
interface Weighted {
  readonly values: Float64Array;
  readonly places: Uint32Array;
  /** Values of each round. */
  readonly sizes: Uint32Array;
}

function prepare(side: readonly RoundValue[], placeOf: ReadonlyMap<number, number>): Weighted {
  const kept = side.filter(({ round }) => placeOf.has(round)).sort((a, b) => a.value - b.value);
  const places = Uint32Array.from(kept, ({ round }) => placeOf.get(round) ?? 0);
  const sizes = new Uint32Array(placeOf.size);
  for (const place of places) sizes[place] = (sizes[place] ?? 0) + 1;
  return { values: Float64Array.from(kept, ({ value }) => value), places, sizes };
}

/** Nearest ranks at ascending `shares`, where each value counts as often as its round was drawn; one walk for all. */
function weightedQuantiles({ values, places, sizes }: Weighted, weights: Uint32Array, shares: readonly number[], into: Float64Array): void {
  let total = 0;
  for (let place = 0; place < sizes.length; place++) total += (weights[place] as number) * (sizes[place] as number);
  let [at, seen] = [-1, 0];
  for (let i = 0; i < shares.length; i++) {
    const rank = Math.max(1, Math.ceil((shares[i] as number) * total - 1e-9));
    while (seen < rank) seen += weights[places[++at] as number] as number;
    into[i] = values[at] as number;
  }
}

function drawWeights(random: Random, weights: Uint32Array): void {
  weights.fill(0);
  for (let i = 0; i < weights.length; i++) {
    const place = random.below(weights.length);
    weights[place] = (weights[place] as number) + 1;
  }
}

/** The rounds that both sides have values of, ascending. */
export function commonRounds(scenario: readonly RoundValue[], reference: readonly RoundValue[]): readonly number[] {
  const others = new Set(reference.map(({ round }) => round));
  return [...new Set(scenario.map(({ round }) => round))].filter((round) => others.has(round)).sort((a, b) => a - b);
}

/**
 * Draws the common rounds anew, with replacement, {@link REPLICATES} times, the same rounds on both sides, so that what moves both
 * (drift, neighbours) cancels: A. C. Davison and D. V. Hinkley, "Bootstrap Methods and their Application" (1997), sections 2.4 and 3.8,
 * with the round as the unit. `shares` ascending, in (0, 1]. Empty without a common round.
 */
export function resampleQuantiles(
  scenario: readonly RoundValue[],
  reference: readonly RoundValue[],
  shares: readonly number[],
  seed: string,
): readonly QuantileReplicates[] {
  const common = commonRounds(scenario, reference);
  if (common.length === 0) return [];
  const placeOf = new Map(common.map((round, place) => [round, place]));
  const sides = [prepare(scenario, placeOf), prepare(reference, placeOf)] as const;
  const weights = new Uint32Array(common.length).fill(1);
  const found = [new Float64Array(shares.length), new Float64Array(shares.length)] as const;
  const walk = (): void => {
    weightedQuantiles(sides[0], weights, shares, found[0]);
    weightedQuantiles(sides[1], weights, shares, found[1]);
  };
  walk();
  const made = shares.map((share, i) => ({
    share,
    scenario: found[0][i] as number,
    reference: found[1][i] as number,
    scenarioReplicates: new Float64Array(REPLICATES),
    referenceReplicates: new Float64Array(REPLICATES),
  }));
  const random = newRandom(seed);
  for (let replicate = 0; replicate < REPLICATES; replicate++) {
    drawWeights(random, weights);
    walk();
    made.forEach(({ scenarioReplicates, referenceReplicates }, i) => {
      scenarioReplicates[replicate] = found[0][i] as number;
      referenceReplicates[replicate] = found[1][i] as number;
    });
  }
  return made;
}
