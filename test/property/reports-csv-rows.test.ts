import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatMilliseconds, type Nanoseconds } from '../../harness/domain/nanoseconds.ts';
import { CsvRows } from '../../reports/csv-rows.ts';
import { escapeCsv } from '../../reports/free-text.ts';
import { text, time } from '../support/journal-entries.ts';

/** What a cell must read as, made the long way. */
function cellOf(value: string): string {
  return stringify([[escapeCsv(value)]]).slice(0, -1);
}

const plain = fc.string({ unit: fc.constantFrom(...'aZ09_ .:/[]$~-'), maxLength: 40 });
const edges = fc.constantFrom('', '-1', '=x', ' a', 'a ', 'a,b', '"', 'é', '\u{1f600}', 'x'.repeat(300), 'x'.repeat(301), 'a\nb');
const words = fc.oneof(plain, edges, text);
const ns = fc.oneof(time, fc.constantFrom(0, 999, 1000, 999_999, 1_000_000, 2 ** 31 - 1, 2 ** 31, Number.MAX_SAFE_INTEGER));
const figures = fc.oneof(time, fc.constantFrom(0, -0, 9, 10, 99, 100, 2 ** 31 - 1, 2 ** 31, 0.5, -1, 1e21), fc.double({ noNaN: true }));

describe('CsvRows', () => {
  it('writes every cell as the CSV writer and the formats of numbers do', () => {
    fc.assert(
      fc.property(
        fc.option(words, { nil: undefined }),
        ns,
        figures,
        fc.boolean(),
        fc.constantFrom('\n', '\r\n'),
        (word, span, figure, flag, end) => {
          const rows = new CsvRows(end);
          rows.text(word);
          rows.ms(span as Nanoseconds);
          rows.figure(figure);
          rows.flag(flag);
          rows.ms(undefined);
          rows.endRow();
          const cells = [word === undefined ? '' : cellOf(word), formatMilliseconds(span as Nanoseconds), String(figure), String(flag), ''];
          expect(String(rows.takePiece())).toBe(`${cells.join(',')}${end}`);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('gives pieces of whole rows, however long they are', () => {
    const rows = new CsvRows('\n');
    const pieces: string[] = [];
    const long = '\u{10ffff}"'.repeat(150);
    for (let row = 0; row < 600; row++) {
      for (let cell = 0; cell < 30; cell++) rows.text(long);
      rows.endRow();
      if (rows.isFull) pieces.push(String(rows.takePiece()));
    }
    pieces.push(String(rows.takePiece()));
    const expected = `${Array.from({ length: 30 }, () => cellOf(long)).join(',')}\n`;
    expect(pieces.length).toBeGreaterThan(2);
    expect(pieces.join('') === expected.repeat(600)).toBe(true);
  });
});
