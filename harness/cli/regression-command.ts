import { join } from 'node:path';
import { visibleText } from '../../reports/free-text.ts';
import { formatRegressionJson, formatRegressionText } from '../../reports/regression.ts';
import { regressionAnnotations } from '../../reports/regression-annotations.ts';
import { formatRegressionJunit } from '../../reports/regression-junit.ts';
import { formatRegressionSummary } from '../../reports/regression-summary.ts';
import { SCENARIOS } from '../../scenarios/index.ts';
import type { Analysis } from '../analyse/analysis.ts';
import { BenchError, EXIT_CODES, type ExitCode, strongestExitCode } from '../domain/exit-code.ts';
import type { Gate } from '../domain/regression.ts';
import type { StopReason } from '../domain/run.ts';
import { newPlan } from '../plan/plan.ts';
import { openRunFolder } from '../run/folder-run-store.ts';
import { gatesOf } from '../run/gate-series.ts';
import { openHistory } from '../run/history-file.ts';
import { confirmationProblems, type JudgedRun } from '../run/judge-run.ts';
import { loadAnalysis } from '../run/load.ts';
import { confirmingOptions, findRegressions, type MadeRun, type RegressionSession } from '../run/regression.ts';
import { newSystemClock } from '../run/system-clock.ts';
import { reportFailure } from './failure.ts';
import { writeHistoryPages } from './history-pages.ts';
import type { CommandIo } from './io.ts';
import { demandRegressionFlags, parseMinimumEffect, type RegressionFlags } from './regression-options.ts';
import { parseReportChoices, type ReportChoices } from './report-choices.ts';
import { githubWords, tellGithub } from './report-output.ts';
import { demandFitting, findingCodes, makeRun } from './run-command.ts';
import { optionsFrom } from './run-plan.ts';
import { readStanding, textsOn } from './standing-run.ts';

/** Makes runs; the session's other half does not care how. */
export type RunMaker = typeof makeRun;

function refuse(what: string, why: string): BenchError {
  return new BenchError({
    ...{ exitCode: EXIT_CODES.usage, what, why, leftBehind: 'Nothing was judged, and the history was left as it was.' },
    tryCommands: ['npm run bench -- regression --run results/RUN', 'npm run bench -- regression --scenario vpc-nat'],
  });
}

/** The code that a run which was not completed ended with, as far as its files tell. */
const STOPPED: Readonly<Record<Exclude<StopReason, 'complete'>, ExitCode>> = {
  budget: EXIT_CODES.budget,
  interrupted: EXIT_CODES.interrupted,
  'wrong-path': EXIT_CODES.regression,
  'deploy-failed': EXIT_CODES.environment,
  error: EXIT_CODES.internal,
};

/** An existing run with the codes that apply to it. Throws `BenchError`. */
async function readRun(folder: string, io: CommandIo): Promise<MadeRun> {
  const analysis = await loadAnalysis(openRunFolder(folder));
  const { stopReason, sizing } = analysis.manifest;
  if (stopReason === undefined) throw refuse(`The run in ${folder} is not judged.`, 'it was killed, or it is still going on');
  if (sizing !== undefined) throw refuse(`The run in ${folder} is not judged.`, 'it was sized by --precision: such runs differ in size');
  return { codes: stopReason === 'complete' ? findingCodes(analysis, folder, io) : [STOPPED[stopReason]], analysis };
}

/** Runs that were made to confirm another: read, and refused where they cannot. */
async function readConfirming(run: MadeRun, folder: string, gates: readonly Gate[], io: CommandIo): Promise<MadeRun> {
  const confirmation = await readRun(folder, io);
  const problems =
    run.analysis === undefined || confirmation.analysis === undefined
      ? []
      : confirmationProblems(run.analysis, confirmation.analysis, gates);
  if (problems.length > 0) throw refuse(`The run in ${folder} cannot confirm another.`, problems.join('\n       '));
  return confirmation;
}

function sessionOfFolders(
  folder: string,
  confirm: readonly string[],
  io: CommandIo,
): Pick<RegressionSession, 'makeRun' | 'makeConfirming'> {
  let run: MadeRun = { codes: [] };
  return {
    makeRun: async () => {
      run = await readRun(folder, io);
      return run;
    },
    makeConfirming: async (gates, number) => {
      const next = confirm[number - 1];
      return next === undefined ? undefined : readConfirming(run, next, gates, io);
    },
  };
}

