import { describe, expect, it } from 'vitest';
import { groupByCell } from '../../harness/analyse/cell-samples.ts';
import { type Population, type SummaryRow, summarise } from '../../harness/analyse/summary.ts';
import { nanoseconds } from '../../harness/domain/nanoseconds.ts';
import type { Call, Outcome, ReportedSample } from '../../harness/domain/sample.ts';
import { newPlan } from '../../harness/plan/plan.ts';
import { SCENARIOS } from '../../scenarios/index.ts';
import { newReportedSample, type SampleParts } from '../support/reported-sample.ts';

const plan = newPlan(
  { backend: 'lab', scenarios: [], targets: ['internet', 's3', 'rds'], rounds: 2, warm: 1, seed: 'seed', reference: true },
  SCENARIOS,
);
const summaryOf = (samples: readonly ReportedSample[]): readonly SummaryRow[] => summarise(groupByCell(plan, samples));

/** Values of one metric and population, by statistic; absent ones as null. */
function figures(rows: readonly SummaryRow[], metric: string, population: Population): Record<string, number | null> {
  const chosen = rows.filter((row) => row.metric === metric && row.population === population);
  return Object.fromEntries(chosen.map((row) => [row.statistic, row.value ?? null]));
}

const warm = (fnTotal: number, parts: SampleParts = {}): ReportedSample => newReportedSample({ fnTotal, ...parts });
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

