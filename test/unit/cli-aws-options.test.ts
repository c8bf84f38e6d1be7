import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type AwsRunFlags, demandNoAwsFlags, expiryOf, parseAwsOptions, parseDuration } from '../../harness/cli/aws-options.ts';
import { BenchError } from '../../harness/domain/exit-code.ts';

const folder = mkdtempSync(join(tmpdir(), 'lnb-aws-options-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The refusal of something that must be refused. */
function refusal(act: () => unknown): BenchError {
  try {
    act();
  } catch (error) {
    if (error instanceof BenchError) return error;
    throw error;
  }
  throw new Error('was not refused');
}

describe('flags of a run on AWS', () => {
  it('needs none', () => {
    expect(parseAwsOptions({}, {})).toEqual({ access: {}, allowedAccounts: [], yes: false, ttl: { kind: 'planned' }, keep: false });
  });

  it('takes all', () => {
    const flags: AwsRunFlags = {
      ...{ profile: 'p', region: 'eu-west-1', allowedAccounts: '111122223333, 444455556666', yes: true, budget: '0.50', ttl: '90m' },
      ...{ keep: true, runtime: 'nodejs24.x', internetUrl: 'https://a.test/', echoUrl: 'https://b.test/' },
    };
    expect(parseAwsOptions(flags, {})).toEqual({
      access: { profile: 'p', region: 'eu-west-1' },
      allowedAccounts: ['111122223333', '444455556666'],
      ...{ yes: true, budgetUsd: 0.5, ttl: { kind: 'from-start', ms: 5_400_000 }, keep: true, runtime: 'nodejs24.x' },
      ...{ internetUrl: 'https://a.test/', echoUrl: 'https://b.test/' },
    });
  });

  const rows: readonly (readonly [AwsRunFlags, string, string])[] = [
    [{ budget: '0' }, '--budget', 'nothing can be run for nothing'],
    [{ budget: '1e3' }, '--budget', 'a slip here is expensive'],
    [{ ttl: 'never' }, '--ttl', 'the word is none'],
    [{ ttl: '3' }, '--ttl', 'no unit'],
    [{ ttl: '1m' }, '--ttl', 'shorter than a deploy'],
    [{ ttl: '31d' }, '--ttl', 'longer than anybody remembers'],
    [{ allowedAccounts: '1234' }, '--allowed-accounts', 'no account id'],
    [{ allowedAccounts: '' }, '--allowed-accounts', 'an empty list would allow every account'],
    [{ runtime: 'nodejs20.x' }, '--runtime', 'Lambda takes no new functions of it'],
    [{ internetUrl: 'http://a.test/' }, '--internet-url', 'the probe measures TLS'],
    [{ echoUrl: 'https://me:word@a.test/' }, '--echo-url', 'a password in an address ends up in reports'],
  ];
  it.each(rows)('refuses %j: %s', (flags, flag) => {
    const error = refusal(() => parseAwsOptions(flags, {}));
    expect(error.exitCode).toBe(2);
    expect(error.why).toContain(flag);
  });

  it('tells all problems at once', () => {
    const error = refusal(() => parseAwsOptions({ budget: 'x', ttl: 'y' }, { LNB_ALLOWED_ACCOUNTS: 'z' }));
    for (const part of ['--budget', '--ttl', 'LNB_ALLOWED_ACCOUNTS']) expect(error.why).toContain(part);
  });

  it('takes allowed accounts and the CA of the database from variables, flags first', () => {
    const path = join(folder, 'ca.pem');
    writeFileSync(path, '-----BEGIN CERTIFICATE-----\n');
    const env = { LNB_ALLOWED_ACCOUNTS: '111122223333', LNB_RDS_CA: path };
    expect(parseAwsOptions({}, env)).toMatchObject({ allowedAccounts: ['111122223333'], rdsCaPem: '-----BEGIN CERTIFICATE-----\n' });
    expect(parseAwsOptions({ allowedAccounts: '444455556666' }, env).allowedAccounts).toEqual(['444455556666']);
  });

  it('refuses a file that holds no certificate: every RDS call would fail, at the end of a deploy', () => {
    const path = join(folder, 'key.pem');
    writeFileSync(path, 'no PEM');
    expect(refusal(() => parseAwsOptions({ rdsCa: path }, {}))).toMatchObject({ exitCode: 2, why: 'it holds no PEM certificate' });
    expect(refusal(() => parseAwsOptions({ rdsCa: join(folder, 'missing') }, {})).why).toContain('ENOENT');
  });

  it('means nothing in the lab: a budget that nobody watches would only seem to be one', () => {
    expect(() => demandNoAwsFlags({})).not.toThrow();
    expect(refusal(() => demandNoAwsFlags({ budget: '1', keep: true })).why).toMatch(/--budget: only with[\s\S]+--keep: only with/);
  });
});

describe('the end of a deployment', () => {
  const now = new Date('2026-01-01T00:00:00Z');
  it.each([
    [{ ttl: { kind: 'planned' }, keep: false }, '2026-01-01T02:00:00.000Z', 'an hour after the planned end'],
    [{ ttl: { kind: 'planned' }, keep: true }, '2026-01-01T09:00:00.000Z', '--keep moves it'],
    [{ ttl: { kind: 'from-start', ms: 1_800_000 }, keep: true }, '2026-01-01T00:30:00.000Z', 'what was typed counts'],
  ] as const)('%j: %s (%s)', (given, end, _) => {
    expect(expiryOf(given, now, 3600)).toEqual(new Date(end));
  });

  it('has no end only when that was typed', () => expect(expiryOf({ ttl: { kind: 'never' }, keep: false }, now, 60)).toBe('never'));

  it.each([
    ['90m', 5_400_000],
    ['1.5h', 5_400_000],
    ['2d', 172_800_000],
    ['h', undefined],
    ['3 h', undefined],
    ['-1h', undefined],
  ])('reads %s', (text, ms) => expect(parseDuration(text)).toBe(ms));
});
