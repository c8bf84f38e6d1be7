import { describe, expect, it } from 'vitest';
import { analyseRun } from '../../harness/analyse/analysis.ts';
import { groupByCell } from '../../harness/analyse/cell-samples.ts';
import { splitCold } from '../../harness/analyse/cold-split.ts';
import { courseOf } from '../../harness/analyse/course.ts';
import { quantileCurve } from '../../harness/analyse/quantile-curve.ts';
import { summarise } from '../../harness/analyse/summary.ts';
import { nanoseconds } from '../../harness/domain/nanoseconds.ts';
import type { ReportedSample } from '../../harness/domain/sample.ts';
import { newPlan } from '../../harness/plan/plan.ts';
import { SCENARIOS } from '../../scenarios/index.ts';
import { newReportedRun } from '../support/reported-run.ts';
import { newReportedSample, type SampleParts } from '../support/reported-sample.ts';

const plan = newPlan({ backend: 'lab', scenarios: [], targets: ['s3'], rounds: 2, warm: 1, seed: 'seed', reference: true }, SCENARIOS);

/** The only cell of the samples. */
function cellOf(samples: readonly ReportedSample[]) {
  const [cell] = groupByCell(plan, samples);
  if (cell === undefined) throw new Error('no cell');
  return cell;
}

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);
const inRounds = (n: number, rounds: number): ReportedSample[] =>
  upTo(n).map((value) => newReportedSample({ fnTotal: value * 1000, call: { round: (value % rounds) + 1 } }));

describe('quantileCurve', () => {
  it.each<[number, number | undefined, string]>([
    [1, undefined, 'one value bounds nothing'],
    [6, 0.5, 'the median is bounded from 6 on'],
    [36, 0.9, 'p90 from 36 on, as in the tables'],
    [368, 0.99, 'p99 from 368 on'],
    [3688, 0.999, 'p99.9 from 3688 on'],
  ])('of %i values ends at %s: %s', (n, last) => {
    const curve = quantileCurve(cellOf(inRounds(n, 10)), 'fn_total_ms');
    expect(curve?.points.at(-1)?.share).toBe(last);
    expect(curve?.n).toBe(n);
  });

  it('says the same as the summary where both speak', () => {
    const cell = cellOf(inRounds(400, 16));
    const rows = summarise([cell]).filter(({ metric }) => metric === 'fn_total_ms');
    const points = quantileCurve(cell, 'fn_total_ms')?.points ?? [];
    for (const [statistic, share] of [
      ['p50', 0.5],
      ['p90', 0.9],
      ['p99', 0.99],
    ] as const) {
      const row = rows.find((candidate) => candidate.statistic === statistic);
      const point = points.find((candidate) => candidate.share === share);
      expect([point?.value, point?.limits?.low, point?.limits?.high]).toEqual([row?.value, row?.low, row?.high]);
      expect(point?.value).toBeDefined();
    }
  });

  it('is absent where nothing has the metric', () => {
    expect(quantileCurve(cellOf([newReportedSample()]), 'fn_total_ms')).toBeUndefined();
  });
});

describe('courseOf', () => {
  it('has median, middle half and outliers of each round', () => {
    const values = [
      [1, 10],
      [1, 20],
      [1, 30],
      [1, 40],
      [2, 10],
      [2, 10],
      [2, 17],
    ] as const;
    const course = courseOf(cellOf(values.map(([round, fnTotal]) => newReportedSample({ fnTotal, call: { round } }))), 'fn_total_ms');
    expect(course?.steps).toEqual([
      { firstRound: 1, lastRound: 1, n: 4, median: 20, lowerQuartile: 10, upperQuartile: 30 },
      { firstRound: 2, lastRound: 2, n: 3, median: 10, lowerQuartile: 10, upperQuartile: 17 },
    ]);
    expect(course?.outliers).toEqual([
      { round: 1, value: 40 },
      { round: 2, value: 17 },
    ]);
    expect(course?.outlierCount).toBe(2);
  });

  it('stays as small with a thousand rounds, and counts what it leaves out', () => {
    const samples = upTo(1000).flatMap((round) =>
      [10, 10, 10, 100 + round].map((fnTotal) => newReportedSample({ fnTotal, call: { round } })),
    );
    const course = courseOf(cellOf(samples), 'fn_total_ms');
    expect(course?.steps.length).toBeLessThanOrEqual(60);
    expect(course?.steps.reduce((sum, { n }) => sum + n, 0)).toBe(4000);
    expect([course?.steps[0]?.firstRound, course?.steps.at(-1)?.lastRound]).toEqual([1, 1000]);
    expect(course?.outlierCount).toBe(1000);
    expect(course?.outliers).toHaveLength(30);
    expect(Math.min(...(course?.outliers ?? []).map(({ value }) => value))).toBe(1071);
  });
});

describe('splitCold', () => {
  const cold = (parts: SampleParts): ReportedSample => ({
    ...newReportedSample({
      clientTotal: 1000,
      call: { purpose: 'cold' },
      report: { init: nanoseconds(300), duration: nanoseconds(500) },
      ...parts,
    }),
    fn: { total: nanoseconds(400), phases: { dns: nanoseconds(40), tls: nanoseconds(60) } },
  });
  const partsOf = (sample: ReportedSample): Record<string, number> =>
    Object.fromEntries((splitCold(cellOf([sample]))?.parts ?? []).map(({ part, median }) => [part, median]));

  it.each<[SampleParts, Record<string, number>, string]>([
    [
      { moduleLoad: nanoseconds(120) },
      { outside: 200, 'runtime init': 180, 'code init': 120, dns: 40, tls: 60, handler: 100 },
      'all evidence',
    ],
    [{}, { outside: 200, init: 300, dns: 40, tls: 60, handler: 100 }, 'init whole where the code was not timed'],
    [
      { moduleLoad: nanoseconds(301) },
      { outside: 200, init: 300, dns: 40, tls: 60, handler: 100 },
      'init whole where the code took longer than it',
    ],
    [{ report: {} }, { dns: 40, tls: 60 }, 'no guess without a REPORT'],
    [{ clientTotal: 700 }, { init: 300, dns: 40, tls: 60, handler: 100 }, 'nothing outside where the clocks disagree'],
  ])('%j gives %j: %s', (parts, expected) => {
    expect(partsOf(cold(parts))).toEqual(expected);
  });

  it('is absent for warm calls', () => {
    expect(splitCold(cellOf([newReportedSample({ clientTotal: 5 })]))).toBeUndefined();
  });
});

describe('newSeries', () => {
  it('counts every measured call once, discarded ones nowhere', () => {
    const samples = [
      ...inRounds(20, 4),
      newReportedSample({ discardReason: 'burn-in' }),
      newReportedSample({ outcome: 'failed' }),
      newReportedSample({ call: { purpose: 'cold' }, clientTotal: 9 }),
    ];
    const { series, accounting } = newReportedRun({ samples });
    expect(series.counts.reduce((sum, { measured }) => sum + measured, 0)).toBe(accounting.measured);
    expect(accounting.measured).toBe(21);
    expect(series.counts.map(({ failed }) => failed)).toContain(1);
  });

  it('has nothing to draw of a run that went a wrong way', () => {
    const { manifest } = newReportedRun();
    const wrong = { ...manifest, wrongPaths: [{ arm: 'vpc-nat/s3', expected: 'nat-gateway', seen: 'vpc-endpoint' }] };
    const { series } = analyseRun(wrong, inRounds(20, 4), { cutLastLine: false, malformedLines: 0 });
    expect(Object.values(series).flat()).toEqual([]);
  });
});
