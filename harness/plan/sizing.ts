/** The half width is itself an estimate: a tenth more rounds (C. Stein's two-stage sizing; statistics: stopping rule). */
const RESERVE = 1.1;

/**
 * A 95 % half width of this share of the margin tells no difference from the margin with a chance of 80 %: z(97.5 %) / (z(95 %) + z(90 %)),
 * for two one-sided tests at 5 % that must both succeed.
 */
export const DECIDING_SHARE = 1.959964 / (1.644854 + 1.281552);

/** The half width that `to` rounds can be expected to give where `from` gave `halfWidth`: it shrinks with the root of the rounds. */
export function scaledHalfWidth(halfWidth: number, from: number, to: number): number {
  return halfWidth * Math.sqrt(from / to);
}

/** ⌈K·1.1·(half width / target)²⌉: the rounds at which the half width can be expected to be `target` or less; at least 1. `target` > 0. */
export function roundsForHalfWidth(rounds: number, halfWidth: number, target: number): number {
  return Math.max(1, Math.ceil(rounds * RESERVE * (halfWidth / target) ** 2));
}
