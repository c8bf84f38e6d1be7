import { markdownTable } from 'markdown-table';
import type { Analysis } from '../harness/analyse/analysis.ts';
import { attributionSection } from './attribution.ts';
import { checkSection, trustLine } from './checks.ts';
import { costSection } from './cost.ts';
import { describeJudged } from './foreign.ts';
import { escapeMarkdown, formatCodeSpan } from './free-text.ts';
import { accountingLines, figureTables, reachabilityTable } from './markdown.ts';
import { MEDIAN_ALIGNMENT, medianTable } from './medians.ts';
import { methodLines, reproduceCommand } from './method.ts';
import { findingSentences, originOf, warningLines } from './sentences.ts';

/** GitHub drops a whole summary above 1 MiB; ours stays far below, beside those of other steps. Bytes of UTF-8. */
const MAX_BYTES = 60 * 1024;
/** Of them for what is not folded. */
const MAX_HEAD_BYTES = 40 * 1024;

function sizeOf(lines: readonly string[]): number {
  return Buffer.byteLength(`${lines.join('\n')}\n`);
}

/** As many lines as fit into `bytes`, and then how many did not. */
function cutLines(lines: readonly string[], bytes: number): readonly string[] {
  let left = bytes;
  const first = lines.findIndex((line) => {
    left -= sizeOf([line]);
    return left < 0;
  });
  return first === -1 ? lines : [...lines.slice(0, first), '', `… ${lines.length - first} more lines in report.md`];
}

function fold(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['<details>', `<summary>${title}</summary>`, '', ...lines, '', '</details>', ''];
}

function head(analysis: Analysis): readonly string[] {
  const { manifest } = analysis;
  const { banner, scope } = originOf(analysis, escapeMarkdown);
  const table = medianTable(analysis, escapeMarkdown);
  const top = [
    `## lambda-network-bench, run ${escapeMarkdown(manifest.runId)}`,
    '',
    ...(banner === undefined ? [] : [`> **${banner}**`, '']),
    ...(scope === undefined ? [] : [scope, '']),
  ];
  const figures =
    table.length === 0
      ? []
      : ['', markdownTable(table, { align: MEDIAN_ALIGNMENT }), '', `ms; ${escapeMarkdown(describeJudged(manifest.plan.foreign))}`];
  const words = [
    ...findingSentences(analysis, escapeMarkdown).map(({ mark, headline, text }) => `- ${mark} **${headline}** ${text}`),
    ...warningLines(analysis, escapeMarkdown).map((text) => `- ! ${text}`),
  ];
  const end = [...figures, '', trustLine(analysis), ''];
  return [...top, ...cutLines(words, MAX_HEAD_BYTES - sizeOf(top) - sizeOf(end)), ...end];
}

function foldedSections(analysis: Analysis): readonly (readonly string[])[] {
  const { manifest } = analysis;
  const own = manifest.plan.foreign === undefined;
  const command = own ? [`- The same calls again: ${formatCodeSpan(reproduceCommand(manifest))}`] : [];
  return [
    fold('Can you trust this run?', checkSection(analysis).slice(2)),
    fold('Reachability', own ? reachabilityTable(analysis).slice(2) : []),
    fold('Figures', figureTables(analysis)),
    fold('Phases', attributionSection(analysis)),
    fold('Samples', accountingLines(analysis).slice(2)),
    fold('Cost', costSection(manifest.cost).slice(2)),
    fold('Method and environment', [...methodLines(manifest, escapeMarkdown).map((line) => `- ${line}`), ...command]),
  ].filter((section) => section.length > 0);
}

/** `github-summary.md`: findings and medians, the rest folded, at most 60 KB; sections that do not fit are left out by name. */
export function formatGithubSummary(analysis: Analysis): string {
  let lines = head(analysis);
  const leftOut: string[] = [];
  for (const section of foldedSections(analysis)) {
    // Room for the line that names what is left out.
    if (sizeOf([...lines, ...section]) <= MAX_BYTES - 500) lines = [...lines, ...section];
    else leftOut.push((section[1] ?? '').replace(/<\/?summary>/g, ''));
  }
  const note = leftOut.length === 0 ? [] : [`Too long for here, in report.md: ${leftOut.join('; ')}.`, ''];
  return `${[...lines, ...note].join('\n')}`;
}
