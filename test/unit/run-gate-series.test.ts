import { describe, expect, it } from 'vitest';
import { formatGate, parseGate } from '../../harness/domain/regression.ts';
import { newPlan } from '../../harness/plan/plan.ts';
import { effectOf, gatesOf, pointOf, seriesKey } from '../../harness/run/gate-series.ts';
import { confirmingOptions } from '../../harness/run/regression.ts';
import { SCENARIOS } from '../../scenarios/index.ts';
import { newFakeRun, SMALL_RUN } from '../support/fake-run.ts';

function pairs(scenarios: readonly string[], targets = SMALL_RUN.targets): readonly string[] {
  const gates = gatesOf(newPlan({ ...SMALL_RUN, scenarios, targets }, SCENARIOS));
  return [...new Set(gates.map(({ scenario, reference, target }) => `${scenario}/${reference}/${target}`))];
}

describe('the gates of a plan', () => {
  it.each<[why: string, scenarios: readonly string[], wanted: readonly string[]]>([
    [
      'the default set: twelve, RDS against the other VPC scenario',
      [],
      ['vpc-nat/default/internet', 'vpc-nat/default/s3', 'vpc-endpoints/default/s3', 'vpc-endpoints/vpc-nat/rds'],
    ],
    ['one VPC scenario: RDS against its twin', ['vpc-nat'], ['vpc-nat/default/internet', 'vpc-nat/default/s3', 'vpc-nat/vpc-nat~twin/rds']],
    ['the reference alone: none', ['default'], []],
  ])('%s', (_why, scenarios, wanted) => expect(pairs(scenarios)).toEqual(wanted));

  it('are three a pair, and their names are read back', () => {
    const gates = gatesOf(newPlan({ ...SMALL_RUN, scenarios: [] }, SCENARIOS));
    expect(gates).toHaveLength(12);
    expect(gates.map((gate) => parseGate(formatGate(gate)))).toEqual(gates);
  });

  it('are measured again with their reference, and nothing else', () => {
    const [gate] = gatesOf(newPlan({ ...SMALL_RUN, targets: ['rds'] }, SCENARIOS));
    if (gate === undefined) throw new Error('no gate');
    const again = confirmingOptions(SMALL_RUN, [gate], 2);
    expect([again.scenarios, again.targets, again.seed]).toEqual([['vpc-nat'], ['rds'], 'golden/confirm-2']);
    expect(gatesOf(newPlan(again, SCENARIOS)).map(formatGate)).toContain(formatGate(gate));
  });
});

describe("a run's points", () => {
  it('are ratios of the medians, turned round for a twin', async () => {
    const run = await newFakeRun(SMALL_RUN);
    try {
      const points = gatesOf(run.analysis.manifest.plan).map((gate) => ({ gate, point: pointOf(run.analysis, gate) }));
      expect(points.length).toBeGreaterThan(6);
      for (const { gate, point } of points) {
        if (point === undefined) throw new Error(`no point for ${formatGate(gate)}`);
        // Every call of this run counts on both sides, so the paired medians are those of the summary.
        expect(point.logRatio).toBeCloseTo(Math.log(point.value / point.reference), 9);
        if (point.low !== undefined) expect(point.low).toBeLessThanOrEqual(point.high ?? Number.NaN);
      }
      const { manifest } = run.analysis;
      const injected = { ...manifest, backend: { ...manifest.backend, injected: { 'nat path': '+2 ms a round trip' } } };
      expect(seriesKey(injected)).toEqual(seriesKey(manifest));
      expect(seriesKey({ ...manifest, functionSettings: { CodeSha256: 'other' } })).not.toEqual(seriesKey(manifest));
    } finally {
      run.remove();
    }
  });
});

describe('the smallest change that matters', () => {
  it.each([
    ['5 % where that is more', 'lab', 'warm', {}, 10e6, 1.05],
    ["the lab's floor below", 'lab', 'warm', {}, 1e6, 1.1],
    ["AWS's floor", 'aws', 'cold', {}, 100e6, 1.2],
    ['what was asked', 'aws', 'warm', { warm: { share: 0.03 } }, 1e6, 1.03],
    ['the larger of what was asked', 'aws', 'warm', { warm: { share: 0.03, floorNs: 300_000 } }, 1e6, 1.3],
    ['asked for the other start only', 'lab', 'cold', { warm: { share: 0.5 } }, 1000e6, 1.05],
  ] as const)('%s', (_why, backend, start, asked, level, factor) => {
    expect(Math.exp(effectOf(backend, start, asked)(level))).toBeCloseTo(factor, 12);
  });
});
