import fc from 'fast-check';
import { CONNECTIONS, STARTS } from '../../harness/domain/cell.ts';
import { PATHS } from '../../harness/domain/path.ts';
import { type Call, OUTCOMES, PURPOSES, REPORT_SOURCES, type ReportFigures, type Sample } from '../../harness/domain/sample.ts';
import { TARGETS } from '../../harness/domain/target.ts';
import { askedEntry, type JournalEntry } from '../../harness/record/journal.ts';

export const time = fc.oneof(fc.nat({ max: 300 }), fc.nat({ max: 70_000 }), fc.maxSafeNat());
export const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.string({ minLength: 250, maxLength: 600 }));
const numbers = (...names: readonly string[]) => fc.record(Object.fromEntries(names.map((name) => [name, time])), { requiredKeys: [] });
const texts = (...names: readonly string[]) => fc.record(Object.fromEntries(names.map((name) => [name, text])), { requiredKeys: [] });

export const call = fc.record({
  scenario: fc.constantFrom('default', 'vpc-nat', '__proto__'),
  target: fc.constantFrom(...TARGETS),
  round: fc.nat({ max: 1000 }),
  position: fc.nat({ max: 70_000 }),
  purpose: fc.constantFrom(...PURPOSES),
  startAsked: fc.constantFrom('cold', 'warm'),
  connection: fc.constantFrom(...CONNECTIONS),
});
const client = fc
  .tuple(time, numbers('sdk', 'wait', 'dns', 'connect', 'tls', 'write', 'ttfb', 'body'))
  .map(([total, rest]) => ({ ...rest, total }));
const fn = fc.tuple(time, numbers('dns', 'connect', 'tls', 'auth', 'ttfb', 'query', 'body')).map(([total, phases]) => ({ total, phases }));
export const observed = fc
  .tuple(
    texts('errorClass', 'errorPhase', 'errorMessage', 'requestId', 'environmentId', 'logStream', 'localAddress', 'remoteAddress'),
    texts('seenAddress', 'azId', 'discardReason'),
    numbers('age', 'idleGap', 'moduleLoad', 'initGap'),
    fc.record({ outcome: fc.constantFrom(...OUTCOMES), askedAt: text, perturbed: fc.boolean() }),
    fc.record(
      { start: fc.constantFrom(...STARTS), provenPath: fc.constantFrom(...PATHS), tlsResumed: fc.boolean(), client, fn },
      { requiredKeys: [] },
    ),
  )
  .map((parts) => Object.assign({}, ...parts) as Omit<Sample, 'call'>);
const figures = fc
  .tuple(
    numbers('duration', 'billed', 'init', 'restore', 'billedRestore'),
    texts('status', 'errorType', 'initType', 'runtimeVersionArn'),
    fc.record({ memoryMb: fc.double({ min: 0.5, max: 1e5, noNaN: true }), maxMemoryMb: time }, { requiredKeys: [] }),
  )
  .map((parts) => Object.assign({}, ...parts) as ReportFigures);
const line = fc.record(
  { call, observed, report: fc.record({ source: fc.constantFrom(...REPORT_SOURCES), figures }) },
  { requiredKeys: ['call'] },
);
export const lines = fc
  .array(line, { maxLength: 12 })
  .map((all) => all.map((one, i) => ({ ...one, call: { ...one.call, callId: `c${i}` } as Call })));

export type Line = typeof lines extends fc.Arbitrary<readonly (infer One)[]> ? One : never;

/** Entries of the three events that are written of every call. */
export const journalEntries: fc.Arbitrary<JournalEntry> = fc
  .tuple(call, observed, figures, fc.constantFrom(...REPORT_SOURCES), fc.string({ minLength: 1 }), fc.nat({ max: 2 }))
  .map(([asked, seen, found, source, callId, event]): JournalEntry => {
    if (event === 0) return askedEntry({ ...asked, callId } as Call, 'now');
    if (event === 1) return { event: 'observed', call_id: callId, sample: seen };
    return { event: 'report', call_id: callId, source, figures: found };
  });
