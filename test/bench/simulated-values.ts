import { normalQuantile } from '../../harness/analyse/special-functions.ts';
import type { Random } from '../../harness/domain/random.ts';

/** A source of times, in milliseconds, whose quantiles are known. */
export interface Distribution {
  readonly name: string;
  /** Spread between environments, on the logarithm's scale; 0: calls are independent. */
  readonly between: number;
  /** One time of an environment whose own level is `level` × the usual one. */
  readonly draw: (random: Random, level: number) => number;
  /** The smallest value that `share` of the times do not exceed. */
  readonly quantile: (share: number) => number;
}

/** A standard normal number. */
export function drawNormal(random: Random): number {
  return normalQuantile((random.next() * 2 ** 32 + 0.5) / 2 ** 32);
}

const lognormal = (name: string, between: number, within: number): Distribution => ({
  name,
  between,
  draw: (random, level) => 10 * level * Math.exp(within * drawNormal(random)),
  quantile: (share) => 10 * Math.exp(Math.sqrt(between ** 2 + within ** 2) * normalQuantile(share)),
});

/** 85 % about 10 ms, 15 % about 40 ms: far enough apart that each mode has its own quantiles. */
const bimodal: Distribution = {
  name: 'two modes',
  between: 0,
  draw: (random, level) => (random.next() < 0.85 ? 10 : 40) * level * Math.exp(0.1 * drawNormal(random)),
  quantile: (share) =>
    share <= 0.85 ? 10 * Math.exp(0.1 * normalQuantile(share / 0.85)) : 40 * Math.exp(0.1 * normalQuantile((share - 0.85) / 0.15)),
};

/** Triangular on 1 ± half, by its inverse: what a bounded mode looks like. */
function triangular(share: number, half: number): number {
  return share < 0.5 ? 1 - half + half * Math.sqrt(2 * share) : 1 + half - half * Math.sqrt(2 * (1 - share));
}

/** P(triangular ≤ x). */
function triangularCumulative(x: number, half: number): number {
  const at = Math.min(Math.max((x - 1) / half + 1, 0), 2);
  return at < 1 ? at ** 2 / 2 : 1 - (2 - at) ** 2 / 2;
}

/** The smallest x with cumulative(x) ≥ share, between 0 and 1000 ms, to a nanosecond. */
function smallestReaching(cumulative: (x: number) => number, share: number): number {
  let [low, high] = [0, 1000];
  while (high - low > 1e-6) {
    const middle = (low + high) / 2;
    if (cumulative(middle) >= share - 1e-12) high = middle;
    else low = middle;
  }
  return high;
}

/** 99 % about 10 ms, 1 % a retransmission later: p99 lies at the edge of a gap of nearly 200 ms. */
function retransmitted(name: string, between: number, half: number): Distribution {
  // Equally likely levels of environments; a mean over them is the mixture.
  const levels = Array.from({ length: 2001 }, (_, i) => Math.exp(between * normalQuantile((i + 0.5) / 2001)));
  const meanOver = (x: number): number =>
    levels.reduce((sum, level) => sum + triangularCumulative(x / (10 * level), half), 0) / levels.length;
  const quantiles = new Map<number, number>();
  return {
    name,
    between,
    draw: (random, level) => {
      const time = 10 * level * triangular(random.next(), half);
      return random.next() < 0.99 ? time : time + 200;
    },
    quantile: (share) => {
      const found = quantiles.get(share) ?? smallestReaching((x) => 0.99 * meanOver(x) + 0.01 * meanOver(x - 200), share);
      quantiles.set(share, found);
      return found;
    },
  };
}

/** Calls that are independent of each other. */
export const INDEPENDENT: readonly Distribution[] = [lognormal('lognormal 0.3', 0, 0.3), bimodal, retransmitted('1 % resent', 0, 0.3)];

/** Calls that are alike within an environment: 10 % between, 20 % within (intraclass correlation 0.2). */
export const CLUSTERED = lognormal('environments 0.1', 0.1, 0.2);
/** The same with a tail of resent packets, whose p99 lies at a gap's edge. */
export const CLUSTERED_RESENT = retransmitted('environments, 1 % resent', 0.1, 0.3);
/** Environments that differ by 2.5 times what their calls do, and drift by seven times: shown, not judged. */
export const NARROW = retransmitted('narrow, environments, 1 % resent', 0.1, 0.1);

/** Sources whose p99 lies at a gap's edge: the difference of two arms is 0 or ± the gap there, and no interval can miss 0 in 5 %. */
export function hasGap({ name }: Distribution): boolean {
  return name.endsWith('resent');
}

/** A value with its round, for what wants rounds. */
export interface Simulated {
  readonly round: number;
  readonly value: number;
}

/**
 * `rounds` environments of `perRound` calls. `drift`: by how much of itself the level rises over the run, the same for every arm of a
 * round; `factor`: the arm's own.
 */
export function simulateArm(
  random: Random,
  { draw, between }: Distribution,
  rounds: number,
  perRound: number,
  { drift = 0, factor = 1 }: { readonly drift?: number; readonly factor?: number } = {},
): Simulated[] {
  const values: Simulated[] = [];
  for (let round = 0; round < rounds; round++) {
    const own = between === 0 ? 1 : Math.exp(between * drawNormal(random));
    const level = own * (1 + (drift * round) / rounds) * factor;
    for (let i = 0; i < perRound; i++) values.push({ round, value: draw(random, level) });
  }
  return values;
}
