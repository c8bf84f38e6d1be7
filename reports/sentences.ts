import type { Analysis } from '../harness/analyse/analysis.ts';
import type { Reachability } from '../harness/analyse/reachability.ts';
import type { Comparison, Verdict } from '../harness/analyse/verdict.ts';
import { isTwin } from '../harness/domain/arm.ts';
import { describeCell, formatDifference, type Sentence } from './difference.ts';
import { formatReadable } from './figure.ts';
import { foreignBanner } from './foreign.ts';
import type { Escape } from './free-text.ts';
import { injectedSuffix, injectedWords } from './injected.ts';
import { sameTwiceSentences } from './same-twice.ts';
import { describeUndecided } from './undecided.ts';

export { describeCell } from './difference.ts';

const MARKS: Readonly<Record<Verdict, Sentence['mark']>> = {
  slower: '▲',
  faster: '▼',
  'no relevant change': '~',
  'not decidable': '?',
  'no reference': '?',
};

const ORDER: readonly Sentence['mark'][] = ['✗', '▲', '▼', '~', '?', '✓'];

const CONTROL = 'negative control: both go the same way';

/** What a difference is held against; where it is shown to lie within, that is also the answer to "at most how much?". */
function describeMargin({ verdict, margin }: Comparison): string {
  if (margin === undefined) return '';
  const text = `${formatReadable(margin)} ms`;
  return verdict === 'no relevant change' ? `, at most the margin of ${text} either way` : `, margin ${text}`;
}

function comparisonSentence(row: Comparison, injected: string, show: Escape): Sentence {
  const difference = formatDifference(row);
  const open = row.undecided === undefined ? '' : describeUndecided(row.undecided, row);
  const effect = [`${difference}${describeMargin(row)}`, open, row.role === 'negative control' ? CONTROL : '']
    .filter((part) => part !== '')
    .join('; ');
  return {
    mark: MARKS[row.verdict],
    headline: row.verdict.toUpperCase(),
    text: `${show(row.scenario)} against ${show(row.reference)}: ${describeCell(row)}, ${row.metric} ${row.statistic}: ${effect}${injected}`,
  };
}

const NEVER_ASKED = 'was never asked: the run ended before';

function describeUntold({ untold }: Reachability): string {
  return `stays unknown: ${untold === 1 ? 'the one call' : `all ${untold} calls`} ended before the target could be heard`;
}

function describeWrongPath({ wrongPath }: Reachability, show: Escape): string {
  const what = wrongPath === undefined ? '' : `: ${show(wrongPath.seen)} instead of ${show(wrongPath.expected)}`;
  return `went another way than its scenario says${what}`;
}

function reachabilitySentence(row: Reachability, show: Escape): Sentence | undefined {
  const how = row.signature === undefined ? '' : `: ${show(row.signature)}`;
  const count = `${row.attempts - row.reached}/${row.attempts} attempts`;
  const arm = `${show(row.scenario)} to ${row.target}`;
  switch (row.verdict) {
    case 'reached':
      return undefined;
    case 'blocked as expected':
      return { mark: '✓', headline: 'BLOCKED AS EXPECTED', text: `${arm}, ${count}${how}` };
    case 'UNEXPECTEDLY BLOCKED':
      return { mark: '✗', headline: row.verdict, text: `${arm}, ${count}${how}` };
    case 'UNEXPECTEDLY REACHABLE':
      return {
        mark: '✗',
        headline: row.verdict,
        text: `${arm} answered ${row.reached} of ${row.attempts} times: the isolation that was claimed is not there`,
      };
    case 'WRONG PATH':
      return { mark: '✗', headline: row.verdict, text: `${arm} ${describeWrongPath(row, show)}; no figures are given` };
    case 'not observed':
      return { mark: '?', headline: 'NOT OBSERVED', text: `${arm} ${row.untold === 0 ? NEVER_ASKED : `${describeUntold(row)}${how}`}` };
  }
}

/** The comparisons that head a report: medians of judged metrics, without the A/A pairs. */
export function headlineComparisons(analysis: Analysis): readonly Comparison[] {
  return analysis.comparisons.filter((row) => row.statistic === 'p50' && !isTwin(row.scenario) && row.metric !== 'cold_report_ms');
}

/** Scenarios that have figures for a target but nothing to compare them with, with the reason. */
export function withoutReference(analysis: Analysis, show: Escape): readonly Sentence[] {
  const { plan } = analysis.manifest;
  return analysis.reachability
    .filter((row) => row.verdict === 'reached' && !isTwin(row.scenario) && row.scenario !== plan.reference)
    .filter((row) => analysis.summary.some(({ cell }) => cell.scenario === row.scenario && cell.target === row.target))
    .filter((row) => !analysis.comparisons.some(({ scenario, target }) => scenario === row.scenario && target === row.target))
    .map((row) => {
      const blocked =
        plan.reference !== undefined &&
        plan.scenarios.some(({ name, expected }) => name === plan.reference && expected[row.target] === 'blocked');
      const how = plan.foreign === undefined ? 'is blocked as expected' : 'never answered';
      const why = blocked ? `${show(plan.reference ?? '')} ${how}` : 'nothing to compare with was measured';
      return {
        mark: '?',
        headline: 'NO REFERENCE',
        text: `${show(row.scenario)} to ${row.target}: no reference (${why}); its own figures stand in the tables`,
      };
    });
}

/** All findings, worst first; names and foreign words are escaped as the format wants it. */
export function findingSentences(analysis: Analysis, show: Escape): readonly Sentence[] {
  const injected = injectedSuffix(analysis.manifest.backend, show);
  const sentences = [
    ...analysis.reachability.flatMap((row) => reachabilitySentence(row, show) ?? []),
    ...headlineComparisons(analysis).map((row) => comparisonSentence(row, injected, show)),
    ...withoutReference(analysis, show),
    ...sameTwiceSentences(analysis, show),
  ];
  return sentences.sort((a, b) => ORDER.indexOf(a.mark) - ORDER.indexOf(b.mark));
}

/** Warnings in the order of the analysis. */
export function warningLines(analysis: Analysis, show: Escape): readonly string[] {
  return analysis.warnings.map(({ text, detail }) => (detail === undefined ? text : `${text} ${show(detail)}`));
}

/** The line that no lab report may lack; absent on AWS. */
export function labBanner(analysis: Analysis, show: Escape): string | undefined {
  const { backend } = analysis.manifest;
  if (backend.kind !== 'lab') return undefined;
  const injected = injectedWords(backend, show);
  const inputs = injected.length === 0 ? '' : ` Injected delays are inputs, not findings: ${injected.join(', ')}.`;
  return `LAB: real kernel network on this machine, not AWS figures.${inputs}`;
}

/** Where the figures come from: the line that heads a report, and the words that begin its findings; both absent on AWS itself. */
export function originOf(analysis: Analysis, show: Escape): { readonly banner?: string; readonly scope?: string } {
  const { foreign } = analysis.manifest.plan;
  if (foreign !== undefined) return { banner: foreignBanner(foreign, show) };
  const { endpoint } = analysis.manifest.backend;
  if (endpoint !== undefined) return { banner: `NOT AWS: asked of ${show(endpoint)}, and of whatever answers there.` };
  const banner = labBanner(analysis, show);
  return banner === undefined ? {} : { banner, scope: "On this machine's kernel:" };
}
