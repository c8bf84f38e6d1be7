import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import type { AwsIdentity } from '../../harness/cli/aws-access.ts';
import { demandAllowed, demandConcurrency, demandLasting, describePrincipal } from '../../harness/cli/aws-account.ts';
import { demandAffordable, newBudgetWatch } from '../../harness/cli/budget.ts';
import { confirm } from '../../harness/cli/confirm.ts';
import { describeRemains } from '../../harness/cli/remains.ts';
import { type DeploymentState, formatDeploymentState } from '../../harness/domain/deployment-state.ts';
import { BenchError } from '../../harness/domain/exit-code.ts';
import { costOf, hourlyUsd } from '../../harness/plan/cost.ts';
import { newPlan } from '../../harness/plan/plan.ts';
import { BUILT_IN_PRICES, pricesFor } from '../../harness/plan/prices.ts';
import { SCENARIOS } from '../../scenarios/index.ts';
import { runCommandLine } from '../support/command.ts';

const folder = mkdtempSync(join(tmpdir(), 'lnb-agreement-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const identity: AwsIdentity = {
  accountId: '111122223333',
  accountMasked: '…3333',
  principalArn: 'arn:aws:sts::111122223333:assumed-role/Deployer/ci-7',
};
const now = new Date('2026-01-01T00:00:00Z');

describe('the account', () => {
  it('is any one where none is named, and one of those named otherwise', () => {
    expect(() => demandAllowed(identity, [])).not.toThrow();
    expect(() => demandAllowed(identity, ['444455556666', '111122223333'])).not.toThrow();
  });

  it('is refused by its last digits alone: logs are read by others', () => {
    const act = (): void => demandAllowed(identity, ['444455556666']);
    expect(act).toThrow('…3333');
    expect(act).toThrow(expect.objectContaining({ exitCode: 4 }));
    expect(act).not.toThrow('111122223333');
  });

  it.each([
    ['arn:aws:sts::111122223333:assumed-role/Deployer/ci-7', 'role/Deployer (session ci-7)'],
    ['arn:aws:iam::111122223333:user/ops/somebody', 'user/ops/somebody'],
    ['arn:aws:iam::111122223333:root', 'root'],
  ])('%s reads %s', (arn, words) => expect(describePrincipal(arn)).toBe(words));
});

describe('credentials', () => {
  it.each<[string | undefined, number, boolean, string]>([
    [undefined, 3600, false, 'keys of a user do not end'],
    ['2026-01-01T01:00:01Z', 3600, false, 'just long enough'],
    ['2026-01-01T00:59:59Z', 3600, true, 'a second too short'],
  ])('that end at %s for %d s: refused %s (%s)', (end, seconds, refused, _) => {
    const lasting = end === undefined ? identity : { ...identity, credentialsExpireAt: new Date(end) };
    const act = (): void => demandLasting(lasting, now, seconds);
    if (!refused) return expect(act).not.toThrow();
    expect(act).toThrow(expect.objectContaining({ exitCode: 4 }));
    // Both times: when they end, and when they would have to.
    expect(act).toThrow('2026-01-01T00:59:59.000Z');
    expect(act).toThrow(expect.objectContaining({ why: expect.stringContaining('2026-01-01T01:00:00.000Z') }));
  });
});

describe('concurrency', () => {
  const told = (concurrency: Parameters<typeof demandConcurrency>[0]): string => {
    const stderr = new PassThrough();
    demandConcurrency(concurrency, { stderr });
    return String(stderr.read() ?? '');
  };

  it('is refused when nothing is left, and no word is lost about enough of it', () => {
    expect(() => told({ kind: 'known', unreserved: 0 })).toThrow(
      expect.objectContaining({ exitCode: 4, leftBehind: 'Nothing was started.' }),
    );
    expect(told({ kind: 'known', unreserved: 1 })).toBe('');
  });

  it('that nobody may ask for is said, not taken for none', () => {
    expect(told({ kind: 'unknown', why: 'AccessDeniedException' })).toContain('cannot tell');
  });
});

describe('a budget', () => {
  const OPTIONS = { backend: 'aws', scenarios: ['vpc-nat'], targets: ['s3'], rounds: 10, warm: 10, seed: 's', reference: true } as const;
  const plan = newPlan(OPTIONS, SCENARIOS);
  const prices = pricesFor('us-east-1', BUILT_IN_PRICES);
  const question = { region: 'us-east-1', architecture: 'arm64', trafficGb: 0 } as const;
  const cost = costOf(plan, { total: 3000 }, prices, question);
  const planned = cost.run?.usd ?? Number.NaN;
  const hourly = hourlyUsd(plan, prices);

  it('refuses what costs more before it starts, with the code of a budget', () => {
    expect(() => demandAffordable(cost, undefined)).not.toThrow();
    expect(() => demandAffordable(cost, planned)).not.toThrow();
    expect(() => demandAffordable(cost, planned - 0.001)).toThrow(
      expect.objectContaining({ exitCode: 6, leftBehind: 'Nothing was started.' }),
    );
  });

  it('lets a run that goes as planned end', () => {
    const watch = newBudgetWatch(cost, { rounds: 600, end: 1800 }, 10, planned);
    const allowed = Array.from({ length: 10 }, (_, done) => watch.allows(500 + done * 60, done));
    expect(allowed).not.toContain(false);
    expect(watch.estimateUsd(500 + 9 * 60, 9)).toBeCloseTo(planned, 9);
  });

  it('keeps the removal back: it stops while an hour for it is still paid', () => {
    const watch = newBudgetWatch(cost, { rounds: 600, end: 1800 }, 10, planned);
    // One round and the removal end within the first hour, then after it.
    expect(watch.allows(3600 - 1800 - 60, 5)).toBe(true);
    expect(watch.allows(3600 - 1800 - 59, 5)).toBe(false);
    expect(watch.estimateUsd(3600 - 1800 - 59, 5)).toBeGreaterThan(2 * hourly);
  });
});

describe('a yes', () => {
  /** A terminal on which `answer` is typed. */
  function terminal(answer: string) {
    const stdin = Object.assign(new PassThrough(), { isTTY: true as const });
    const stderr = Object.assign(new PassThrough(), { isTTY: true as const });
    stdin.end(answer);
    return { stdin, stderr, stdout: new PassThrough(), env: {} };
  }

  it.each(['y\n', 'YES\n', ' yes \n'])('is %j', async (answer) => {
    await expect(confirm('Deploy this?', false, terminal(answer))).resolves.toBeUndefined();
  });

  it.each(['\n', 'n\n', 'yess\n', ''])('is not %j', async (answer) => {
    const asked = confirm('Deploy this?', false, terminal(answer));
    await expect(asked).rejects.toThrow(BenchError);
    await expect(asked).rejects.toMatchObject({ exitCode: 2, leftBehind: 'Nothing was started.' });
  });

  it('is not asked for on stdout, where results go', async () => {
    const io = terminal('y\n');
    await confirm('Deploy this?', false, io);
    expect(String(io.stderr.read())).toContain('Deploy this? [y/N]');
    expect(io.stdout.read()).toBeNull();
  });

  it('is given by --yes alone where no terminal is', async () => {
    const io = { stdout: new PassThrough(), stderr: new PassThrough(), env: {} };
    await expect(confirm('Deploy this?', true, io)).resolves.toBeUndefined();
    await expect(confirm('Deploy this?', false, io)).rejects.toMatchObject({ exitCode: 2, why: expect.stringContaining('--yes') });
  });
});

describe('the command line', () => {
  const out = ['--out', join(folder, 'results')];

  it('names --yes before it asks anybody', async () => {
    const { code, stderr } = await runCommandLine('run', '--backend', 'aws', ...out);
    expect(code).toBe(2);
    expect(stderr).toContain('--yes');
  });

  it('refuses a plan over the budget before it looks for credentials', async () => {
    const { code, stderr } = await runCommandLine('run', '--backend', 'aws', '--region', 'us-east-1', '--yes', '--budget', '0.01', ...out);
    expect(code).toBe(6);
    expect(stderr).toMatch(/The plan costs about 0\.\d+ USD, more than the budget of 0\.010 USD/);
  });

  it('takes no flag of AWS in the lab', async () => {
    const { code, stderr } = await runCommandLine('run', '--budget', '1', ...out);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('--budget: only with --backend aws') });
  });

  it('prints the plan with --dry-run, and nothing else happens', async () => {
    const flags = ['--backend', 'aws', '--scenario', 'vpc-nat', '--out', '/nonexistent/results'];
    const [dry, plan] = [await runCommandLine('run', '--dry-run', ...flags), await runCommandLine('plan', ...flags)];
    expect(dry).toEqual(plan);
    expect(dry.stdout).toContain('USD for the run');
  });

  it('checks with --dry-run what a run would check', async () => {
    const { code, stderr } = await runCommandLine('run', '--dry-run', '--backend', 'aws', '--ttl', 'forever', ...out);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('--ttl: must be a time') });
  });

  it('takes prices from a file, and says what is wrong with one', async () => {
    const [good, bad] = [join(folder, 'good.json'), join(folder, 'bad.json')];
    writeFileSync(good, JSON.stringify({ ...BUILT_IN_PRICES, asOf: '2031-02-03' }));
    writeFileSync(bad, '{}');
    const flags = ['plan', '--backend', 'aws', '--out', '/nonexistent/results', '--traffic-gb', '0'];
    expect((await runCommandLine(...flags, '--prices', good)).stdout).toContain('as of 2031-02-03');
    const refused = await runCommandLine(...flags, '--prices', bad);
    expect(refused).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('bad.json is no file of prices') });
  });
});

