import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountSamples } from '../../harness/analyse/accounting.ts';
import { nearestRank, sortAscending } from '../../harness/analyse/quantile.ts';
import type { RoundValue } from '../../harness/analyse/quantile-replicates.ts';
import { bootstrapDifference } from '../../harness/analyse/round-bootstrap.ts';
import { superiorityOf } from '../../harness/analyse/superiority.ts';
import { judgeDifference } from '../../harness/analyse/verdict.ts';
import { settleStart } from '../../harness/collect/classify-start.ts';
import { STARTS } from '../../harness/domain/cell.ts';
import { nanoseconds } from '../../harness/domain/nanoseconds.ts';
import { OUTCOMES, PURPOSES, REPORT_SOURCES } from '../../harness/domain/sample.ts';
import { newReportedSample } from '../support/reported-sample.ts';

const time = fc.integer({ min: 0, max: 20 });

/** The definition, counted: the smallest value that at least `percent` of a hundred of the values do not exceed. */
function oracleQuantile(values: readonly number[], percent: number): number {
  const enough = (candidate: number): boolean => values.filter((value) => value <= candidate).length * 100 >= percent * values.length;
  return Math.min(...values.filter(enough));
}

describe('nearestRank', () => {
  it('is the smallest value that enough values do not exceed', () => {
    fc.assert(
      fc.property(fc.array(time, { minLength: 1, maxLength: 300 }), fc.integer({ min: 1, max: 100 }), (values, percent) => {
        expect(nearestRank(sortAscending(values), percent / 100)).toBe(oracleQuantile(values, percent));
      }),
      { numRuns: 300 },
    );
  });
});

describe('superiorityOf', () => {
  it('counts all pairs, ties half', () => {
    const side = fc.array(time, { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(side, side, (a, b) => {
        const pairs = a.flatMap((x) => b.map((y) => (x > y ? 1 : x === y ? 0.5 : 0)));
        const expected = pairs.reduce<number>((sum, won) => sum + won, 0) / pairs.length;
        expect(superiorityOf(a, b)).toBeCloseTo(expected, 12);
        expect(superiorityOf(a, b) + superiorityOf(b, a)).toBeCloseTo(1, 12);
      }),
    );
  });
});

describe('judgeDifference', () => {
  it('turns slower into faster, and nothing else, when the sides are exchanged', () => {
    const limits = fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 }));
    fc.assert(
      fc.property(limits, fc.boolean(), fc.integer({ min: 1, max: 6 }), (three, certain, margin) => {
        const [low = 0, estimate = 0, high = 0] = [...three].sort((a, b) => a - b);
        const mirrored = { slower: 'faster', faster: 'slower' } as Record<string, string>;
        const verdict = judgeDifference(estimate, certain, { low, high }, margin);
        expect(judgeDifference(-estimate, certain, { low: -high, high: -low }, margin)).toBe(mirrored[verdict] ?? verdict);
      }),
    );
  });
});

const rounds = fc
  .array(fc.array(fc.integer({ min: 1000, max: 9000 }), { minLength: 1, maxLength: 4 }), { minLength: 6, maxLength: 10 })
  .map((perRound) => perRound.flatMap((values, round): RoundValue[] => values.map((value) => ({ round, value }))));

describe('bootstrapDifference', () => {
  it('moves by exactly the shift of one side, and does not see the order of the values', () => {
    fc.assert(
      fc.property(rounds, rounds, fc.integer({ min: -500, max: 500 }), (a, b, shift) => {
        const found = bootstrapDifference(a, b, 0.5, 'seed');
        const shifted = bootstrapDifference(
          [...a].reverse().map(({ round, value }) => ({ round, value: value + shift })),
          b,
          0.5,
          'seed',
        );
        expect(shifted?.estimate).toBe((found?.estimate ?? 0) + shift);
        expect(shifted?.low).toBeCloseTo((found?.low ?? 0) + shift, 6);
        expect(shifted?.high).toBeCloseTo((found?.high ?? 0) + shift, 6);
        expect(found?.low).toBeLessThanOrEqual(found?.high ?? 0);
      }),
      { numRuns: 25 },
    );
  });
});

const sample = fc
  .record({
    purpose: fc.constantFrom(...PURPOSES),
    outcome: fc.constantFrom(...OUTCOMES),
    start: fc.option(fc.constantFrom(...STARTS), { nil: undefined }),
    discardReason: fc.option(fc.constantFrom('warm-up', 'not-cold', 'path-unproven', '__proto__', 'constructor'), { nil: undefined }),
    source: fc.constantFrom(...REPORT_SOURCES),
    init: fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined }),
    requested: fc.boolean(),
  })
  .map(({ purpose, outcome, start, discardReason, source, init, requested }) => {
    const whole = newReportedSample({ call: { purpose }, outcome, ...(discardReason === undefined ? {} : { discardReason }) });
    const { report: _, reportSource: __, start: ___, requestId, ...rest } = whole;
    const joined = { ...rest, ...(start === undefined ? {} : { start }), ...(requested && requestId !== undefined ? { requestId } : {}) };
    const found = { ...joined, report: init === undefined ? {} : { init: nanoseconds(init) }, reportSource: source };
    return { ...found, ...settleStart(found) };
  });

describe('accountSamples', () => {
  it('puts every call into exactly one count', () => {
    const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((total, count) => total + count, 0);
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 40 }), (samples) => {
        const { asked, measured, discarded, failed, reportsFound, reportsMissing } = accountSamples(samples);
        expect(asked).toBe(samples.length);
        expect(measured + sum(discarded) + sum(failed)).toBe(asked);
        expect(failed['ok']).toBeUndefined();
        expect(reportsFound + reportsMissing).toBe(samples.filter(({ requestId }) => requestId !== undefined).length);
      }),
      { numRuns: 200 },
    );
  });
});

describe('settleStart', () => {
  it('calls nothing cold that the REPORT does not prove, and nothing measured warm that initialised', () => {
    fc.assert(
      fc.property(sample, (joined) => {
        if (joined.outcome !== 'ok' || joined.discardReason !== undefined) return;
        const initialised = (joined.report.init ?? 0) > 0;
        if (joined.start === 'cold') expect(initialised).toBe(true);
        if (joined.start === 'warm') expect(initialised).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});
