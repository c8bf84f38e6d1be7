import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Analysis } from '../../harness/analyse/analysis.ts';
import { isMeasuredSample } from '../../harness/analyse/cell-samples.ts';
import type { Deployment } from '../../harness/domain/deployment.ts';
import type { ColdForcer, Invoker } from '../../harness/domain/ports.ts';
import { newRandom, shuffle } from '../../harness/domain/random.ts';
import type { ReportedSample } from '../../harness/domain/sample.ts';
import type { Samples } from '../../harness/domain/samples.ts';
import { createRunFolder } from '../../harness/run/folder-run-store.ts';
import { loadAnalysis } from '../../harness/run/load.ts';
import { type MeasuringPlace, measure } from '../../harness/run/measure.ts';
import { newSystemClock } from '../../harness/run/system-clock.ts';
import { formatSamplesCsv } from '../../reports/samples-csv.ts';
import { defaultMode } from '../../scenarios/default.ts';
import { newRunId, planOf, type RunningLab, startRunningLab, whyNoLab } from '../support/running-lab.ts';
import { askTimed, median, type TimedAnswer } from '../support/timed-ask.ts';
import { burn, type Wrapping, wrappingDeployer } from '../support/wrapped-probe.ts';

const missing = whyNoLab();
const ROUNDS = 3;
/** `default` and its twin. */
const ARMS = 2;
let lab: RunningLab;
let folder: string;

beforeAll(async () => {
  if (missing !== undefined) return;
  folder = await mkdtemp(join(tmpdir(), 'lnb-init-'));
  lab = await startRunningLab();
});
afterAll(async () => {
  await lab?.stop();
  if (folder !== undefined) await rm(folder, { recursive: true });
});
beforeEach((ctx) => {
  if (missing !== undefined) ctx.skip(missing);
});

/** A whole run of default mode towards the internet, with another zip or another part of the place. */
async function run(wrapping: Wrapping, changed: Partial<MeasuringPlace> = {}): Promise<Analysis> {
  const store = createRunFolder(folder, newRunId());
  const result = await measure({
    plan: planOf([defaultMode], ['internet'], ROUNDS),
    // A busy machine must not read as a target out of reach.
    place: { ...lab.measuring, phaseTimeoutMs: 5_000, deployer: wrappingDeployer(lab, wrapping), ...changed },
    store,
    clock: newSystemClock(),
    driver: { node: process.version, kernel: '', cpuModel: '', cpuCount: 0, loadAverageAtStart: 0 },
    toolVersion: '0.0.0-test',
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });
  expect(result).toMatchObject({ manifest: { stopReason: 'complete' }, leftovers: [] });
  const analysis = await loadAnalysis(store);
  store.close();
  return analysis;
}

function coldCalls({ samples }: Analysis): Samples {
  return samples.filter(({ call }) => call.purpose === 'cold');
}

/** Samples that stand in any cold cell. */
function coldCell({ samples }: Analysis): Samples {
  return samples.filter((sample) => sample.start === 'cold' && isMeasuredSample(sample));
}

/** One cold call of each arm and round ends in the cell; where a busy machine made an environment wait for its call, it is `preinit`. */
function expectColdCell(analysis: Analysis): void {
  const cell = coldCell(analysis);
  const others = coldCalls(analysis).filter(({ outcome, start }) => outcome !== 'stale_env' && start !== 'preinit');
  expect(cell.map(({ call }) => call.callId)).toEqual(others.map(({ call }) => call.callId));
  expect(cell.length).toBeGreaterThan(0);
  for (const { report } of cell) expect(report.init).toBeGreaterThan(0);
}

