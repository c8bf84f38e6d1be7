import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlatformLine, ReportLine } from '../../harness/collect/line.ts';
import { parsePlatformLine, parsePlatformLines } from '../../harness/collect/platform-line.ts';
import { figuresOf } from '../../harness/collect/report-figures.ts';
import { JSON_VECTORS, TEXT_VECTORS } from '../support/platform-vectors.ts';

const ALL = [...TEXT_VECTORS, ...JSON_VECTORS].map(({ line }) => line);
const TEXT_REPORTS = TEXT_VECTORS.filter(({ expect: wanted }) => wanted.kind === 'report').map(({ line }) => line);
const SPANS = ['duration', 'billed', 'init', 'restore', 'billedRestore'] as const;
const SIZES = ['memoryMb', 'maxMemoryMb'] as const;

const LABELS = {
  duration: 'Duration',
  billed: 'Billed Duration',
  init: 'Init Duration',
  restore: 'Restore Duration',
  billedRestore: 'Billed Restore Duration',
} as const;

/** Every number that stands in the text in front of `unit`, as a number. */
function numbersIn(text: string, pattern: RegExp): readonly number[] {
  return [...text.matchAll(pattern)].map(([, digits]) => Number(digits));
}

/** Slices out, repeats, swaps and writes into a known line. */
const mangled = fc
  .tuple(
    fc.constantFrom(...ALL),
    fc.array(
      fc.oneof(
        fc.record({
          kind: fc.constant('cut' as const),
          at: fc.double({ min: 0, max: 1, noNaN: true }),
          length: fc.integer({ min: 1, max: 30 }),
        }),
        fc.record({
          kind: fc.constant('insert' as const),
          at: fc.double({ min: 0, max: 1, noNaN: true }),
          text: fc.oneof(
            fc.string({ unit: 'binary', maxLength: 8 }),
            fc.constantFrom(
              '\t',
              '\n',
              '\r',
              ' ',
              ':',
              ' Duration: 3.00 ms',
              '\tInit Duration: ',
              'REPORT RequestId: ',
              '\u2028',
              '"',
              '{',
              'ms',
            ),
          ),
        }),
        fc.record({ kind: fc.constant('shuffle' as const), seed: fc.integer({ min: 0, max: 9 }) }),
      ),
      { maxLength: 5 },
    ),
  )
  .map(([line, edits]) => edits.reduce(applyEdit, line));

type Edit =
  | { readonly kind: 'cut'; readonly at: number; readonly length: number }
  | { readonly kind: 'insert'; readonly at: number; readonly text: string }
  | { readonly kind: 'shuffle'; readonly seed: number };

function applyEdit(line: string, edit: Edit): string {
  switch (edit.kind) {
    case 'cut':
      return line.slice(0, Math.floor(edit.at * line.length)) + line.slice(Math.floor(edit.at * line.length) + edit.length);
    case 'insert':
      return line.slice(0, Math.floor(edit.at * line.length)) + edit.text + line.slice(Math.floor(edit.at * line.length));
    case 'shuffle': {
      const fields = line.split('\t');
      return [...fields.slice(edit.seed % fields.length), ...fields.slice(0, edit.seed % fields.length)].join('\t');
    }
  }
}

