import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { main } from '../../harness/cli/command-line.ts';
import { describeLeftovers } from '../../harness/cli/leftover-lines.ts';
import { type DeploymentState, formatDeploymentState } from '../../harness/domain/deployment-state.ts';
import { reopenRunFolder } from '../../harness/run/folder-run-store.ts';
import { ACCOUNT, type FakeApi, KEY, startFakeApi } from '../support/lab-api.ts';

const RUN = 'abcdefghij';
let out: string;
let api: FakeApi;
beforeEach(async () => {
  out = mkdtempSync(join(tmpdir(), 'lnb-deployments-'));
  mkdirSync(join(out, RUN));
  api = await startFakeApi({ stacks: { describe: () => [] } });
  vi.stubEnv('AWS_ENDPOINT_URL', api.endpoint);
  vi.stubEnv('AWS_ACCESS_KEY_ID', KEY.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', KEY.secretAccessKey);
  vi.stubEnv('AWS_REGION', ACCOUNT.region);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await api.close();
  rmSync(out, { recursive: true, force: true });
});

async function bench(...argv: readonly string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const code = await main(argv, { stdout, stderr, env: process.env });
  return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}

const state = (change: Partial<DeploymentState>): DeploymentState => ({
  ...{ schema: 1, runId: RUN, backend: 'aws', region: ACCOUNT.region, endpoint: api.endpoint, account: '…3333' },
  ...{ expiresAt: 'never', kept: true, stacks: [], functions: [], ...change },
});
const keep = (change: Partial<DeploymentState>): void =>
  writeFileSync(join(out, RUN, 'deployment.json'), formatDeploymentState(state(change)));

describe('bench destroy', () => {
  it('says that the lab keeps nothing, and asks nobody', async () => {
    keep({ backend: 'lab' });
    expect(await bench('destroy', RUN, '--out', out)).toMatchObject({ code: 0, stdout: expect.stringContaining('the lab keeps nothing') });
  });

  it('wants a yes where nobody can be asked', async () => {
    expect(await bench('destroy', RUN, '--out', out)).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') });
  });

  it.each([
    { why: 'another account', change: { account: '…9999' }, says: 'account …9999' },
    { why: 'another endpoint', change: { endpoint: 'http://127.0.0.1:1' }, says: 'http://127.0.0.1:1' },
  ])('removes nothing in the wrong place: $why', async ({ change, says }) => {
    keep(change);
    const ended = await bench('destroy', join(out, RUN), '--yes', '--out', out);
    expect(ended).toMatchObject({ code: 4, stderr: expect.stringContaining(says) });
    expect(ended.stderr).toContain('is still there');
  });

  it.each(['../etc', 'ABCDEFGHIJ', 'latest'])('refuses "%s", which names no run', async (name) => {
    expect(await bench('destroy', name, '--yes')).toMatchObject({ code: 2, stderr: expect.stringContaining('names no run') });
  });
});

describe('bench sweep and deploy in the lab', () => {
  it('say that it keeps nothing', async () => {
    expect(await bench('sweep', '--backend', 'lab')).toMatchObject({ code: 0, stdout: expect.stringContaining('the lab keeps nothing') });
    expect(await bench('deploy', '--scenario', 'default')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('the lab keeps nothing'),
    });
  });
});

describe('what is left', () => {
  it('is told with ids, what it costs an hour, and the next command', () => {
    const nat = { kind: 'AWS::EC2::NatGateway', id: 'nat-1', why: 'not allowed', usdPerHour: 0.045 };
    const lines = describeLeftovers(RUN, [nat, { kind: 'AWS::EC2::VPC', id: 'vpc-1', why: 'in use' }], ' --region eu-central-1');
    expect(lines).toEqual([
      expect.stringMatching(/^✗ left: AWS::EC2::NatGateway nat-1 \(0\.045\d* USD an hour\): not allowed$/),
      '✗ left: AWS::EC2::VPC vpc-1: in use',
      expect.stringMatching(/costs about 0\.045\d* USD an hour.*npm run bench -- destroy abcdefghij --region eu-central-1$/),
    ]);
  });
});

describe('a journal that is opened again', () => {
  it.each([
    { why: 'whole', before: 'a\n', after: 'a\nb\n' },
    { why: 'cut in its last line', before: 'a\nhal', after: 'a\nhal\nb\n' },
    { why: 'empty', before: '', after: 'b\n' },
  ])('is appended to when it is $why', ({ before, after }) => {
    const file = join(out, RUN, 'samples.ndjson');
    writeFileSync(file, before);
    const store = reopenRunFolder(join(out, RUN));
    store.appendJournal('b');
    store.close();
    expect(readFileSync(file, 'utf8')).toBe(after);
  });

  it('must exist', () => {
    expect(() => reopenRunFolder(join(out, 'nowhere000'))).toThrow('Cannot write');
  });
});