describe('summarise', () => {
  it.each<[number, number | null, number | null, number | null, string]>([
    [5, null, null, null, 'too few for any quantile'],
    [6, 3, null, null, 'enough for the median'],
    [35, 18, null, null, 'one too few for p90'],
    [36, 18, 33, null, 'enough for p90'],
    [367, 184, 331, null, 'one too few for p99'],
    [368, 184, 332, 365, 'enough for p99'],
  ])('of %i values gives p50 %s, p90 %s, p99 %s: %s', (n, p50, p90, p99) => {
    const rows = summaryOf(upTo(n).map((value) => warm(value)));
    expect(figures(rows, 'fn_total_ms', 'all')).toEqual({ p50, p90, p99, min: 1, max: n });
    expect(rows.every((row) => row.n === n && row.failures === 0 && row.environments === 1)).toBe(true);
  });

  it('counts failures as +∞ in a population of their own', () => {
    const failures = upTo(3).map(() => newReportedSample({ outcome: 'blocked' }));
    const rows = summaryOf([...upTo(7).map((value) => warm(value)), ...failures]);
    expect(figures(rows, 'fn_total_ms', 'all')).toEqual({ p50: 4, p90: null, p99: null, min: 1, max: 7 });
    expect(figures(rows, 'fn_total_ms', 'failures_inf')).toEqual({ p50: 5, p90: null, p99: null, min: 1, max: null });
    expect(rows.filter(({ population }) => population === 'failures_inf').map(({ n, failures: failed }) => [n, failed])).toContainEqual([
      10, 3,
    ]);
    expect(rows.filter(({ population }) => population === 'all').every((row) => row.n === 7 && row.failures === 3)).toBe(true);
  });

  it('has no quantile that lies among the failures', () => {
    const failures = upTo(10).map(() => newReportedSample({ outcome: 'failed' }));
    const rows = summaryOf([...upTo(9).map((value) => warm(value)), ...failures]);
    expect(figures(rows, 'fn_total_ms', 'failures_inf')['p50']).toBeNull();
    expect(figures(rows, 'fn_total_ms', 'all')['p50']).toBe(5);
  });

  it('keeps the failures of a cell that never succeeded, of its judged metrics alone', () => {
    const rows = summaryOf(upTo(8).map(() => newReportedSample({ outcome: 'conn-stale', call: { connection: 'reused' } })));
    expect(new Set(rows.map(({ metric, population }) => `${metric} ${population}`))).toEqual(new Set(['fn_total_ms failures_inf']));
    expect(figures(rows, 'fn_total_ms', 'failures_inf')).toEqual({ p50: null, p90: null, p99: null, min: null, max: null });
    expect(rows[0]).toMatchObject({ n: 8, failures: 8, environments: 0 });
  });

  it.each<[Outcome, string]>([
    ['stale_env', 'it was asked again'],
    ['throttled', 'so was this'],
  ])('does not count %s as a failure: %s', (outcome) => {
    const rows = summaryOf([...upTo(6).map((value) => warm(value)), newReportedSample({ outcome, call: { purpose: 'measure' } })]);
    expect(rows.every((row) => row.failures === 0 && row.population === 'all')).toBe(true);
  });

  it('leaves calls that a stall held up out of "clean", and has "clean" only where it differs', () => {
    const calm = upTo(6).map((value) => warm(value));
    expect(summaryOf(calm).some(({ population }) => population === 'clean')).toBe(false);
    const rows = summaryOf([...calm, warm(999, { perturbed: true })]);
    expect(figures(rows, 'fn_total_ms', 'clean')).toEqual({ p50: 3, p90: null, p99: null, min: 1, max: 6 });
    expect(figures(rows, 'fn_total_ms', 'all')['max']).toBe(999);
    expect(summaryOf(upTo(6).map((value) => warm(value, { perturbed: true }))).some(({ population }) => population === 'clean')).toBe(
      false,
    );
  });

  it.each<[number, number, Partial<Call>, boolean, number | undefined, string]>([
    [12, 3, {}, true, 1.4, 'warm calls are alike within an environment'],
    [7, 8, {}, false, 2.8, 'seven environments are too few for limits'],
    [1, 40, {}, false, undefined, 'one environment tells nothing of others'],
    [12, 1, { purpose: 'cold' }, true, undefined, 'cold calls are independent'],
    [5, 1, { purpose: 'cold' }, false, undefined, 'five cold calls have no median'],
  ])('of %i environments with %i calls of %j gives limits: %s, design effect at least %s: %s', (rounds, calls, parts, limits, effect) => {
    const samples = upTo(rounds).flatMap((round) =>
      upTo(calls).map((i) => warm(round * 10 + i, { call: { round, ...parts }, clientTotal: round * 10 + i })),
    );
    const row = summaryOf(samples).find(({ statistic, metric }) => statistic === 'p50' && metric === 'client_ms');
    expect([row?.low !== undefined, row?.high !== undefined]).toEqual([limits, limits]);
    if (effect === undefined) expect(row?.designEffect).toBeUndefined();
    else expect(row?.designEffect).toBeGreaterThan(effect);
    if (limits) {
      expect(row?.low).toBeLessThanOrEqual(row?.value ?? 0);
      expect(row?.high).toBeGreaterThanOrEqual(row?.value ?? Number.POSITIVE_INFINITY);
    }
  });

  it('counts a failure to the environment of its round', () => {
    const samples = upTo(8).flatMap((round) => upTo(6).map((i) => warm(i, { call: { round } })));
    const { environmentId: _, ...failed } = newReportedSample({ outcome: 'failed', call: { round: 3 } });
    const effect = (more: ReportedSample): number | undefined =>
      summaryOf([...samples, more]).find(({ population, statistic }) => population === 'failures_inf' && statistic === 'p50')?.designEffect;
    expect(effect(failed)).toBe(effect({ ...failed, environmentId: 'env-3' }));
  });

  it('counts environments that have a name', () => {
    const named = upTo(4).map((round) => warm(round, { call: { round } }));
    const { environmentId: _, ...nameless } = warm(9);
    expect(summaryOf([...named, nameless]).every((row) => row.environments === 4 && row.n === 5)).toBe(true);
  });

  it('takes each metric from the samples that have it', () => {
    const reported = warm(5, { clientTotal: 10_000_000, report: { duration: nanoseconds(4_000_000) } });
    const rows = summaryOf([reported, warm(6)]);
    const n = (metric: string): number | undefined => rows.find((row) => row.metric === metric)?.n;
    expect([n('fn_total_ms'), n('duration_ms'), n('outside_ms'), n('init_ms'), n('fn_dns_ms')]).toEqual([2, 1, 1, undefined, undefined]);
    expect(figures(rows, 'outside_ms', 'all')['max']).toBe(6_000_000);
  });

  it('adds init and duration of a cold call, and only where both are there', () => {
    const cold = (report: ReportedSample['report']) => newReportedSample({ call: { purpose: 'cold' }, report, clientTotal: 9_000_000 });
    const rows = summaryOf([
      cold({ init: nanoseconds(3_000_000), duration: nanoseconds(2_000_000) }),
      cold({ init: nanoseconds(3_000_000) }),
      cold({ duration: nanoseconds(2_000_000) }),
    ]);
    expect(rows.find(({ metric }) => metric === 'cold_report_ms')?.n).toBe(1);
    expect(figures(rows, 'cold_report_ms', 'all')['max']).toBe(5_000_000);
    expect(figures(rows, 'outside_ms', 'all')['min']).toBe(4_000_000);
  });

  it('has no figures of environments that were initialised ahead, and none of discarded calls', () => {
    const preinit = newReportedSample({ call: { purpose: 'cold' }, start: 'preinit', clientTotal: 5 });
    expect(summaryOf([preinit, warm(5, { discardReason: 'not-cold' }), warm(5, { call: { purpose: 'settle' } })])).toEqual([]);
  });

  it('orders cells by target, arm, start and connection', () => {
    const samples = [
      warm(1, { call: { target: 's3', scenario: 'vpc-nat' } }),
      warm(1, { call: { target: 's3', scenario: 'default', connection: 'reused' } }),
      warm(1, { call: { target: 's3', scenario: 'default' } }),
      newReportedSample({ call: { target: 's3', purpose: 'cold' }, clientTotal: 1 }),
      warm(1, { call: { target: 'internet', scenario: 'vpc-nat' } }),
    ];
    const cells = groupByCell(plan, samples).map(({ cell }) => `${cell.target} ${cell.scenario} ${cell.start} ${cell.connection}`);
    expect(cells).toEqual([
      'internet vpc-nat warm new',
      's3 default cold new',
      's3 default warm new',
      's3 default warm reused',
      's3 vpc-nat warm new',
    ]);
  });
});
