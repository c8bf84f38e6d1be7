import type { BenchErrorParts } from '../domain/exit-code.ts';
import type { SharedSamples } from '../record/shared-samples.ts';
import type { ReportChoices } from './report-choices.ts';

/** What the thread is asked to write, and where. */
export interface ThreadTask {
  readonly location: string;
  readonly runId: string;
  readonly samples: SharedSamples;
  readonly csvEol: ReportChoices['csvEol'];
}

/** What became of it; `refused`: the folder took no file, for a reason that a person must read. */
export type ThreadAnswer = { readonly kind: 'written' } | { readonly kind: 'refused'; readonly error: BenchErrorParts };
