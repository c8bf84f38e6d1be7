import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PROBE_PHASES } from '../../harness/domain/probe-wire.ts';
import { probeAnswerSchema } from '../../harness/drive/probe-answer.ts';
import { isUsualAnswer } from '../../harness/drive/usual-answer.ts';

/** Mostly a good value, sometimes one that must be refused or is at the edge. */
const mostly = <T>(good: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 30, arbitrary: good },
    { weight: 1, arbitrary: fc.constantFrom<unknown>(null, '', -1, 0.5, 2 ** 53, 'x'.repeat(1025), [], {}, true, '7') },
  );
const text = mostly(fc.string({ maxLength: 12 }));
const nanosecondsOnWire = mostly(fc.nat());

const phases = mostly(fc.record(Object.fromEntries(PROBE_PHASES.map((phase) => [phase, nanosecondsOnWire])), { requiredKeys: [] }));
const okResult = fc.record(
  {
    kind: mostly(fc.constant('ok')),
    phases,
    totalNs: nanosecondsOnWire,
    localAddress: text,
    remoteAddress: text,
    tlsResumed: mostly(fc.boolean()),
  },
  { requiredKeys: ['kind', 'phases', 'totalNs', 'localAddress', 'remoteAddress'] },
);
const errorResult = fc.record({
  ...{ kind: fc.constant('error'), class: mostly(fc.constant('timeout')), phase: mostly(fc.constant('connect')) },
  ...{ message: text, phases, elapsedNs: nanosecondsOnWire },
});
const required = ['version', 'callId', 'nonce', 'environmentId', 'first', 'requestId', 'result'] as const;
const answer = fc.record(
  {
    ...{ version: mostly(fc.constant(2)), callId: text, nonce: text, environmentId: mostly(fc.string({ minLength: 1, maxLength: 9 })) },
    ...{ first: mostly(fc.boolean()), requestId: text, result: fc.oneof({ weight: 5, arbitrary: okResult }, errorResult, fc.jsonValue()) },
    ...{ initGapNs: nanosecondsOnWire, moduleNs: nanosecondsOnWire, logStream: text, azId: text },
  },
  { requiredKeys: [...required] },
);
/** A member lost, or one too many. */
const changed = fc
  .tuple(answer, fc.option(fc.constantFrom(...required)), fc.option(fc.constantFrom('extra', '__proto__')))
  .map(([whole, lost, extra]) => {
    const kept = Object.entries(whole).filter(([key]) => key !== lost);
    return Object.fromEntries([...kept, ...(extra === null ? [] : [[extra, 1]])]);
  });

it('is true only for what the whole schema takes as it stands, and for all of that but failures and proofs', () => {
  const seen = { usual: 0, refused: 0 };
  fc.assert(
    fc.property(fc.oneof({ weight: 3, arbitrary: answer }, changed), (made) => {
      const json: unknown = JSON.parse(JSON.stringify(made));
      const parsed = probeAnswerSchema.safeParse(json);
      const usual = isUsualAnswer(json);
      seen[usual ? 'usual' : 'refused']++;
      if (usual) expect(parsed.data).toEqual(json);
      else if (parsed.success) expect(parsed.data.result.kind).toBe('error');
    }),
    { numRuns: 3000 },
  );
  expect(Math.min(seen.usual, seen.refused)).toBeGreaterThan(200);
});
