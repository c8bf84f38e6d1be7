import { describe, expect, it } from 'vitest';
import { formatHistoryLine, parseHistory } from '../../harness/history/history-line.ts';
import { GATE, newAcceptance, newRecord, newRecords } from '../support/history-entries.ts';

const line = formatHistoryLine(newRecord(1, 0.1));
const UNDAMAGED = { cut: false, malformed: 0, otherSchema: 0, repeated: 0 };

describe('a history', () => {
  it('is read as it was written', () => {
    const entries = [
      ...newRecords(3),
      newRecord(4, 0.3, { verdict: 'regression', band: { low: 0.05, high: 0.15 }, injected: 'nat path +2 ms a round trip' }),
      newRecord(5, 0.3, { role: 'confirmation', confirms: 'run0000004' }),
      newAcceptance(4),
    ];
    const text = entries.map((entry) => `${formatHistoryLine(entry)}\n`).join('');
    expect(parseHistory(text)).toEqual({ entries, damage: UNDAMAGED });
  });

  it('keeps a gate without figures', () => {
    const { point: _, ...record } = newRecord(1, 0);
    expect(parseHistory(`${formatHistoryLine(record)}\n`).entries).toEqual([record]);
  });

  it('writes one diffable line a record', () => {
    expect(line).toBe(
      '{"schema":1,"event":"gate","run_id":"run0000001","measured_at":"2026-01-01T00:00:00.000Z","gate":"vpc-nat/default/internet/warm/new","role":"scheduled","verdict":"no regression","point":{"log_ratio":0.1,"low":0.09,"high":0.11,"value_ms":11.051709,"reference_ms":10},"key":{"backend":"lab","scenarios":"default, vpc-nat"}}',
    );
  });
});

describe('a damaged history', () => {
  const second = formatHistoryLine(newRecord(2, 0.1));
  const changed = (from: string, to: string): string => line.replace(from, to);
  it.each<[why: string, text: string, entries: number, damage: Partial<typeof UNDAMAGED>]>([
    ['missing: nothing was ever appended', '', 0, {}],
    ['blank lines, as editors leave them', `\n${line}\n\n`, 1, {}],
    ['cut: the writer died in the last line', `${line}\n${second.slice(0, 80)}`, 1, { cut: true }],
    ['cut at its LF: whole or not, nobody knows', `${line}\n${second}`, 1, { cut: true }],
    ['cut, and another run was appended after it', `${line.slice(0, 80)}\n${second}\n`, 1, { malformed: 1 }],
    ['merged with conflict marks', `<<<<<<< ours\n${line}\n=======\n${second}\n>>>>>>> theirs\n`, 2, { malformed: 3 }],
    ['merged so that both sides have the line', `${line}\n${line}\n`, 1, { repeated: 1 }],
    ['two lines in one', `${line}${second}\n`, 0, { malformed: 1 }],
    ['foreign JSON', `{"a":1}\n[]\nnull\n7\n${line}\n`, 1, { malformed: 4 }],
    ['from another schema version', `${changed('"schema":1', '"schema":2')}\n${line}\n`, 1, { otherSchema: 1 }],
    ['with a field that this version does not know', `${changed('"role"', '"colour":"red","role"')}\n`, 0, { malformed: 1 }],
    ['a median of zero has no ratio', `${changed('"value_ms":11.051709', '"value_ms":0')}\n`, 0, { malformed: 1 }],
    ['a ratio that is no number', `${changed('"log_ratio":0.1', '"log_ratio":null')}\n`, 0, { malformed: 1 }],
    ['a gate that no plan has', `${changed('/internet/', '/moon/')}\n`, 0, { malformed: 1 }],
    ['a stamp that is no time', `${changed('2026-01-01T00:00:00.000Z', 'yesterday')}\n`, 0, { malformed: 1 }],
  ])('%s', (_why, text, entries, damage) => {
    const history = parseHistory(text);
    expect(history.entries).toHaveLength(entries);
    expect(history.damage).toEqual({ ...UNDAMAGED, ...damage });
  });

  it('keeps a gate of a twin', () => {
    const twin = { ...GATE, reference: 'vpc-nat~twin' };
    expect(parseHistory(`${formatHistoryLine(newRecord(1, 0.1, { gate: twin }))}\n`).entries[0]).toMatchObject({ gate: twin });
  });
});
