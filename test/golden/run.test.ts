import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { githubAnnotations } from '../../reports/github-annotations.ts';
import { formatGithubSummary } from '../../reports/github-summary.ts';
import { formatJunit } from '../../reports/junit.ts';
import { formatTerminalSummary } from '../../reports/terminal.ts';
import { type FakeRun, newFakeRun, SMALL_RUN } from '../support/fake-run.ts';

let run: FakeRun;
beforeAll(async () => {
  run = await newFakeRun({ ...SMALL_RUN, targets: ['s3', 'rds'] });
});
afterAll(() => run.remove());

describe('the files of a small run', () => {
  it.each([
    'samples.csv',
    'summary.csv',
    'comparisons.csv',
    'report.md',
    'report.json',
    'report.html',
    'histograms.hlog',
  ])('%s is as reviewed', async (name) => {
    await expect(run.read(name)).toMatchFileSnapshot(`run/${name}`);
  });

  it('and so are the forms that are asked for', async () => {
    await expect(formatGithubSummary(run.analysis)).toMatchFileSnapshot('run/github-summary.md');
    await expect(`${githubAnnotations(run.analysis).join('\n')}\n`).toMatchFileSnapshot('run/github-annotations.txt');
    await expect(formatJunit(run.analysis)).toMatchFileSnapshot('run/report.junit.xml');
  });

  it('and so is the summary on the terminal', async () => {
    await expect(formatTerminalSummary(run.analysis, 'results/abcdefgh12')).toMatchFileSnapshot('run/terminal.txt');
  });
});
