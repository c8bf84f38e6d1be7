import type { RunStore } from '../domain/ports.ts';
import type { Sample } from '../domain/sample.ts';
import { formatJournalEntry, type Journal, parseJournal } from '../record/journal.ts';
import { type ReportSearch, searchReports } from './report-search.ts';

/** How a repeated collection ended. */
export interface CollectedAgain {
  /** Calls whose REPORT was not known before. */
  readonly open: number;
  readonly found: number;
}

function lacksReport({ reports }: Journal, { requestId, call }: Sample): boolean {
  return requestId !== undefined && (reports.get(call.callId)?.source ?? 'missing') === 'missing';
}

/** Looks once more for the REPORTs that a run's journal lacks, and appends what is found. */
export async function collectAgain(store: RunStore, search: Omit<ReportSearch, 'onLooked'>): Promise<CollectedAgain> {
  const journal = parseJournal(new TextDecoder().decode(await store.readFile('samples.ndjson')));
  const open = journal.samples.filter((sample) => lacksReport(journal, sample)).map((sample) => ({ sample }));
  const missing = await searchReports(open, {
    ...search,
    onLooked: (callId, source, figures) => {
      if (source !== 'missing') store.appendJournal(formatJournalEntry({ event: 'report', call_id: callId, source, figures }));
    },
  });
  return { open: open.length, found: open.length - missing };
}
