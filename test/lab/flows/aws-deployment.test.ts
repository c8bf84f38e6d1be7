import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { parseDeploymentState } from '../../../harness/domain/deployment-state.ts';
import { startBench } from '../../support/bench-process.ts';
import { newLabOfFile } from '../../support/lab-of-file.ts';
import { onlyRunIn } from '../../support/run-folder.ts';

const TEST_MS = 240_000;

const place = newLabOfFile();

const parseCsv = (text: string): Record<string, string>[] => parse(text, { columns: true });
const bench = (...args: readonly string[]) => startBench(args, place.lab.env).ended;
const stacksOf = (folder: string) =>
  parseDeploymentState(readFileSync(join(folder, 'deployment.json'), 'utf8')).stacks.map(({ kind, status }) => `${kind} ${status}`);

describe('a deployment that is kept, with the lab in the place of AWS', () => {
  test(
    'is made, found, removed by its id, and then nothing is left to find',
    async () => {
      const out = join(place.sandbox.folder, 'kept');
      // Without an end there is no guard.
      const asked = ['--backend', 'aws', '--yes', '--ttl', 'none', '--scenario', 'vpc-nat', '--targets', 'internet,s3', '--out', out];
      const made = await bench('deploy', ...asked);
      expect({ code: made.code, stderr: made.stderr }).toMatchObject({ code: 0 });
      const folder = onlyRunIn(out) ?? '';
      const runId = folder.split('/').at(-1) ?? '';
      expect(made.stdout).toContain(`run ${runId} stands`);
      expect(made.stdout).toMatch(/costs about 0\.\d+ USD an hour; nothing removes it by itself/);
      expect(stacksOf(folder)).toEqual(['net created', 'paid created', 'fn created']);

      const listed = await bench('sweep', '--dry-run');
      expect({ code: listed.code, stderr: listed.stderr }).toMatchObject({ code: 0 });
      expect(listed.stdout).toContain('1 run\n');
      for (const kind of ['net', 'paid', 'fn']) expect(listed.stdout).toContain(`lnb-${runId}-${kind}`);
      expect((await bench('sweep', '--expired', '--yes')).stdout).toContain('no expired run');

      const removed = await bench('destroy', runId, '--yes', '--out', out);
      expect({ code: removed.code, stderr: removed.stderr }).toMatchObject({ code: 0 });
      expect(removed.stdout).toContain(`nothing of run ${runId} is left`);
      expect(stacksOf(folder)).toEqual(['net deleted', 'paid deleted', 'fn deleted']);

      expect((await bench('destroy', runId, '--yes', '--out', out)).code).toBe(0);
      expect((await bench('sweep', '--dry-run')).stdout).toContain('no run');
    },
    TEST_MS,
  );
});

describe('a run on a deployment that stands', () => {
  test(
    'measures it, database included, under a name of its own, and leaves it as it was',
    async () => {
      const out = join(place.sandbox.folder, 'on');
      const LNB_DB_PASSWORD = 'planted-Secret-71';
      const with71 = (...args: readonly string[]) => startBench(args, { ...place.lab.env, LNB_DB_PASSWORD }).ended;
      const deploy = ['deploy', '--backend', 'aws', '--yes', '--ttl', 'none', '--scenario', 'vpc-nat', '--targets', 'internet,rds'];
      const made = await with71(...deploy, '--out', out);
      expect({ code: made.code, stderr: made.stderr }).toMatchObject({ code: 0 });
      const folder = onlyRunIn(out) ?? '';
      const runId = folder.split('/').at(-1) ?? '';
      expect(made.stdout).toContain(`--on ${runId}   (with the same LNB_DB_PASSWORD)`);

      const without = await bench('--on', runId, '--yes', '--out', out);
      expect(without).toMatchObject({ code: 4, stderr: expect.stringContaining('Nobody has told the password') });

      const results = join(place.sandbox.folder, 'measured');
      const measured = await with71('--on', folder, '--yes', '--rounds', '2', '--warm', '2', '--out', results);
      expect({ code: measured.code, stderr: measured.stderr }).toMatchObject({ code: 0 });
      const ownFolder = onlyRunIn(results) ?? '';
      const manifest = JSON.parse(readFileSync(join(ownFolder, 'run.json'), 'utf8'));
      expect(manifest).toMatchObject({ stopReason: 'complete', deployedBy: runId, configurationDiff: { unexpected: [] } });
      expect(manifest.runId).not.toBe(runId);
      expect(measured.stderr).toContain(`destroy ${runId}`);
      expect(measured.stderr).not.toContain('removed');
      const samples = readFileSync(join(ownFolder, 'samples.csv'), 'utf8');
      expect(samples).toMatch(/,vpc-nat,rds,cold,cold,new,ok,/);
      // Default mode's zone is not the account's to choose; every VPC scenario is in the template's first one.
      const zoned = parseCsv(samples).filter((row) => row['outcome'] === 'ok');
      const zonesOf = (scenario: RegExp) => [
        ...new Set(zoned.filter((row) => scenario.test(row['scenario'] ?? '')).map((row) => row['az_id'])),
      ];
      expect([zonesOf(/^vpc-nat/), zonesOf(/^default/)]).toEqual([['use1-az1'], ['use1-az2']]);
      expect(readFileSync(join(ownFolder, 'report.md'), 'utf8')).toContain('default mode: use1-az2');
      expect(stacksOf(folder)).toEqual(['net created', 'paid created', 'fn created']);

      // What is measured can be collected again: the log groups have the other run's name.
      expect(await bench('collect', manifest.runId, '--out', results)).toMatchObject({ code: 0 });
      const everything = [
        made.stdout,
        made.stderr,
        measured.stdout,
        measured.stderr,
        readFileSync(join(folder, 'deployment.json'), 'utf8'),
      ];
      const kept = ['run.json', 'samples.ndjson', 'samples.csv', 'report.md'].map((name) => readFileSync(join(ownFolder, name), 'utf8'));
      for (const text of [...everything, ...kept]) expect(text).not.toContain(LNB_DB_PASSWORD);
      expect((await bench('destroy', runId, '--yes', '--out', out)).code).toBe(0);
    },
    TEST_MS,
  );
});
