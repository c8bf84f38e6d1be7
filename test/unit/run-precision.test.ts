import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeReports } from '../../harness/cli/report-files.ts';
import { exitCodes } from '../../harness/cli/run-command.ts';
import { nanoseconds } from '../../harness/domain/nanoseconds.ts';
import type { RunStore } from '../../harness/domain/ports.ts';
import type { Precision } from '../../harness/domain/precision.ts';
import { newRandom } from '../../harness/domain/random.ts';
import type { RunManifest } from '../../harness/domain/run.ts';
import type { ReportedSample } from '../../harness/domain/sample.ts';
import { newPlan } from '../../harness/plan/plan.ts';
import { createRunFolder } from '../../harness/run/folder-run-store.ts';
import { loadAnalysis } from '../../harness/run/load.ts';
import { measure } from '../../harness/run/measure.ts';
import { pilotWidths } from '../../harness/run/pilot.ts';
import type { Progress } from '../../harness/run/progress.ts';
import { SCENARIOS } from '../../scenarios/index.ts';
import { newFakeClock, newFakePlace } from '../support/fake-place.ts';
import { wholeSample } from '../support/whole-sample.ts';

let folder: string;
let store: RunStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lnb-precision-'));
  store = createRunFolder(folder, 'abcdefgh12');
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const OPTIONS = {
  backend: 'lab',
  scenarios: ['vpc-nat'],
  targets: ['s3', 'rds'],
  rounds: 8,
  warm: 2,
  seed: 'seed',
  reference: true,
} as const;
const driver = { node: 'v20', kernel: 'test', cpuModel: 'test', cpuCount: 2, loadAverageAtStart: 0 };

/** Cold calls last 0 to 40 ms longer, so that their intervals have a width; one cold call of round 10 lasts `slowMs` longer. */
async function run(precision: Precision, { slowMs = 0, abortAfterRound = 0 } = {}) {
  const plan = newPlan(OPTIONS, SCENARIOS);
  const clock = newFakeClock();
  const random = newRandom('cold');
  const controller = new AbortController();
  const place = newFakePlace(plan, clock, {
    answer: (event, ordinary) => {
      if (ordinary.first) clock.advance(Math.floor(random.next() * 40_000_000));
      if (event.callId === 'r010-0000') clock.advance(slowMs * 1e6);
      return ordinary;
    },
  });
  const told: Progress[] = [];
  const onProgress = (progress: Progress): void => {
    told.push(progress);
    if (progress.kind === 'round' && progress.number === abortAfterRound) controller.abort(new Error('interrupted'));
  };
  const about = { driver, toolVersion: '0.0.0', signal: controller.signal, onProgress };
  const result = await measure({ plan, place, store, clock, precision, ...about });
  const analysis = await loadAnalysis(store);
  const manifest = JSON.parse(readFileSync(join(store.location, 'run.json'), 'utf8')) as RunManifest;
  return { plan, place, result, analysis, manifest, told };
}

const BY_MARGIN: Precision = { warm: { kind: 'margin' }, cold: { kind: 'margin' }, maxRounds: 200 };

