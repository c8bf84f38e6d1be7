import { settleStart } from '../collect/classify-start.ts';
import { zoneOf, zonesByEnvironment } from '../collect/zones.ts';
import type { RunStore } from '../domain/ports.ts';
import { type Journal, JournalReader } from '../record/journal.ts';

/** The run's journal with every sample joined to its REPORT and its start settled by it, and the zone of its environment. Rejects when the file cannot be read. */
export async function readJournal(store: Pick<RunStore, 'readChunks'>): Promise<Journal> {
  const reader = new JournalReader();
  for await (const bytes of store.readChunks('samples.ndjson')) reader.take(bytes);
  const journal = reader.finish();
  journal.samples.settle(settleStart);
  const zones = zonesByEnvironment(journal.samples);
  if (zones.size > 0) journal.samples.setZones((sample) => zoneOf(sample, zones));
  return journal;
}
