import { describe, expect, it } from 'vitest';
import { nanoseconds } from '../../harness/domain/nanoseconds.ts';
import type { Call, Sample } from '../../harness/domain/sample.ts';
import { askedEntry, formatJournalEntry, type JournalEntry, observedEntry, runEntry } from '../../harness/record/journal.ts';
import { parseJournal } from '../support/parsed-journal.ts';

const call = (callId: string): Call => ({
  callId,
  scenario: 'default',
  target: 's3',
  round: 1,
  position: 0,
  purpose: 'measure',
  startAsked: 'warm',
  connection: 'new',
});
const sample = (callId: string): Sample => ({
  call: call(callId),
  outcome: 'ok',
  start: 'warm',
  askedAt: '2026-01-01T00:00:00.000Z',
  client: { total: nanoseconds(5), sdk: nanoseconds(2) },
  fn: { total: nanoseconds(3), phases: { ttfb: nanoseconds(3) } },
  perturbed: false,
});
const NO_REPORT = { report: {}, reportSource: 'missing' };
const lines = (...entries: JournalEntry[]): string => entries.map((entry) => `${formatJournalEntry(entry)}\n`).join('');

describe('JournalReader', () => {
  it('gives back what was written, joined by call id', () => {
    const text = lines(
      runEntry('abcdefgh12', '1.0.0', '2026-01-01T00:00:00.000Z'),
      askedEntry(call('a'), '2026-01-01T00:00:00.000Z'),
      observedEntry(sample('a')),
      { event: 'report', call_id: 'a', source: 'tail', figures: { duration: nanoseconds(7), memoryMb: 128 } },
      { event: 'event', kind: 'round-forced', at: 'now', detail: { round: '1' } },
      { event: 'end', at: 'then', stopReason: 'complete' },
    );
    const journal = parseJournal(text);
    const report = { duration: 7, memoryMb: 128 };
    expect(journal.samples).toEqual([{ ...sample('a'), report, reportSource: 'tail' }]);
    expect(journal).toMatchObject({ runId: 'abcdefgh12', cutLastLine: false, malformed: [], end: { stopReason: 'complete' } });
  });

  it('keeps a call that was asked and never observed as lost', () => {
    const journal = parseJournal(lines(askedEntry(call('a'), 'now')));
    expect(journal.samples).toEqual([{ call: call('a'), outcome: 'lost', askedAt: 'now', perturbed: false, ...NO_REPORT }]);
  });

  it('drops a cut last line wherever it was cut, and says so', () => {
    const whole = lines(askedEntry(call('a'), 'now'), observedEntry(sample('a')));
    for (let end = whole.indexOf('\n') + 2; end < whole.length; end++) {
      const journal = parseJournal(whole.slice(0, end));
      expect(journal.cutLastLine).toBe(true);
      expect(journal.samples[0]?.outcome).toBe('lost');
      expect(journal.malformed).toEqual([]);
    }
  });

  it.each([
    ['not json', 'garbage'],
    ['{"event":"observed"}', 'an entry without its parts'],
    [formatJournalEntry(observedEntry(sample('never'))), 'a call that nobody asked'],
    [formatJournalEntry(observedEntry(sample('a'))).replace('"total":5', '"total":-5'), 'a negative time'],
    [formatJournalEntry(observedEntry(sample('a'))).replace('"total":5', '"total":null'), 'absence is a missing member, not null'],
    [formatJournalEntry(observedEntry(sample('a'))).replace('"outcome":"ok"', '"outcome":"fine"'), 'an outcome that does not exist'],
  ])('counts a line that is not an entry: %s (%s)', (line) => {
    const journal = parseJournal(`${lines(askedEntry(call('a'), 'now'))}${line}\n`);
    expect(journal.malformed.map((one) => one.line)).toEqual([2]);
    expect(journal.samples[0]?.outcome).toBe('lost');
  });

  it.each([
    [askedEntry(call('a'), 'again'), 'a call has one place among the samples'],
    [observedEntry({ ...sample('a'), outcome: 'failed' }), 'what was seen first stands'],
    [{ event: 'asked', call_id: 'b', call: call('c'), at: 'now' } as const, 'a call has one name'],
    [{ event: 'report', call_id: 'b', source: 'tail', figures: {} } as const, 'a REPORT belongs to a call'],
  ] satisfies [JournalEntry, string][])('counts a line that contradicts earlier ones: %j (%s)', (entry) => {
    const journal = parseJournal(lines(askedEntry(call('a'), 'now'), observedEntry(sample('a')), entry));
    expect(journal.malformed.map(({ line }) => line)).toEqual([3]);
    expect(journal.samples).toEqual([{ ...sample('a'), ...NO_REPORT }]);
  });

  it('keeps the order of asking, whatever the order of answers', () => {
    const journal = parseJournal(
      lines(askedEntry(call('b'), 'now'), askedEntry(call('a'), 'now'), observedEntry(sample('a')), observedEntry(sample('b'))),
    );
    expect(journal.samples.map((one) => one.call.callId)).toEqual(['b', 'a']);
  });
});