describe('what remains', () => {
  const run = { runId: 'abcdefgh12', folder: join(folder, 'none'), region: 'eu-west-1', hourlyUsd: 0.066, flags: ' --profile p' };
  const expiresAt = new Date('2026-01-01T03:00:00Z');

  it('names stacks, cost per hour, end and command', () => {
    const text = describeRemains({ ...run, expiresAt }).join('\n');
    for (const part of ['lnb-abcdefgh12-*', '0.066 USD an hour', '2026-01-01T03:00:00.000Z', 'destroy abcdefgh12 --profile p']) {
      expect(text).toContain(part);
    }
  });

  it('claims that the account ends it only where the guard is known to stand', () => {
    const state: DeploymentState = {
      ...{ schema: 1, runId: 'abcdefgh12', backend: 'aws', region: 'eu-west-1', account: '…3333', kept: false, functions: [] },
      expiresAt: expiresAt.toISOString(),
      stacks: [
        { kind: 'guard', name: 'lnb-abcdefgh12-guard', status: 'created' },
        { kind: 'fn', name: 'lnb-abcdefgh12-fn', status: 'deleted' },
      ],
    };
    writeFileSync(join(folder, 'deployment.json'), formatDeploymentState(state));
    const guarded = describeRemains({ ...run, folder, expiresAt }).join('\n');
    expect(guarded).toContain('the account itself removes it from 2026-01-01T03:00:00.000Z on');
    expect(guarded).not.toContain('lnb-abcdefgh12-fn');
    expect(describeRemains({ ...run, expiresAt }).join('\n')).toContain('nothing does by itself');
    expect(describeRemains({ ...run, expiresAt: 'never' }).join('\n')).toContain('--ttl none');
  });
});
