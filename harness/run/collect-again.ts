import type { RunStore } from '../domain/ports.ts';
import type { ReportedSample } from '../domain/sample.ts';
import { formatJournalEntry } from '../record/journal.ts';
import { readJournal } from './read-journal.ts';
import { type ReportSearch, searchReports } from './report-search.ts';

/** How a repeated collection ended. */
export interface CollectedAgain {
  /** Calls whose REPORT was not known before. */
  readonly open: number;
  readonly found: number;
}

function lacksReport({ requestId, reportSource }: ReportedSample): boolean {
  return requestId !== undefined && reportSource === 'missing';
}

/** Looks once more for the REPORTs that a run's journal lacks, and appends what is found. */
export async function collectAgain(store: RunStore, search: Omit<ReportSearch, 'onLooked'>): Promise<CollectedAgain> {
  const { samples } = await readJournal(store);
  const open = [...samples.filter(lacksReport)].map((sample) => ({ sample }));
  const missing = await searchReports(open, {
    ...search,
    onLooked: (callId, source, figures) => {
      if (source !== 'missing') store.appendJournal(formatJournalEntry({ event: 'report', call_id: callId, source, figures }));
    },
  });
  return { open: open.length, found: open.length - missing };
}
