import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Analysis } from '../../harness/analyse/analysis.ts';
import { writeReports } from '../../harness/cli/report-files.ts';
import { exitCodes } from '../../harness/cli/run-command.ts';
import { EXIT_CODES, type ExitCode, strongestExitCode } from '../../harness/domain/exit-code.ts';
import type { Plan } from '../../harness/domain/plan.ts';
import type { ColdForcer, RunStore } from '../../harness/domain/ports.ts';
import { defineScenario } from '../../harness/domain/scenario.ts';
import { createRunFolder } from '../../harness/run/folder-run-store.ts';
import { loadAnalysis } from '../../harness/run/load.ts';
import { type MeasureResult, measure } from '../../harness/run/measure.ts';
import { newSystemClock } from '../../harness/run/system-clock.ts';
import { vpcNat } from '../../scenarios/vpc-nat.ts';
import { takeRouteAway, takeTranslationAway, translationsIn, watchArrivals } from '../support/lab-kernel.ts';
import { newRunId, planOf, type RunningLab, startRunningLab, whyNoLab } from '../support/running-lab.ts';

/** The mistake that the tool must see: with both, nothing but one route decides which way S3 is reached. */
const BOTH = defineScenario({
  name: 'vpc-both',
  summary: 'NAT gateway and S3 gateway endpoint on one route table',
  network: { kind: 'vpc', features: ['nat-gateway', 's3-gateway-endpoint'] },
  expected: { internet: 'reachable', s3: 'reachable', rds: 'reachable' },
});

/** A whole run as `bench run` ends it. */
interface Ended {
  readonly result: MeasureResult;
  readonly analysis: Analysis;
  /** All that apply, and the one to exit with. */
  readonly codes: readonly ExitCode[];
  readonly exitCode: ExitCode;
  readonly read: (file: string) => Promise<string>;
}

const missing = whyNoLab();
let lab: RunningLab;
let folder: string;
beforeAll(async () => {
  if (missing !== undefined) return;
  folder = await mkdtemp(join(tmpdir(), 'lnb-system-'));
  lab = await startRunningLab();
});
afterAll(async () => {
  await lab?.stop();
  if (folder !== undefined) await rm(folder, { recursive: true });
});
beforeEach((ctx) => {
  if (missing !== undefined) ctx.skip(missing);
});

/** Runs the whole use case; `meddle` is done before the last round's functions are made cold. */
async function runWhole(plan: Plan, meddle: () => Promise<void>): Promise<Ended> {
  const store: RunStore = createRunFolder(folder, newRunId());
  const clock = newSystemClock();
  const { coldForcer } = lab.measuring;
  const lastNonce = plan.schedule.at(-1)?.nonce;
  const meddling: ColdForcer = {
    force: async (names, nonce, signal) => {
      if (nonce === lastNonce) await meddle();
      return coldForcer.force(names, nonce, signal);
    },
  };
  const driver = { node: process.version, kernel: '', cpuModel: '', cpuCount: 0, loadAverageAtStart: 0 };
  const result = await measure({
    plan,
    place: { ...lab.measuring, coldForcer: meddling },
    store,
    clock,
    driver,
    toolVersion: '0.0.0-test',
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });
  const analysis = await loadAnalysis(store);
  await writeReports(store, analysis);
  store.close();
  const { stdout, stderr } = process;
  const codes = exitCodes(result, analysis, undefined, { stdout, stderr, env: {} });
  return {
    result,
    analysis,
    codes,
    exitCode: strongestExitCode(codes),
    read: async (file) => new TextDecoder().decode(await store.readFile(file)),
  };
}

/** The one namespace of this kind that the deployed run has made. */
async function madeNamespace(prefix: 'vpc-' | 'nat-'): Promise<string> {
  const [name, ...others] = (await lab.namespaces()).filter((candidate) => candidate.startsWith(prefix));
  if (name === undefined || others.length > 0) throw new Error(`there is not one namespace ${prefix}…`);
  return name;
}

/** S3's address by the lab's own name server, as a function would learn it. */
async function s3Address(): Promise<string> {
  const name = `s3.${lab.ready.region}.amazonaws.com`;
  const line = await lab.inLab(['nsenter', '--net=/run/netns/aws', '--', 'getent', 'ahostsv4', name]);
  return line.split(' ')[0] ?? '';
}

describe('a run whose scenario has both a NAT gateway and a gateway endpoint', () => {
  const plan = planOf([BOTH], ['internet', 's3'], 2);

  test('takes the endpoint and ends with 0', async () => {
    const { result, analysis, exitCode } = await runWhole(plan, async () => {});
    expect(result.manifest.stopReason).toBe('complete');
    expect(analysis.reachability.find(({ target }) => target === 's3')).toMatchObject({ verdict: 'reached', path: 'vpc-endpoint' });
    expect(analysis.summary).not.toEqual([]);
    expect(exitCode).toBe(EXIT_CODES.ok);
  });

  test("says WRONG PATH, gives no figures and ends with 3 when the endpoint's route is deleted between two rounds", async () => {
    const arrivals = await watchArrivals(lab, 's3');
    let elastic: string | undefined;
    const { result, analysis, exitCode, read } = await runWhole(plan, async () => {
      elastic = (await translationsIn(lab, await madeNamespace('nat-')))[0]?.address;
      await takeRouteAway(lab, await madeNamespace('vpc-'), await s3Address());
    });
    expect(result.manifest.stopReason).toBe('wrong-path');
    expect(result.manifest.wrongPaths).toEqual([
      {
        arm: expect.stringMatching(/^vpc-both(~twin)?\/s3$/),
        expected: 'vpc-endpoint',
        seen: 'nat-gateway (readable proof objects: aws:SourceIp)',
      },
    ]);
    expect([...(await arrivals()).keys()], 'whom S3 has seen').toEqual([elastic]);
    expect(exitCode).toBe(EXIT_CODES.regression);
    expect(analysis.summary).toEqual([]);
    expect(analysis.comparisons).toEqual([]);
    expect(await read('report.md')).toContain('WRONG PATH');
    expect((await read('summary.csv')).trim().split('\n')).toHaveLength(1);
    expect(result.leftovers).toEqual([]);
    expect((await lab.namespaces()).filter((name) => /^(vpc|nat|vpce|eni)-/.test(name))).toEqual([]);
  });
});

describe('a run of vpc-nat', () => {
  test('says UNEXPECTEDLY BLOCKED, and how, when the masquerade rule is deleted', async () => {
    const { result, analysis, codes } = await runWhole(planOf([vpcNat], ['internet']), async () => {
      await takeTranslationAway(lab, await madeNamespace('nat-'));
    });
    expect(result.manifest.stopReason).toBe('complete');
    const blocked = { verdict: 'UNEXPECTEDLY BLOCKED', reached: 0, signature: 'timeout in connect' };
    expect(analysis.reachability).toMatchObject([blocked, blocked]);
    expect(analysis.summary.filter(({ value }) => value !== undefined)).toEqual([]);
    expect(codes).toContain(EXIT_CODES.regression);
  });
});
