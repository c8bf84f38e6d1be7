import { expect, it } from 'vitest';
import { GATE_VERDICTS } from '../../harness/domain/regression.ts';
import { formatRegressionJson, formatRegressionText } from '../../reports/regression.ts';
import { regressionAnnotations } from '../../reports/regression-annotations.ts';
import { formatRegressionJunit } from '../../reports/regression-junit.ts';
import { formatRegressionSummary } from '../../reports/regression-summary.ts';
import { EVERY_VERDICT } from '../support/judged-findings.ts';

it('the forms of a judged run hold every verdict and are as reviewed', async () => {
  expect(EVERY_VERDICT.judgements.map(({ verdict }) => verdict).sort()).toEqual([...GATE_VERDICTS].sort());
  const files = ['results/history/history.ndjson'];
  await expect(formatRegressionText(EVERY_VERDICT, files, (text) => text)).toMatchFileSnapshot('regression/terminal.txt');
  await expect(formatRegressionSummary(EVERY_VERDICT)).toMatchFileSnapshot('regression/regression-summary.md');
  await expect(`${regressionAnnotations(EVERY_VERDICT).join('\n')}\n`).toMatchFileSnapshot('regression/github-annotations.txt');
  await expect(formatRegressionJunit(EVERY_VERDICT)).toMatchFileSnapshot('regression/regression.junit.xml');
  await expect(formatRegressionJson(EVERY_VERDICT, 3)).toMatchFileSnapshot('regression/regression.json');
});