describe('a run with --precision', () => {
  it('measures its pilot, is sized once, and analyses all rounds together', async () => {
    const { plan, place, result, analysis, manifest, told } = await run(BY_MARGIN);
    const { sizing } = manifest;
    expect(result.error).toBeUndefined();
    expect(manifest.stopReason).toBe('complete');
    expect(place.destroyed()).toBe(true);
    expect(sizing).toMatchObject({ pilotRounds: 8, limit: 'precision' });
    const [rounds, warmRounds] = [sizing?.rounds ?? 0, sizing?.warmRounds ?? 0];
    expect(rounds).toBeGreaterThan(warmRounds);
    expect(manifest).toMatchObject({ rounds, plan: { rounds, warmRounds } });

    const asked = analysis.samples.map((sample) => wholeSample(sample).call);
    expect(asked.filter(({ round }) => round >= 1 && round <= 8)).toEqual(plan.schedule.flatMap(({ calls }) => calls));
    expect(new Set(asked.filter(({ round }) => round > warmRounds && round <= rounds).map(({ purpose }) => purpose))).toEqual(
      new Set(['cold', 'open']),
    );
    expect(asked.filter(({ purpose }) => purpose === 'blocked').map(({ round }) => round)).toEqual([0, 0, 0, ...Array(3).fill(rounds + 1)]);
    expect(analysis.accounting.failed).toEqual({});

    for (const row of analysis.comparisons) expect(row.rounds).toBe(row.start === 'cold' ? rounds : warmRounds);
    const kinds = told.flatMap((progress): (number | string)[] =>
      progress.kind === 'round' ? [progress.number] : progress.kind === 'sized' ? ['sized'] : [],
    );
    expect(kinds.slice(0, 10)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 'sized', 9]);
    expect(kinds.filter((kind) => kind === 'sized').length).toBe(1);
  });

  it('meets about the width that it was sized for', async () => {
    const { manifest, analysis } = await run(BY_MARGIN);
    const target = manifest.sizing?.cold?.target ?? 0;
    const widths = analysis.comparisons
      .filter(({ start, statistic, metric, role }) => start === 'cold' && statistic === 'p50' && metric === 'client_ms' && role !== 'twin')
      .map(({ low = 0, high = 0 }) => (high - low) / 2);
    expect(widths.length).toBeGreaterThan(0);
    for (const width of widths) expect(width).toBeLessThan(1.6 * target);
  });

  it('says in its report how it was sized, and reproduces it byte for byte', async () => {
    const { analysis, manifest } = await run({ ...BY_MARGIN, maxRounds: 16 });
    await writeReports(store, analysis);
    const report = readFileSync(join(store.location, 'report.md'), 'utf8');
    expect(manifest.sizing).toMatchObject({ rounds: 16, warmRounds: 13, limit: 'max-rounds' });
    expect(report).toContain('Sized once, by the half widths of a pilot of 8 rounds');
    expect(report).toContain('stopped by --max-rounds, before the precision');
    expect(report).toMatch(/Widest cold: vpc-nat − default, s3, cold, new, client_ms p50: half width \d+\.\d+ ms in the pilot/);
    expect(report).toContain('Rounds after the first 13 have cold calls and one discarded call alone.');
    expect(report).toContain('--rounds 16 --warm-rounds 13 --warm 2');
    await writeReports(store, await loadAnalysis(store));
    expect(readFileSync(join(store.location, 'report.md'), 'utf8')).toBe(report);
  });

  it('ends between two rounds when the minutes are over, and still does what follows the rounds', async () => {
    const { result, manifest, analysis, place } = await run({ ...BY_MARGIN, maxMinutes: 5 }, { slowMs: 600_000 });
    expect(result.error).toBeUndefined();
    expect(manifest.stopReason).toBe('budget');
    expect(manifest.sizing?.limit).toBe('precision');
    const asked = analysis.samples.map((sample) => wholeSample(sample).call);
    const last = Math.max(...asked.filter(({ purpose }) => purpose === 'cold').map(({ round }) => round));
    expect(last).toBe(10);
    expect(asked.filter(({ purpose }) => purpose === 'blocked').length).toBe(6);
    expect(place.destroyed()).toBe(true);
    expect(analysis.warnings.find(({ code }) => code === 'incomplete')?.text).toContain('(budget)');
    expect(analysis.comparisons.find(({ start }) => start === 'cold')?.rounds).toBe(10);
  });

  it('plans no round that the minutes have no room for', async () => {
    const { manifest } = await run({ ...BY_MARGIN, maxMinutes: 0.001 });
    expect(manifest).toMatchObject({ stopReason: 'complete', rounds: 8, sizing: { rounds: 8, limit: 'max-minutes' } });
  });

  it('is not sized when it is interrupted in the pilot', async () => {
    const { manifest, told } = await run(BY_MARGIN, { abortAfterRound: 8 });
    expect(manifest.stopReason).toBe('interrupted');
    expect(manifest).not.toHaveProperty('sizing');
    expect(told.some(({ kind }) => kind === 'sized')).toBe(false);
  });
});

describe('the exit code of a run with --precision', () => {
  const io = { stdout: new PassThrough(), stderr: new PassThrough(), env: {} };

  it.each([
    [BY_MARGIN, {}, [], 'the precision was met'],
    [{ ...BY_MARGIN, maxRounds: 16 }, {}, [6], 'the rounds did not do'],
    [{ ...BY_MARGIN, maxMinutes: 0.001 }, {}, [6], 'no time for more than the pilot'],
    [{ ...BY_MARGIN, maxMinutes: 5 }, { slowMs: 600_000 }, [6], 'the minutes were over on the way'],
  ] as readonly (readonly [Precision, { slowMs?: number }, readonly number[], string])[])(
    '%j %j: %j, %s',
    async (precision, how, codes) => {
      const { result, analysis } = await run(precision, how);
      expect(exitCodes(result, analysis, undefined, io)).toEqual(codes);
    },
  );
});

describe('pilotWidths', () => {
  it('does not change when a scenario gets slower by the same time in every call', async () => {
    const { plan, analysis } = await run(BY_MARGIN);
    const shifted = analysis.samples.map(wholeSample).map((sample): ReportedSample => {
      if (sample.call.scenario !== 'vpc-nat' || sample.fn?.total === undefined) return sample;
      return { ...sample, fn: { ...sample.fn, total: nanoseconds(sample.fn.total + 7_000_000) } };
    });
    const before = pilotWidths(plan, analysis.samples);
    const after = pilotWidths(plan, shifted);
    expect(before.length).toBe(3);
    expect(after.map(({ comparison }) => comparison)).toEqual(before.map(({ comparison }) => comparison));
    after.forEach(({ halfWidth, margin }, i) => {
      expect(halfWidth).toBeCloseTo(before[i]?.halfWidth ?? 0, 3);
      expect(margin).toBe(before[i]?.margin);
    });
  });
});
