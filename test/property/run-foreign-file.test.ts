import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nanoseconds } from '../../harness/domain/nanoseconds.ts';
import type { ReportedSample } from '../../harness/domain/sample.ts';
import { analyseForeignFile } from '../../harness/run/foreign-analysis.ts';
import { readForeignRows } from '../../harness/run/foreign-rows.ts';
import { formatSamplesCsv } from '../../reports/samples-csv.ts';

const HOUR_NS = 3_600_000_000_000;
const time = fc.integer({ min: 0, max: HOUR_NS }).map(nanoseconds);
/** Text that a CSV cell carries unchanged: nothing invisible, no formula, no blanks at its ends. */
const text = fc.stringMatching(/^[A-Za-z0-9",;äß][ -~äß]{0,20}[A-Za-z0-9",;äß]$/);
const scenario = fc.constantFrom('default', 'vpc-nat', 'default~twin', 'VPC + NAT, "new"', 'ä');

function optional<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(arbitrary, { nil: undefined });
}

/** The keys that have a value. */
function present<T extends object>(parts: T): Partial<T> {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as Partial<T>;
}

const measured = fc
  .record({
    client: fc.record({ total: time }),
    fn: optional(fc.record({ total: time, phases: fc.record({ dns: time, ttfb: time }) })),
    environmentId: fc.stringMatching(/^[a-z]{1,8}$/),
    requestId: optional(text),
    remoteAddress: optional(text),
    tlsResumed: optional(fc.boolean()),
    age: optional(time),
    perturbed: fc.boolean(),
    duration: optional(time),
    memoryMb: optional(fc.integer({ min: 128, max: 10_240 })),
  })
  .map(({ duration, memoryMb, perturbed, client, environmentId, ...rest }) => ({
    outcome: 'ok' as const,
    start: 'warm' as const,
    askedAt: '2026-01-01T00:00:00.000Z',
    perturbed,
    client,
    environmentId,
    ...present(rest),
    report: present({ duration, memoryMb }),
    reportSource: 'tail' as const,
  }));

const samples: fc.Arbitrary<readonly ReportedSample[]> = fc
  .array(fc.tuple(measured, scenario, fc.integer({ min: 1, max: 99 }), fc.constantFrom('new' as const, 'reused' as const)), {
    minLength: 1,
    maxLength: 12,
  })
  .map((rows) =>
    rows.map(([sample, name, round, connection], i): ReportedSample => {
      const call = {
        callId: `call-${i}`,
        scenario: name,
        target: 's3',
        round,
        position: i,
        purpose: 'measure',
        startAsked: 'warm',
        connection,
      } as const;
      return { ...(sample as ReportedSample), call };
    }),
  );

/** Lines that look like rows, some of them right. */
const field = fc.oneof(
  fc.constantFrom('default', 's3', 'warm', 'cold', 'new', 'ok', '', '1.5', '-1', 'NaN', '1e400', '"', '"a""b"', '\u202e', '__proto__'),
  fc.string({ maxLength: 6 }),
);
const mess = fc
  .array(fc.array(field, { minLength: 1, maxLength: 8 }), { maxLength: 12 })
  .map((rows) => ['scenario,target,start,connection,outcome,fn_total_ms,round', ...rows.map((row) => row.join(','))].join('\n'));

describe('a file of samples', () => {
  it('gives back every sample that was written, to the nanosecond', () => {
    fc.assert(
      fc.property(samples, (written) => {
        const found = readForeignRows(Array.from(formatSamplesCsv('abcdefgh12', written), String).join(''));
        expect(found.kind === 'rows' && found.unused).toEqual([]);
        expect(found.kind === 'rows' && found.samples).toEqual(written);
      }),
      { numRuns: 200 },
    );
  });

  it('never throws, and accounts for every row', () => {
    fc.assert(
      fc.property(fc.oneof(mess, fc.string(), fc.string({ unit: 'binary' })), (given) => {
        const found = readForeignRows(given);
        if (found.kind === 'unusable') {
          expect(found.why).not.toBe('');
          return;
        }
        for (const { why } of found.unused) expect(why).not.toBe('');
        const lines = found.unused.map(({ line }) => line);
        expect(new Set(lines).size).toBe(lines.length);
        const analysis = analyseForeignFile(given, 'x.csv', { margins: 'lab', seed: 's', order: [] }, '0');
        expect(analysis.kind === 'analysis' || analysis.why !== '').toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
