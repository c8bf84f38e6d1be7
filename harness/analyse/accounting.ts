import type { ReportedSample } from '../domain/sample.ts';
import { isMeasuredSample } from './cell-samples.ts';

/** Every asked call counted once: `measured`, `discarded` and `failed` add up to `asked`. */
export interface Accounting {
  readonly asked: number;
  readonly measured: number;
  /** Answered as planned, or blocked where that was to be seen, but not measured, by reason. */
  readonly discarded: Readonly<Record<string, number>>;
  /** Not answered as planned, by outcome. */
  readonly failed: Readonly<Record<string, number>>;
  /** Observed calls whose REPORT was found, and those of which it never arrived. */
  readonly reportsFound: number;
  readonly reportsMissing: number;
  readonly perturbed: number;
}

/** How often each word occurs, in the order of first occurrence. Words may come from a file: a map keeps `__proto__` apart. */
function countWords(words: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return Object.fromEntries(counts);
}

/** True when the call was answered, or tried a target that is expected to be blocked and found it so. */
function wentAsPlanned({ call, outcome }: ReportedSample): boolean {
  return outcome === 'ok' || (call.purpose === 'blocked' && outcome === 'blocked');
}

/** Counts what became of every call. */
export function accountSamples(samples: readonly ReportedSample[]): Accounting {
  const others = samples.filter((sample) => !isMeasuredSample(sample));
  const discarded = others.filter(wentAsPlanned);
  const failed = others.filter((sample) => !wentAsPlanned(sample));
  const invoked = samples.filter(({ requestId }) => requestId !== undefined);
  const missing = invoked.filter(({ reportSource }) => reportSource === 'missing').length;
  return {
    asked: samples.length,
    measured: samples.length - others.length,
    discarded: countWords(discarded.map(({ discardReason }) => discardReason ?? 'not to be measured')),
    failed: countWords(failed.map(({ outcome }) => outcome)),
    reportsFound: invoked.length - missing,
    reportsMissing: missing,
    perturbed: samples.filter(({ perturbed }) => perturbed).length,
  };
}
