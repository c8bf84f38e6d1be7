/** The figures of one run in `report.html`, `report.md`, `report.json` and the CSV files, read by nothing of the tool's own. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readForms } from '../support/report-document.ts';
import {
  attributionPairs,
  coldPairs,
  coursePairs,
  curvePairs,
  matrixPairs,
  type Pair,
  reachabilityPairs,
  shiftPairs,
  twinPairs,
} from '../support/report-forms.ts';
import {
  attributionsFromSummary,
  coldFromSamples,
  countsFromSamples,
  coursesFromSamples,
  curveLimits,
  curvesFromSamples,
} from '../support/report-from-samples.ts';
import { checkPairs } from '../support/report-trust.ts';

const forms = readForms(fileURLToPath(new URL('run/', import.meta.url)));

/** All of them equal, and at least so many: a comparison that saw nothing proves nothing. */
function expectSame(pairs: readonly Pair[], least: number): void {
  expect(pairs.length).toBeGreaterThanOrEqual(least);
  expect(pairs.map(({ of, seen }) => [of, seen])).toEqual(pairs.map(({ of, expected }) => [of, expected]));
}

describe('what is printed is what report.json and the CSV files hold', () => {
  it.each([
    ['the matrix', matrixPairs, 12],
    ['the percentile curves', curvePairs, 25],
    ['the course over the run', coursePairs, 50],
    ['the parts of cold calls', coldPairs, 40],
    ['the phases of a difference', attributionPairs, 3],
    ['the difference at each quantile', shiftPairs, 9],
    ['the same deployed twice', twinPairs, 2],
    ['the checks', checkPairs, 25],
    ['what could be reached', reachabilityPairs, 2],
  ] as const)('%s', (_, pairsOf, least) => expectSame(pairsOf(forms), least));

  it('and its lists are not empty', () => {
    expect(forms.report.comparisons.filter(({ role }) => role === 'twin').length).toBeGreaterThan(4);
    expect(forms.report.attributions.length).toBeGreaterThan(1);
    expect(forms.report.reachability.length).toBeGreaterThan(4);
  });
});

describe('what report.json alone holds follows from the rows', () => {
  it.each([
    ['curves from samples.csv', curvesFromSamples, 60],
    ['their limits as in summary.csv', curveLimits, 12],
    ['courses from samples.csv', coursesFromSamples, 60],
    ['cold calls from samples.csv', coldFromSamples, 12],
    ['counts from samples.csv', countsFromSamples, 15],
    ['phases from summary.csv', attributionsFromSummary, 8],
  ] as const)('%s', (_, pairsOf, least) => expectSame(pairsOf(forms), least));
});
