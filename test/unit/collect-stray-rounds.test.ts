import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settleStray, strayRounds } from '../../harness/collect/stray-rounds.ts';
import type { ReportedSample } from '../../harness/domain/sample.ts';
import { type FakeRun, newFakeRun, SMALL_RUN } from '../support/fake-run.ts';
import { wholeSample } from '../support/whole-sample.ts';

let run: FakeRun;
beforeAll(async () => {
  run = await newFakeRun(SMALL_RUN);
});
afterAll(() => run.remove());

/** The run's samples, each cold call told to be of the version that `versionOf` gives. */
function told(versionOf: (sample: ReportedSample) => string | undefined): readonly ReportedSample[] {
  return run.analysis.samples.map(wholeSample).map((sample) => {
    const runtimeVersionArn = sample.call.purpose === 'cold' ? versionOf(sample) : undefined;
    return runtimeVersionArn === undefined ? sample : { ...sample, report: { ...sample.report, runtimeVersionArn } };
  });
}

describe('stray rounds', () => {
  const isVpc = ({ call }: ReportedSample): boolean => call.scenario === 'vpc-nat';
  it.each<[string, (sample: ReportedSample) => string | undefined, number[]]>([
    ['one version alone', () => 'a', []],
    ['no version told, as in text logs of old', () => undefined, []],
    ['one scenario was rolled on in one round', (sample) => (isVpc(sample) && sample.call.round === 3 ? 'b' : 'a'), [3]],
    ['the last rounds of all were', ({ call }) => (call.round >= 5 ? 'b' : 'a'), [5, 6]],
    ['most rounds were: the early ones are the strays', ({ call }) => (call.round >= 3 ? 'b' : 'a'), [1, 2]],
  ])('%s', (_, versionOf, strays) => {
    expect([...strayRounds(told(versionOf))].sort()).toEqual(strays);
  });

  it('take all their measured calls with them, counted by reason, and leave other reasons as they are', () => {
    const samples = told(({ call }) => (call.round === 2 ? 'b' : 'a'));
    const strays = strayRounds(samples);
    const after = samples.map((sample) => ({ ...sample, ...settleStray(sample, strays) }));
    const isMeasured = ({ outcome, discardReason }: ReportedSample): boolean => outcome === 'ok' && discardReason === undefined;
    expect(after.filter(isMeasured).map(({ call }) => call.round)).not.toContain(2);
    const lost = samples.filter((sample) => isMeasured(sample) && sample.call.round === 2).length;
    expect(lost).toBeGreaterThan(0);
    expect(after.filter(({ discardReason }) => discardReason === 'other-runtime')).toHaveLength(lost);
    expect(after.filter(({ discardReason }) => discardReason === 'warm-up')).toHaveLength(
      samples.filter(({ discardReason }) => discardReason === 'warm-up').length,
    );
  });
});
