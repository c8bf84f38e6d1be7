import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Call } from '../../harness/domain/sample.ts';
import { InstantColumn } from '../../harness/record/instant-column.ts';
import { askedEntry, formatJournalEntry, type JournalEntry } from '../../harness/record/journal.ts';
import { parseJournalEntry } from '../../harness/record/journal-schema.ts';
import { SampleTable } from '../../harness/record/sample-table.ts';
import { UuidColumn } from '../../harness/record/uuid-column.ts';
import { WordColumn } from '../../harness/record/word-column.ts';
import { type Line, lines, text } from '../support/journal-entries.ts';
import { wholeSample } from '../support/whole-sample.ts';

function entriesOf({ call, observed, report }: Line): JournalEntry[] {
  return [
    askedEntry(call, 'now'),
    ...(observed === undefined ? [] : [{ event: 'observed', call_id: call.callId, sample: observed } as const]),
    ...(report === undefined ? [] : [{ event: 'report', call_id: call.callId, ...report } as const]),
  ];
}

/** What another writer, or a damaged disk, may make of a line. */
const damage = fc.oneof(
  fc.constantFrom<(line: string) => string>(
    (line) => line,
    (line) => line.replaceAll(':', ': '),
    (line) => line.replace(/("total":)(\d+)/, '$1$2.0'),
    (line) => line.replace(/("total":)(\d+)/, '$1-$2'),
    (line) => line.replace(/("total":)(\d+)/, '$10$2'),
    (line) => line.replace(/("total":)(\d+)/, '$1$2000000000000'),
    (line) => line.replace(/("total":)(\d+)/, '$1$2,"total":1'),
    (line) => line.replace('"warm"', '"hot"'),
    (line) => line.replace('"scenario":"default"', '"scenario":""'),
    (line) => line.replace('"perturbed":', '"perturbed":1,"x":'),
    (line) => line.replace('true', 'trUe'),
    (line) => line.replace('"call_id":"c', '"call_id":"\\u0063'),
    (line) => line.replace('"call_id":"c', '"call_id":"d'),
    (line) => line.replace('asked', 'asker'),
    (line) => `${line}}`,
    (line) => `${line} `,
    (line) => ` ${line}`,
  ),
  fc.nat({ max: 2000 }).map((at) => (line: string) => line.slice(0, at) + line.slice(at + 1)),
);

/** Takes an entry as the schema reads it; false when it is none, or nothing came of it. */
function takeParsed(table: SampleTable, line: string): boolean {
  const parsed = parseJournalEntry(line);
  if (parsed.kind !== 'entry') return false;
  const { entry } = parsed;
  if (entry.event === 'asked') return entry.call.callId === entry.call_id && table.ask(entry.call, entry.at) === 'taken';
  if (entry.event === 'observed') return table.observe(entry.call_id, entry.sample) === 'taken';
  return entry.event === 'report' && table.report(entry.call_id, entry.source, entry.figures) === 'taken';
}

describe('SampleTable.takeLine', () => {
  it('takes of written and damaged lines none that the schema or an earlier line forbids, and what it takes as they say', () => {
    let [taken, left, forbidden] = [0, 0, 0];
    fc.assert(
      fc.property(lines, fc.array(damage, { minLength: 1 }), (calls, damages) => {
        const [table, oracle] = [new SampleTable(), new SampleTable()];
        for (const [i, entry] of calls.flatMap(entriesOf).entries()) {
          const line = (damages[i % damages.length] as (line: string) => string)(formatJournalEntry(entry));
          const bytes = Buffer.from(`x${line}\n`);
          const end = table.takeLine(bytes, 1);
          const isTaken = takeParsed(oracle, line);
          if (end === -1) {
            if (isTaken) left++;
            else forbidden++;
            if (isTaken) takeParsed(table, line);
            continue;
          }
          taken++;
          expect({ line, isTaken, end }).toEqual({ line, isTaken: true, end: bytes.length - 1 });
        }
        expect(table.map(wholeSample)).toEqual(oracle.map(wholeSample));
      }),
      { numRuns: 400 },
    );
    expect(Math.min(taken, left, forbidden)).toBeGreaterThan(50);
  });

  it('takes the lines of a run as they are written', () => {
    const call: Call = {
      ...{ callId: 'r001-0000', scenario: 'default~twin', target: 's3', round: 1, position: 0 },
      ...{ purpose: 'cold', startAsked: 'cold', connection: 'new' },
    };
    const sample = {
      outcome: 'ok',
      askedAt: '2026-01-01T00:00:00.000Z',
      perturbed: false,
      client: { total: 5 },
      fn: { total: 3, phases: {} },
    };
    const figures = { duration: 7, memoryMb: 128, status: 'success' };
    const table = new SampleTable();
    const entries = [
      askedEntry(call, 'now'),
      { event: 'observed', call_id: call.callId, sample },
      { event: 'report', call_id: call.callId, source: 'tail', figures },
    ];
    for (const entry of entries) {
      const bytes = Buffer.from(`${JSON.stringify(entry)}\n`);
      expect(table.takeLine(bytes, 0)).toBe(bytes.length - 1);
    }
    expect(table.map(wholeSample)).toEqual([{ ...sample, call, report: figures, reportSource: 'tail' }]);
  });
});

describe('columns of texts', () => {
  const stamp = fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
  const hex = fc.uuid();
  const special = fc.constantFrom('2026-02-30T00:00:00.000Z', '2026-01-01T24:00:00.000Z', '0000-01-01T00:00:00.000Z', '', 'x'.repeat(300));
  const any = fc.oneof(
    stamp,
    hex,
    hex.map((id) => id.toUpperCase()),
    text,
    special,
    fc.string(),
  );
  const isAscii = (one: string): boolean => /^[\x20-\x7e]*$/.test(one);

  it.each([
    ['stamps', () => new InstantColumn()],
    ['ids', () => new UuidColumn()],
    ['words', () => new WordColumn()],
  ])('keep any text as it was, from strings and from bytes: %s', (_, newColumn) => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: 9000 }), fc.option(any, { nil: undefined })), { maxLength: 60 }), (sets) => {
        const [column, oracle] = [newColumn(), new Map<number, string | undefined>()];
        for (const [row, one] of sets) {
          if (one !== undefined && isAscii(one)) column.setAscii(row, Buffer.from(`"${one}"`), 1, 1 + one.length);
          else column.set(row, one);
          oracle.set(row, one);
        }
        for (const [row, one] of sets) if (one !== undefined && row % 2 === 0) column.set(row, oracle.get(row));
        for (const [row, one] of oracle) expect(column.get(row)).toBe(one);
      }),
    );
  });
});
