import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GateVerdict } from '../../harness/domain/regression.ts';
import { readWorkflow } from '../support/workflow.ts';
import { newWorkflowStage, type WorkflowStage } from '../support/workflow-stage.ts';
import { type Walked, type WalkOptions, walkWorkflow } from '../support/workflow-walk.ts';

let stage: WorkflowStage;
beforeEach(() => {
  stage = newWorkflowStage(['gh', 'npm']);
});
afterEach(() => stage.remove());

interface Measured {
  readonly runId: string;
  /** Empty: the run was not judged. */
  readonly verdicts: readonly GateVerdict[];
  readonly code: number;
  readonly confirmedBy?: readonly string[];
}

/** Lets the next scheduled run come to this, and walks the workflow. */
function walk(name: string, { runId, verdicts, code, confirmedBy = [] }: Measured, parts: Partial<WalkOptions> = {}): Walked {
  const document = { run_id: runId, confirmed_by: confirmedBy, gates: verdicts.map((verdict) => ({ gate: 'a gate', verdict })) };
  writeFileSync(join(stage.folder, 'npm', 'verdict.json'), verdicts.length === 0 ? '' : JSON.stringify(document));
  writeFileSync(join(stage.folder, 'npm', 'code'), String(code));
  const { env, artifacts } = stage;
  const vars = { LNB_ROLE_ARN: 'arn', LNB_REGION: 'eu-central-1', LNB_LAB: 'on' };
  return walkWorkflow({ workflow: readWorkflow(name), vars, env, artifacts, checkout: stage.checkout([]), ...parts });
}

const QUIET: Measured = { runId: 'quiet00001', verdicts: ['no regression', 'learning'], code: 0 };
const PASSED: Measured = { runId: 'passed0001', verdicts: ['no regression', 'cleared', 'faster'], code: 0 };
const SLOWER: Measured = {
  runId: 'slower0001',
  verdicts: ['no regression', 'regression'],
  code: 3,
  confirmedBy: ['confirm001', 'confirm002'],
};
const failedIn = ({ steps }: Walked): readonly string[] => steps.filter(({ code }) => code !== 0).map(({ job, name }) => `${job}: ${name}`);

describe.each([
  ['regression-aws.yml', 'aws', 'judge'],
  ['regression-lab.yml', 'lab', 'measure'],
] as const)('%s, from day to day', (name, place, judging) => {
  it('makes one issue, lets it follow the verdicts, closes it, and keeps every run in the history', () => {
    const quiet = walk(name, QUIET);
    expect(quiet.steps.filter(({ code }) => code !== 0)).toEqual([]);
    expect(quiet.results[judging]).toBe('success');
    expect(stage.issues()).toEqual({});

    const first = walk(name, SLOWER);
    expect([first.results[judging], failedIn(first)]).toEqual(['failure', [`${judging}: End as judged`]]);
    expect(first.steps.at(-1)?.code).toBe(3);
    expect(stage.issues()['1.open']).toContain(`label: lnb-regression-${place}\n`);
    expect(stage.issues()['1.open']).toContain('verdict of slower0001\n\nFrom https://github.test/someone/theirs/actions/runs/4711\n');

    walk(name, { ...SLOWER, runId: 'slower0002' });
    expect(Object.keys(stage.issues())).toEqual(['1.open']);
    expect(stage.issues()['1.open']).toContain('verdict of slower0002');

    walk(name, QUIET);
    expect(Object.keys(stage.issues())).toEqual(['1.open']);

    expect(walk(name, PASSED).results[judging]).toBe('success');
    expect(Object.keys(stage.issues())).toEqual(['1.closed']);
    expect(stage.issues()['1.closed']).toContain('verdict of passed0001');
    const history = stage.onBranch('lnb-history', `${place}/history.ndjson`);
    expect(history?.trim().split('\n')).toEqual(['quiet00001', 'slower0001', 'slower0002', 'quiet00001', 'passed0001']);
    // Nothing of the code is on that branch, and nothing of the history on the other.
    expect(stage.onBranch('lnb-history', '.github/history.sh')).toBeUndefined();
    expect(stage.onBranch('main', `${place}/history.ndjson`)).toBeUndefined();
  }, 120_000);

  it('judges nothing of a run that was stopped, and tells nobody but by its own code', () => {
    const walked = walk(name, { runId: '', verdicts: [], code: 6 });
    expect(failedIn(walked)).toEqual([expect.stringMatching(/^measure: Measure/)]);
    expect(walked.steps.find(({ code }) => code !== 0)?.code).toBe(6);
    expect(stage.issues()).toEqual({});
    expect(stage.onBranch('lnb-history', `${place}/history.ndjson`)).toBeUndefined();
  });

  it('does not begin unless it is switched on', () => {
    expect(walk(name, QUIET, { vars: {} })).toMatchObject({ steps: [], results: { measure: 'skipped' } });
    expect(stage.calls('npm')).toEqual([]);
  });
});

