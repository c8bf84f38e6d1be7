import { describe, expect, it } from 'vitest';
import type { HistoryEntry } from '../../harness/domain/regression.ts';
import { BASELINE_WINDOW, baselineOf, stretchesOf } from '../../harness/history/baseline.ts';
import { describeGaps } from '../../harness/history/gaps.ts';
import { GATE, KEY, newAcceptance, newRecord, newRecords, OTHER_GATE, runNumber } from '../support/history-entries.ts';

const known = (entries: readonly HistoryEntry[], except?: string): readonly (readonly number[])[] =>
  stretchesOf(entries, GATE, KEY, except);
const held = newRecord(13, 0.5, { verdict: 'regression' });
const confirming = [14, 15].map((number) => newRecord(number, 0.5, { verdict: 'regression', role: 'confirmation', confirms: held.runId }));

describe('the runs that count', () => {
  it.each<[why: string, entries: readonly HistoryEntry[], counts: readonly number[]]>([
    ['all that passed', newRecords(12), [12]],
    ['learning ones: all there is at first', newRecords(3, 0.1, { verdict: 'learning' }), [3]],
    ['no other gate', [...newRecords(2), newRecord(3, 0.1, { gate: OTHER_GATE })], [2]],
    ['no other place', [...newRecords(2), newRecord(3, 0.1, { key: { ...KEY, backend: 'aws' } })], [2]],
    [
      'the same facts in another order',
      [...newRecords(2), newRecord(3, 0.1, { key: Object.fromEntries(Object.entries(KEY).reverse()) })],
      [3],
    ],
    ['no confirmed regression', [...newRecords(12), held, ...confirming], [12]],
    ['no suspicion that nobody followed', [...newRecords(12), newRecord(13, 0.5, { verdict: 'flagged' })], [12]],
    ['an accepted regression with its confirming runs', [...newRecords(12), held, ...confirming, newAcceptance(13)], [12, 3]],
    ['not what was accepted for another gate', [...newRecords(12), held, newAcceptance(13, [OTHER_GATE])], [12]],
    [
      'no confirming run of a cleared flag',
      [...newRecords(12), newRecord(13, 0.1, { role: 'confirmation', confirms: runNumber(12) })],
      [12],
    ],
    ['the newest of many', newRecords(100), [BASELINE_WINDOW]],
    ['none without figures', newRecords(3).map(({ point: _, ...record }) => record), []],
  ])('%s', (_why, entries, counts) => {
    expect(known(entries).map((stretch) => stretch.length)).toEqual(counts);
  });

  it('do not include the run itself', () => expect(known(newRecords(12), runNumber(4)).flat()).toHaveLength(11));
});

describe('a baseline', () => {
  it('takes the level from after an accepted change, and the spread from all', () => {
    const before = baselineOf(known(newRecords(12)));
    const after = baselineOf(known([...newRecords(12), held, ...confirming, newAcceptance(13)]));
    expect([before?.level, before?.levelRuns, before?.degrees]).toEqual([expect.closeTo(0.1, 12), 12, 11]);
    expect([after?.level, after?.levelRuns, after?.degrees]).toEqual([0.5, 3, 13]);
    expect(after?.spread).toBeCloseTo(Math.sqrt((12 * 0.01 ** 2) / 13), 12);
  });

  it('is none with nine runs, and is one with ten', () => {
    expect(baselineOf(known(newRecords(9)))).toBeUndefined();
    expect(baselineOf(known(newRecords(10)))?.runs).toBe(10);
  });
});

describe('times of a history', () => {
  const stamps = newRecords(12).map(({ measuredAt }) => measuredAt);
  it.each<[why: string, before: readonly string[], now: string, wanted: readonly RegExp[]]>([
    ['a run a day', stamps, '2026-01-13T00:00:00Z', []],
    ['nothing before', [], '2026-01-13T00:00:00Z', []],
    ['nobody ran it for a month', stamps, '2026-02-13T00:00:00Z', [/stale.*32\.0 days/]],
    ['a week is missing', [...stamps, '2026-01-19T00:00:00Z'], '2026-01-20T00:00:00Z', [/gap of 7\.0 days.*1\.0 days apart/]],
    ['this clock is behind', stamps, '2026-01-02T00:00:00Z', [/stepped back 1 times/]],
    ['an earlier clock was', [...stamps, '2026-01-05T00:00:00Z'], '2026-01-13T00:00:00Z', [/stepped back 1 times/]],
  ])('%s', (_why, before, now, wanted) => {
    const found = describeGaps(before, now);
    expect(found).toHaveLength(wanted.length);
    for (const [i, pattern] of wanted.entries()) expect(found[i]).toMatch(pattern);
  });
});
