import type { Analysis } from '../harness/analyse/analysis.ts';
import type { Reachability } from '../harness/analyse/reachability.ts';
import { type Comparison, isFailedTwin } from '../harness/analyse/verdict.ts';
import { describeCell, formatDifference } from './difference.ts';
import { visibleText } from './free-text.ts';
import { formatSuite, type TestCase } from './junit-suite.ts';
import { originOf, withoutReference } from './sentences.ts';
import { describeUndecided } from './undecided.ts';

function comparisonResult(row: Comparison): TestCase['result'] {
  // The exit code does not count it either: it takes verdicts away and says nothing on the network.
  if (isFailedTwin(row)) return { kind: 'skipped', message: `A/A FAILED: the same deployed twice differs: ${formatDifference(row)}` };
  if (row.verdict !== 'not decidable') return { kind: 'passed' };
  const why = row.undecided === undefined ? '' : `: ${describeUndecided(row.undecided, row)}`;
  return { kind: 'skipped', message: `not decidable${why}` };
}

function describeRow(row: Comparison): string {
  const difference = formatDifference(row);
  return `${row.statistic}: ${row.verdict}${difference === '' ? '' : `, ${difference}`}`;
}

/** One case a scenario, target, start, connection and metric; judged by the median, further quantiles in its output. */
function comparisonCases({ comparisons }: Analysis): readonly TestCase[] {
  const isOfCase = (median: Comparison) => (row: Comparison) =>
    (['scenario', 'reference', 'target', 'start', 'connection', 'metric'] as const).every((key) => row[key] === median[key]);
  return comparisons
    .filter(({ statistic }) => statistic === 'p50')
    .map((median) => ({
      classname: `${visibleText(median.scenario)}.${median.target}`,
      name: `${describeCell(median)}, ${median.metric} against ${visibleText(median.reference)}`,
      result: comparisonResult(median),
      output: comparisons.filter(isOfCase(median)).map(describeRow),
    }));
}

function reachabilityResult(row: Reachability): TestCase['result'] {
  const how = row.signature === undefined ? '' : `: ${visibleText(row.signature)}`;
  switch (row.verdict) {
    case 'reached':
    case 'blocked as expected':
      return { kind: 'passed' };
    case 'not observed':
      return { kind: 'skipped', message: `not observed${how}` };
    case 'WRONG PATH':
      return { kind: 'failure', message: `WRONG PATH: ${visibleText(row.wrongPath?.seen ?? 'another way')}` };
    case 'UNEXPECTEDLY BLOCKED':
    case 'UNEXPECTEDLY REACHABLE':
      return { kind: 'failure', message: `${row.verdict}, reached ${row.reached} of ${row.attempts} times${how}` };
  }
}

function reachabilityCases({ reachability }: Analysis): readonly TestCase[] {
  return reachability.map((row) => ({
    classname: `${visibleText(row.scenario)}.${row.target}`,
    name: `expected ${row.expected}`,
    result: reachabilityResult(row),
    output: [`${row.verdict}, ${row.reached} of ${row.attempts} attempts reached it`],
  }));
}

function referenceCases(analysis: Analysis): readonly TestCase[] {
  return withoutReference(analysis, visibleText).map(({ headline, text }) => ({
    classname: headline,
    name: text,
    result: { kind: 'skipped', message: text },
    output: [],
  }));
}

/**
 * `report.junit.xml`: a failure is what ends a run with exit 3. Faster and slower are answers, so they pass; what was not decided is skipped, with
 * the reason.
 */
export function formatJunit(analysis: Analysis): string {
  const { manifest } = analysis;
  const own = manifest.plan.foreign === undefined;
  const cases = [...(own ? reachabilityCases(analysis) : []), ...comparisonCases(analysis), ...referenceCases(analysis)];
  const { banner } = originOf(analysis, visibleText);
  return formatSuite({
    name: manifest.runId,
    timestamp: manifest.startedAt,
    properties: { backend: manifest.backend.kind, region: manifest.backend.region, ...(banner === undefined ? {} : { banner }) },
    cases,
  });
}
