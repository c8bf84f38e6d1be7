import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeReports } from '../../harness/cli/report-files.ts';
import type { RunStore } from '../../harness/domain/ports.ts';
import { newPlan } from '../../harness/plan/plan.ts';
import { createRunFolder } from '../../harness/run/folder-run-store.ts';
import { loadAnalysis } from '../../harness/run/load.ts';
import { measure } from '../../harness/run/measure.ts';
import { SCENARIOS } from '../../scenarios/index.ts';
import { type FakeBehaviour, newFakeClock, newFakePlace } from '../support/fake-place.ts';
import { checkPhaseSums, checkRunFiles } from '../support/independent-check.ts';

let folder: string;
let store: RunStore;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lnb-measure-'));
  store = createRunFolder(folder, 'abcdefgh12');
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const driver = { node: 'v20', kernel: 'test', cpuModel: 'test', cpuCount: 2, loadAverageAtStart: 0 };

async function run(behaviour: FakeBehaviour = {}, signal: AbortSignal = new AbortController().signal) {
  const options = {
    backend: 'lab',
    scenarios: [],
    targets: ['internet', 's3', 'rds'],
    rounds: 8,
    warm: 3,
    seed: 'seed',
    reference: true,
  } as const;
  const plan = newPlan(options, SCENARIOS);
  const clock = newFakeClock();
  const place = newFakePlace(plan, clock, behaviour);
  const result = await measure({ plan, place, store, clock, driver, toolVersion: '0.0.0', onProgress: () => undefined, signal });
  return { result, place, analysis: await loadAnalysis(store) };
}

describe('measure', () => {
  it('brings every arm from plan to report as expected', async () => {
    const { result, place, analysis } = await run();
    expect(result.error).toBeUndefined();
    expect(result.manifest.stopReason).toBe('complete');
    expect(place.destroyed()).toBe(true);
    expect(Object.fromEntries(analysis.reachability.map((row) => [`${row.scenario}/${row.target}`, row.verdict]))).toEqual({
      'default/internet': 'reached',
      'default/s3': 'reached',
      'default/rds': 'blocked as expected',
      'vpc-nat/internet': 'reached',
      'vpc-nat/s3': 'reached',
      'vpc-nat/rds': 'reached',
      'vpc-endpoints/internet': 'blocked as expected',
      'vpc-endpoints/s3': 'reached',
      'vpc-endpoints/rds': 'reached',
      'default~twin/internet': 'reached',
      'default~twin/s3': 'reached',
      'vpc-nat~twin/rds': 'reached',
    });
    expect(analysis.accounting.failed).toEqual({});
    const nat = analysis.comparisons.find(
      (row) =>
        row.scenario === 'vpc-nat' && row.target === 's3' && row.connection === 'new' && row.statistic === 'p50' && row.start === 'warm',
    );
    expect(nat?.verdict).toBe('slower');
    expect(nat?.difference).toBeGreaterThan(400_000);
    expect(nat?.difference).toBeLessThan(600_000);
  });

  it('writes the same report bytes when asked again', async () => {
    const { analysis } = await run();
    await writeReports(store, analysis);
    const names = ['samples.csv', 'summary.csv', 'comparisons.csv', 'report.md', 'report.html', 'histograms.hlog'];
    const first = names.map((name) => readFileSync(join(store.location, name), 'utf8'));
    await writeReports(store, await loadAnalysis(store));
    expect(names.map((name) => readFileSync(join(store.location, name), 'utf8'))).toEqual(first);
    for (const text of first) expect(text.length).toBeGreaterThan(200);
    expect(first.join('')).not.toContain('secret-password');
    const check = checkRunFiles(store.location);
    expect(check.problems).toEqual([]);
    expect(check.compared).toBeGreaterThan(300);
    expect(check.inReport).toBeGreaterThan(20);
    expect(checkPhaseSums(store.location)).toMatchObject({ problems: [] });
    expect(checkPhaseSums(store.location).looked).toBeGreaterThan(500);
  });

  it('gives no figures when a path is not the one of the scenario', async () => {
    const { result, analysis } = await run({
      answer: (_, ordinary) =>
        ordinary.proof?.kind === 's3'
          ? { ...ordinary, proof: { kind: 's3', vpcEndpoint: false, interfaceEndpoint: false, sourceIp: true, neither: false } }
          : ordinary,
    });
    expect(result.manifest.stopReason).toBe('wrong-path');
    expect(analysis.summary).toEqual([]);
    expect(analysis.comparisons).toEqual([]);
    expect(analysis.reachability.map(({ verdict }) => verdict)).toContain('WRONG PATH');
  });

  it('never lets a faked first-call flag into a cold cell', async () => {
    const { analysis } = await run({
      answer: (event, ordinary) => (event.connection === 'reused' ? { ...ordinary, first: true, initGapNs: 5 } : ordinary),
    });
    expect(analysis.accounting.discarded['environment-recycled']).toBeGreaterThan(0);
    const cold = analysis.samples.filter((sample) => sample.start === 'cold' && sample.discardReason === undefined);
    expect(cold.some((sample) => sample.call.purpose !== 'cold' || sample.report.init === undefined)).toBe(false);
  });

  it('discards a cold call whose REPORT never came, and counts the missing REPORT', async () => {
    const { analysis } = await run({ report: (event, line) => (event.callId.endsWith('-0000') ? undefined : line) });
    // The first call of each of the eight rounds, and of the attempts before and after them.
    expect(analysis.accounting.reportsMissing).toBe(10);
    expect(analysis.accounting.discarded['cold-unproven']).toBe(8);
  });

  it('tears down and keeps what it has when it is interrupted', async () => {
    const controller = new AbortController();
    let calls = 0;
    const { result, place, analysis } = await run(
      {
        answer: (_, ordinary) => {
          if (++calls === 100) controller.abort(new Error('interrupted'));
          return ordinary;
        },
      },
      controller.signal,
    );
    expect(result.manifest.stopReason).toBe('interrupted');
    expect(place.destroyed()).toBe(true);
    expect(analysis.accounting.asked).toBe(100);
  });

  it('tears down after a deploy that failed, and says why', async () => {
    const { result, place } = await run({ deployError: new Error('no such thing') });
    expect(result.manifest.stopReason).toBe('deploy-failed');
    expect(result.manifest.message).toBe('no such thing');
    expect(place.destroyed()).toBe(true);
  });

  it('reports what teardown left', async () => {
    const { result } = await run({ leftovers: 2 });
    expect(result.leftovers.map(({ id }) => id)).toEqual(['s0', 's1']);
  });
});
