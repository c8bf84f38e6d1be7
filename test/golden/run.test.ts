import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatTerminalSummary } from '../../reports/terminal.ts';
import { type FakeRun, newFakeRun, SMALL_RUN } from '../support/fake-run.ts';

let run: FakeRun;
beforeAll(async () => {
  run = await newFakeRun({ ...SMALL_RUN, targets: ['s3', 'rds'] });
});
afterAll(() => run.remove());

describe('the files of a small run', () => {
  it.each(['samples.csv', 'summary.csv', 'comparisons.csv', 'report.md', 'report.json', 'histograms.hlog'])('%s is as reviewed', async (name) => {
    await expect(run.read(name)).toMatchFileSnapshot(`run/${name}`);
  });

  it('and so is the summary on the terminal', async () => {
    await expect(formatTerminalSummary(run.analysis, 'results/abcdefgh12')).toMatchFileSnapshot('run/terminal.txt');
  });
});