function expectNothingInvented(line: PlatformLine, text: string): void {
  if (line.kind !== 'report') return;
  const milliseconds =
    line.format === 'text' ? numbersIn(text, /(\d+(?:\.\d+)?)\s+ms/g) : numbersIn(text, /(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/g);
  const megabytes = line.format === 'text' ? numbersIn(text, /(\d+)\s+MB/g) : milliseconds;
  const spans = new Set(milliseconds.map((value) => Math.round(value * 1e6)));
  for (const member of SPANS) {
    if (line[member] !== undefined) expect(spans).toContain(line[member]);
    if (line[member] !== undefined && line.format === 'text')
      expect(text).toMatch(new RegExp(`${LABELS[member].replace(/ /g, '\\s+')}:\\s`));
  }
  for (const member of SIZES) if (line[member] !== undefined) expect(megabytes).toContain(line[member]);
}

describe('any text', () => {
  it('is read without a throw, and no figure is invented', () => {
    fc.assert(
      fc.property(fc.oneof(mangled, fc.string({ unit: 'binary', maxLength: 200 })), (text) => {
        expectNothingInvented(parsePlatformLine(text), text);
        for (const line of parsePlatformLines(text)) expectNothingInvented(line, text);
      }),
      { numRuns: 2_000 },
    );
  });

  it('in JSON of any shape is read without a throw', () => {
    const anything = fc.object({
      key: fc.constantFrom('requestId', 'metrics', 'durationMs', 'spans', 'events', 'name', 'toString', '__proto__'),
      maxDepth: 4,
    });
    const types = fc.constantFrom(
      'report',
      'start',
      'runtimeDone',
      'initStart',
      'initReport',
      'extension',
      'fault',
      'logsDropped',
      'dream',
    );
    fc.assert(
      fc.property(types, fc.oneof(anything, fc.jsonValue()), (type, record) => {
        const text = JSON.stringify({ type: `platform.${type}`, record });
        expectNothingInvented(parsePlatformLine(text), text);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('a text REPORT that ends anywhere', () => {
  it('gives no other figure than the whole one, and is complete only with all of them', () => {
    for (const whole of TEXT_REPORTS) {
      const full = parsePlatformLine(whole) as ReportLine;
      for (let end = 0; end < whole.length; end++) {
        const line = parsePlatformLine(whole.slice(0, end));
        if (line.kind !== 'report') continue;
        for (const member of [...SPANS, ...SIZES]) expect([undefined, full[member]]).toContain(line[member]);
        if (line.status !== undefined) expect(line.status).toBe(full.status);
      }
    }
  });

  it('is not taken for whole when it ends inside a field', () => {
    const line = TEXT_VECTORS.find(({ id }) => id === 'A2')?.line ?? '';
    const id = 'b92a770e-7c92-4a13-84e3-613428ff991f';
    const traceAt = line.indexOf('XRAY TraceId: 1');
    for (let end = line.indexOf(id) + id.length; end < traceAt; end++) {
      const found = figuresOf(parsePlatformLines(line.slice(0, end)), id);
      if (!/ (?:ms|MB)\s*$/.test(line.slice(0, end))) expect(found?.complete ?? false, line.slice(0, end)).toBe(false);
    }
  });
});

describe('fields in any order', () => {
  it('read the same', () => {
    const line = TEXT_VECTORS.find(({ id }) => id === 'C1')?.line ?? '';
    const [head = '', ...fields] = line.trimEnd().split('\t');
    fc.assert(
      fc.property(fc.shuffledSubarray(fields, { minLength: fields.length }), fc.constantFrom('\t', ' ', '\n', ' \t '), (order, divider) => {
        expect(parsePlatformLine([head, ...order].join(divider))).toEqual(parsePlatformLine(line));
      }),
    );
  });
});

describe('what the function prints before its REPORT', () => {
  const id = '76269889-7d50-4d6d-a3f1-9b4f5322f47c';
  const real = TEXT_VECTORS.find(({ id: name }) => name === 'A1')?.line ?? '';

  it('does not change the figures, not even a REPORT of its own', () => {
    const spoof = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.constantFrom(
        `REPORT RequestId: ${id}\tDuration: 0.01 ms\tBilled Duration: 1 ms\tInit Duration: 9.00 ms\t`,
        `{"type":"platform.report","record":{"requestId":"${id}","metrics":{"durationMs":0.01,"initDurationMs":9}}}`,
        'Duration: 999 ms Billed Duration: 999 ms',
        `END RequestId: ${id}`,
        'XRAY TraceId: 1-1\tSegmentId: 2\tSampled: true',
      ),
    );
    fc.assert(
      fc.property(fc.array(spoof, { maxLength: 6 }), (printed) => {
        const text = [`START RequestId: ${id} Version: $LATEST`, ...printed, `END RequestId: ${id}`, real].join('\n');
        expect(figuresOf(parsePlatformLines(text), id)).toEqual({
          figures: { duration: 14.97e6, billed: 15e6, memoryMb: 128, maxMemoryMb: 67 },
          complete: true,
        });
      }),
      { numRuns: 500 },
    );
  });
});
