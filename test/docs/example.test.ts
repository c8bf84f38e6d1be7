import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findExample, KEPT_REPORTS, type UnpackedRun, unpackExample } from '../../docs/example/example-run.ts';
import { type CommandResult, runCommandLine } from '../support/command.ts';
import { readForms } from '../support/report-document.ts';
import {
  attributionPairs,
  coldPairs,
  coursePairs,
  curvePairs,
  matrixPairs,
  type Pair,
  reachabilityPairs,
  shiftPairs,
  twinPairs,
} from '../support/report-forms.ts';
import { coldFromSamples, countsFromSamples, coursesFromSamples, curvesFromSamples } from '../support/report-from-samples.ts';
import { checkPairs, monthPairs } from '../support/report-trust.ts';
import { SAMPLE_BEGIN, withSampleOutput } from '../support/sample-output.ts';

const README = fileURLToPath(new URL('../../README.md', import.meta.url));
const example = findExample();
const kept = (name: string): string => join(example.folder, name);

let unpacked: UnpackedRun;
let rendered: CommandResult;
beforeAll(async () => {
  unpacked = unpackExample(example);
  rendered = await runCommandLine('report', unpacked.folder);
});
afterAll(() => unpacked.remove());

describe('the run in docs/example', () => {
  it('is a real one, of the lab, complete, with the standard plan', () => {
    const { backend, stopReason, plan } = JSON.parse(readFileSync(kept('run.json'), 'utf8'));
    expect({ kind: backend.kind, stopReason, rounds: plan.rounds, warm: plan.warm }).toEqual({
      kind: 'lab',
      stopReason: 'complete',
      rounds: 16,
      warm: 10,
    });
    expect(backend.labMode).not.toBe('fake');
    expect(backend.injected ?? {}).toEqual({});
  });

  it.each(KEPT_REPORTS)('%s is rendered again byte for byte by bench report (else: npm run docs:screenshot)', async (name) => {
    expect(rendered.code).toBe(0);
    await expect(readFileSync(join(unpacked.folder, name), 'utf8')).toMatchFileSnapshot(kept(name));
  });

  it('has a page of at most 150 kB', () => expect(readFileSync(kept('report.html')).byteLength).toBeLessThanOrEqual(150_000));

  it.each([
    ['matrix', matrixPairs, 18],
    ['curves', curvePairs, 100],
    ['courses', coursePairs, 200],
    ['cold calls', coldPairs, 60],
    ['phases', attributionPairs, 4],
    ['shift', shiftPairs, 20],
    ['A/A', twinPairs, 2],
    ['reachability', reachabilityPairs, 2],
    ['checks', checkPairs, 25],
    ['months', monthPairs, 2],
    ['curves, from samples.csv', curvesFromSamples, 150],
    ['courses, from samples.csv', coursesFromSamples, 200],
    ['cold calls, from samples.csv', coldFromSamples, 30],
    ['counts, from samples.csv', countsFromSamples, 25],
  ] as const)('has the same figures in all forms: %s', (_, pairsOf, least) => {
    const pairs: readonly Pair[] = pairsOf(readForms(unpacked.folder));
    expect(pairs.length).toBeGreaterThanOrEqual(least);
    expect(pairs.map(({ of, seen }) => [of, seen])).toEqual(pairs.map(({ of, expected }) => [of, expected]));
  });

  it('is what the README shows: `-u` brings it up to date', async () => {
    const manifest = JSON.parse(readFileSync(kept('run.json'), 'utf8'));
    const printed = rendered.stdout.replaceAll(unpacked.folder, `results/${example.runId}`);
    await expect(withSampleOutput(readFileSync(README, 'utf8'), manifest, printed)).toMatchFileSnapshot(README);
  });
});

describe('the place of the sample output', () => {
  it.each(['', SAMPLE_BEGIN, `${SAMPLE_BEGIN}${SAMPLE_BEGIN}`])('must be there once: %j', (readme) => {
    const manifest = { startedAt: '2026-01-01T00:00:00.000Z', driver: { node: 'v20', kernel: '6', cpuModel: 'x', cpuCount: 2 } };
    expect(() => withSampleOutput(readme, manifest, 'x')).toThrow(RangeError);
  });
});
