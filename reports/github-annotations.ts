import type { Analysis } from '../harness/analyse/analysis.ts';
import { visibleText } from './free-text.ts';
import { findingSentences, warningLines } from './sentences.ts';

/** GitHub shows ten annotations of a kind for a step; the rest would vanish without a word. */
const SHOWN = 10;

type Level = 'error' | 'warning' | 'notice';

interface Annotation {
  readonly level: Level;
  readonly title: string;
  readonly text: string;
}

/** Text as the message of a workflow command. */
export function escapeCommandData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** Text as the value of a property of a workflow command. */
export function escapeCommandProperty(text: string): string {
  return escapeCommandData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

function formatAnnotation({ level, title, text }: Annotation): string {
  return `::${level} title=${escapeCommandProperty(visibleText(title))}::${escapeCommandData(text)}`;
}

/** The last one says how many are only in the report. */
function cut(annotations: readonly Annotation[], level: Level): readonly Annotation[] {
  const own = annotations.filter((annotation) => annotation.level === level);
  if (own.length <= SHOWN) return own;
  const more = own.length - SHOWN + 1;
  return [...own.slice(0, SHOWN - 1), { level, title: `${more} more`, text: `${more} more in report.md` }];
}

function annotationsOf(analysis: Analysis): readonly Annotation[] {
  const findings = findingSentences(analysis, visibleText).flatMap(({ mark, headline, text }): Annotation[] => {
    // A failed A/A check takes verdicts away; it is no finding on the network, and no reason for exit 3.
    if (mark === '✗') return [{ level: headline === 'A/A FAILED' ? 'warning' : 'error', title: headline, text }];
    return mark === '▲' || mark === '▼' ? [{ level: 'notice', title: headline, text }] : [];
  });
  const warnings = warningLines(analysis, visibleText).map((text): Annotation => ({ level: 'warning', title: 'Warning', text }));
  const failed = analysis.checks
    .filter(({ verdict }) => verdict === 'fail')
    .map(({ id, text }): Annotation => ({ level: 'warning', title: `check ${id} failed`, text }));
  return [...findings, ...warnings, ...failed];
}

/**
 * Workflow commands of GitHub Actions, a line each: errors for what ends a run with exit 3, warnings for what a reader must know, notices for
 * scenarios that are faster or slower, which is an answer and no fault.
 */
export function githubAnnotations(analysis: Analysis): readonly string[] {
  const all = annotationsOf(analysis);
  return (['error', 'warning', 'notice'] as const).flatMap((level) => cut(all, level)).map(formatAnnotation);
}
