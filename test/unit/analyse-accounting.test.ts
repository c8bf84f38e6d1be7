import { describe, expect, it } from 'vitest';
import { accountSamples } from '../../harness/analyse/accounting.ts';
import { analyseRun } from '../../harness/analyse/analysis.ts';
import type { RunManifest } from '../../harness/domain/run.ts';
import type { ReportedSample } from '../../harness/domain/sample.ts';
import { newPlan } from '../../harness/plan/plan.ts';
import { SCENARIOS } from '../../scenarios/index.ts';
import { newReportedSample, type SampleParts } from '../support/reported-sample.ts';

describe('accountSamples', () => {
  it.each<[SampleParts, 'measured' | 'discarded' | 'failed', string | undefined, string]>([
    [{}, 'measured', undefined, 'planned and answered'],
    [{ discardReason: 'not-cold' }, 'discarded', 'not-cold', 'answered, but not what was asked for'],
    [{ call: { purpose: 'open' }, discardReason: 'warm-up' }, 'discarded', 'warm-up', 'never to be measured'],
    [{ call: { purpose: 'settle' } }, 'discarded', 'not to be measured', 'the same, from a file without reasons'],
    [{ call: { purpose: 'open' }, outcome: 'blocked', discardReason: 'warm-up' }, 'failed', 'blocked', 'a discarded call can fail too'],
    [
      { call: { purpose: 'blocked' }, outcome: 'blocked', discardReason: 'reachability' },
      'discarded',
      'reachability',
      'blocked as expected',
    ],
    [{ call: { purpose: 'blocked' }, outcome: 'ok', discardReason: 'reachability' }, 'discarded', 'reachability', 'answered unexpectedly'],
    [{ call: { purpose: 'blocked' }, outcome: 'lost' }, 'failed', 'lost', 'nobody knows'],
    [{ outcome: 'stale_env' }, 'failed', 'stale_env', 'asked again'],
    [{ discardReason: '__proto__' }, 'discarded', '__proto__', 'a hostile word is a word'],
  ])('counts %j as %s %s: %s', (parts, kind, word) => {
    const counted = accountSamples([newReportedSample(parts)]);
    const expected = word === undefined ? 1 : Object.fromEntries([[word, 1]]);
    expect(counted[kind]).toEqual(expected);
    const rest = { measured: 0, discarded: {}, failed: {}, [kind]: expected };
    expect(counted).toMatchObject(rest);
  });

  it('keeps the words of the first failure, and none of a target that was blocked', () => {
    const refused = { outcome: 'failed', errorClass: 'AccessDenied', errorPhase: 'invoke', errorMessage: 'not authorized' } as const;
    const blocked = newReportedSample({ call: { purpose: 'open' }, outcome: 'blocked', errorClass: 'timeout' });
    const [first, second] = [newReportedSample(refused), newReportedSample({ ...refused, errorMessage: 'later' })];
    expect(accountSamples([blocked, first, second]).firstFailure).toBe('AccessDenied in invoke: not authorized');
    expect(accountSamples([blocked])).not.toHaveProperty('firstFailure');
  });
});

const plan = newPlan({ backend: 'lab', scenarios: [], targets: ['s3'], rounds: 2, warm: 1, seed: 'seed', reference: true }, SCENARIOS);
const manifest: RunManifest = {
  schema: 1,
  toolVersion: '0.0.0',
  runId: 'abcdefgh12',
  backend: { kind: 'lab', region: 'us-east-1', account: '0000', notes: [] },
  driver: { node: 'v20', kernel: 'test', cpuModel: 'test', cpuCount: 2, loadAverageAtStart: 0 },
  plan,
  startedAt: '2026-01-01T00:00:00.000Z',
  stopReason: 'complete',
  rounds: 2,
};
const whole = { cutLastLine: false, malformedLines: 0 };
const twenty = Array.from({ length: 20 }, () => newReportedSample({ fnTotal: 5 }));

describe('analyseRun', () => {
  it.each<[string, string[], Partial<RunManifest>, typeof whole, ReportedSample[]]>([
    ['nothing is wrong', [], {}, whole, twenty],
    ['ended early', ['incomplete'], { stopReason: 'interrupted' }, whole, twenty],
    ['killed in a line', ['journal-cut'], {}, { ...whole, cutLastLine: true }, twenty],
    ['unreadable lines', ['journal-malformed'], {}, { ...whole, malformedLines: 2 }, twenty],
    ['a REPORT that never came', ['reports-missing'], {}, whole, [newReportedSample({ reportSource: 'missing' })]],
    ['asked and never observed', ['lost'], {}, whole, [newReportedSample({ outcome: 'lost' })]],
    ['429', ['throttled'], {}, whole, [newReportedSample({ outcome: 'throttled' })]],
    ['asked again', ['stale-environment'], {}, whole, [newReportedSample({ outcome: 'stale_env' })]],
    ['initialised ahead', ['preinit'], {}, whole, [newReportedSample({ start: 'preinit', call: { purpose: 'cold' } })]],
    ['2 of 22', ['perturbed'], {}, whole, [...twenty, newReportedSample({ perturbed: true }), newReportedSample({ perturbed: true })]],
    ['1 of 21 is below one in twenty', [], {}, whole, [...twenty, newReportedSample({ perturbed: true })]],
  ])('%s: warns of %j', (_, codes, parts, facts, samples) => {
    const analysis = analyseRun({ ...manifest, ...parts }, samples, facts);
    expect(analysis.warnings.map(({ code }) => code)).toEqual(codes);
  });

  it('says "killed" of a run that has no end', () => {
    const { stopReason: _, ...killed } = manifest;
    expect(analyseRun(killed, [], whole).warnings[0]?.text).toContain('killed');
  });

  it('has no figures when a path was wrong', () => {
    const wrongPaths = [{ arm: 'default/s3', expected: 'aws-network', seen: 'nat-gateway' }];
    const analysis = analyseRun({ ...manifest, stopReason: 'wrong-path', wrongPaths }, twenty, whole);
    expect(analysis.summary).toEqual([]);
    expect(analysis.comparisons).toEqual([]);
    expect(analysis.accounting.asked).toBe(20);
    expect(analyseRun(manifest, twenty, whole).summary.length).toBeGreaterThan(0);
  });
});
