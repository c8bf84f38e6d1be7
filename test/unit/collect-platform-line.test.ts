import { describe, expect, it } from 'vitest';
import type { PlatformLine } from '../../harness/collect/line.ts';
import { parsePlatformLine, parsePlatformLines } from '../../harness/collect/platform-line.ts';
import { JSON_VECTORS, type PlatformVector, TEXT_VECTORS } from '../support/platform-vectors.ts';

const NOT_FIGURES = new Set(['kind', 'format', 'others', 'cut']);

/** The line's members as `name → text`, spans inside objects as `object.name`. */
function membersOf(line: PlatformLine): Record<string, string> {
  const entries = Object.entries(line).filter(([name]) => !NOT_FIGURES.has(name));
  return Object.fromEntries(
    entries.flatMap(([name, value]) =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).map(([inner, innerValue]) => [`${name}.${inner}`, String(innerValue)] as const)
        : [[name, String(value)] as const],
    ),
  );
}

function expectedMembers({ expect: wanted }: PlatformVector): Record<string, string> {
  const spans = Object.entries(wanted.ms ?? {}).map(([name, ms]) => [name, String(Math.round(ms * 1e6))]);
  const sizes = 'mb' in wanted ? Object.entries(wanted.mb ?? {}).map(([name, mb]) => [name, String(mb)]) : [];
  const id = 'requestId' in wanted ? [['requestId', wanted.requestId]] : [];
  return Object.fromEntries([...spans, ...sizes, ...id, ...Object.entries(wanted.words ?? {})]);
}

describe('the known lines', () => {
  it('are all here', () => {
    expect(TEXT_VECTORS.map(({ id }) => id)).toHaveLength(29);
    expect(JSON_VECTORS.map(({ id }) => id)).toHaveLength(12);
    expect(new Set([...TEXT_VECTORS, ...JSON_VECTORS].map(({ id }) => id)).size).toBe(41);
  });

  it.each([...TEXT_VECTORS, ...JSON_VECTORS])('$id: $why', (vector) => {
    const line = parsePlatformLine(vector.line);
    expect(line.kind).toBe(vector.expect.kind);
    expect(membersOf(line)).toEqual(expectedMembers(vector));
    if (line.kind === 'report') {
      expect(line.cut).toBe('cut' in vector.expect);
      expect(line.others).toEqual(vector.id === 'A3' ? { SegmentId: '' } : {});
    }
  });

  it.each(TEXT_VECTORS.filter((vector) => !vector.id.startsWith('N')))('$id reads the same with blanks for tabs', (vector) => {
    expect(parsePlatformLine(vector.line.replace(/\s+/g, ' '))).toEqual(parsePlatformLine(vector.line));
  });
});

const ID = '11111111-2222-4333-8444-555555555555';

