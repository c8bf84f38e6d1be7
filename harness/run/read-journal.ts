import { settleStart } from '../collect/classify-start.ts';
import type { RunStore } from '../domain/ports.ts';
import { type Journal, JournalReader } from '../record/journal.ts';

/** The run's journal with every sample joined to its REPORT and its start settled by it. Rejects when the file cannot be read. */
export async function readJournal(store: Pick<RunStore, 'readChunks'>): Promise<Journal> {
  const reader = new JournalReader();
  for await (const bytes of store.readChunks('samples.ndjson')) reader.take(bytes);
  const journal = reader.finish();
  journal.samples.settle(settleStart);
  return journal;
}
