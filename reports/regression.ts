import { formatGate, GATE_METRICS, type Gate, type GateJudgement, type GateVerdict } from '../harness/domain/regression.ts';
import { describeCell, type Sentence } from './difference.ts';
import { formatReadable } from './figure.ts';
import { type Escape, visibleText } from './free-text.ts';

/** What a judged run says; times in nanoseconds, changes as log ratios. */
export interface RegressionFindings {
  readonly runId: string;
  readonly measuredAt: string;
  readonly judgements: readonly GateJudgement[];
  /** Ids of the runs that confirmed or cleared what was flagged, in their order. */
  readonly confirmedBy: readonly string[];
  readonly notices: readonly string[];
  readonly records: readonly { readonly runId: string; readonly injected?: string }[];
}

/** The mark of each verdict, which carries it where colour is not seen. */
export const VERDICT_MARKS: Readonly<Record<GateVerdict, Sentence['mark']>> = {
  regression: '✗',
  flagged: '▲',
  faster: '▼',
  cleared: '✓',
  'no regression': '✓',
  'not decidable': '?',
  learning: '?',
};

/** Worst first. */
const ORDER: readonly GateVerdict[] = ['regression', 'flagged', 'faster', 'not decidable', 'cleared', 'no regression', 'learning'];

/** A log ratio as percent with its sign: `+5.0`. */
export function formatChange(change: number): string {
  const percent = Math.expm1(change) * 100;
  return `${percent < 0 ? '−' : '+'}${Math.abs(percent).toFixed(1)}`;
}

/** `vpc-nat against default: internet, warm, new connection, fn_total_ms p50`. */
export function describeGate(gate: Gate, show: Escape): string {
  return `${show(gate.scenario)} against ${show(gate.reference)}: ${describeCell(gate)}, ${GATE_METRICS[gate.start]} p50`;
}

function changeWords({ change, low, high, effect, baseline, confirmations, verdict, point }: GateJudgement): string {
  if (change === undefined || low === undefined || high === undefined || baseline === undefined) return '';
  const decided = verdict === 'regression' || verdict === 'cleared';
  const of = decided ? `, mean of ${1 + confirmations.length} runs` : '';
  const expected =
    point === undefined
      ? ''
      : `; ${formatReadable(point.value)} ms, expected ${formatReadable(point.reference * Math.exp(baseline.level))} ms`;
  return `${formatChange(change)} % [${formatChange(low)}, ${formatChange(high)}]${of} against ${baseline.runs} runs, smallest change that matters ${formatChange(effect ?? 0)} %${expected}`;
}

function gateSentence(judgement: GateJudgement, injected: string, show: Escape): Sentence {
  const { gate, verdict, why, shift } = judgement;
  const slow =
    shift === undefined
      ? ''
      : `shift seen over the last ${shift.runs === 1 ? 'run' : `${shift.runs} runs`}: ${formatChange(shift.change)} % against those before (told, not failed)`;
  const parts = [changeWords(judgement), show(why ?? ''), slow].filter((part) => part !== '').join('; ');
  return { mark: VERDICT_MARKS[verdict], headline: verdict.toUpperCase(), text: `${describeGate(gate, show)}: ${parts}${injected}` };
}

/** A gate's judgement, and what is said of it. */
export interface JudgedSentence {
  readonly judgement: GateJudgement;
  readonly sentence: Sentence;
}

/** A sentence a gate, worst first. */
export function regressionSentences({ judgements, records }: RegressionFindings, show: Escape): readonly JudgedSentence[] {
  const words = new Set(records.flatMap(({ injected }) => injected ?? []));
  const injected = words.size === 0 ? '' : `; injected: ${[...words].map(show).join(', ')}`;
  return [...judgements]
    .sort((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict))
    .map((judgement) => ({ judgement, sentence: gateSentence(judgement, injected, show) }));
}

/** What can be done about the worst verdict, and the command that does it; undefined where nothing has to be. */
export function nextStep({ runId, judgements }: RegressionFindings): { readonly why: string; readonly command: string } | undefined {
  const has = (verdict: GateVerdict): boolean => judgements.some((one) => one.verdict === verdict);
  if (has('regression')) {
    const command = `npm run bench -- baseline accept ${visibleText(runId)} --reason "what changed"`;
    return { why: 'The run stays out of the baseline. If this level is meant to be:', command };
  }
  if (has('flagged')) {
    const command = `npm run bench -- regression --run results/${visibleText(runId)} --confirm results/RUN2 --confirm results/RUN3`;
    return { why: 'Two runs more decide:', command };
  }
  return undefined;
}

/** For a terminal and for logs: a sentence a gate, then what to know of the history, and where it is. */
export function formatRegressionText(findings: RegressionFindings, files: readonly string[], show: Escape): string {
  const sentences = regressionSentences(findings, show).map(({ sentence: { mark, headline, text } }) => `${mark} ${headline}  ${text}`);
  const notices = findings.notices.map((notice) => `! ${show(notice)}`);
  const next = nextStep(findings);
  const steps = next === undefined ? [] : [`${next.why} ${next.command}`];
  return [`Run ${show(findings.runId)}`, ...sentences, ...notices, ...steps, ...files, ''].join('\n');
}

/** One JSON document; times in milliseconds, ratios as natural logarithms. */
export function formatRegressionJson(findings: RegressionFindings, exitCode: number): string {
  const { runId, measuredAt, judgements, confirmedBy, notices } = findings;
  const gates = judgements.map(({ gate, point, confirmations, ...rest }) => {
    const shown = (one: NonNullable<typeof point>) => ({
      ...{ log_ratio: one.logRatio, low: one.low, high: one.high },
      ...{ value_ms: one.value / 1e6, reference_ms: one.reference / 1e6 },
    });
    return {
      gate: formatGate(gate),
      ...rest,
      ...(point === undefined ? {} : { point: shown(point) }),
      confirmations: confirmations.map(shown),
    };
  });
  const about = { run_id: runId, measured_at: measuredAt, exit_code: exitCode, confirmed_by: confirmedBy };
  return `${JSON.stringify({ ...about, gates, notices }, null, 2)}\n`;
}
