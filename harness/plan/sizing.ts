import type { Precision, PrecisionTarget, Sizing, WidestComparison } from '../domain/precision.ts';

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

/** The interval of one median in the pilot, without its place: a size must not depend on what was found. Times in nanoseconds. */
export interface PilotWidth {
  readonly comparison: string;
  readonly start: 'cold' | 'warm';
  readonly rounds: number;
  readonly halfWidth: number;
  readonly margin: number;
}

/** What the pilot took, and what is left; seconds. */
export interface PilotTime {
  /** Until now. */
  readonly elapsed: number;
  /** A round with, and one without warm calls. */
  readonly fullRound: number;
  readonly coldRound: number;
  /** Of everything that follows the rounds. */
  readonly end: number;
}

function targetOf(target: PrecisionTarget, margin: number): number | undefined {
  switch (target.kind) {
    case 'margin':
      return DECIDING_SHARE * margin;
    case 'half-width':
      return target.halfWidth;
    case 'none':
      return undefined;
  }
}

function widestOf(precision: Precision, widths: readonly PilotWidth[], start: 'cold' | 'warm'): WidestComparison | undefined {
  const wanted = widths.flatMap(({ comparison, start: other, rounds, halfWidth, margin }): WidestComparison[] => {
    const target = other === start ? targetOf(precision[start], margin) : undefined;
    return target === undefined ? [] : [{ comparison, halfWidth, target, rounds: roundsForHalfWidth(rounds, halfWidth, target) }];
  });
  return wanted.reduce<WidestComparison | undefined>(
    (most, one) => (most !== undefined && most.rounds >= one.rounds ? most : one),
    undefined,
  );
}

interface Size {
  readonly rounds: number;
  readonly warmRounds: number;
}

/** Full rounds first, because they hold cold calls too; what time is left goes into rounds with cold calls alone. */
function fitInto(minutes: number, pilot: number, asked: Size, { elapsed, fullRound, coldRound, end }: PilotTime): Size {
  const left = minutes * 60 - elapsed - end;
  const full = Math.max(0, Math.min(asked.warmRounds - pilot, Math.floor(left / fullRound)));
  const cold = Math.max(0, Math.min(asked.rounds - asked.warmRounds, Math.floor((left - full * fullRound) / coldRound)));
  const warmRounds = pilot + full;
  return { warmRounds, rounds: warmRounds < asked.warmRounds ? warmRounds : warmRounds + cold };
}

/**
 * Sizes a run once, from its pilot (C. Stein 1945, two stages): for each start the rounds at which its widest median interval can be expected to
 * meet the target, no fewer than the pilot, no more than the bounds allow. Rounds beyond the warm ones have cold calls alone.
 */
export function sizeRounds(precision: Precision, pilotRounds: number, widths: readonly PilotWidth[], time?: PilotTime): Sizing {
  const [warm, cold] = [widestOf(precision, widths, 'warm'), widestOf(precision, widths, 'cold')];
  const { maxRounds, maxMinutes } = precision;
  const clip = (rounds: number): number => Math.min(maxRounds, Math.max(pilotRounds, rounds));
  const wanted = Math.max(warm?.rounds ?? 0, cold?.rounds ?? 0);
  const warmRounds = clip(warm?.rounds ?? 0);
  const asked: Size = { warmRounds, rounds: Math.max(warmRounds, clip(cold?.rounds ?? 0)) };
  const fitted = maxMinutes === undefined || time === undefined ? asked : fitInto(maxMinutes, pilotRounds, asked, time);
  const shortened = fitted.rounds < asked.rounds || fitted.warmRounds < asked.warmRounds;
  const limit = shortened ? 'max-minutes' : wanted > maxRounds ? 'max-rounds' : wanted > pilotRounds ? 'precision' : 'pilot';
  return { pilotRounds, ...(warm === undefined ? {} : { warm }), ...(cold === undefined ? {} : { cold }), ...fitted, limit };
}
