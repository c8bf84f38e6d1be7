import type { ReportedSample } from '../../harness/domain/sample.ts';
import { type Journal, JournalReader } from '../../harness/record/journal.ts';
import { wholeSample } from './whole-sample.ts';

/** A journal whose samples can be compared. */
export interface ParsedJournal extends Omit<Journal, 'samples'> {
  readonly samples: readonly ReportedSample[];
}

/** Reads a journal's text as if its bytes had come in pieces of `pieceBytes`. */
export function parseJournal(text: string, pieceBytes = Number.POSITIVE_INFINITY): ParsedJournal {
  const reader = new JournalReader();
  const bytes = new TextEncoder().encode(text);
  const size = Math.min(pieceBytes, Math.max(1, bytes.length));
  for (let from = 0; from < bytes.length; from += size) reader.take(bytes.subarray(from, from + size));
  const journal = reader.finish();
  return { ...journal, samples: journal.samples.map(wholeSample) };
}
