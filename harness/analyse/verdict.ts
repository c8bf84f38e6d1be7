import type { ComparisonEstimate } from './comparison-estimate.ts';
import { isEquivalent } from './equivalence.ts';
import { adjustByHolm } from './holm.ts';
import type { Limits } from './order-statistic-interval.ts';
import { QUANTILES } from './quantile.ts';
import { requiredRounds } from './required-rounds.ts';
import { MINIMUM_ROUNDS } from './round-bootstrap.ts';

/** What a comparison says. */
export const VERDICTS = ['faster', 'slower', 'no relevant change', 'not decidable', 'no reference'] as const;
export type Verdict = (typeof VERDICTS)[number];

/**
 * Why nothing could be decided. `few samples`, `few rounds`: no interval, `minimum` are needed. `wide`: the interval leaves it open. `A/A`: the
 * same deployed twice differed for this target and start, so nothing is believed. `roundsNeeded`, where present, would decide with 80 %.
 */
export type Undecided =
  | { readonly kind: 'few samples' | 'few rounds'; readonly minimum: number; readonly roundsNeeded?: number }
  | { readonly kind: 'wide'; readonly roundsNeeded?: number }
  | { readonly kind: 'A/A' };

/** An estimate with what is concluded from it. */
export interface Comparison extends ComparisonEstimate {
  /** Holm-adjusted over the row's family: all rows with an interval that are no twins, or all that are. */
  readonly pAdjusted?: number;
  readonly verdict: Verdict;
  /** With the verdict `not decidable`. */
  readonly undecided?: Undecided;
}

/** Chance of one false direction or more in all scenario comparisons of a run. */
export const FAMILY_LEVEL = 0.05;
/** The same for all its A/A comparisons. */
const TWIN_FAMILY_LEVEL = 0.01;

/**
 * Relevant and certain, certainly irrelevant, or neither. A difference equal to the margin is relevant; a limit equal to it leaves
 * irrelevance open.
 */
export function judgeDifference(difference: number, certain: boolean, equivalence: Limits, margin: number): Verdict {
  if (certain && difference >= margin) return 'slower';
  if (certain && difference <= -margin) return 'faster';
  return isEquivalent(equivalence, margin) ? 'no relevant change' : 'not decidable';
}

function shortageOf({ statistic, smallerSide, rounds }: ComparisonEstimate): Undecided {
  const minimum = QUANTILES.find(({ name }) => name === statistic)?.minimum ?? 0;
  if (smallerSide >= minimum) return { kind: 'few rounds', minimum: MINIMUM_ROUNDS, roundsNeeded: MINIMUM_ROUNDS };
  if (smallerSide === 0 || rounds === 0) return { kind: 'few samples', minimum };
  return { kind: 'few samples', minimum, roundsNeeded: Math.max(MINIMUM_ROUNDS, Math.ceil((minimum * rounds) / smallerSide)) };
}

function judgeRow(row: ComparisonEstimate, pAdjusted: number | undefined, level: number, familySize: number): Comparison {
  const { difference, low, high, equivalence, margin, rounds } = row;
  if (pAdjusted === undefined || difference === undefined || equivalence === undefined || margin === undefined) {
    return { ...row, verdict: 'not decidable', undecided: shortageOf(row) };
  }
  const verdict = judgeDifference(difference, pAdjusted < level, equivalence, margin);
  if (verdict !== 'not decidable') return { ...row, pAdjusted, verdict };
  const halfWidth = ((high ?? difference) - (low ?? difference)) / 2;
  const roundsNeeded = requiredRounds({ rounds, difference, halfWidth, margin, level: level / familySize });
  return { ...row, pAdjusted, verdict, undecided: { kind: 'wide', ...(roundsNeeded === undefined ? {} : { roundsNeeded }) } };
}

/** Adjusts the p values of all rows with an interval together, then judges each; in the order given. */
function judgeFamily(rows: readonly ComparisonEstimate[], level: number): readonly Comparison[] {
  const family = rows.flatMap(({ probability }) => probability ?? []);
  const adjusted = adjustByHolm(family);
  let next = 0;
  return rows.map((row) => judgeRow(row, row.probability === undefined ? undefined : adjusted[next++], level, family.length));
}

/** True for an A/A comparison that failed: certain at 1 % over the run's A/A family, and beyond the margin. */
export function isFailedTwin({ role, verdict }: Comparison): boolean {
  return role === 'twin' && (verdict === 'slower' || verdict === 'faster');
}

/**
 * Verdicts of a whole run, in the order given. Where the A/A check of a target and start fails, the other comparisons of that target and start
 * become not decidable; nothing else does.
 */
export function judgeComparisons(rows: readonly ComparisonEstimate[]): readonly Comparison[] {
  const [twins, others] = [rows.filter(({ role }) => role === 'twin'), rows.filter(({ role }) => role !== 'twin')];
  const judgedTwins = judgeFamily(twins, TWIN_FAMILY_LEVEL);
  const failed = judgedTwins.filter(isFailedTwin);
  const judgedOthers = judgeFamily(others, FAMILY_LEVEL).map((row): Comparison => {
    const doubted = failed.some(({ target, start }) => target === row.target && start === row.start);
    return doubted && row.verdict !== 'not decidable' ? { ...row, verdict: 'not decidable', undecided: { kind: 'A/A' } } : row;
  });
  const judged = new Map([...twins.entries()].map(([i, row]) => [row, judgedTwins[i]] as const));
  for (const [i, row] of others.entries()) judged.set(row, judgedOthers[i]);
  return rows.flatMap((row) => judged.get(row) ?? []);
}
