import type { HistoryEntry } from '../../harness/domain/regression.ts';
import { newAcceptance, newRecord, newRecords, runNumber } from './history-entries.ts';

const BAND = { low: 0.05, high: 0.15 };

/** Ten runs that learn, one that passes, one that is held, with two that confirm it, and its acceptance. */
export const STORY: readonly HistoryEntry[] = [
  ...newRecords(10, 0.1, { verdict: 'learning' }),
  newRecord(11, 0.1, { band: BAND }),
  newRecord(12, 0.3, { band: BAND, verdict: 'regression' }),
  newRecord(13, 0.3, { band: BAND, role: 'confirmation', confirms: runNumber(12), verdict: 'regression' }),
  newRecord(14, 0.3, { band: BAND, role: 'confirmation', confirms: runNumber(12), verdict: 'regression' }),
  newAcceptance(12),
];
