import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { validateWorkflow } from '@action-validator/core';
import { describe, expect, it } from 'vitest';
import { optionsFrom } from '../../harness/cli/run-plan.ts';
import { expectedSeconds } from '../../harness/plan/duration.ts';
import { newPlan } from '../../harness/plan/plan.ts';
import { DEPLOYING_SECONDS } from '../../infra/github/templates.ts';
import { SCENARIOS } from '../../scenarios/index.ts';
import { readWorkflow, type WorkflowStep, workflowText } from '../support/workflow.ts';

const NAMES = readdirSync(join(import.meta.dirname, '../../.github/workflows')).sort();
const SCHEDULED = ['regression-aws.yml', 'regression-lab.yml', 'sweep.yml'];

/** Actions of which no commit could be read in their own repository: docs/scheduled.md. */
const OPEN = ['actions/download-artifact@v4'];

const stepsIn = (name: string): readonly WorkflowStep[] => Object.values(readWorkflow(name).jobs).flatMap(({ steps }) => steps);

it('there are the four that the documents name', () => {
  expect(NAMES).toEqual([...SCHEDULED, 'tests.yml']);
});

describe.each(NAMES)('%s', (name) => {
  const workflow = readWorkflow(name);

  it('passes the linter', () => {
    expect(validateWorkflow(workflowText(name)).errors).toEqual([]);
  });

  it('takes every action by commit, with the version beside it, but those that are listed as open', () => {
    const uses = workflowText(name).match(/uses: .*/g) ?? [];
    expect(uses.length).toBe(stepsIn(name).filter((step) => step.uses !== undefined).length);
    for (const line of uses) {
      if (!OPEN.some((action) => line === `uses: ${action}`)) expect(line).toMatch(/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });

  it('gives each job its own rights, and an end', () => {
    if (name !== 'tests.yml') expect(workflow.permissions).toEqual({});
    for (const job of Object.values(workflow.jobs)) {
      expect(job['timeout-minutes']).toBeGreaterThan(0);
      if (name !== 'tests.yml') expect(job.permissions).toBeDefined();
      expect(Object.values(job.permissions ?? {})).not.toContain('write-all');
    }
  });

  it('puts nothing of a context into a script: a name would be run as code', () => {
    for (const { run } of stepsIn(name)) expect(run ?? '').not.toContain('${{');
  });

  it('asks for credentials only where a token may be had, and keeps the git token where nothing is pushed or fetched out of it', () => {
    for (const job of Object.values(workflow.jobs)) {
      const asks = job.steps.some(({ uses }) => uses?.startsWith('aws-actions/'));
      expect(job.permissions?.['id-token']).toBe(asks ? 'write' : undefined);
      const usesGit = job.steps.some(({ run }) => run?.includes('history.sh'));
      const checkout = job.steps.find(({ uses }) => uses?.startsWith('actions/checkout@'));
      expect(checkout?.with?.['persist-credentials']).toBe(usesGit ? undefined : false);
    }
  });
});

describe.each(SCHEDULED)('the schedule of %s', (name) => {
  const { on, concurrency } = readWorkflow(name);
  it('is at an odd minute, for at full hours GitHub is late or leaves runs out', () => {
    const minutes = (on.schedule ?? []).map(({ cron }) => Number(cron.split(' ')[0]));
    expect(minutes).toHaveLength(1);
    for (const minute of minutes) expect(minute % 2 === 1 && minute % 5 !== 0).toBe(true);
  });
  it('lets one run at a time, and cancels none: what is cancelled is not removed', () => {
    expect(concurrency).toMatchObject({ 'cancel-in-progress': false });
  });
  it('stands in a file without pushes and pull requests, which would be switched off with it', () => {
    expect(Object.keys(on).sort()).toEqual(['schedule', 'workflow_dispatch']);
  });
});

it('no two schedules begin in the same minute', () => {
  const crons = SCHEDULED.flatMap((name) => readWorkflow(name).on.schedule ?? []).map(({ cron }) => cron);
  expect(new Set(crons).size).toBe(SCHEDULED.length);
});

describe('the scheduled run on AWS', () => {
  const { jobs, env } = readWorkflow('regression-aws.yml');
  const secondsOf = (job: string): number =>
    Number(jobs[job]?.steps.find(({ uses }) => uses?.startsWith('aws-actions/'))?.with?.['role-duration-seconds']);

  it('has credentials for a run and two that confirm it, no longer than the role gives and no shorter than the job', () => {
    expect(env?.['LNB_FLAGS']).toContain("'--scenario vpc-nat --budget 2'");
    const flags = { backend: 'aws', scenario: ['vpc-nat'], region: 'eu-central-1' };
    const { total } = expectedSeconds(newPlan(optionsFrom(flags), SCENARIOS));
    expect(secondsOf('measure')).toBeGreaterThanOrEqual(3 * total);
    expect(secondsOf('measure')).toBeLessThanOrEqual(DEPLOYING_SECONDS);
    expect(secondsOf('measure')).toBeGreaterThanOrEqual(60 * (jobs['measure']?.['timeout-minutes'] ?? Number.NaN));
    expect(secondsOf('teardown')).toBeGreaterThanOrEqual(60 * (jobs['teardown']?.['timeout-minutes'] ?? Number.NaN));
  });

  it('uploads first, removes whatever happened, with credentials of its own, and judges then', () => {
    const measure = jobs['measure']?.steps ?? [];
    expect(measure.at(-1)).toMatchObject({ uses: expect.stringContaining('upload-artifact'), if: 'always()' });
    expect(jobs['teardown']).toMatchObject({ needs: 'measure', if: expect.stringMatching(/^always\(\)/) });
    expect(secondsOf('teardown')).toBeGreaterThan(0);
    expect(jobs['judge']).toMatchObject({ needs: ['measure', 'teardown'], permissions: { issues: 'write', contents: 'write' } });
    expect(jobs['judge']?.permissions?.['id-token']).toBeUndefined();
  });
});

it('the tests are the README’s line', () => {
  const runs = stepsIn('tests.yml').flatMap(({ run }) => run ?? []);
  expect(runs).toContain('npm test');
  expect(runs).toContain('npm run check');
});
