import { GATE_METRICS, type GateJudgement } from '../harness/domain/regression.ts';
import { describeCell } from './difference.ts';
import { visibleText } from './free-text.ts';
import { formatSuite, type TestCase } from './junit-suite.ts';
import { type JudgedSentence, type RegressionFindings, regressionSentences } from './regression.ts';

function resultOf({ verdict, why }: GateJudgement, text: string): TestCase['result'] {
  switch (verdict) {
    case 'regression':
      return { kind: 'failure', message: text, type: 'regression' };
    case 'flagged':
    case 'learning':
    case 'not decidable':
      return { kind: 'skipped', message: why === undefined ? verdict : `${verdict}: ${visibleText(why)}` };
    case 'cleared':
    case 'faster':
    case 'no regression':
      return { kind: 'passed' };
  }
}

function caseOf({ judgement, sentence }: JudgedSentence): TestCase {
  const { gate } = judgement;
  return {
    classname: `${visibleText(gate.scenario)}.${gate.target}`,
    name: `${describeCell(gate)}, ${GATE_METRICS[gate.start]} p50 against ${visibleText(gate.reference)}`,
    result: resultOf(judgement, sentence.text),
    output: [`${sentence.headline} ${sentence.text}`],
  };
}

/** `regression.junit.xml`: one case a gate. A confirmed regression fails; what is learning, flagged or not decidable is skipped, with the reason. */
export function formatRegressionJunit(findings: RegressionFindings): string {
  const { runId, measuredAt, confirmedBy, notices } = findings;
  const confirmed = confirmedBy.length === 0 ? {} : { 'confirming runs': confirmedBy.map(visibleText).join(', ') };
  const told = Object.fromEntries(notices.map((notice, i) => [`history notice ${i + 1}`, notice]));
  const cases = regressionSentences(findings, visibleText).map(caseOf);
  return formatSuite({ name: runId, timestamp: measuredAt, properties: { ...confirmed, ...told }, cases });
}