/** What a run has cost by its plan; nothing in the lab. */
function costOf({ analysis }: MadeRun): number {
  return analysis?.manifest.cost?.run?.usd ?? 0;
}

/** Runs that are made now, on what stands where that is asked for. A budget holds for the run and those that confirm it together. */
async function sessionOfRuns(
  given: RegressionFlags,
  io: CommandIo,
  make: RunMaker,
): Promise<Pick<RegressionSession, 'makeRun' | 'makeConfirming'>> {
  const asked = given.on === undefined ? undefined : await readStanding(given.on, given.out);
  const flags: RegressionFlags = asked === undefined ? given : { ...given, ...textsOn(asked, given) };
  const options = optionsFrom(flags);
  demandFitting(options, flags, io);
  if (gatesOf(newPlan(options, SCENARIOS)).length === 0)
    throw refuse('There is nothing to judge.', 'no scenario is measured beside another one');
  // The verdict is the result; what the runs print stands beside it.
  const quiet: CommandIo = { ...io, stdout: io.stderr, env: { ...io.env, GITHUB_ACTIONS: undefined } };
  const reporter = parseReportChoices(flags, {}).reporters.filter((name) => name !== 'github');
  let spentUsd = 0;
  const makeOne = async (one: typeof options): Promise<MadeRun> => {
    const budget = flags.budget === undefined ? {} : { budget: String(Math.max(0, Number(flags.budget) - spentUsd)) };
    const run = await make(one, { ...flags, ...budget, reporter, json: false }, quiet, asked);
    spentUsd += costOf(run);
    return run;
  };
  return {
    makeRun: () => makeOne(options),
    makeConfirming: async (gates, number) => {
      io.stderr.write(`\n${gates.length} of the gates are flagged: confirming run ${number} of 2\n`);
      try {
        return await makeOne(confirmingOptions(options, gates, number));
      } catch (error) {
        // The flagged run is whole: it is recorded as flagged, and the failure keeps its code.
        return { codes: [reportFailure(error, io)] };
      }
    },
  };
}

/** The forms of the verdict that were asked for: files in the run's folder, and what GitHub Actions is told. Throws `BenchError`. */
async function writeVerdict(judged: JudgedRun, folder: string, { reporters }: ReportChoices, io: CommandIo): Promise<readonly string[]> {
  const forms = {
    github: ['regression-summary.md', formatRegressionSummary],
    junit: ['regression.junit.xml', formatRegressionJunit],
  } as const;
  const store = openRunFolder(folder);
  for (const [name, format] of reporters.map((reporter) => forms[reporter])) await store.writeFile(name, format(judged));
  if (reporters.includes('github'))
    tellGithub({ annotations: regressionAnnotations(judged), summary: formatRegressionSummary(judged) }, io);
  return reporters.map((reporter) => join(folder, forms[reporter][0]));
}

/** A run that is not judged says why itself: its own findings are told instead of a verdict. */
function tellUnjudged(code: ExitCode, analysis: Analysis | undefined, { reporters }: ReportChoices, io: CommandIo): ExitCode {
  if (analysis !== undefined && reporters.includes('github')) tellGithub(githubWords(analysis), io);
  io.stderr.write(`! the run is not judged and not in the history: it ended with exit ${code}\n`);
  return code;
}

/** `bench regression`: measure or read a run, judge it against the history, append it. */
export async function regressionCommand(flags: RegressionFlags, io: CommandIo, make: RunMaker = makeRun): Promise<ExitCode> {
  demandRegressionFlags(flags);
  const choices = parseReportChoices(flags, io.env);
  const effects = parseMinimumEffect(flags.minEffect);
  const history = openHistory(flags.history, newSystemClock());
  // A history that cannot be read is told before anything is measured.
  history.read();
  const runs = flags.run === undefined ? await sessionOfRuns(flags, io, make) : sessionOfFolders(flags.run, flags.confirm, io);
  const { judged, analysis, codes } = await findRegressions({ history, effects, strict: flags.strict === true, ...runs });
  const code = strongestExitCode(codes);
  if (judged === undefined) return tellUnjudged(code, analysis, choices, io);
  const forms = await writeVerdict(judged, flags.run ?? join(flags.out, judged.runId), choices, io);
  const files = [history.path, ...writeHistoryPages(history), ...forms];
  io.stdout.write(flags.json === true ? formatRegressionJson(judged, code) : formatRegressionText(judged, files, visibleText));
  return code;
}
