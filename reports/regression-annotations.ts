import type { GateJudgement } from '../harness/domain/regression.ts';
import { visibleText } from './free-text.ts';
import { type RegressionFindings, regressionSentences } from './regression.ts';
import { type Annotation, formatAnnotations } from './workflow-commands.ts';

/** How loudly a gate is told; undefined where it is silent. A slow shift is told whatever the verdict is, and fails nothing. */
function levelOf({ verdict, shift }: GateJudgement): Annotation['level'] | undefined {
  switch (verdict) {
    case 'regression':
      return 'error';
    case 'flagged':
      return 'warning';
    case 'faster':
    case 'not decidable':
      return shift === undefined ? 'notice' : 'warning';
    case 'cleared':
    case 'no regression':
    case 'learning':
      return shift === undefined ? undefined : 'warning';
  }
}

function titleOf({ verdict, shift }: GateJudgement, headline: string): string {
  return shift === undefined || verdict === 'regression' || verdict === 'flagged' ? headline : 'SLOW SHIFT';
}

/**
 * Workflow commands of GitHub Actions for a judged run, a line each: an error a confirmed regression; warnings for what is flagged, shifts slowly,
 * or is wrong with the history; notices for what became faster or could not be decided. A quiet run has none.
 */
export function regressionAnnotations(findings: RegressionFindings): readonly string[] {
  const gates = regressionSentences(findings, visibleText).flatMap(({ judgement, sentence }): Annotation[] => {
    const level = levelOf(judgement);
    return level === undefined ? [] : [{ level, title: titleOf(judgement, sentence.headline), text: sentence.text }];
  });
  const notices = findings.notices.map((notice): Annotation => ({ level: 'warning', title: 'History', text: visibleText(notice) }));
  return formatAnnotations([...gates, ...notices], 'regression-summary.md');
}
