import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { main } from '../../harness/cli/command-line.ts';
import { ACCOUNT, type FakeApi, KEY, startFakeApi } from '../support/lab-api.ts';

let folder: string;
let api: FakeApi;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lnb-doctor-'));
  api = await startFakeApi({ stacks: { describe: () => [] } });
  vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'));
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'credentials'));
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  for (const name of ['AWS_PROFILE', 'AWS_DEFAULT_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']) {
    vi.stubEnv(name, undefined);
  }
  vi.stubEnv('AWS_REGION', ACCOUNT.region);
  vi.stubEnv('AWS_ENDPOINT_URL', api.endpoint);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await api.close();
  rmSync(folder, { recursive: true, force: true });
});

async function doctor(...argv: readonly string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const code = await main(['doctor', ...argv], { stdout, stderr, env: process.env });
  return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}

describe('bench doctor', () => {
  it('exits 4 when AWS is asked for and there are no credentials', async () => {
    const { code, stdout } = await doctor('--backend', 'aws', '--profile', 'nobody');
    expect(code).toBe(4);
    expect(stdout).toMatch(/✗ missing: AWS account: .*CredentialsProviderError.*\n {2}Try: aws configure --profile nobody/);
    expect(stdout).not.toContain('only the lab was checked');
  });

  it('exits 4 when no region is named', async () => {
    vi.stubEnv('AWS_REGION', undefined);
    const { code, stdout } = await doctor('--backend', 'aws');
    expect(code).toBe(4);
    expect(stdout).toMatch(/No AWS region is named\..*\n {2}Try: aws configure set region/);
  });

  it('tells what a server lacks as what it cannot tell, and shows no whole account', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', KEY.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', KEY.secretAccessKey);
    const { code, stdout, stderr } = await doctor('--backend', 'aws', '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { findings } = JSON.parse(stdout) as { readonly findings: readonly { readonly area: string; readonly status: string }[] };
    expect(new Set(findings.filter(({ area }) => area === 'quotas').map(({ status }) => status))).toEqual(new Set(['cannot tell']));
    expect(stdout).toContain('…3333');
    expect(stdout).not.toContain(ACCOUNT.accountId);
    expect(stdout).not.toContain(KEY.secretAccessKey);
  });

  it('knows two backends', async () => {
    expect(await doctor('--backend', 'azure')).toMatchObject({ code: 2, stderr: expect.stringContaining('lab, aws') });
  });
});