describe('a probe that burns 50 ms at import and 30 ms in its handler', () => {
  const COLD = 9;
  const WARM = 15;
  const timed = { plain: [] as TimedAnswer[], burning: [] as TimedAnswer[] };
  const cold = { plain: [] as TimedAnswer[], burning: [] as TimedAnswer[] };

  beforeAll(async () => {
    if (missing !== undefined) return;
    const plan = planOf([defaultMode], ['internet']);
    const deploy = (wrapping: Wrapping): Promise<Deployment> =>
      wrappingDeployer(lab, wrapping).deploy(newRunId(), plan, () => undefined, new AbortController().signal);
    const deployments = { plain: await deploy({}), burning: await deploy({ atImport: burn(50), after: burn(30) }) };
    const arm = { scenario: defaultMode.name, target: 'internet' } as const;
    const random = newRandom('burn');
    const ask = (kind: keyof typeof deployments): Promise<TimedAnswer> => askTimed(lab, deployments[kind], arm);
    for (let i = 0; i < COLD; i++) {
      const names = Object.values(deployments).flatMap(({ functions }) => functions.map(({ functionName }) => functionName));
      await lab.measuring.coldForcer.force(names, String(i).padStart(32, '0'), AbortSignal.timeout(60_000));
      for (const kind of shuffle(['plain', 'burning'] as const, random)) cold[kind].push(await ask(kind));
    }
    for (let i = 0; i < WARM; i++) {
      for (const kind of shuffle(['plain', 'burning'] as const, random)) timed[kind].push(await ask(kind));
    }
  });

  type Figure = (call: TimedAnswer) => number;
  type Calls = Readonly<Record<'plain' | 'burning', readonly TimedAnswer[]>>;

  /** p50 of the burning probe − p50 of the plain one, milliseconds. */
  function more(calls: Calls, of: Figure): number {
    return median(calls.burning.map(of)) - median(calls.plain.map(of));
  }

  /** The same of the least: the few cold calls are long, and a busy machine makes them longer, never shorter. */
  function moreAtLeast(calls: Calls, of: Figure): number {
    return Math.min(...calls.burning.map(of)) - Math.min(...calls.plain.map(of));
  }

  test('has 30 ms more Duration when warm, no Init, and nothing more in the timed operation or outside', () => {
    expect(timed.burning.filter(({ initMs }) => initMs !== undefined)).toEqual([]);
    expect(more(timed, ({ durationMs }) => durationMs)).toBeGreaterThanOrEqual(28);
    expect(more(timed, ({ durationMs }) => durationMs)).toBeLessThan(40);
    expect(Math.abs(more(timed, ({ fnMs }) => fnMs))).toBeLessThan(5);
    expect(Math.abs(more(timed, ({ clientMs, durationMs }) => clientMs - durationMs))).toBeLessThan(5);
  });

  test('has 50 ms more Init and 30 ms more Duration when cold, and nothing more outside', () => {
    for (const { answer, initMs } of [...cold.plain, ...cold.burning]) {
      expect(answer.first).toBe(true);
      expect(initMs).toBeGreaterThan(0);
    }
    const initOf: Figure = ({ initMs = Number.NaN }) => initMs;
    expect(moreAtLeast(cold, initOf)).toBeGreaterThanOrEqual(40);
    expect(moreAtLeast(cold, initOf)).toBeLessThan(75);
    expect(moreAtLeast(cold, ({ durationMs }) => durationMs)).toBeGreaterThanOrEqual(22);
    expect(moreAtLeast(cold, ({ durationMs }) => durationMs)).toBeLessThan(50);
    expect(Math.abs(moreAtLeast(cold, (call) => call.clientMs - call.durationMs - initOf(call)))).toBeLessThan(20);
  });
});

