import type { ReportedSample } from '../domain/sample.ts';
import type { Samples } from '../domain/samples.ts';
import { isMeasuredSample } from './cell-samples.ts';
import { formatSignature } from './reachability.ts';

/** Every asked call counted once: `measured`, `discarded` and `failed` add up to `asked`. */
export interface Accounting {
  readonly asked: number;
  readonly measured: number;
  /** Answered as planned, or blocked where that was to be seen, but not measured, by reason. */
  readonly discarded: Readonly<Record<string, number>>;
  /** Not answered as planned, by outcome. */
  readonly failed: Readonly<Record<string, number>>;
  /** What the first call that failed said of it, in the words of whoever refused it; absent when none failed. */
  readonly firstFailure?: string;
  /** Observed calls whose REPORT was found, and those of which it never arrived. */
  readonly reportsFound: number;
  readonly reportsMissing: number;
  readonly perturbed: number;
}

/** How often each word occurs, in the order of first occurrence. Words may come from a file: a map keeps `__proto__` apart. */
class WordCounts {
  readonly #counts = new Map<string, number>();

  add(word: string): void {
    this.#counts.set(word, (this.#counts.get(word) ?? 0) + 1);
  }

  toRecord(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }
}

/** True when the call was answered, or tried a target that is expected to be blocked and found it so. */
function wentAsPlanned({ call, outcome }: ReportedSample): boolean {
  return outcome === 'ok' || (call.purpose === 'blocked' && outcome === 'blocked');
}

/** How a call failed and what was said of it; the words are foreign text. */
function formatFailureWords(sample: ReportedSample): string {
  const { errorMessage = '' } = sample;
  return errorMessage === '' ? formatSignature(sample) : `${formatSignature(sample)}: ${errorMessage}`;
}

/** Counts what became of every call. */
export function accountSamples(samples: Samples): Accounting {
  const [discarded, failed] = [new WordCounts(), new WordCounts()];
  let [measured, found, missing, perturbed] = [0, 0, 0, 0];
  let firstFailure: string | undefined;
  samples.forEach((sample) => {
    if (isMeasuredSample(sample)) measured++;
    else if (wentAsPlanned(sample)) discarded.add(sample.discardReason ?? 'not to be measured');
    else {
      failed.add(sample.outcome);
      if (sample.outcome !== 'blocked') firstFailure ??= formatFailureWords(sample);
    }
    if (sample.perturbed) perturbed++;
    if (sample.requestId === undefined) return;
    if (sample.reportSource === 'missing') missing++;
    else found++;
  });
  return {
    ...{ asked: samples.length, measured, discarded: discarded.toRecord(), failed: failed.toRecord() },
    ...{ reportsFound: found, reportsMissing: missing, perturbed },
    ...(firstFailure === undefined ? {} : { firstFailure }),
  };
}
