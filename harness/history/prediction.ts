import type { Baseline } from '../domain/regression.ts';
import { studentLimit } from './student-limit.ts';

/** Chance of a family's stage to speak where nothing changed, one-sided; divided by the number of its gates (Bonferroni). */
export const STAGE_LEVELS = { loose: 0.2, strict: 0.02 } as const;
export type Stage = keyof typeof STAGE_LEVELS;

/** Level of the limit that has to reach the smallest change that matters. */
const RELEVANCE_LEVEL = 0.05;

/**
 * Half width of a one-sided prediction limit for the mean of `k` new runs: t·s·√(1/k + 1/H), H the runs of the level. Not the mean's confidence
 * interval: a new run varies itself (statistics: regression verdict, rule 5).
 */
export function predictionHalf({ spread, degrees, levelRuns }: Baseline, k: number, level: number): number {
  return spread === 0 ? 0 : studentLimit(level, degrees) * spread * Math.sqrt(1 / k + 1 / levelRuns);
}

/** The half width of a stage in a family of so many gates. */
export function stageHalf(baseline: Baseline, stage: Stage, family: number, k: number): number {
  return predictionHalf(baseline, k, STAGE_LEVELS[stage] / family);
}

/**
 * True when the mean of `k` runs lies above what the baseline lets expect, and is not shown to be smaller than `effect`. Not "the estimate
 * reaches the effect": a change of exactly that size would then be missed every second time.
 */
export function exceeds(baseline: Baseline, change: number, stage: Stage, family: number, k: number, effect: number): boolean {
  const certain = change > stageHalf(baseline, stage, family, k);
  return certain && change + predictionHalf(baseline, k, RELEVANCE_LEVEL) >= effect;
}
