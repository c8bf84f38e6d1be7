import type { Gate, GateJudgement, GatePoint, GateVerdict } from '../../harness/domain/regression.ts';
import type { RegressionFindings } from '../../reports/regression.ts';
import { GATE, OTHER_GATE, runNumber } from './history-entries.ts';

const REUSED: Gate = { ...GATE, connection: 'reused' };
const ENDPOINTS: Gate = { ...OTHER_GATE, scenario: 'vpc-endpoints', start: 'warm' };
const POINT: GatePoint = { logRatio: 0.2, low: 0.18, high: 0.22, value: 12_214_000, reference: 10_000_000 };
const BASELINE = { runs: 20, level: 0.1, levelRuns: 20, spread: 0.01, degrees: 19 };
const CHANGED = { point: POINT, baseline: BASELINE, change: 0.1, low: 0.08, high: 0.12, effect: 0.05, known: 20 };

/** A judgement of that verdict with figures that belong to it. */
export function newJudgement(verdict: GateVerdict, parts: Partial<GateJudgement> = {}): GateJudgement {
  const decided = verdict === 'regression' || verdict === 'cleared';
  const learning = { known: 4, why: '4 of 10 comparable runs before it', point: POINT };
  return {
    ...{ gate: GATE, verdict, confirmations: decided ? [POINT, POINT] : [] },
    ...(verdict === 'learning' ? learning : CHANGED),
    ...(verdict === 'flagged' ? { why: 'beyond the loose limit; 2 confirming runs are missing' } : {}),
    ...(verdict === 'not decidable' ? { why: 'the runs before vary so much that a change that matters could hide among them' } : {}),
    ...parts,
  };
}

/** A judged run; quiet unless said otherwise. */
export function newFindings(parts: Partial<RegressionFindings> = {}): RegressionFindings {
  const about = { runId: runNumber(21), measuredAt: '2026-01-21T00:00:00.000Z', confirmedBy: [], notices: [], records: [] };
  return { ...about, judgements: [newJudgement('no regression')], ...parts };
}

/** Every verdict once, out of order, with a slow shift, an injected delay and a damaged history. */
export const EVERY_VERDICT = newFindings({
  confirmedBy: [runNumber(22), runNumber(23)],
  notices: ['1 last line of the history was cut and is not used'],
  records: [{ runId: runNumber(21), injected: 'nat +0.4 ms' }],
  judgements: [
    newJudgement('no regression', { gate: REUSED, change: 0.004, low: -0.02, high: 0.028, shift: { runs: 5, change: 0.02 } }),
    newJudgement('regression'),
    newJudgement('learning', { gate: { ...GATE, start: 'cold' } }),
    newJudgement('flagged', { gate: ENDPOINTS }),
    newJudgement('cleared', { gate: { ...ENDPOINTS, connection: 'reused' }, change: 0.02, low: -0.01, high: 0.05 }),
    newJudgement('faster', { gate: OTHER_GATE, change: -0.1, low: -0.12, high: -0.08 }),
    newJudgement('not decidable', { gate: { ...OTHER_GATE, start: 'warm' } }),
  ],
});
