import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type AwsFlags, openAwsAccess, readIdentity } from '../../harness/cli/aws-access.ts';
import { Secret } from '../../harness/domain/secret.ts';
import { ACCOUNT, KEY, startFakeApi } from '../support/lab-api.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lnb-aws-access-'));
  writeFileSync(join(folder, 'config'), '[default]\nregion = eu-west-1\n[profile bench]\nregion = eu-north-1\n[profile bare]\n');
  writeFileSync(join(folder, 'credentials'), '');
  vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'));
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'credentials'));
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  for (const name of ['AWS_PROFILE', 'AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_ENDPOINT_URL'])
    vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

describe('the way to the account', () => {
  const rows: readonly { readonly why: string; readonly flags: AwsFlags; readonly env: NodeJS.ProcessEnv; readonly region: string }[] = [
    { why: '--region before anything else', flags: { region: 'us-east-1' }, env: { AWS_REGION: 'eu-west-3' }, region: 'us-east-1' },
    { why: 'AWS_REGION', flags: {}, env: { AWS_REGION: 'eu-west-3', AWS_DEFAULT_REGION: 'eu-west-2' }, region: 'eu-west-3' },
    {
      why: 'AWS_DEFAULT_REGION, which the SDK itself does not know',
      flags: {},
      env: { AWS_DEFAULT_REGION: 'eu-west-2' },
      region: 'eu-west-2',
    },
    { why: 'the named profile', flags: { profile: 'bench' }, env: {}, region: 'eu-north-1' },
    { why: 'a partition with longer names', flags: { region: 'us-gov-west-1' }, env: {}, region: 'us-gov-west-1' },
  ];
  it.each(rows)('takes the region of $why', async ({ flags, env, region }) => {
    const access = await openAwsAccess(flags, { env });
    expect(access).toMatchObject({ region, client: { region } });
    expect(access).not.toHaveProperty('endpoint');
    expect(access.client.profile).toBe(flags.profile);
  });

  it('waits as for the lab only at an endpoint of its own', async () => {
    const [there, aws] = [{ AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: 'http://127.0.0.1:9' }, { AWS_REGION: 'us-east-1' }];
    expect(await openAwsAccess({ waiting: 'lab' }, { env: there })).toMatchObject({ waiting: 'lab' });
    expect(await openAwsAccess({}, { env: there })).not.toHaveProperty('waiting');
    const refused = { exitCode: 2, why: expect.stringContaining('--waiting') };
    await expect(openAwsAccess({ waiting: 'lab' }, { env: aws })).rejects.toMatchObject(refused);
    await expect(openAwsAccess({ waiting: 'none' }, { env: there })).rejects.toMatchObject(refused);
  });

  it('gives every client the endpoint that the environment names', async () => {
    const env = { AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: 'http://127.0.0.1:9' };
    expect(await openAwsAccess({}, { env })).toMatchObject({ endpoint: 'http://127.0.0.1:9', client: { endpoint: 'http://127.0.0.1:9' } });
  });

  it.each([
    { why: 'nobody names a region', flags: { profile: 'bare' }, what: 'No AWS region is named.' },
    { why: 'the profile does not exist', flags: { profile: 'nobody' }, what: 'No AWS region is named.' },
    { why: 'it is a word of another kind', flags: { region: 'Frankfurt' }, what: '"Frankfurt" is no AWS region.' },
    { why: 'it would lead to another host', flags: { region: 'x.example/' }, what: '"x.example/" is no AWS region.' },
  ])('refuses when $why', async ({ flags, what }) => {
    await expect(openAwsAccess(flags, { env: {} })).rejects.toMatchObject({
      exitCode: 4,
      message: what,
      leftBehind: 'Nothing was started.',
    });
  });
});

describe('who acts', () => {
  it('is asked of STS, and the account is shown by its last digits', async () => {
    const api = await startFakeApi();
    try {
      const credentials = { accessKeyId: KEY.accessKeyId, secretAccessKey: new Secret(KEY.secretAccessKey) };
      const client = { region: ACCOUNT.region, endpoint: api.endpoint, credentials };
      expect(await readIdentity({ client, region: ACCOUNT.region })).toEqual({
        accountId: ACCOUNT.accountId,
        accountMasked: '…3333',
        principalArn: KEY.principalArn,
      });
      const wrong = { ...client, credentials: { ...credentials, secretAccessKey: new Secret('no such secret') } };
      const refused = await readIdentity({ client: wrong, region: ACCOUNT.region }).catch((thrown: unknown) => thrown);
      expect(refused).toMatchObject({ exitCode: 4, why: expect.stringContaining('SignatureDoesNotMatch') });
      expect(JSON.stringify(refused)).not.toContain('no such secret');
    } finally {
      await api.close();
    }
  });

  it('cannot be told without credentials, and the commands name the profile', async () => {
    const client = { region: 'eu-central-1', profile: 'bare' };
    await expect(readIdentity({ client, region: 'eu-central-1' })).rejects.toMatchObject({
      exitCode: 4,
      why: expect.stringContaining('CredentialsProviderError'),
      tryCommands: ['aws sts get-caller-identity --profile bare', 'aws configure --profile bare', 'npm run bench -- doctor'],
    });
  });
});
