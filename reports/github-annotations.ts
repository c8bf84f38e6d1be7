import type { Analysis } from '../harness/analyse/analysis.ts';
import { visibleText } from './free-text.ts';
import { findingSentences, warningLines } from './sentences.ts';
import { type Annotation, formatAnnotations } from './workflow-commands.ts';

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
  return formatAnnotations(annotationsOf(analysis), 'report.md');
}
