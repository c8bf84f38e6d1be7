import type { GateVerdict } from '../harness/domain/regression.ts';
import { escapeMarkdown, formatCodeSpan } from './free-text.ts';
import { nextStep, type RegressionFindings, regressionSentences } from './regression.ts';

/** Of the 60 KB that a summary of ours may have; UTF-8 bytes. What does not fit is counted. */
const MAX_BYTES = 50 * 1024;

/** What a glance shall tell, by the worst verdict. */
const TITLES: Readonly<Record<GateVerdict, string>> = {
  regression: '✗ regression',
  flagged: '▲ flagged, not yet confirmed',
  faster: '▼ faster',
  'not decidable': '? not decidable',
  cleared: '✓ no regression',
  'no regression': '✓ no regression',
  learning: '? learning',
};

function title(verdicts: readonly GateVerdict[]): string {
  const [worst] = verdicts;
  return worst === undefined ? '? nothing to judge' : TITLES[worst];
}

function cutLines(lines: readonly string[]): readonly string[] {
  let left = MAX_BYTES;
  const first = lines.findIndex((line) => {
    left -= Buffer.byteLength(`${line}\n`);
    return left < 0;
  });
  return first === -1 ? lines : [...lines.slice(0, first), `- … ${lines.length - first} more`];
}

/** `regression-summary.md`: the verdicts, worst first, what to know of the history, and what can be done. */
export function formatRegressionSummary(findings: RegressionFindings): string {
  const sentences = regressionSentences(findings, escapeMarkdown);
  const lines = [
    ...sentences.map(({ sentence: { mark, headline, text } }) => `- ${mark} **${headline}** ${text}`),
    ...findings.notices.map((notice) => `- ! ${escapeMarkdown(notice)}`),
  ];
  const confirmed =
    findings.confirmedBy.length === 0 ? [] : ['', `Confirming runs: ${findings.confirmedBy.map(escapeMarkdown).join(', ')}`];
  const next = nextStep(findings);
  return [
    `## Scheduled run ${escapeMarkdown(findings.runId)}: ${title(sentences.map(({ judgement }) => judgement.verdict))}`,
    '',
    ...cutLines(lines),
    ...confirmed,
    ...(next === undefined ? [] : ['', `${next.why} ${formatCodeSpan(next.command)}`]),
    '',
  ].join('\n');
}
