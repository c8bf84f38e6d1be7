import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { baselineOf } from '../../harness/history/baseline.ts';
import { formatHistoryLine, parseHistory } from '../../harness/history/history-line.ts';
import { stageHalf } from '../../harness/history/prediction.ts';
import { findShift } from '../../harness/history/shift-ladder.ts';
import { newAcceptance, newRecord } from '../support/history-entries.ts';

const ratio = fc.double({ min: -3, max: 3, noNaN: true });

describe('a history line', () => {
  it('gives back what was written, whatever was said', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'binary' }), fc.dictionary(fc.string(), fc.string()), (reason, key) => {
        // A lone surrogate or a prototype's name is text like any other.
        const entries = [newRecord(1, 0.1, { injected: reason, key: { ...key } }), { ...newAcceptance(1), reason }];
        const text = entries.map((entry) => `${formatHistoryLine(entry)}\n`).join('');
        expect(text.split('\n')).toHaveLength(3);
        expect(parseHistory(text).entries).toHaveLength(2);
      }),
    );
  });

  it('is used whole or not at all, wherever the file is cut', () => {
    const lines = [1, 2, 3].map((number) => `${formatHistoryLine(newRecord(number, 0.1))}\n`);
    const text = lines.join('');
    fc.assert(
      fc.property(fc.nat(text.length), (length) => {
        const { entries, damage } = parseHistory(text.slice(0, length));
        expect(entries).toHaveLength(text.slice(0, length).split('\n').length - 1);
        expect(damage.cut).toBe(length > 0 && text[length - 1] !== '\n');
      }),
    );
  });

  it('never throws for anything', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseHistory(text)));
    fc.assert(fc.property(fc.json(), (text) => void parseHistory(`${text}\n`)));
  });
});

describe('a baseline', () => {
  const values = fc.array(ratio, { minLength: 10, maxLength: 30 });

  it('does not depend on where zero is', () => {
    fc.assert(
      fc.property(values, ratio, (series, shift) => {
        const [one, other] = [baselineOf([series]), baselineOf([series.map((value) => value + shift)])];
        expect(other?.spread).toBeCloseTo(one?.spread ?? 0, 9);
        expect((other?.level ?? 0) - shift).toBeCloseTo(one?.level ?? 0, 9);
      }),
    );
  });

  it('narrows with more runs judged together, and widens with more gates', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 20 }), (series, family) => {
        const baseline = baselineOf([series]);
        if (baseline === undefined) throw new Error('ten values are enough');
        expect(stageHalf(baseline, 'loose', family, 3)).toBeLessThanOrEqual(stageHalf(baseline, 'loose', family, 1));
        expect(stageHalf(baseline, 'loose', family + 1, 1)).toBeGreaterThanOrEqual(stageHalf(baseline, 'loose', family, 1));
        expect(stageHalf(baseline, 'strict', family, 1)).toBeGreaterThanOrEqual(stageHalf(baseline, 'loose', family, 1));
      }),
    );
  });

  it('sees no shift in what never moved, and one in a step of a hundred spreads', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -0.01, max: 0.01, noNaN: true }), { minLength: 20, maxLength: 30 }), (series) => {
        expect(findShift([...series.map(() => 1), 1])).toBeUndefined();
        // The mean of five is diluted to a fifth.
        expect(findShift([...series, 10])?.change).toBeGreaterThan(1.9);
      }),
    );
  });
});
