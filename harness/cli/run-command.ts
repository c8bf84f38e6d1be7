import { randomBytes } from 'node:crypto';
import { cpus, loadavg, release } from 'node:os';
import { formatTerminalSummary } from '../../reports/terminal.ts';
import { SCENARIOS } from '../../scenarios/index.ts';
import type { Analysis } from '../analyse/analysis.ts';
import { BenchError, EXIT_CODES, type ExitCode, strongestExitCode } from '../domain/exit-code.ts';
import type { Plan } from '../domain/plan.ts';
import { type DriverFacts, runIdFrom } from '../domain/run.ts';
import { type OptionProblem, type PlanOptionTexts, parsePlanOptions } from '../plan/options.ts';
import { newPlan } from '../plan/plan.ts';
import { createRunFolder } from '../run/folder-run-store.ts';
import { loadAnalysis } from '../run/load.ts';
import { type MeasureResult, measure } from '../run/measure.ts';
import { newSystemClock } from '../run/system-clock.ts';
import { reportFailure } from './failure.ts';
import { watchSignals } from './interrupt.ts';
import type { CommandIo } from './io.ts';
import { openLabPlace } from './lab-place.ts';
import { parseKnobs } from './lab-start.ts';
import { newLiveView } from './live-view.ts';
import { writeReports } from './report-files.ts';
import { TOOL_VERSION } from './version.ts';

/** Flags of `bench run`, as commander gives them. */
export interface RunFlags extends PlanOptionTexts {
  readonly out: string;
  readonly json?: boolean;
  readonly labKnobs?: string;
}

/** A share of failed calls above which no figure of a run is worth printing a verdict for. */
const TOO_MANY_FAILURES = 0.2;

function usageError(problems: readonly OptionProblem[]): BenchError {
  return new BenchError({
    exitCode: EXIT_CODES.usage,
    what: problems.length === 1 ? 'An option cannot be used.' : `${problems.length} options cannot be used.`,
    why: problems.map(({ flag, message }) => `${flag}: ${message}`).join('\n       '),
    tryCommands: ['npm run bench -- --help', 'npm run bench -- ls'],
    leftBehind: 'Nothing was started.',
  });
}

function planFrom(flags: RunFlags): Plan {
  const names = SCENARIOS.map(({ name }) => name);
  const parsed = parsePlanOptions(flags, names, randomBytes(4).toString('hex'));
  if (parsed.kind === 'problems') throw usageError(parsed.problems);
  if (parsed.options.backend === 'aws') {
    throw usageError([{ flag: '--backend', message: 'aws: this version measures in the lab only; nothing was ever run on AWS' }]);
  }
  return newPlan(parsed.options, SCENARIOS);
}

function driverFacts(): DriverFacts {
  const [first] = cpus();
  return {
    node: process.version,
    kernel: release(),
    cpuModel: first?.model ?? 'unknown',
    cpuCount: cpus().length,
    loadAverageAtStart: loadavg()[0] ?? 0,
  };
}

function countCalls(plan: Plan): number {
  const inRounds = plan.schedule.reduce((sum, { calls }) => sum + calls.length, 0);
  return inRounds + plan.blockedBefore.length + plan.blockedAfter.length;
}

/** The codes that the figures themselves ask for. */
function findingCodes(analysis: Analysis): ExitCode[] {
  const bad = analysis.reachability.some(({ verdict }) => /^(UNEXPECTEDLY|WRONG)/.test(verdict));
  const { asked, failed } = analysis.accounting;
  const failures = Object.values(failed).reduce((sum, count) => sum + count, 0);
  return [...(bad ? [EXIT_CODES.regression] : []), ...(asked > 0 && failures / asked > TOO_MANY_FAILURES ? [EXIT_CODES.environment] : [])];
}

function exitCodes(result: MeasureResult, analysis: Analysis, signalCode: ExitCode | undefined, io: CommandIo): ExitCode[] {
  const codes = [...(signalCode === undefined ? [] : [signalCode]), ...(result.leftovers.length > 0 ? [EXIT_CODES.leftovers] : [])];
  if (signalCode === undefined && result.error !== undefined) codes.push(reportFailure(result.error, io));
  return result.manifest.stopReason === 'complete' || result.manifest.stopReason === 'wrong-path'
    ? [...codes, ...findingCodes(analysis)]
    : codes;
}

/** `bench run`: plan, start the lab, measure, tear down, report. */
export async function runCommand(flags: RunFlags, io: CommandIo): Promise<ExitCode> {
  const plan = planFrom(flags);
  const knobs = parseKnobs(flags.labKnobs);
  const interrupt = watchSignals(io);
  const clock = newSystemClock();
  const store = createRunFolder(flags.out, runIdFrom(randomBytes(10)));
  try {
    const place = await openLabPlace(knobs, clock, io);
    const view = newLiveView(io, countCalls(plan), plan.rounds, () => clock.now() / 1e6);
    const signal = AbortSignal.any([interrupt.signal, place.failed]);
    const options = { plan, place, store, clock, driver: driverFacts(), toolVersion: TOOL_VERSION, onProgress: view.onProgress, signal };
    const result = await measure(options).finally(() => {
      view.stop();
      return place.close();
    });
    const analysis = await loadAnalysis(store);
    await writeReports(store, analysis);
    const summary = formatTerminalSummary(analysis, store.location);
    io.stdout.write(
      flags.json === true
        ? `${JSON.stringify({ runId: store.runId, folder: store.location, comparisons: analysis.comparisons, reachability: analysis.reachability }, null, 2)}\n`
        : summary,
    );
    return strongestExitCode(exitCodes(result, analysis, interrupt.code(), io));
  } finally {
    store.close();
    interrupt.stop();
  }
}
