import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Call, discardReasonOf } from '../../harness/domain/sample.ts';
import { askedEntry, formatJournalEntry, observedEntry } from '../../harness/record/journal.ts';
import { NumberColumn } from '../../harness/record/number-column.ts';
import { SampleTable } from '../../harness/record/sample-table.ts';
import { TextColumn } from '../../harness/record/text-column.ts';
import { call, type Line, lines, observed, text, time } from '../support/journal-entries.ts';
import { parseJournal } from '../support/parsed-journal.ts';
import { wholeSample } from '../support/whole-sample.ts';

/** What a sample must read as, by the contract of the journal. */
function expected({ call, observed: seen, report }: Line): unknown {
  const never = discardReasonOf(call.purpose);
  const lost = { outcome: 'lost', askedAt: 'asked', perturbed: false, ...(never === undefined ? {} : { discardReason: never }) };
  return { ...(seen ?? lost), call, report: report?.figures ?? {}, reportSource: report?.source ?? 'missing' };
}

describe('SampleTable', () => {
  it('gives back every sample as it was, whatever came first, and what was absent stays absent', () => {
    fc.assert(
      fc.property(lines, fc.boolean(), (all, reportsFirst) => {
        const table = new SampleTable();
        for (const one of all) expect(table.ask(one.call, 'asked')).toBe('taken');
        const observe = (): void => {
          for (const one of all) if (one.observed) table.observe(one.call.callId, one.observed);
        };
        const report = (): void => {
          for (const one of all) if (one.report) table.report(one.call.callId, one.report.source, one.report.figures);
        };
        for (const step of reportsFirst ? [report, observe] : [observe, report]) step();
        expect(table.map(wholeSample)).toEqual(all.map(expected));
      }),
    );
  });

  it('takes a call once, and nothing of a call that nobody asked', () => {
    const table = new SampleTable();
    const [asked, seen] = [fc.sample(call, 1)[0], fc.sample(observed, 1)[0]];
    if (asked === undefined || seen === undefined) throw new Error('nothing was drawn');
    const one = { ...asked, callId: 'a' } as Call;
    expect([table.ask(one, 'x'), table.ask(one, 'y')]).toEqual(['taken', 'twice']);
    expect([table.observe('a', seen), table.observe('a', seen), table.observe('b', seen)]).toEqual(['taken', 'twice', 'never asked']);
    expect([table.report('a', 'tail', {}), table.report('b', 'tail', {})]).toEqual(['taken', 'never asked']);
    expect(table.length).toBe(1);
  });

  it('finds each of many calls again', () => {
    const table = new SampleTable();
    const ids = Array.from({ length: 20_000 }, (_, i) => `r${i}`);
    for (const callId of ids) table.ask({ ...(fc.sample(call, { seed: 1, numRuns: 1 })[0] as Call), callId }, 'x');
    expect(ids.filter((callId) => table.report(callId, 'tail', {}) !== 'taken')).toEqual([]);
    expect(table.at(19_999)?.call.callId).toBe('r19999');
    expect(table.at(20_000)).toBeUndefined();
  });
});

describe('JournalReader', () => {
  it('reads the same from pieces of any size', () => {
    const unicode = { ...(fc.sample(call, 1)[0] as Call), callId: 'ä\u{1f600}' };
    const seen = { call: unicode, outcome: 'ok', askedAt: 'now', perturbed: false } as const;
    const entries = [askedEntry(unicode, 'now'), observedEntry(seen)].map(formatJournalEntry);
    const journal = `${entries[0]}\nno entry\n${entries[1]}\n${entries[1]}\n{"cut`;
    const whole = parseJournal(journal);
    expect(whole).toMatchObject({ cutLastLine: true, malformedLines: 2, malformed: [{ line: 2 }, { line: 4 }] });
    for (let size = 1; size <= 700; size += 7) expect(parseJournal(journal, size)).toEqual(whole);
  });
});

describe('columns', () => {
  it('keep any number but NaN, and let it be replaced and taken away', () => {
    const value = fc.oneof(time, fc.double({ noNaN: true }), fc.constant(undefined));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: 20_000 }), value), { maxLength: 40 }), (sets) => {
        const [column, oracle] = [new NumberColumn(), new Map<number, number | undefined>()];
        for (const [row, one] of sets) {
          column.set(row, one);
          oracle.set(row, one);
        }
        for (const [row, one] of oracle) expect(column.get(row)).toBe(one);
      }),
    );
  });

  it('keep any text, one longer than a block too', () => {
    const column = new TextColumn();
    const all = [...fc.sample(text, 300), 'x'.repeat(3_000_000), '\ud800', '', 'ÿĀ'];
    for (const [row, one] of all.entries()) column.set(row, one);
    expect(all.map((_, row) => column.get(row))).toEqual(all);
  });
});
