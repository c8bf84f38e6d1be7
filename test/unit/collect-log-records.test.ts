import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LogRecord, newLogRecords } from '../../harness/collect/log-records.ts';
import { JSON_VECTORS, TEXT_VECTORS } from '../support/platform-vectors.ts';

function read(lines: readonly string[]) {
  const records: LogRecord[] = [];
  const reader = newLogRecords((record) => records.push(record));
  for (const line of lines) reader.line(line);
  return { records, counts: reader.end() };
}

const report = (id: string, more = '') =>
  `REPORT RequestId: ${id}\tDuration: 14.97 ms\tBilled Duration: 15 ms\tMemory Size: 128 MB\tMax Memory Used: 67 MB\t${more}`;

describe('records of logs', () => {
  it('are the REPORTs of all vectors, text and JSON, each with its figures', () => {
    const vectors = [...TEXT_VECTORS, ...JSON_VECTORS];
    const wanted = vectors.flatMap(({ expect: one }) => (one.kind === 'report' ? [one.requestId] : []));
    expect(wanted.length).toBeGreaterThan(15);
    const { records, counts } = read(vectors.flatMap(({ line }) => line.split('\n')));
    expect(records.map((one) => one.report.requestId)).toEqual(wanted);
    expect(counts.malformed).toBe(vectors.filter(({ expect: one }) => one.kind === 'malformed').length);
  });

  it.each([
    ['warm', report('a'), 'warm', false],
    ['cold', report('a', 'Init Duration: 84.00 ms\t'), 'cold', false],
    ['restored', report('a', 'Restore Duration: 398.97 ms\tBilled Restore Duration: 182 ms\t'), 'restored', false],
    ['timed out', report('a', 'Init Duration: 84.00 ms\tStatus: timeout'), 'cold', true],
    ['crashed', report('a', 'Status: error\tError Type: Runtime.ExitError'), 'warm', true],
  ])('%s', (_what, line, start, failed) => {
    expect(read([line]).records).toEqual([expect.objectContaining({ start, failed })]);
  });

  it('belong to the function that group, stream or platform.initStart name', () => {
    const stream = '2026/10/08/[$LATEST]22be53a8cfde4e68b844f8ec293b2543';
    const named = '2026/10/08/cart[$LATEST]22be53a8cfde4e68b844f8ec293b2543';
    const { records } = read([report('a'), `/aws/lambda/shop ${stream} ${report('b')}`, `${named} ${report('c')}`]);
    expect(records.map(({ functionName }) => functionName)).toEqual([undefined, 'shop', 'cart']);
  });

  it('take their X-Ray part, with a prefix of its own or without', () => {
    const xray = 'XRAY TraceId: 1-6a507b87-0cc4438344b48ef127ab1931\tSegmentId: d0025b207c551fde\tSampled: true\t';
    for (const second of [xray, `2026-10-08T07:30:27.768Z ${xray}`]) {
      const { records, counts } = read([`2026-10-08T07:30:27.768Z ${report('a')}`, second, report('b')]);
      expect(records.map((one) => one.report.segmentId)).toEqual(['d0025b207c551fde', undefined]);
      expect(counts).toEqual({ lines: 3, passedOver: 0, malformed: 0, cut: 0 });
    }
  });

  it('count what gives none: passed over, malformed, cut', () => {
    const { records, counts } = read([
      'hello',
      '',
      'START RequestId: a Version: $LATEST',
      'REPORT RequestId:',
      'REPORT RequestId: a\tDuration: 1',
    ]);
    expect(records.map((one) => one.report.requestId)).toEqual(['a']);
    expect(counts).toEqual({ lines: 4, passedOver: 2, malformed: 1, cut: 1 });
  });

  it('are not taken from what an application prints about them', () => {
    const spoof = JSON.stringify({ timestamp: '2026-10-08T07:30:27.768Z', level: 'INFO', message: report('x') });
    expect(read([spoof, `started ${report('y')}`, `2026-10-08T07:30:27.768Z\tid\tINFO\t${report('z')}`]).records).toEqual([]);
  });

  it('whatever the lines, nothing throws, and every line is counted', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '{',
        '[',
        '{"events":[',
        '"message": "REPORT RequestId: a"',
        report('a'),
        'XRAY TraceId: 1',
        '\u001b[31m',
        '{"events":3}',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece.map((text) => text.replaceAll('\n', ' '))), (lines) => {
        const { counts } = read(lines);
        expect(counts.lines).toBe(lines.filter((line) => line.trim() !== '').length);
      }),
    );
  });
});