describe('lines that try the scanner', () => {
  const rows: readonly {
    readonly why: string;
    readonly line: string;
    readonly expected: Partial<PlatformLine> & { readonly others?: unknown };
  }[] = [
    {
      why: 'an unknown label that ends like a known one is kept apart',
      line: `REPORT RequestId: ${ID}\tDuration: 1.00 ms\tBilled Init Duration: 7 ms\t\n`,
      expected: { kind: 'report', duration: 1e6 as never, others: { 'Billed Init Duration': '7 ms' }, cut: false },
    },
    {
      why: 'an unknown label may have several words of value, in front of a tab',
      line: `REPORT RequestId: ${ID}\tExtension Overhead: a b c\tDuration: 1.00 ms\t\n`,
      expected: { kind: 'report', duration: 1e6 as never, others: { 'Extension Overhead': 'a b c' }, cut: false },
    },
    {
      why: 'a number without its unit may have been longer',
      line: `REPORT RequestId: ${ID}\tDuration: 14.97 ms\tBilled Duration: 15`,
      expected: { kind: 'report', duration: 14.97e6 as never, others: { 'Billed Duration': '15' }, cut: true },
    },
    {
      why: 'half a unit is no unit',
      line: `REPORT RequestId: ${ID}\tDuration: 14.97 m`,
      expected: { kind: 'report', others: { Duration: '14.97' }, cut: true },
    },
    {
      why: 'half a label',
      line: `REPORT RequestId: ${ID} Duration: 14.97 ms Billed Dur`,
      expected: { kind: 'report', duration: 14.97e6 as never, cut: true },
    },
    {
      why: 'half a status',
      line: `REPORT RequestId: ${ID}\tDuration: 14.97 ms\tStatus: time`,
      expected: { kind: 'report', duration: 14.97e6 as never, others: { Status: 'time' }, cut: true },
    },
    { why: 'the id may be half', line: 'REPORT RequestId: 11111111-22', expected: { kind: 'report', cut: true } },
    {
      why: 'another unit is not read as this one',
      line: `REPORT RequestId: ${ID}\tDuration: 3 s\tMemory Size: 1 GB\t`,
      expected: { kind: 'report', others: { Duration: '3', 'Memory Size': '1' } },
    },
    {
      why: 'a negative duration is none',
      line: `REPORT RequestId: ${ID}\tDuration: -3.00 ms\t`,
      expected: { kind: 'report', others: { Duration: '-3.00' } },
    },
    {
      why: 'a duration of years is none',
      line: `REPORT RequestId: ${ID}\tDuration: 99999999999999.00 ms\t`,
      expected: { kind: 'report', others: { Duration: '99999999999999.00 ms' } },
    },
    {
      why: 'two durations: neither is believed',
      line: `REPORT RequestId: ${ID} Duration: 1.00 ms Duration: 999.00 ms`,
      expected: { kind: 'malformed', reason: 'Duration stands there twice' },
    },
    { why: 'no id', line: 'REPORT RequestId: ', expected: { kind: 'malformed', reason: 'REPORT without a request id' } },
    { why: 'cut before the id', line: 'REPORT Requ', expected: { kind: 'malformed', reason: 'cut before RequestId' } },
    { why: 'a user line that begins with the word', line: 'START of the show', expected: { kind: 'application' } },
    { why: 'a user line that begins with the word REPORT', line: 'REPORT Duration: 3.00 ms', expected: { kind: 'application' } },
    { why: 'indented', line: ` REPORT RequestId: ${ID} Duration: 1.00 ms`, expected: { kind: 'application' } },
    {
      why: 'the runtime names itself, colons inside the value',
      line: 'INIT_START Runtime Version: nodejs:22.v29\tRuntime Version ARN: arn:aws:lambda:us-east-1::runtime:abc\n',
      expected: { kind: 'initStart', runtimeVersion: 'nodejs:22.v29', runtimeVersionArn: 'arn:aws:lambda:us-east-1::runtime:abc' },
    },
    { why: 'start', line: `START RequestId: ${ID} Version: $LATEST\n`, expected: { kind: 'start', requestId: ID, version: '$LATEST' } },
    { why: 'end', line: `END RequestId: ${ID}\n`, expected: { kind: 'end', requestId: ID } },
    {
      why: 'an extension',
      line: 'EXTENSION\tName: dd\tState: Ready\tEvents: [INVOKE, SHUTDOWN]\n',
      expected: { kind: 'extension', name: 'dd', state: 'Ready', events: '[INVOKE, SHUTDOWN]' },
    },
    {
      why: 'the old way to say that the process ended',
      line: `RequestId: ${ID} Error: Runtime exited with error: signal: killed\nRuntime.ExitError`,
      expected: { kind: 'fault', requestId: ID },
    },
    { why: 'noise', line: 'LAMBDA_WARNING: Unhandled exception. Trouble.', expected: { kind: 'otherPlatform', type: 'LAMBDA_WARNING' } },
    {
      why: 'a type of tomorrow',
      line: '{"type":"platform.dream","record":{}}',
      expected: { kind: 'otherPlatform', type: 'platform.dream' },
    },
    {
      why: 'an application that logs JSON with a field called type',
      line: `{"timestamp":"2026-01-01T00:00:00Z","level":"INFO","requestId":"${ID}","message":{"type":"platform.report"}}`,
      expected: { kind: 'application' },
    },
    {
      why: 'a platform object that was cut',
      line: '{"time":"2026-01-01T00:00:00.000Z","type":"platform.report","record":{"requestId":"x","metr',
      expected: { kind: 'malformed', reason: 'JSON that was cut or garbled' },
    },
    { why: 'braces of a user', line: '{ hello }', expected: { kind: 'application' } },
    {
      why: 'metrics of other types are kept, not read',
      line: '{"type":"platform.report","record":{"requestId":"x","metrics":{"durationMs":"12","initDurationMs":-1,"coffee":3}}}',
      expected: { kind: 'report', others: { durationMs: '12', initDurationMs: '-1', coffee: '3' } },
    },
  ];

  it.each(rows)('$why', ({ line, expected }) => {
    expect(parsePlatformLine(line)).toMatchObject(expected);
  });

  it('gives no duration where it is unreadable', () => {
    for (const row of rows.filter(({ expected }) => expected.kind === 'report' && !('duration' in expected))) {
      expect(parsePlatformLine(row.line)).not.toHaveProperty('duration', expect.anything());
    }
  });
});

describe('a piece of log', () => {
  it('keeps the X-Ray part with its REPORT, and a wrapped REPORT together', () => {
    const a2 = TEXT_VECTORS.find(({ id }) => id === 'A2')?.line ?? '';
    const d3 = TEXT_VECTORS.find(({ id }) => id === 'D3')?.line ?? '';
    const lines = parsePlatformLines(`START RequestId: ${ID} Version: 1\nhello\nEND RequestId: ${ID}\n${a2}${d3}\nbye\n`);
    expect(lines.map(({ kind }) => kind)).toEqual(['start', 'application', 'end', 'report', 'report', 'application']);
    expect(lines[3]).toEqual(parsePlatformLine(a2));
    expect(lines[4]).toEqual(parsePlatformLine(d3));
  });

  it('does not let a printed label into a REPORT that is whole', () => {
    const lines = parsePlatformLines(`REPORT RequestId: ${ID}\tDuration: 5.00 ms\tBilled Duration: 5 ms\t\nInit Duration: 999.00 ms\n`);
    expect(lines.map(({ kind }) => kind)).toEqual(['report', 'application']);
    expect(lines[0]).not.toHaveProperty('init');
  });
});
