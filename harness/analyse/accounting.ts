import type { ReportedSample } from '../domain/sample.ts';
import { isMeasuredSample } from './cell-samples.ts';

/** Every asked call in exactly one row: the counts add up to the number of calls. */
export interface Accounting {
  readonly asked: number;
  readonly measured: number;
  /** Answered, but not among the measured, by reason. */
  readonly discarded: Readonly<Record<string, number>>;
  /** Not answered as planned, by outcome. */
  readonly failed: Readonly<Record<string, number>>;
  /** Observed calls whose REPORT was found, and those of which it never arrived. */
  readonly reportsFound: number;
  readonly reportsMissing: number;
  readonly perturbed: number;
}

function increment(counts: Record<string, number>, word: string): void {
  counts[word] = (counts[word] ?? 0) + 1;
}

/** Counts what became of every call. */
export function accountSamples(samples: readonly ReportedSample[]): Accounting {
  const discarded: Record<string, number> = {};
  const failed: Record<string, number> = {};
  let measured = 0;
  for (const sample of samples) {
    if (isMeasuredSample(sample)) measured++;
    else if (sample.discardReason !== undefined) increment(discarded, sample.discardReason);
    else increment(failed, sample.outcome);
  }
  const invoked = samples.filter(({ requestId }) => requestId !== undefined);
  const missing = invoked.filter(({ reportSource }) => reportSource === 'missing').length;
  return {
    asked: samples.length,
    measured,
    discarded,
    failed,
    reportsFound: invoked.length - missing,
    reportsMissing: missing,
    perturbed: samples.filter(({ perturbed }) => perturbed).length,
  };
}
