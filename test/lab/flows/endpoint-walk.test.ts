import { describe, expect, test } from 'vitest';
import { startWords } from '../../support/bench-process.ts';
import { newLabOfFile } from '../../support/lab-of-file.ts';

const WALK = [process.execPath, '--import', 'tsx', 'test/endpoint/walk.ts'];
const STEPS = ['preflight', 'net', 'guard', 'upload', 'paid', 'fn', 'matched', 'find', 'destroy', 'sweep'];

const place = newLabOfFile();

describe('npm run test:endpoint', () => {
  test('walks every step against a server that lacks nothing', async () => {
    const { code, stdout, stderr } = await startWords(WALK, place.lab.env).ended;
    expect({ code, stdout, stderr }).toMatchObject({ code: 0, stderr: '' });
    const verdicts = stdout
      .split('\n')
      .flatMap((line) => [/^([✓~✗·]) (\w+)/.exec(line)?.slice(1) ?? []].filter(({ length }) => length > 0));
    expect(verdicts).toEqual(STEPS.map((step) => ['✓', step]));
    expect(stdout).toMatch(/CodeSha256 of \d{2} functions is the local hash/);
  });

  test.each([
    { why: 'no server is named', env: { AWS_ENDPOINT_URL: '' }, code: 2, says: 'AWS_ENDPOINT_URL is not set' },
    { why: 'it would be AWS itself', env: { AWS_ENDPOINT_URL: 'https://sts.eu-central-1.amazonaws.com' }, code: 2, says: 'cost money' },
    { why: 'the credentials are wrong', env: { AWS_SECRET_ACCESS_KEY: 'wrong' }, code: 1, says: '✗ preflight' },
  ])('says so where $why', async ({ env, code, says }) => {
    const ended = await startWords(WALK, { ...place.lab.env, ...env }).ended;
    expect({ ...ended, said: ended.stdout + ended.stderr }).toMatchObject({ code, said: expect.stringContaining(says) });
  });
});
