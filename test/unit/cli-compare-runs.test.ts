import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunManifest } from '../../harness/domain/run.ts';
import { runCommandLine } from '../support/command.ts';
import { type FakeRun, newFakeRun, SMALL_RUN } from '../support/fake-run.ts';

function change(run: FakeRun, edit: (manifest: RunManifest) => object): void {
  const file = join(run.folder, 'run.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as RunManifest;
  writeFileSync(file, JSON.stringify({ ...manifest, ...edit(manifest) }));
}

let runs: FakeRun[];
let folders: string[];
beforeAll(async () => {
  runs = [];
  // The second run's functions are 2 ms slower on new and reused connections alike.
  const slower = (ms: number) => ({
    answer: (_: unknown, ordinary: Parameters<NonNullable<Parameters<typeof newFakeRun>[1]>['answer'] & object>[1]) => {
      const { result } = ordinary;
      if (result.kind !== 'ok') return ordinary;
      const added = ms * 1e6;
      const phases = { ...result.phases, ttfb: (result.phases.ttfb ?? 0) + added };
      return { ...ordinary, result: { ...result, phases, totalNs: result.totalNs + added } };
    },
  });
  for (const ms of [0, 2, 0]) runs.push(await newFakeRun({ ...SMALL_RUN, targets: ['s3'] }, slower(ms)));
  for (const [i, run] of runs.entries())
    change(run, () => ({ runId: `run000000${i}`, functionSettings: { CodeSha256: 'code=', MemorySize: '1769' } }));
  folders = runs.map(({ folder }) => folder);
}, 60_000);
afterAll(() => {
  for (const run of runs) run.remove();
});

describe('bench compare RUN RUN…', () => {
  it('puts the medians beside each other, with what the later runs differ in', async () => {
    const { code, stdout, stderr } = await runCommandLine('compare', ...folders);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('> **LAB: real kernel network on this machine, not AWS figures.**');
    const line = stdout.split('\n').find((text) => text.startsWith('| default ') && text.includes('s3, warm, new connection, fn_total_ms'));
    expect(line).toMatch(/\| +1\.\d+ \| +3\.\d+ \| +1\.\d+ \| \+2\.000 \[\+1\.9\d+, \+2\.\d+\] \(\+\d+\.\d %\) \| \+0\.000 \[/);
    // Cold calls have an environment each, so their medians have limits from six on.
    expect(stdout).toMatch(/\| default +\| s3, cold, client_ms +\| 153\.0 \[153\.0, 153\.0\] \|/);
    expect(stdout).toContain('Hidden fields: none differ, as far as the runs say.');
    expect(stdout).toContain('No verdict');
  });

  it('prints the same figures as one JSON document, twice alike', async () => {
    const { stdout, stderr } = await runCommandLine('compare', '--json', ...folders);
    expect(stderr).toBe('');
    expect((await runCommandLine('compare', '--json', ...folders)).stdout).toBe(stdout);
    const document = JSON.parse(stdout);
    expect(document.rows.length).toBeGreaterThanOrEqual(12);
    const summary = (run: FakeRun) =>
      run
        .read('summary.csv')
        .split('\n')
        .find((row) => row.includes(',vpc-nat,s3,warm,reused,all,fn_total_ms,p50,'));
    const row = document.rows.find(
      ({ scenario, connection, start }: Record<string, string>) => scenario === 'vpc-nat' && connection === 'reused' && start === 'warm',
    );
    const medians = row.runs.map((figure: { value_ms: number }) => figure.value_ms.toFixed(6));
    expect(medians).toEqual(runs.map((run) => summary(run)?.split(',')[8]));
    expect(row.differences[0]).toMatchObject({ difference_ms: 2, environments: 6, margin_ms: expect.closeTo(0.1, 1) });
    expect(row.differences[0].ci_low_ms).toBeGreaterThan(1);
  });

  /** Makes the last run another one for a while. */
  async function withLast(edit: (manifest: RunManifest) => object, ...flags: readonly string[]) {
    const last = runs[2] as FakeRun;
    const before = readFileSync(join(last.folder, 'run.json'));
    try {
      change(last, edit);
      return await runCommandLine('compare', ...flags, ...folders);
    } finally {
      writeFileSync(join(last.folder, 'run.json'), before);
    }
  }

  const INCOMPARABLE: readonly (readonly [string, (manifest: RunManifest) => object, string])[] = [
    ['another region', ({ backend }) => ({ backend: { ...backend, region: 'eu-west-1' } }), 'region: eu-west-1 instead of us-east-1'],
    ['AWS', ({ backend }) => ({ backend: { ...backend, kind: 'aws' } }), 'backend: aws instead of lab'],
    ['other code', () => ({ functionSettings: { CodeSha256: 'other=' } }), '(CodeSha256): other= instead of code='],
    ['an injected delay', ({ backend }) => ({ backend: { ...backend, injected: { nat: '2 ms' } } }), 'nat 2 ms instead of none'],
  ];

  it.each(INCOMPARABLE)('refuses %s, unless it is insisted on, and then says so above all', async (_, edit, why) => {
    const refused = await withLast(edit);
    expect({ code: refused.code, stdout: refused.stdout }).toEqual({ code: 2, stdout: '' });
    expect(refused.stderr).toContain(`run0000002: `);
    expect(refused.stderr).toContain(why);
    expect(refused.stderr).toContain('Try: npm run bench -- compare --force-incomparable ');
    const forced = await withLast(edit, '--force-incomparable');
    expect(forced.code).toBe(0);
    expect(forced.stdout).toContain('> **NOT COMPARABLE, shown because it was insisted on:**');
  });

  it('never takes a difference between the lab and AWS, whoever insists', async () => {
    const { stdout } = await withLast(({ backend }) => ({ backend: { ...backend, kind: 'aws' } }), '--force-incomparable', '--json');
    const { rows } = JSON.parse(stdout);
    expect(rows.flatMap(({ differences }: { differences: unknown[] }) => differences).every((one: unknown) => one === null)).toBe(true);
  });

  const HIDDEN: readonly (readonly [string, (manifest: RunManifest) => object, string])[] = [
    [
      'the driver',
      ({ driver }) => ({ driver: { ...driver, kernel: '7.0 <b>' } }),
      'run0000002: kernel of the driver: 7.0 \\<b\\> instead of 6.0.0-test',
    ],
    [
      'a setting',
      () => ({ functionSettings: { CodeSha256: 'code=', MemorySize: '512' } }),
      'function setting MemorySize: 512 instead of 1769',
    ],
    [
      'a lab that held its functions to their CPU share',
      ({ backend }) => ({ backend: { ...backend, labCpu: 'held' } }),
      'CPU share of functions in the lab: held instead of unthrottled',
    ],
    ['the tool', () => ({ toolVersion: '0.9.0' }), 'tool version: 0.9.0 instead of 0.0.0'],
  ];

  it.each(HIDDEN)('names %s where it differs unseen', async (_, edit, words) => {
    const { code, stdout } = await withLast(edit);
    expect(code).toBe(0);
    expect(stdout).toContain('Hidden fields that differ');
    expect(stdout).toContain(words);
  });

  it('leaves a hole where a run has no such figure', async () => {
    const { stdout, stderr } = await withLast(() => ({ wrongPaths: [{ arm: 'default/s3', expected: 'a', seen: 'b' }] }), '--json');
    expect(stderr).toContain('went a wrong path and has no figures');
    const [row] = JSON.parse(stdout).rows;
    expect(row.runs[2]).toBeNull();
    expect(row.differences).toEqual([expect.any(Object), null]);
  });

  it('refuses one run, seven runs, the same run twice, and a folder that is no run', async () => {
    const [first = '', second = ''] = folders;
    const ends = [[first], [...folders, ...folders, first], [first, second, first], [first, '/nowhere']].map((words) =>
      runCommandLine('compare', ...words),
    );
    const [one, seven, twice, none] = await Promise.all(ends);
    expect([one?.code, seven?.code, twice?.code, none?.code]).toEqual([2, 2, 2, 2]);
    expect(one?.stderr).toContain('two to 6 runs stand beside each other');
    expect(twice?.stderr).toContain('run run0000000 is given twice');
    expect(none?.stderr).toContain('/nowhere');
  });
});
