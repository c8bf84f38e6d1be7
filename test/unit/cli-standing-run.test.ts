import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseAwsOptions } from '../../harness/cli/aws-options.ts';
import { optionsFrom } from '../../harness/cli/run-plan.ts';
import { demandMeasurable, demandPassword, readStanding, textsOn } from '../../harness/cli/standing-run.ts';
import { type DeploymentState, formatDeploymentState } from '../../harness/domain/deployment-state.ts';
import { newPlan } from '../../harness/plan/plan.ts';
import { deployedFunction } from '../../infra/deploy/deployed.ts';
import { SCENARIOS } from '../../scenarios/index.ts';
import { runCommandLine } from '../support/command.ts';

const RUN = 'abcdefghij';
const NOW = new Date('2026-01-01T00:00:00Z');
const planOf = (...[scenarios, targets, reference = true]: [string[], ('internet' | 's3' | 'rds')[], boolean?]) =>
  newPlan({ backend: 'aws', scenarios, targets, reference, rounds: 2, warm: 1, seed: 's' }, SCENARIOS);
const STATE: DeploymentState = {
  ...{ schema: 1, runId: RUN, backend: 'aws', region: 'eu-central-1', account: '…3333', expiresAt: '2026-01-01T01:00:00.000Z', kept: true },
  stacks: (['net', 'paid', 'fn'] as const).map((kind) => ({ kind, name: `lnb-${RUN}-${kind}`, status: 'created' })),
  functions: planOf(['vpc-nat'], ['s3', 'rds']).arms.map((arm) => deployedFunction(RUN, arm)),
};

let out: string;
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'lnb-standing-'));
  mkdirSync(join(out, RUN));
});
afterEach(() => rmSync(out, { recursive: true, force: true }));
const keep = (change: Partial<DeploymentState> = {}): void =>
  writeFileSync(join(out, RUN, 'deployment.json'), formatDeploymentState({ ...STATE, ...change }));

describe('the state of a deployment that stands', () => {
  it.each([RUN, `${RUN}/`])('is found by "%s", and by the folder', async (name) => {
    keep();
    expect((await readStanding(name.replace('/', ''), out)).state).toEqual(STATE);
    expect((await readStanding(join(out, name), 'elsewhere')).deployed.targets).toEqual(['s3', 'rds']);
  });

  it.each<{ why: string; change?: Partial<DeploymentState>; says: string }>([
    { why: 'without a file', says: 'no deployment.json' },
    { why: 'in the lab', change: { backend: 'lab' }, says: 'the lab keeps nothing' },
    { why: 'of which nothing was made', change: { stacks: [] }, says: 'nothing of it was made' },
    { why: 'half removed', change: { stacks: [{ kind: 'fn', name: 'lnb-x-fn', status: 'deleting' }] }, says: '"deleting"' },
    {
      why: 'of a scenario that this version lacks',
      change: { functions: [{ scenario: 'old', target: 's3', functionName: 'f', logGroup: 'g' }] },
      says: 'no scenario "old"',
    },
  ])('is refused $why', async ({ change, says }) => {
    if (change !== undefined) keep(change);
    const ended = await runCommandLine('--on', RUN, '--yes', '--out', out);
    expect(ended).toMatchObject({ code: 4, stderr: expect.stringContaining(says) });
    expect(ended.stderr).toContain('Nothing was started.');
  });
});

describe('a run on it', () => {
  const optionsOn = async (texts: Parameters<typeof textsOn>[1]) => optionsFrom(textsOn(await readStanding(RUN, out), texts));

  it('measures all that was deployed where nothing is named, and the named part otherwise', async () => {
    keep();
    expect(newPlan(await optionsOn({}), SCENARIOS).arms).toEqual(planOf(['vpc-nat'], ['s3', 'rds']).arms);
    expect(newPlan(await optionsOn({ targets: 's3' }), SCENARIOS).arms).toEqual(planOf(['vpc-nat'], ['s3']).arms);
  });

  it('has no reference where none was deployed', async () => {
    const { arms } = planOf(['vpc-nat'], ['s3'], false);
    keep({ functions: arms.map((arm) => deployedFunction(RUN, arm)) });
    expect(newPlan(await optionsOn({}), SCENARIOS).arms).toEqual(arms);
  });

  it('is refused what was not deployed, by name', async () => {
    keep();
    const standing = await readStanding(RUN, out);
    const act = () => demandMeasurable(standing, planOf(['vpc-nat'], ['internet']), NOW, 60);
    expect(act).toThrow(expect.objectContaining({ exitCode: 2, why: expect.stringContaining('vpc-nat/internet') }));
  });

  it.each([
    [3600, false, 'ends just in time'],
    [3601, true, 'a second too late'],
  ])('that takes %i s is refused: %s (%s)', async (seconds, refused) => {
    keep();
    const standing = await readStanding(RUN, out);
    const act = () => demandMeasurable(standing, planOf(['vpc-nat'], ['s3']), NOW, seconds);
    if (refused) expect(act).toThrow(expect.objectContaining({ exitCode: 4 }));
    else expect(act).not.toThrow();
  });

  it('needs the password of the database, and only for that', async () => {
    keep();
    const standing = await readStanding(RUN, out);
    const act = () => demandPassword(standing, planOf(['vpc-nat'], ['s3', 'rds']), false);
    expect(act).toThrow(expect.objectContaining({ exitCode: 4, tryCommands: expect.arrayContaining([expect.stringContaining('s3')]) }));
    expect(() => demandPassword(standing, planOf(['vpc-nat'], ['s3']), false)).not.toThrow();
    expect(() => demandPassword(standing, planOf(['vpc-nat'], ['rds']), true)).not.toThrow();
  });

  it.each(['--ttl=3h', '--keep', '--runtime=nodejs24.x'])('takes no %s, which a deploy settles', async (flag) => {
    keep();
    const ended = await runCommandLine('--on', RUN, flag, '--yes', '--out', out, '--region', 'eu-central-1');
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining('not with --on') });
  });
});

describe('LNB_DB_PASSWORD', () => {
  it.each([
    ['with a slash', 'abc/defgh'],
    ['with a quote', 'abc"defgh'],
    ['with an at', 'abc@defgh'],
    ['with a space', 'abc defgh'],
    ['too short', 'sevenab'],
  ])('is refused %s, and not repeated', (_, text) => {
    const act = () => parseAwsOptions({}, { LNB_DB_PASSWORD: text });
    expect(act).toThrow(expect.objectContaining({ exitCode: 2, why: expect.stringContaining('LNB_DB_PASSWORD') }));
    expect(act).toThrow(expect.objectContaining({ why: expect.not.stringContaining(text) }));
  });

  it('is a secret', () => {
    const { databasePassword } = parseAwsOptions({}, { LNB_DB_PASSWORD: 'four!words#and$more' });
    expect(String(databasePassword)).toBe('***');
    expect(databasePassword?.reveal()).toBe('four!words#and$more');
  });
});
