import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PROBE_PHASES } from '../../harness/domain/probe-wire.ts';
import { PhaseWatch } from '../../infra/probe/phase-watch.ts';

const LIMIT = { milliseconds: 30_000, bounds: 'each-phase' } as const;
const span = fc.bigInt({ min: 0n, max: 60_000_000_000n });
/** A clock that moves by the given spans, one a reading, from an origin beyond 2^53. */
function clockOf(spans: readonly bigint[]): () => bigint {
  let at = 9_100_000_000_000_000_000n;
  let reading = 0;
  return () => {
    at += reading === 0 ? 0n : (spans[reading - 1] ?? 0n);
    reading += 1;
    return at;
  };
}

test('whatever the clock says, phases sum to the total exactly and each is its own span', () => {
  fc.assert(
    fc.property(fc.subarray([...PROBE_PHASES], { minLength: 1 }), fc.array(span, { minLength: 7, maxLength: 7 }), (phases, spans) => {
      const [first, ...rest] = phases;
      if (first === undefined) return;
      const watch = new PhaseWatch(first, LIMIT, () => {}, clockOf(spans));
      for (const phase of rest) watch.next(phase);
      const finished = watch.finish();
      expect(Object.keys(finished.phases)).toEqual(phases);
      expect(Object.values(finished.phases)).toEqual(spans.slice(0, phases.length).map(Number));
      expect(Object.values(finished.phases).reduce((sum, one) => sum + one, 0)).toBe(finished.totalNs);
    }),
  );
});

test('an abandoned operation keeps the phases that ended, names the one under way, and its elapsed time covers both', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 6 }), fc.array(span, { minLength: 7, maxLength: 7 }), (at, spans) => {
      const [first = 'dns', ...rest] = PROBE_PHASES;
      const watch = new PhaseWatch(first, LIMIT, () => {}, clockOf(spans));
      for (const phase of rest.slice(0, at)) watch.next(phase);
      const abandoned = watch.abandon();
      expect(abandoned.phase).toBe(PROBE_PHASES[at]);
      expect(Object.keys(abandoned.phases)).toEqual(PROBE_PHASES.slice(0, at));
      const ended = Object.values(abandoned.phases).reduce((sum, one) => sum + one, 0);
      expect(abandoned.elapsedNs).toBe(ended + Number(spans[at]));
    }),
  );
});
