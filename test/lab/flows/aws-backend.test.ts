import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RunManifest } from '../../../harness/domain/run.ts';
import { type BenchProcess, startBench } from '../../support/bench-process.ts';
import { newLabOfFile } from '../../support/lab-of-file.ts';
import { startLabUp } from '../../support/lab-up.ts';
import { onlyRunIn, RUN_FILES } from '../../support/run-folder.ts';
import { waitUntil } from '../../support/wait-until.ts';

const RUN_MS = 240_000;
const ON_AWS = ['run', '--backend', 'aws', '--yes'] as const;

const place = newLabOfFile();

/** Whether it has been said; throws with all that was, when the command has ended without. */
function isSaid(bench: BenchProcess, text: string): true | undefined {
  if (bench.stderr().includes(text)) return true;
  if (bench.hasEnded()) throw new Error(`ended without saying "${text}":\n${bench.stderr()}`);
  return undefined;
}

describe('--backend aws, with the lab in the place of AWS', () => {
  test(
    'measures to the end and leaves the files of a run',
    async () => {
      const out = join(place.sandbox.folder, 'whole');
      const flags = ['--scenario', 'vpc-nat', '--rounds', '2', '--warm', '2', '--out', out, '--allowed-accounts', '000000000000'];
      const end = await startBench([...ON_AWS, ...flags], place.lab.env).ended;
      expect(end.stderr).toMatch(/^account …0000 as user\/\S+, region us-east-1, at http:\/\/127\.0\.0\.1:\d+: not AWS itself$/m);
      expect(end.stderr).toMatch(/^Cost: at most about 0\.\d+ USD for the run/m);
      expect({ code: end.code, stderr: end.stderr }).toMatchObject({ code: 0 });
      const folder = onlyRunIn(out) ?? '';
      expect(RUN_FILES.filter((name) => !existsSync(join(folder, name)))).toEqual([]);
      const manifest = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as RunManifest;
      expect(manifest).toMatchObject({
        stopReason: 'complete',
        backend: { kind: 'aws', region: 'us-east-1', account: '…0000', endpoint: place.lab.env['AWS_ENDPOINT_URL'] },
        cost: { currency: 'USD', run: { hours: 1 } },
      });
      // Nobody may take these figures for AWS's.
      expect(end.stdout).toMatch(/^NOT AWS: asked of http:\/\/127\.0\.0\.1/);
      const report = readFileSync(join(folder, 'report.md'), 'utf8');
      expect(report).toContain('NOT AWS');
      expect(report).toContain('## Cost');
      // The first round after the deploy is not judged.
      const rows = readFileSync(join(folder, 'samples.csv'), 'utf8').split('\n');
      const cold = rows.filter((row) => /^\d+,\w+,r\d{3}-\d{4},[12],/.test(row) && row.includes(',cold,cold,') && row.includes(',ok,'));
      const [first, second] = ['1', '2'].map((round) => cold.filter((row) => row.split(',')[3] === round));
      expect(first?.length).toBeGreaterThan(0);
      expect(second?.length).toBeGreaterThan(0);
      expect(first?.filter((row) => !row.includes('burn-in'))).toEqual([]);
      expect(second?.filter((row) => row.includes('burn-in'))).toEqual([]);
    },
    RUN_MS,
  );

  test('refuses an account that is not allowed, and makes nothing', async () => {
    const out = join(place.sandbox.folder, 'refused');
    const end = await startBench([...ON_AWS, '--out', out, '--allowed-accounts', '111122223333'], place.lab.env).ended;
    expect(end).toMatchObject({ code: 4, stdout: '' });
    expect(end.stderr).toContain('Account …0000 is not among those allowed.');
    expect(existsSync(out) ? readdirSync(out) : []).toEqual([]);
  });

  test(
    'saves and removes at the first signal, and shows how it goes',
    async () => {
      const out = join(place.sandbox.folder, 'stopped');
      const bench = startBench([...ON_AWS, '--targets', 'internet', '--scenario', 'vpc-nat', '--out', out], place.lab.env);
      await waitUntil('a round', RUN_MS, () => isSaid(bench, 'round 1/40'));
      process.kill(bench.pid, 'SIGINT');
      const end = await bench.ended;
      expect(end.code).toBe(130);
      expect(end.stderr).toMatch(/removing what was deployed\n(?:.*\n)* {2}lnb-\w+-net {2}DELETE_COMPLETE/);
      expect(end.stderr).not.toContain('remove it now');
      const manifest = JSON.parse(readFileSync(join(onlyRunIn(out) ?? '', 'run.json'), 'utf8')) as RunManifest;
      expect(manifest.stopReason).toBe('interrupted');
      expect(readFileSync(join(onlyRunIn(out) ?? '', 'samples.ndjson'), 'utf8')).toContain('"event":"observed"');
    },
    RUN_MS,
  );

  test(
    'leaves at once at the second signal, and says what stays, for how much, until when',
    async () => {
      const out = join(place.sandbox.folder, 'left');
      const bench = startBench([...ON_AWS, '--targets', 'internet', '--scenario', 'vpc-nat', '--out', out], place.lab.env);
      await waitUntil('a stack', RUN_MS, () => isSaid(bench, 'CREATE_COMPLETE'));
      process.kill(bench.pid, 'SIGINT');
      await waitUntil('the first signal heard', 30_000, () => isSaid(bench, 'stopping:'));
      process.kill(bench.pid, 'SIGINT');
      const end = await bench.ended;
      expect(end.code).toBe(130);
      expect(end.stderr).toMatch(/^left in us-east-1: .*lnb-\w+-/m);
      expect(end.stderr).toMatch(/costs about 0\.\d+ USD an hour; .*from \d{4}-\d\d-\d\dT[\d:.]+Z on/);
      expect(end.stderr).toMatch(/remove it now: npm run bench -- destroy [a-z][a-z0-9]{9}$/m);
    },
    RUN_MS,
  );

  test('lab up takes the file of its CA with it', async () => {
    const own = await startLabUp(place.sandbox);
    const path = own.env['LNB_RDS_CA'] ?? '';
    expect(readFileSync(path, 'utf8')).toContain('-----BEGIN CERTIFICATE-----');
    await own.stop();
    expect(existsSync(dirname(path))).toBe(false);
  });
});
