import { regularisedBeta } from '../../harness/analyse/special-functions.ts';

/** Chance below which a count speaks against its target: a correct tool misses one judged figure of a hundred by chance. */
const LEVEL = 0.01;

/** P(X ≤ count) of a binomial distribution, by the incomplete beta function (DLMF 8.17.5). */
export function binomialCumulative(count: number, trials: number, share: number): number {
  if (count < 0) return 0;
  return count >= trials || share <= 0 ? 1 : regularisedBeta(1 - share, trials - count, count + 1);
}

/** A share of trials beside what it should be; `least` and `most` in [0, 1], absent where nothing is asked of that side. */
export interface Judged {
  readonly what: string;
  readonly count: number;
  readonly trials: number;
  /** Of so many repetitions; absent when each was a trial. */
  readonly repetitions?: number;
  readonly least?: number;
  readonly most?: number;
}

/** `met`; `MISSED` where the count is too far below or above for chance (one-sided, 1 %); undefined without a target. */
export function judge({ count, trials, least, most }: Judged): 'met' | 'MISSED' | undefined {
  if (least === undefined && most === undefined) return undefined;
  const tooFew = least !== undefined && binomialCumulative(count, trials, least) < LEVEL;
  const tooMany = most !== undefined && 1 - binomialCumulative(count - 1, trials, most) < LEVEL;
  return tooFew || tooMany ? 'MISSED' : 'met';
}

/** ` in 40 %` where only so many repetitions had limits to judge. */
function formatTried({ trials, repetitions = trials }: Judged): string {
  const percent = (100 * trials) / repetitions;
  return trials === repetitions ? '' : ` in ${percent < 1 ? '< 1' : Math.min(99, Math.round(percent))} %`;
}

/** `95.0`, with `!` where the target is missed and brackets where none is set; `–` without trials. */
export function formatShare(judged: Judged): string {
  if (judged.trials === 0) return '–';
  const text = `${((100 * judged.count) / judged.trials).toFixed(1)}${formatTried(judged)}`;
  const verdict = judge(judged);
  return verdict === undefined ? `(${text})` : verdict === 'met' ? text : `${text}!`;
}
