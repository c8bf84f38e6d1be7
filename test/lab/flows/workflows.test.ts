import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { newLabOfFile } from '../../support/lab-of-file.ts';
import { readWorkflow } from '../../support/workflow.ts';
import { newWorkflowStage, type WorkflowStage } from '../../support/workflow-stage.ts';
import { type Walked, walkWorkflow } from '../../support/workflow-walk.ts';

const WALK_MS = 400_000;
/** What a job finds after `actions/checkout` and `npm ci`. */
const PROJECT = ['package.json', 'tsconfig.json', 'node_modules', 'harness', 'infra', 'reports', 'scenarios'];

const place = newLabOfFile();
let stage: WorkflowStage;
afterAll(() => stage?.remove());
beforeEach(() => {
  stage?.remove();
  stage = newWorkflowStage(['gh', 'npm']);
});

function walk(name: string, vars: Readonly<Record<string, string>>): Walked {
  const npm = execFileSync('which', ['npm'], { encoding: 'utf8' }).trim();
  // What only `lab up` printed is what credentials are: no job has it before it asks.
  const own = Object.entries(place.lab.env).filter(([key]) => place.sandbox.env[key] === undefined);
  return walkWorkflow({
    ...{ workflow: readWorkflow(name), vars, artifacts: stage.artifacts, checkout: stage.checkout(PROJECT) },
    env: { ...place.sandbox.env, ...stage.env, HOME: place.sandbox.env['HOME'] ?? '', FAKE_NPM_REAL: npm },
    credentials: Object.fromEntries(own),
  });
}

const failedIn = ({ steps }: Walked) => steps.filter(({ code }) => code !== 0);
const recordsOn = (place: string) =>
  (stage.onBranch('lnb-history', `${place}/history.ndjson`) ?? '')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('a first scheduled run by the workflow', () => {
  test(
    'in the lab',
    () => {
      const flags = '--scenario vpc-nat --targets internet --rounds 6 --warm 2';
      const walked = walk('regression-lab.yml', { LNB_LAB: 'on', LNB_LAB_FLAGS: flags });
      expect(failedIn(walked)).toEqual([]);
      expect(recordsOn('lab').map((record) => record['verdict'])).toEqual(['learning', 'learning', 'learning']);
      expect(stage.onBranch('lnb-history', 'lab/history.html')).toContain('learning: 1 runs');
      expect(stage.issues()).toEqual({});
      expect(readFileSync(join(stage.artifacts, 'raw/judged/regression.junit.xml'), 'utf8')).toContain('skipped="3"');
      const summary = walked.steps.find(({ name }) => name === 'Measure and judge')?.output ?? '';
      expect(summary).not.toContain('::error');
    },
    WALK_MS,
  );

  test(
    'on AWS, with the lab in its place: removed twice, judged without credentials',
    () => {
      // On AWS the cold calls of the first round are not judged: eight leave enough.
      const flags = '--scenario vpc-nat --targets internet --rounds 8 --warm 2 --budget 2 --waiting lab';
      const account = { LNB_ROLE_ARN: 'arn', LNB_REGION: 'us-east-1', LNB_ALLOWED_ACCOUNTS: '000000000000' };
      const walked = walk('regression-aws.yml', { ...account, LNB_FLAGS: flags });
      expect(failedIn(walked)).toEqual([]);
      expect(walked.results).toEqual({ measure: 'success', teardown: 'success', judge: 'success' });
      const [run = ''] = readdirSync(join(stage.artifacts, 'raw/results'));
      expect(existsSync(join(stage.artifacts, 'raw/results', run, 'samples.ndjson'))).toBe(true);
      expect(recordsOn('aws').map((record) => [record['run_id'], record['verdict']])).toEqual([
        [run, 'learning'],
        [run, 'learning'],
        [run, 'learning'],
      ]);
      expect(walked.steps.find(({ name }) => name === 'Remove what the runs left')?.output).toMatch(/nothing/i);
      expect(stage.issues()).toEqual({});
    },
    WALK_MS,
  );
});
