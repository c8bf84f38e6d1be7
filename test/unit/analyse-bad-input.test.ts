import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import type { Analysis } from '../../harness/analyse/analysis.ts';
import { twinOf } from '../../harness/domain/arm.ts';
import { nanoseconds } from '../../harness/domain/nanoseconds.ts';
import type { ReportedSample } from '../../harness/domain/sample.ts';
import { formatComparisonsCsv } from '../../reports/comparisons-csv.ts';
import { formatMarkdownReport } from '../../reports/markdown.ts';
import { formatSummaryCsv } from '../../reports/summary-csv.ts';
import { formatTerminalSummary } from '../../reports/terminal.ts';
import { newReportedRun } from '../support/reported-run.ts';
import { newReportedSample } from '../support/reported-sample.ts';

const MAX = Number.MAX_SAFE_INTEGER;
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);
const ARMS = ['default', 'vpc-nat', twinOf('default')];

/** Warm and cold calls of every arm in these rounds; `time` in nanoseconds. */
function calls(rounds: readonly number[], time: (arm: number, round: number, i: number) => number, perRound = 6): ReportedSample[] {
  return ARMS.flatMap((scenario, arm) =>
    rounds.flatMap((round) => [
      newReportedSample({ call: { scenario, round, purpose: 'cold' }, clientTotal: time(arm, round, 0) }),
      ...upTo(perRound).map((i) =>
        newReportedSample({ call: { scenario, round }, fnTotal: time(arm, round, i), clientTotal: time(arm, round, i) }),
      ),
    ]),
  );
}

const failed = (scenario: string, round: number): ReportedSample => newReportedSample({ outcome: 'failed', call: { scenario, round } });

/** Everything that is written of a run. */
function written(analysis: Analysis): readonly string[] {
  return [
    formatMarkdownReport(analysis),
    formatTerminalSummary(analysis, 'results/x'),
    formatSummaryCsv('abcdefgh12', analysis.summary),
    formatComparisonsCsv('abcdefgh12', analysis.comparisons),
  ];
}

/** Each row of a table of numbers: limits on both sides of the figure. */
function expectLimits(text: string, figure: string): void {
  for (const row of parse(text, { columns: true }) as Record<string, string>[]) {
    const [low, value, high] = ['ci_low_ms', figure, 'ci_high_ms'].map((name) => row[name] ?? '');
    expect(low === '').toBe(high === '');
    if (low === '') continue;
    expect(Number(low)).toBeLessThanOrEqual(Number(value));
    expect(Number(high)).toBeGreaterThanOrEqual(Number(value));
  }
}

