import { markdownTable } from 'markdown-table';
import type { Analysis } from '../harness/analyse/analysis.ts';
import { trustLine } from './checks.ts';
import { describeJudged } from './foreign.ts';
import { visibleText } from './free-text.ts';
import { MEDIAN_ALIGNMENT, medianTable } from './medians.ts';
import { findingSentences, originOf, warningLines } from './sentences.ts';
import { UNDECIDED } from './undecided.ts';

/** The final summary stays on one screen: so many lines in all, and findings before everything else is cut. */
const MAX_LINES = 25;
const MIN_FINDINGS = 4;

function medianLines(analysis: Analysis): string[] {
  const rows = medianTable(analysis, visibleText);
  if (rows.length === 0) return [];
  const table = markdownTable(rows, { align: MEDIAN_ALIGNMENT, delimiterStart: false, delimiterEnd: false });
  return table.split('\n').filter((_, i) => i !== 1);
}

/** What does not fit is in `report.md`, and the last line shown says how much that is. */
function cutTo(lines: readonly string[], most: number): string[] {
  if (lines.length <= most) return [...lines];
  return [...lines.slice(0, most - 1), `  … ${lines.length - most + 1} more in report.md`];
}

interface FindingLine {
  readonly headline: string;
  readonly line: string;
}

/** What was left open goes first when not everything fits: what was found, how the blocked were blocked and the A/A line stay. */
function cutFindings(findings: readonly FindingLine[], most: number): string[] {
  const open = findings.filter(({ headline }) => headline === UNDECIDED);
  const found = findings.length - open.length;
  const lines = findings.map(({ line }) => line);
  if (findings.length <= most || found >= most) return cutTo(lines, most);
  const shown = new Set(open.slice(0, most - 1 - found));
  const more = `  … ${open.length - shown.size} more not decidable in report.md`;
  const firstCut = open.find((finding) => !shown.has(finding));
  return findings.flatMap((finding) => {
    if (finding === firstCut) return [more];
    return finding.headline !== UNDECIDED || shown.has(finding) ? [finding.line] : [];
  });
}

/** The summary that ends a run: findings, medians in milliseconds, files. At most 25 lines, as long as at most nine arms have medians. */
export function formatTerminalSummary(analysis: Analysis, location: string): string {
  const { banner, scope } = originOf(analysis, visibleText);
  const head = [banner, scope].filter((line) => line !== undefined);
  const warnings = warningLines(analysis, visibleText).map((line) => `! ${line}`);
  const findings = findingSentences(analysis, visibleText).map(({ mark, headline, text }) => ({
    headline,
    line: `${mark} ${headline}  ${text}`,
  }));
  const { foreign } = analysis.manifest.plan;
  const clocks = `ms; ${describeJudged(foreign)}`;
  const own = [
    'report.html',
    'report.md',
    'summary.csv',
    'comparisons.csv',
    'samples.csv',
    'samples.ndjson',
    'histograms.hlog',
    'report.json',
    'run.json',
  ];
  const names = foreign === undefined ? own : own.filter((name) => !/^(samples|run)\./.test(name));
  const files = `Files  ${location}: ${names.join('  ')}`;
  const table = medianLines(analysis);
  const tail = ['', ...table, ...(table.length === 0 ? [] : [clocks, '']), trustLine(analysis), files];
  const room = MAX_LINES - head.length - tail.length;
  const shownWarnings = cutTo(warnings, Math.max(1, room - Math.min(findings.length, MIN_FINDINGS)));
  const shownFindings = cutFindings(findings, Math.max(MIN_FINDINGS, room - shownWarnings.length));
  return [...head, ...shownWarnings, ...shownFindings, ...tail, ''].join('\n');
}