describe('the scheduled run on AWS', () => {
  const destroyed = (): readonly string[] => stage.calls('npm').filter((call) => call.includes('destroy'));

  it('judges from the files, with the runs that confirmed it', () => {
    walk('regression-aws.yml', SLOWER);
    const [measured, judged] = stage.calls('npm').filter((call) => call.includes('-s regression'));
    expect(measured).toBe(
      'npm run -s regression -- --backend aws --yes --scenario vpc-nat --budget 2 --history results-history --out results --json',
    );
    expect(judged).toBe(
      'npm run -s regression -- --run results/slower0001 --confirm results/confirm001 --confirm results/confirm002 --scenario vpc-nat --budget 2 --history history-branch/aws --reporter github,junit --json',
    );
    expect(destroyed()).toEqual(['npm run -s bench -- destroy results/slower0001 --yes']);
  });

  it('removes what a stopped run left, from what was uploaded', () => {
    const walked = walk('regression-aws.yml', { runId: '', verdicts: [], code: 130 });
    expect(walked.results).toEqual({ measure: 'failure', teardown: 'success', judge: 'skipped' });
    expect(destroyed()).toEqual(['npm run -s bench -- destroy results/killed0001 --yes']);
  });

  it('goes on to the removal when its machine is lost, which finds nothing of it', () => {
    const walked = walk('regression-aws.yml', QUIET, { lostIn: 'Measure' });
    expect(walked.results).toMatchObject({ measure: 'failure', teardown: 'success' });
    expect(failedIn(walked)).toEqual(['teardown: Fetch what was measured']);
    expect(destroyed()).toEqual([]);
  });

  it('judges a run of which something is left, and is red for what is left', () => {
    writeFileSync(join(stage.folder, 'npm', 'destroy-code'), '7');
    const walked = walk('regression-aws.yml', { ...PASSED, code: 7 });
    expect(walked.results).toMatchObject({ measure: 'failure', teardown: 'failure' });
    expect(walked.steps.find(({ name }) => name === 'Remove what the runs left')?.code).toBe(7);
    expect(stage.onBranch('lnb-history', 'aws/history.ndjson')).toBe('passed0001\n');
  });
});

describe('the history’s branch', () => {
  it('takes the runs of two jobs that were going on at once', () => {
    const lab = walk('regression-lab.yml', QUIET);
    const early = stage.checkout([])('early');
    expect(lab.results['measure']).toBe('success');
    const script = (words: string, cwd: string): Walked =>
      walkWorkflow({
        workflow: { on: {}, permissions: {}, jobs: { one: { 'runs-on': 'x', steps: [{ run: words }] } } },
        ...{ vars: {}, env: stage.env, artifacts: stage.artifacts, checkout: () => cwd },
      });
    expect(script('.github/history.sh get history-branch/aws', early).results).toEqual({ one: 'success' });
    walk('regression-lab.yml', PASSED);
    writeFileSync(join(early, 'history-branch/aws/history.ndjson'), 'late\n');
    expect(script('.github/history.sh put history-branch/aws late', early).results).toEqual({ one: 'success' });
    expect(stage.onBranch('lnb-history', 'aws/history.ndjson')).toBe('late\n');
    expect(stage.onBranch('lnb-history', 'lab/history.ndjson')).toBe('quiet00001\npassed0001\n');
  });

  it('is not begun anew because it cannot be reached', () => {
    const clone = stage.checkout([])('cut-off');
    mkdirSync(join(stage.folder, 'away'));
    const walked = walkWorkflow({
      workflow: {
        ...{ on: {}, permissions: {} },
        jobs: {
          one: { 'runs-on': 'x', steps: [{ run: 'git remote set-url origin /nowhere && .github/history.sh get history-branch/aws' }] },
        },
      },
      ...{ vars: {}, env: stage.env, artifacts: stage.artifacts, checkout: () => clone },
    });
    expect(walked.results).toEqual({ one: 'failure' });
  });
});

it.each(['tests.yml', 'sweep.yml'])('%s does what it says', (name) => {
  const walked = walk(name, QUIET);
  expect(failedIn(walked)).toEqual([]);
  expect(stage.calls('npm')).toEqual(
    name === 'tests.yml'
      ? ['npm ci', 'npm run setup', 'npm run check', 'npm test']
      : ['npm ci', 'npm run -s bench -- sweep --expired --yes'],
  );
});