describe('bad input', () => {
  it.each<[string, readonly ReportedSample[], string]>([
    ['no sample at all', [], 'stays unknown|never asked'],
    ['one sample a cell', calls([1], () => 5_000_000, 1), 'too few samples \\(a side has 1, needs 6; about 6 rounds\\)'],
    ['one round', calls([1], (_, __, i) => i * 1_000_000, 50), 'too few rounds \\(both sides have 1 in common, 6 are needed\\)'],
    ['all values equal', calls(upTo(8), () => 5_000_000), '\\+0\\.000 ms \\[\\+0\\.000, \\+0\\.000\\]'],
    ['all values 0', calls(upTo(8), () => 0), '\\+0\\.000 ms \\[\\+0\\.000, \\+0\\.000\\]'],
    ['a side of zeros', calls(upTo(8), (arm) => (arm === 1 ? 0 : 5_000_000)), 'FASTER'],
    ['the longest times that there are', calls(upTo(8), (_, round, i) => MAX - round * i), 'no relevant change'],
    ['a side beyond all measure', calls(upTo(8), (arm, round, i) => (arm === 1 ? MAX - i : 1000 + round)), 'SLOWER'],
    [
      'one absurd time among ordinary ones',
      calls(upTo(8), (arm, round, i) => (arm === 1 && round === 3 && i === 2 ? MAX : 5e6 + i)),
      '1 calls claim a time of more than an hour',
    ],
    ['all failures', ARMS.flatMap((scenario) => upTo(8).map((round) => failed(scenario, round))), 'NOT OBSERVED'],
    ['more failures than answers', [...calls(upTo(8), () => 5e6, 1), ...upTo(40).map((i) => failed('vpc-nat', i % 8))], '8 and 40 failed'],
    [
      'arms that miss rounds',
      calls(upTo(12), (_, round, i) => 5e6 + round * i).filter(({ call }) =>
        call.scenario === 'default' ? call.round > 7 : call.round < 6,
      ),
      'too few samples \\(a side has 0, needs 6\\)',
    ],
    [
      'arms that share six rounds of twelve',
      calls(upTo(12), (_, round, i) => 5e6 + round * i).filter(({ call }) => call.scenario === 'default' || call.round > 6),
      'vpc-nat against default',
    ],
    ['calls without an environment', calls(upTo(8), () => 5e6).map(({ environmentId: _, ...rest }) => rest), 'no relevant change'],
  ])('%s: a stated result, no crash, nothing that is no number', (_, samples, stated) => {
    const analysis = newReportedRun({ samples });
    const texts = written(analysis);
    for (const text of texts) expect(text).not.toMatch(/NaN|Infinity|undefined|null|\[object/);
    expect(texts.join('\n')).toMatch(new RegExp(stated));
    expectLimits(texts[2] ?? '', 'value_ms');
    expectLimits(texts[3] ?? '', 'difference_ms');
    for (const { pAdjusted = 0, superiority = 0 } of analysis.comparisons) {
      expect(pAdjusted >= 0 && pAdjusted <= 1 && superiority >= 0 && superiority <= 1).toBe(true);
    }
  });

  it.each<[string, Partial<ReportedSample>, string, string]>([
    ['a wall clock that steps back', { askedAt: '2025-12-31T23:59:58.500Z' }, 'clock-stepped', '1 times .* by 1\\.500 s at most'],
    ['a wall clock that says nothing', { askedAt: 'soon' }, '', 'vpc-nat against default'],
    ['a request id that another call has', { requestId: 'twice' }, 'request-id-repeated', '1 calls have the request id of another'],
    ['a day in a function', { client: { total: nanoseconds(864e11) } }, 'absurd-times', '1 calls claim a time of more than an hour'],
    [
      'a function that worked longer than its caller waited',
      { client: { total: nanoseconds(1000) }, fn: { total: nanoseconds(1001), phases: {} } },
      'contradictory-times',
      '1 calls contradict themselves',
    ],
    [
      'phases 1,001 ns short of their total',
      { fn: { total: nanoseconds(5_000_000), phases: { ttfb: nanoseconds(4_998_999) } } },
      'contradictory-times',
      '1 calls contradict themselves',
    ],
    ['phases 1 µs short: rounding', { fn: { total: nanoseconds(5e6), phases: { ttfb: nanoseconds(4_999_000) } } }, '', 'vpc-nat against'],
  ])('%s: is in the warnings of the report, and moves no median', (_, oddity, code, stated) => {
    const samples = calls(upTo(8), () => 5_000_000);
    const odd = samples.map((sample, i) => {
      if (i === 7 && oddity.requestId !== undefined) return { ...sample, requestId: oddity.requestId };
      return i === 9 ? { ...sample, ...oddity } : sample;
    });
    const [plain, analysis] = [newReportedRun({ samples }), newReportedRun({ samples: odd })];
    expect(plain.warnings).toEqual([]);
    expect(analysis.warnings.map((warning) => warning.code)).toEqual(code === '' ? [] : [code]);
    expect(written(analysis)[0]).toMatch(new RegExp(stated));
    const medians = ({ summary }: Analysis) =>
      summary.filter(({ metric, statistic }) => metric === 'fn_total_ms' && statistic === 'p50').map(({ value }) => value);
    expect(medians(plain).length).toBeGreaterThan(0);
    expect(medians(analysis)).toEqual(medians(plain));
  });

  it('does not depend on the order in which samples are read', () => {
    const samples = calls(upTo(8), (arm, round, i) => 5_000_000 + arm * 300_000 + ((round * 7919 + i * 104_729) % 400_000));
    expect(written(newReportedRun({ samples: [...samples].reverse() })).slice(2)).toEqual(written(newReportedRun({ samples })).slice(2));
  });
});
