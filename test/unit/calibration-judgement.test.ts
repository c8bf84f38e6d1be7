import { describe, expect, it } from 'vitest';
import { judgeCalibrationRun } from '../../harness/run/calibration-judgement.ts';
import { binomialCumulative, leastInside, mostFlagged, summariseCalibration } from '../../harness/run/calibration-summary.ts';
import { formatCalibration } from '../../reports/calibration.ts';
import { newCalibrationRecord, newFailedRecord, type RecordParts } from '../support/calibration-record.ts';

function judged(parts: RecordParts) {
  const run = judgeCalibrationRun(newCalibrationRecord(parts));
  if (run.kind === 'failed') throw new Error(run.why);
  return run;
}

describe('one run', () => {
  it.each(['default', 'vpc-nat'] as const)('reads its differences from the delayed scenario, %s', (delayed) => {
    const run = judged({ delayed, delayMs: 2 });
    expect(run.truth / 1e6).toBeCloseTo(2, 1);
    expect(run.measured / 1e6).toBeCloseTo(2, 1);
    expect([run.inside, run.verdict, run.calls, run.untold]).toEqual([true, 'slower', 320, 0]);
  });

  it('misses where the measured connects take longer than their packets were held for', () => {
    const run = judged({ biasMs: 0.3 });
    expect(run.inside).toBe(false);
    expect((run.measured - run.truth) / 1e6).toBeCloseTo(0.3, 1);
  });

  it('claims nothing where there is no delay', () => {
    expect(judged({ delayMs: 0 })).toMatchObject({ inside: true, verdict: 'no relevant change' });
  });

  it('gives the same for the same record', () => {
    expect(judged({ number: 7 })).toEqual(judged({ number: 7 }));
  });

  it('takes the asked delay for the truth where nothing is recorded, and calls none of the calls untold', () => {
    expect(judged({ means: 'netem', delayMs: 2 })).toMatchObject({ truth: 2_000_000, untold: 0 });
  });

  it.each([
    [{ untold: 16 }, undefined, 'one in twenty of all calls may be untold'],
    [{ untold: 17 }, 'the packets of 17 of 320 calls could not be told', 'more leave the truth open'],
    [{ rounds: 5 }, 'too few rounds with calls of both', 'no interval'],
  ])('%j fails with %j: %s', (parts, why, _reason) => {
    const run = judgeCalibrationRun(newCalibrationRecord(parts));
    expect(run.kind === 'failed' ? run.why : undefined).toBe(why);
  });
});

describe('counts are held against a one-sided binomial test at 1 %', () => {
  it.each([
    [0, 1, 0.5, 0.5],
    [1, 2, 0.5, 0.75],
    [88, 100, 0.95, 0.004274182466365944],
    [371, 400, 0.95, 0.030704956264109337],
    [-1, 5, 0.5, 0],
    [5, 5, 0.5, 1],
  ])('P(X ≤ %i) of %i at %f is %f', (k, n, share, expected) => {
    expect(binomialCumulative(k, n, share)).toBeCloseTo(expected, 12);
  });

  it.each([
    [100, 89, 'the stated target'],
    [20, 16, 'fewer runs ask for less'],
    [400, 369, 'many for more'],
    [1, 0, 'one run proves nothing'],
  ])('of %i runs %i must have the truth inside: %s', (n, least) => {
    expect(leastInside(n)).toBe(least);
  });

  it.each([
    [100, 5, 'the stated target'],
    [20, 2, 'fewer runs'],
    [1, 1, 'one flag in one run is possible'],
  ])('of %i runs %i may be flagged: %s', (n, most) => {
    expect(mostFlagged(n)).toBe(most);
  });
});

describe('all runs together', () => {
  const records = [
    ...[1, 2, 3].map((number) => newCalibrationRecord({ number, delayMs: 2 })),
    newCalibrationRecord({ number: 4, delayMs: 2, biasMs: 0.4 }),
    newFailedRecord(5, 2),
    newCalibrationRecord({ number: 6, delayMs: 0 }),
    newFailedRecord(7, 0),
    ...[8, 9].map((number) => newCalibrationRecord({ number, delayMs: 0.5, biasMs: 0.2 })),
  ];
  const runs = records.map(judgeCalibrationRun);
  const summary = summariseCalibration(runs);

  it('counts a failed run as one that missed, and keeps it out of the means', () => {
    const [none, half, two] = summary.delays;
    expect(none).toMatchObject({ delayMs: 0, runs: 2, failed: 1, flagged: 0 });
    expect(half).toMatchObject({ delayMs: 0.5, runs: 2, failed: 0, inside: 0, flagged: 2 });
    expect(two).toMatchObject({ delayMs: 2, runs: 5, failed: 1, inside: 3, flagged: 4 });
    expect((two?.bias ?? Number.NaN) / 1e6).toBeCloseTo(0.1, 1);
  });

  it('holds each against its target', () => {
    const met = Object.fromEntries(summary.targets.map((target) => [target.name, target.met]));
    expect(met).toEqual({
      '0 ms: flagged or failed': true,
      '0.5 ms: truth inside': false,
      '0.5 ms: bias': false,
      '2 ms: truth inside': true,
      '2 ms: bias': false,
      'all delays: truth inside': false,
    });
  });

  it('asks for 372 of 400 from 400 runs on', () => {
    const many = [1, 2].flatMap((delayMs) => Array.from({ length: 200 }, (_, i) => newFailedRecord(i, delayMs)));
    expect(summariseCalibration(many.map(judgeCalibrationRun)).targets.at(-1)).toMatchObject({ wanted: 'at least 372', met: false });
  });

  it('prints every run, failed ones too', () => {
    const driver = { node: 'v20.0.0', kernel: '6.1', cpuModel: 'test', cpuCount: 2, loadAverageAtStart: 0 };
    const head = { startedAt: '2026-01-01T00:00:00.000Z', driver, seed: 's', rounds: 16, warm: 10, interrupted: 1, open: 3 };
    const text = formatCalibration(head, runs, summary);
    const rows = text.split('\n').filter((line) => /^\| +\d+ \| +[\d.]+ \| (default|vpc-nat)/.test(line));
    expect(rows).toHaveLength(records.length);
    expect(rows.filter((row) => row.includes('the lab refused'))).toHaveLength(2);
    expect(rows.filter((row) => row.includes('OUTSIDE'))).toHaveLength(3);
    expect(text).toContain('9 runs made, 3 open, 1 cut short and made again');
    expect(text).toContain('load least / median / most 1.25 / 1.25 / 1.25');
  });
});
