import { openHistory } from '../../harness/run/history-file.ts';
import { newSystemClock } from '../../harness/run/system-clock.ts';
import { newRecord } from './history-entries.ts';

/** Appends `count` runs of two gates' worth of lines to the history in a folder, one after the other, numbered from `first`. */
const [folder = '', first = '0', count = '0'] = process.argv.slice(2);
const history = openHistory(folder, newSystemClock());
for (let i = 0; i < Number(count); i++) {
  const record = newRecord(Number(first) + i, 0.1);
  await history.append([record, { ...record, gate: { ...record.gate, target: 's3' } }]);
}
