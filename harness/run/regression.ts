import type { Analysis } from '../analyse/analysis.ts';
import { originalOf } from '../domain/arm.ts';
import { EXIT_CODES, type ExitCode } from '../domain/exit-code.ts';
import type { Gate, GateVerdict } from '../domain/regression.ts';
import { CONFIRMING_RUNS } from '../history/judge-gates.ts';
import type { PlanOptions } from '../plan/options.ts';
import type { AskedEffects } from './gate-series.ts';
import type { HistoryFile } from './history-file.ts';
import { type JudgedRun, judgeRun } from './judge-run.ts';

/** A run that was made, or read, with all exit codes that apply to it. */
export interface MadeRun {
  readonly codes: readonly ExitCode[];
  /** Absent when nothing could be analysed. */
  readonly analysis?: Analysis;
}

export interface RegressionSession {
  readonly history: HistoryFile;
  readonly effects: AskedEffects;
  /** True: what could not be decided is a code of its own. */
  readonly strict: boolean;
  /** The run to judge. */
  readonly makeRun: () => Promise<MadeRun>;
  /** The next run that confirms or clears these gates, number 1 or 2; undefined where none can be made. */
  readonly makeConfirming: (gates: readonly Gate[], number: number) => Promise<MadeRun | undefined>;
}

/** What became of it; `judged` is absent when the run ended in a way that is never judged. */
export interface RegressionResult {
  readonly codes: readonly ExitCode[];
  readonly judged?: JudgedRun;
  /** Of the run itself, judged or not; absent when nothing could be analysed. */
  readonly analysis?: Analysis;
}

/** A complete run without a failed assertion; what the teardown left behind does not touch its figures. */
function isJudgeable(run: MadeRun): run is MadeRun & { readonly analysis: Analysis } {
  const sound = run.codes.every((code) => code === EXIT_CODES.ok || code === EXIT_CODES.leftovers);
  return sound && run.analysis?.manifest.stopReason === 'complete';
}

function isOpen(verdict: GateVerdict): boolean {
  return verdict === 'learning' || verdict === 'flagged' || verdict === 'not decidable';
}

function codesOf({ judgements }: JudgedRun, strict: boolean): readonly ExitCode[] {
  const regression = judgements.some(({ verdict }) => verdict === 'regression');
  const open = strict && (judgements.length === 0 || judgements.some(({ verdict }) => isOpen(verdict)));
  return [...(regression ? [EXIT_CODES.regression] : []), ...(open ? [EXIT_CODES.undecidable] : [])];
}

/**
 * The options of a confirming run: the flagged gates' scenarios and targets beside their reference, in the same size. Its seed belongs to the
 * flagged run's, so that all three are reproduced from one.
 */
export function confirmingOptions(options: PlanOptions, gates: readonly Gate[], number: number): PlanOptions {
  const names = gates.flatMap(({ scenario, reference }) => [originalOf(scenario), originalOf(reference)]);
  const flagged = gates.map(({ target }) => target);
  return {
    ...options,
    scenarios: [...new Set(names)],
    targets: options.targets.filter((target) => flagged.includes(target)),
    seed: `${options.seed}/confirm-${number}`,
  };
}

/** The confirming runs of a flagged one; fewer than two when one of them ended badly, for then nothing is decided. */
async function confirm(session: RegressionSession, gates: readonly Gate[]) {
  const analyses: Analysis[] = [];
  const codes: ExitCode[] = [];
  for (let number = 1; number <= CONFIRMING_RUNS; number++) {
    const run = await session.makeConfirming(gates, number);
    if (run === undefined) break;
    codes.push(...run.codes);
    if (!isJudgeable(run)) break;
    analyses.push(run.analysis);
  }
  return { analyses, codes };
}

/** Makes a run, judges it, confirms or clears what is flagged, and appends what was found. Rejects when a run or the history does. */
export async function findRegressions(session: RegressionSession): Promise<RegressionResult> {
  const { history, effects, strict } = session;
  const run = await session.makeRun();
  if (!isJudgeable(run)) return run;
  const judge = (confirmations: readonly Analysis[]): JudgedRun =>
    // Read each time: another run may have been appended meanwhile.
    judgeRun({ history: history.read(), analysis: run.analysis, confirmations, effects });
  const flagged = judge([]).judgements.filter(({ verdict }) => verdict === 'flagged');
  const gates = flagged.map(({ gate }) => gate);
  const { analyses, codes } = gates.length === 0 ? { analyses: [], codes: [] } : await confirm(session, gates);
  const judged = judge(analyses);
  await history.append(judged.records);
  return { judged, analysis: run.analysis, codes: [...run.codes, ...codes, ...codesOf(judged, strict)] };
}
