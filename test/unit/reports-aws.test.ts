import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Analysis } from '../../harness/analyse/analysis.ts';
import { checkColdStarts } from '../../harness/analyse/cold-start-check.ts';
import type { BackendFacts } from '../../harness/domain/run.ts';
import { differencesFrom, placeKeyOf } from '../../harness/run/comparability.ts';
import { formatMarkdownReport } from '../../reports/markdown.ts';
import { reproduceCommand } from '../../reports/method.ts';
import { type FakeRun, newFakeRun, SMALL_RUN } from '../support/fake-run.ts';
import { wholeSample } from '../support/whole-sample.ts';

/** What a report of a run on AWS says of its place, and what it must never say of a place that only stands in for it. */

let run: FakeRun;
beforeAll(async () => {
  run = await newFakeRun({ ...SMALL_RUN, backend: 'aws' });
});
afterAll(() => run.remove());

const AWS: BackendFacts = { kind: 'aws', region: 'eu-west-1', account: '…3333', role: 'role/Deployer', notes: [] };

function at(backend: BackendFacts): Analysis {
  return { ...run.analysis, manifest: { ...run.analysis.manifest, backend } };
}

describe('a report of a run on AWS', () => {
  it('names region, masked account and role, without a banner', () => {
    const text = formatMarkdownReport(at(AWS));
    expect(text).toContain('Backend aws, region eu-west-1, account …3333 as role/Deployer.');
    expect(text).not.toContain('NOT AWS');
  });

  it('is headed by the address that stood in for AWS', () => {
    const text = formatMarkdownReport(at({ ...AWS, endpoint: 'http://127.0.0.1:4566' }));
    expect(text).toMatch(/^> \*\*NOT AWS: asked of .*127\.0\.0\.1:4566/m);
  });

  it('reproduces the run in its region', () => {
    expect(reproduceCommand(at(AWS).manifest)).toContain(' --backend aws --region eu-west-1');
  });

  it('is never pooled with figures of another address', () => {
    const [aws, other] = [placeKeyOf(AWS, '1.0.0'), placeKeyOf({ ...AWS, endpoint: 'http://127.0.0.1:4566' }, '1.0.0')];
    expect(differencesFrom(aws, other)).toEqual(['backend: aws at an address of its own instead of aws']);
  });
});

describe('misses of cold forcing', () => {
  it('are counted for the scenario whose call met the old environment', () => {
    const { manifest, samples } = run.analysis;
    const missed = samples
      .map(wholeSample)
      .map((sample) =>
        sample.call.scenario === 'vpc-nat' && sample.call.purpose === 'cold' && sample.call.round <= 2
          ? { ...sample, outcome: 'stale_env' as const }
          : sample,
      );
    const misses = checkColdStarts(manifest.plan, missed).figures.filter(({ name }) => name.startsWith('met the old'));
    // Three targets in two rounds.
    expect(misses).toEqual([{ of: 'vpc-nat', name: 'met the old environment, asked again', unit: 'count', value: 6 }]);
    expect(checkColdStarts(manifest.plan, samples).figures.filter(({ name }) => name.startsWith('met the old'))).toEqual([]);
  });

  it('are no lack of cold: a burn-in is proven cold like every other', () => {
    const { manifest, samples } = run.analysis;
    const burnt = samples
      .map(wholeSample)
      .map((sample) => (sample.call.purpose === 'cold' && sample.call.round === 1 ? { ...sample, discardReason: 'burn-in' } : sample));
    expect(checkColdStarts(manifest.plan, burnt)).toEqual(checkColdStarts(manifest.plan, samples));
  });
});
