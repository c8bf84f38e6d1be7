import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunManifest } from '../../harness/domain/run.ts';
import { runCommandLine } from '../support/command.ts';
import { type FakeRun, newFakeRun, SMALL_RUN } from '../support/fake-run.ts';

/** The fake runs have one id; each gets its own, and what else shall differ. */
function change(run: FakeRun, edit: (manifest: RunManifest) => object): void {
  const file = join(run.folder, 'run.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as RunManifest;
  writeFileSync(file, JSON.stringify({ ...manifest, ...edit(manifest) }));
}

let runs: FakeRun[];
let folders: string[];
beforeAll(async () => {
  runs = await Promise.all(['one', 'two', 'three'].map((seed) => newFakeRun({ ...SMALL_RUN, seed })));
  for (const [i, run] of runs.entries()) change(run, () => ({ runId: `run000000${i}` }));
  folders = runs.map(({ folder }) => folder);
}, 60_000);
afterAll(() => {
  for (const run of runs) run.remove();
});

describe('bench compare --pool', () => {
  it('prints the pooled medians as Markdown', async () => {
    const { code, stdout, stderr } = await runCommandLine('compare', '--pool', ...folders);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('LAB: real kernel network on this machine');
    expect(stdout).toMatch(
      /\| vpc-nat − default +\| s3, warm, new connection +\| fn_total_ms p50 +\| \+0\.4\d+ ms \[\+0\.\d+, \+0\.\d+\].*3\/3 +\| slower/,
    );
    expect(stdout).toContain('3 runs: run0000000 (6 rounds), run0000001 (6 rounds), run0000002 (6 rounds)');
  });

  it('prints one JSON document with what the table shows', async () => {
    const { stdout, stderr } = await runCommandLine('compare', '--pool', '--json', ...folders);
    const document = JSON.parse(stdout) as { comparisons: Record<string, unknown>[] };
    expect(stderr).toBe('');
    const row = document.comparisons.find(
      ({ scenario, target, connection, start, statistic }) =>
        scenario === 'vpc-nat' && target === 's3' && start === 'warm' && connection === 'new' && statistic === 'p50',
    );
    const each = row?.['run_differences_ms'] as number[];
    expect(each.length).toBe(3);
    expect(row?.['difference_ms']).toBeCloseTo(each.reduce((sum, value) => sum + value, 0) / 3, 5);
    expect(row).toMatchObject({ verdict: 'slower', runs: 3, margin_ms: expect.closeTo(0.1, 1) });
  });

  const CHANGES: readonly (readonly [string, (manifest: RunManifest) => object, string])[] = [
    ['another region', ({ backend }) => ({ backend: { ...backend, region: 'eu-west-1' } }), 'region: eu-west-1 instead of us-east-1'],
    ['another place', ({ backend }) => ({ backend: { ...backend, kind: 'aws' } }), 'backend: aws instead of lab'],
    ['a later tool', () => ({ toolVersion: '1.0.0' }), "tool version's first number: 1 instead of 0"],
    ['an injected delay', ({ backend }) => ({ backend: { ...backend, injected: { nat: '2 ms' } } }), 'nat 2 ms instead of none'],
    ['another reference', ({ plan }) => ({ plan: { ...plan, reference: 'vpc-nat' } }), 'reference: vpc-nat instead of default'],
    ['fewer targets', ({ plan }) => ({ plan: { ...plan, targets: ['s3'] } }), 'targets: s3 instead of internet, rds, s3'],
    ['the same id', () => ({ runId: 'run0000000' }), 'a deployment counts once'],
    ['a wrong path', () => ({ wrongPaths: [{ arm: 'default/s3', expected: 'a', seen: 'b' }] }), 'it went a wrong path'],
  ];

  it.each(CHANGES)('refuses %s', async (_, edit, why) => {
    const last = runs[2] as FakeRun;
    const before = readFileSync(join(last.folder, 'run.json'));
    try {
      change(last, edit);
      const { code, stdout, stderr } = await runCommandLine('compare', '--pool', ...folders);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(why);
      expect(stderr).toContain(last.folder);
    } finally {
      writeFileSync(join(last.folder, 'run.json'), before);
    }
  });

  it('refuses two runs, what is not comparable even when insisted on, and a folder that is no run', async () => {
    const two = await runCommandLine('compare', '--pool', ...folders.slice(0, 2));
    const forced = await runCommandLine('compare', '--pool', '--force-incomparable', ...folders);
    const none = await runCommandLine('compare', '--pool', ...folders, '/nowhere');
    expect([two.code, forced.code, none.code]).toEqual([2, 2, 2]);
    expect(two.stderr).toContain('with fewer than 3 the spread between deployments is not known');
    expect(forced.stderr).toContain('never made one figure');
    expect(none.stderr).toContain('/nowhere');
  });

  it('says when a run ended early', async () => {
    const last = runs[2] as FakeRun;
    const before = readFileSync(join(last.folder, 'run.json'));
    try {
      change(last, () => ({ stopReason: 'interrupted' }));
      const { code, stderr } = await runCommandLine('compare', '--pool', ...folders);
      expect(code).toBe(0);
      expect(stderr).toBe(`! ${last.folder} ended early (interrupted)\n`);
    } finally {
      writeFileSync(join(last.folder, 'run.json'), before);
    }
  });
});
