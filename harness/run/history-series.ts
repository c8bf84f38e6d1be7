import { formatGate, type GateRecord, type History, type HistorySeries, type SeriesPoint } from '../domain/regression.ts';
import { acceptedRuns, BASELINE_WINDOW, baselineOf, formatKey, recordsOf, stretchesOf } from '../history/baseline.ts';
import { findShift } from '../history/shift-ladder.ts';

function pointsOf({ entries }: History, records: readonly GateRecord[]): readonly SeriesPoint[] {
  return records.map((record): SeriesPoint => {
    const name = formatGate(record.gate);
    const acceptance = entries.find(
      (entry) =>
        entry.kind === 'accept' &&
        entry.runId === record.runId &&
        record.role === 'scheduled' &&
        entry.gates.some((gate) => formatGate(gate) === name),
    );
    return { record, ...(acceptance?.kind === 'accept' ? { acceptance } : {}) };
  });
}

function seriesFor(history: History, newest: GateRecord): HistorySeries {
  const { gate, key } = newest;
  const records = recordsOf(history.entries, gate, key);
  const stretches = stretchesOf(history.entries, gate, key);
  const baseline = baselineOf(stretches);
  const shift = findShift(stretches.at(-1) ?? []);
  const accepted = acceptedRuns(history.entries, gate);
  const held = records.filter(({ runId, role, verdict }) => role === 'scheduled' && verdict === 'regression' && !accepted.has(runId));
  return {
    ...{ gate, key, points: pointsOf(history, records), known: stretches.flat().length, window: BASELINE_WINDOW },
    held: held.map(({ runId }) => runId),
    ...(baseline === undefined ? {} : { baseline }),
    ...(shift === undefined ? {} : { shift }),
  };
}

/** Every series of a history: a gate among comparable runs; in the order of first occurrence. */
export function historySeries(history: History): readonly HistorySeries[] {
  const newest = new Map<string, GateRecord>();
  for (const entry of history.entries) {
    if (entry.kind !== 'gate' || entry.role !== 'scheduled') continue;
    const id = `${formatKey(entry.key)} ${formatGate(entry.gate)}`;
    if (!newest.has(id)) newest.set(id, entry);
  }
  return [...newest.values()].map((record) => seriesFor(history, record));
}
