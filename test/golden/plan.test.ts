import { describe, expect, it } from 'vitest';
import { runCommandLine } from '../support/command.ts';

/** No earlier run lies there, so every spread is the dated table's and nothing depends on this machine. */
const NOWHERE = ['--out', '/nonexistent/results'];

const PLANS: readonly (readonly [string, readonly string[]])[] = [
  ['everything', []],
  ['one-scenario', ['--scenario', 'vpc-nat', '--targets', 'internet,s3', '--rounds', '40', '--warm', '5']],
  ['no-reference', ['--scenario', 'vpc-endpoints', '--no-reference']],
  ['too-few-rounds', ['--scenario', 'vpc-nat', '--targets', 's3', '--rounds', '5']],
  ['precision', ['--scenario', 'vpc-nat', '--targets', 'internet,s3', '--precision', 'cold=30ms']],
  ['aws', ['--backend', 'aws', '--scenario', 'vpc-nat']],
];

describe('bench plan', () => {
  it.each(PLANS)('%s', async (name, flags) => {
    const { code, stdout, stderr } = await runCommandLine('plan', ...flags, ...NOWHERE);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    await expect(stdout).toMatchFileSnapshot(`plan/${name}.txt`);
  });

  it('one-scenario as JSON', async () => {
    const { stdout, stderr } = await runCommandLine('plan', '--json', '--scenario', 'vpc-nat', '--targets', 's3', ...NOWHERE);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ backend: 'lab', rounds: 16, warm: 10, calls: { total: 1104 } });
    await expect(stdout).toMatchFileSnapshot('plan/one-scenario.json');
  });
});