describe('a cold call that meets something else', () => {
  test('an old environment still serves after the update: counted, asked again, never in a cold cell', async () => {
    await lab.knobs({ routingLagMs: 300 });
    const analysis = await run({}).finally(() => lab.knobs({ routingLagMs: 0 }));
    const stale = coldCalls(analysis).filter(({ outcome }) => outcome === 'stale_env');
    expect(stale.length).toBeGreaterThanOrEqual(ROUNDS);
    expect(analysis.accounting.failed['stale_env']).toBe(stale.length);
    for (const sample of stale) expect(sample.report.init).toBeUndefined();
    const cell = coldCell(analysis);
    expectColdCell(analysis);
    expect(new Set(cell.map(({ environmentId }) => environmentId)).size).toBe(cell.length);
    for (const { call, environmentId } of cell) {
      const old = stale.filter((sample) => sample.call.round === call.round).map((sample) => sample.environmentId);
      expect(old).not.toContain(environmentId);
    }
    // A repeat is a call of its own: `r001-0000-1` after `r001-0000`.
    const planned = ({ call }: ReportedSample): string => call.callId.split('-').slice(0, 2).join('-');
    const ended = coldCalls(analysis).filter(({ outcome }) => outcome !== 'stale_env');
    expect(ended.map(planned)).toEqual([...new Set(coldCalls(analysis).map(planned))]);
    expect(ended).toHaveLength(ROUNDS * ARMS);
    expect(analysis.warnings.map(({ code }) => code)).toContain('stale-environment');
  });

  const LIES = "answer.first = true; answer.initGapNs ??= '1'.length; answer.moduleNs ??= '1'.length;";

  test('a handler that always says "first": its warm calls are in no cell, its cold ones where they belong', async () => {
    const analysis = await run({ after: LIES });
    expectColdCell(analysis);
    const warm = analysis.samples.filter(({ call }) => call.purpose === 'measure');
    expect(warm.length).toBeGreaterThan(0);
    for (const sample of warm) expect(sample).toMatchObject({ outcome: 'ok', start: 'warm', discardReason: 'environment-recycled' });
    expect(analysis.summary.filter(({ cell }) => cell.start === 'warm')).toEqual([]);
  });

  test('the same handler in an environment that somebody has used before: relabelled, in no cold cell', async () => {
    const { coldForcer, invoker } = lab.measuring;
    const usedBefore: ColdForcer = {
      force: async (names, nonce, signal) => {
        const forced = await coldForcer.force(names, nonce, signal);
        for (const name of names) await invoker.invoke(name, Buffer.from('{}'));
        return forced;
      },
    };
    const analysis = await run({ after: LIES }, { coldForcer: usedBefore });
    const asked = coldCalls(analysis);
    expect(asked).toHaveLength(ROUNDS * ARMS);
    for (const sample of asked) expect(sample).toMatchObject({ outcome: 'ok', start: 'warm', discardReason: 'not-cold' });
    expect(coldCell(analysis)).toHaveLength(0);
    expect(analysis.summary.filter(({ cell }) => cell.start === 'cold')).toEqual([]);
  });
});

describe('a function that logs 8 KB', () => {
  const CHATTY: Wrapping = { before: "process.stdout.write('x'.repeat(8191) + '\\n');" };

  /** Column of samples.csv, by name. */
  function column(analysis: Analysis, name: string): readonly string[] {
    const [head = '', ...rows] = Array.from(formatSamplesCsv(analysis.manifest.runId, analysis.samples), String)
      .join('')
      .trim()
      .split('\n');
    const at = head.split(',').indexOf(name);
    return rows.map((row) => row.split(',')[at] ?? '');
  }

  test('still has its REPORT in Tail, whose front is cut', async () => {
    const analysis = await run(CHATTY);
    expect(new Set(column(analysis, 'report_source'))).toEqual(new Set(['tail']));
    expect(analysis.accounting.reportsMissing).toBe(0);
  });

  test('where Tail came without its end, the REPORT is found later in the stream that the function named', async () => {
    const { invoker } = lab.measuring;
    const cutting: Invoker = {
      invoke: async (name, payload) => {
        const outcome = await invoker.invoke(name, payload);
        if (outcome.kind !== 'answered' || outcome.logTail === undefined) return outcome;
        const text = Buffer.from(outcome.logTail, 'base64').toString();
        return { ...outcome, logTail: Buffer.from(text.slice(0, text.indexOf('"platform.report"'))).toString('base64') };
      },
    };
    await lab.knobs({ logDelayMs: 1500 });
    const begun = performance.now();
    const analysis = await run(CHATTY, { invoker: cutting }).finally(() => lab.knobs({ logDelayMs: 300 }));
    expect(performance.now() - begun).toBeGreaterThan(1500);
    expect(new Set(column(analysis, 'report_source'))).toEqual(new Set(['stream']));
    for (const { report } of analysis.samples) expect(report.duration).toBeGreaterThan(0);
    expectColdCell(analysis);
    expect(analysis.accounting).toMatchObject({ failed: {}, reportsMissing: 0 });
  });
});
