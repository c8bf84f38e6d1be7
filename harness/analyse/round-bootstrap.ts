import { EQUIVALENCE_CONFIDENCE } from './equivalence.ts';
import type { Limits } from './order-statistic-interval.ts';
import { asColumns, commonRounds, type QuantileReplicates, type RoundValues, resampleQuantiles } from './quantile-replicates.ts';
import { bootstrapProbability, newReplicates, type Replicates, widenedInterval } from './widened-interval.ts';

export type { RoundValue } from './quantile-replicates.ts';

/** A difference of quantiles (scenario − reference), nanoseconds, with 95 % limits. */
export interface Difference extends Limits {
  readonly estimate: number;
  /** 90 % limits, for the claim that the difference is smaller than the margin. */
  readonly equivalence: Limits;
  /** Two-sided p value of "no difference", unadjusted. */
  readonly probability: number;
  /** The difference as a share of the reference's quantile; absent unless every replicate of both sides is positive. */
  readonly ratio?: Limits & { readonly estimate: number };
  /** Rounds that both sides have. */
  readonly rounds: number;
}

/** Below so few common rounds the t quantile and the bootstrap are both guesswork (at six, measured coverage still holds: `bench:stats`). */
export const MINIMUM_ROUNDS = 6;

/** The replicates' median need not be the estimate; limits that left it out would only puzzle. */
function around(estimate: number, { low, high }: Limits): Limits {
  return { low: Math.min(low, estimate), high: Math.max(high, estimate) };
}

function differencesOf(one: QuantileReplicates, rounds: number): Replicates {
  const differences = one.scenarioReplicates.map((value, i) => value - (one.referenceReplicates[i] as number));
  return newReplicates(differences, rounds);
}

/** 95 % limits of one quantile's difference alone; they contain the estimate. */
export function differenceLimits(one: QuantileReplicates, rounds: number): Limits {
  return around(one.scenario - one.reference, widenedInterval(differencesOf(one, rounds)));
}

/** Limits of scenario / reference − 1, made on the logarithm's scale, on which a ratio and its inverse are alike. */
function ratioOf(one: QuantileReplicates, rounds: number): Difference['ratio'] {
  const positive = (values: Float64Array): boolean => values.every((value) => value > 0);
  if (!positive(one.scenarioReplicates) || !positive(one.referenceReplicates)) return undefined;
  const logs = one.scenarioReplicates.map((value, i) => Math.log(value / (one.referenceReplicates[i] as number)));
  const { low, high } = widenedInterval(newReplicates(logs, rounds));
  const estimate = one.scenario / one.reference - 1;
  return { estimate, ...around(estimate, { low: Math.expm1(low), high: Math.expm1(high) }) };
}

/** Everything that is said about one quantile's difference; `rounds` ≥ 2 are those drawn from. */
export function differenceOf(one: QuantileReplicates, rounds: number): Difference {
  const estimate = one.scenario - one.reference;
  const differences = differencesOf(one, rounds);
  const ratio = ratioOf(one, rounds);
  return {
    estimate,
    ...around(estimate, widenedInterval(differences)),
    equivalence: around(estimate, widenedInterval(differences, EQUIVALENCE_CONFIDENCE)),
    probability: bootstrapProbability(differences),
    ...(ratio === undefined ? {} : { ratio }),
    rounds,
  };
}

/** The difference of one quantile by the joint bootstrap over rounds. Absent with fewer than six common rounds. */
export function bootstrapDifference(scenario: RoundValues, reference: RoundValues, share: number, seed: string): Difference | undefined {
  const sides = [asColumns(scenario), asColumns(reference)] as const;
  const rounds = commonRounds(...sides).length;
  if (rounds < MINIMUM_ROUNDS) return undefined;
  const [one] = resampleQuantiles(...sides, [share], seed);
  return one === undefined ? undefined : differenceOf(one, rounds);
}
