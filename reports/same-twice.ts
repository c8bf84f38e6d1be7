import { markdownTable } from 'markdown-table';
import type { Analysis } from '../harness/analyse/analysis.ts';
import { type Comparison, isFailedTwin } from '../harness/analyse/verdict.ts';
import { describeCell, formatDifference, type Sentence } from './difference.ts';
import { formatProbability, formatReadable } from './figure.ts';
import { type Escape, escapeMarkdown } from './free-text.ts';

/** The A/A comparisons that have an interval: the same scenario deployed twice. */
function twinsOf(analysis: Analysis): readonly Comparison[] {
  return analysis.comparisons.filter(({ role, difference }) => role === 'twin' && difference !== undefined);
}

function excludesZero({ low = 0, high = 0 }: Comparison): boolean {
  return low > 0 || high < 0;
}

/** One finding on the run's A/A check, or one for each comparison that failed it; none when nothing was deployed twice. */
export function sameTwiceSentences(analysis: Analysis, show: Escape): readonly Sentence[] {
  const twins = twinsOf(analysis);
  if (twins.length === 0) return [];
  const failed = twins.filter(isFailedTwin);
  if (failed.length === 0) {
    const apart = twins.filter(excludesZero).length;
    const text = `the same deployed twice: none of ${twins.length} comparisons differs beyond margin and chance (${apart} of their 95 % intervals, unadjusted, exclude 0)`;
    return [{ mark: '✓', headline: 'A/A', text }];
  }
  return failed.map((row) => ({
    mark: '✗',
    headline: 'A/A FAILED',
    text: `${show(row.scenario)} differs from ${show(row.reference)}, its like: ${describeCell(row)}, ${row.metric} ${row.statistic}: ${formatDifference(row)}; ${row.target}, ${row.start}, gets no verdict`,
  }));
}

/** The A/A comparisons as a table, head first; absent without twins. */
export function sameTwiceRows(analysis: Analysis, show: Escape): readonly (readonly string[])[] | undefined {
  const twins = twinsOf(analysis);
  if (twins.length === 0) return undefined;
  const body = twins.map((row) => [
    show(row.scenario),
    describeCell(row),
    `${row.metric} ${row.statistic}`,
    formatDifference(row),
    formatReadable(row.margin ?? 0),
    row.pAdjusted === undefined ? '' : formatProbability(row.pAdjusted),
    isFailedTwin(row) ? 'FAILED' : 'passed',
  ]);
  return [['twin', 'cell', 'figure', 'twin − original, 95 % unadjusted', 'margin ms', 'p adjusted', 'A/A'], ...body];
}

/** What the A/A table shows. */
export const SAME_TWICE_MEANING =
  'A difference here is the tool’s or the hour’s. A target and start fail when one is certain at 1 % over this whole table (Holm) and beyond the margin.';

/** The A/A check's own section of `report.md`; empty without twins. */
export function sameTwiceSection(analysis: Analysis): readonly string[] {
  const rows = sameTwiceRows(analysis, escapeMarkdown);
  if (rows === undefined) return [];
  return [
    '## A/A: the same deployed twice',
    '',
    SAME_TWICE_MEANING,
    '',
    markdownTable(rows, { align: ['l', 'l', 'l', 'l', 'r', 'r', 'l'] }),
    '',
  ];
}
