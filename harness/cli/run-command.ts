import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { formatPlanLines } from '../../reports/plan.ts';
import { SCENARIOS } from '../../scenarios/index.ts';
import type { Analysis } from '../analyse/analysis.ts';
import type { RunCost } from '../domain/cost.ts';
import { BenchError, EXIT_CODES, type ExitCode, strongestExitCode } from '../domain/exit-code.ts';
import type { Clock } from '../domain/ports.ts';
import { type RunId, runIdFrom } from '../domain/run.ts';
import { newProcessWatch } from '../drive/process-watch.ts';
import { countCalls } from '../plan/duration.ts';
import type { PlanOptions, PlanOptionTexts } from '../plan/options.ts';
import { newPlan } from '../plan/plan.ts';
import { createRunFolder, type RunFolder } from '../run/folder-run-store.ts';
import { type MeasureResult, measure } from '../run/measure.ts';
import type { ProgressListener } from '../run/progress.ts';
import type { MadeRun } from '../run/regression.ts';
import { newSystemClock } from '../run/system-clock.ts';
import { type AwsRunFlags, demandNoAwsFlags, parseAwsOptions } from './aws-options.ts';
import { type AgreedRun, agreeOnAws, agreeOnStanding } from './aws-run.ts';
import { driverFacts } from './driver-facts.ts';
import { reportFailure } from './failure.ts';
import { type Interrupt, watchSignals } from './interrupt.ts';
import type { CommandIo } from './io.ts';
import { withLabDelays } from './lab-delay.ts';
import { type OpenPlace, openLabPlace } from './lab-place.ts';
import { parseKnobs } from './lab-start.ts';
import { newLiveView } from './live-view.ts';
import { planCommand } from './plan-command.ts';
import { costOfForecast, type PricingFlags, parsePricing } from './pricing.ts';
import { parseReportChoices, type ReportFlags } from './report-choices.ts';
import { printReport } from './report-output.ts';
import { reportRun } from './report-run.ts';
import { forecastFor, optionsFrom, usageError } from './run-plan.ts';
import { type AskedDeployment, readStanding, textsOn } from './standing-run.ts';
import { TOOL_VERSION } from './version.ts';

/** Flags of `bench run`, as commander gives them. */
export interface RunFlags extends PlanOptionTexts, PricingFlags, AwsRunFlags, ReportFlags {
  readonly out: string;
  readonly dryRun?: boolean;
  readonly labKnobs?: string;
  readonly labDelay?: readonly string[];
}

/** A share of failed calls above which no figure of a run is worth printing a verdict for. */
const TOO_MANY_FAILURES = 0.2;
/** Enough characters for the sentence in which IAM names user, action and resource. */
const MAX_WORDS = 400;

/** That no figure of the run is worth a verdict, with the outcomes and what to look at; undefined when enough calls went well. */
function tooManyFailures({ accounting: { asked, failed, firstFailure } }: Analysis, folder: string): BenchError | undefined {
  // A blocked target is a finding with a verdict of its own, not a failure to measure.
  const counts = Object.entries(failed).filter(([outcome, count]) => outcome !== 'blocked' && count > 0);
  const failures = counts.reduce((sum, [, count]) => sum + count, 0);
  if (asked === 0 || failures / asked <= TOO_MANY_FAILURES) return undefined;
  const throttled =
    failed['throttled'] === undefined ? [] : ['aws lambda get-account-settings   (how many calls the account may have out)'];
  const said = firstFailure === undefined ? [] : [`The first of them: ${firstFailure.slice(0, MAX_WORDS)}`];
  return new BenchError({
    exitCode: EXIT_CODES.environment,
    what: `${failures} of ${asked} calls failed: too many to judge.`,
    why: [counts.map(([outcome, count]) => `${outcome}: ${count}`).join(', '), ...said].join('\n'),
    tryCommands: [...throttled, `npm run bench -- report ${folder}   (samples.csv has the class and phase of each)`],
    leftBehind: 'What was asked is kept.',
  });
}

/** The codes that the figures themselves ask for. */
export function findingCodes(analysis: Analysis, folder: string, io: CommandIo): ExitCode[] {
  const bad = analysis.reachability.some(({ verdict }) => /^(UNEXPECTEDLY|WRONG)/.test(verdict));
  const failures = tooManyFailures(analysis, folder);
  return [...(bad ? [EXIT_CODES.regression] : []), ...(failures === undefined ? [] : [reportFailure(failures, io)])];
}

/** Prints what stopped the run, if anything did, and gives all codes that apply; the strongest one counts. */
export function exitCodes(
  result: MeasureResult,
  analysis: Analysis | undefined,
  signalCode: ExitCode | undefined,
  io: CommandIo,
  folder = `results/${result.manifest.runId}`,
): ExitCode[] {
  const codes = [...(signalCode === undefined ? [] : [signalCode]), ...(result.leftovers.length > 0 ? [EXIT_CODES.leftovers] : [])];
  if (signalCode === undefined && result.error !== undefined) codes.push(reportFailure(result.error, io));
  const { stopReason, sizing } = result.manifest;
  const whole = stopReason === 'complete' || stopReason === 'budget' || stopReason === 'wrong-path';
  if (stopReason === 'budget' || sizing?.limit === 'max-rounds' || sizing?.limit === 'max-minutes') codes.push(EXIT_CODES.budget);
  // One error is told: calls that failed because the place ended are no second one.
  const judged = whole && result.error === undefined && analysis !== undefined;
  return judged ? [...codes, ...findingCodes(analysis, folder, io)] : codes;
}

/** Analyses and writes what was measured. When that fails, the run's own error is the one to tell. */
async function report(result: MeasureResult, store: RunFolder, flags: RunFlags, io: CommandIo): Promise<Analysis | undefined> {
  try {
    const choices = parseReportChoices(flags, io.env);
    const analysis = await reportRun(store, choices);
    printReport(analysis, store.location, flags.json === true, choices, io);
    return analysis;
  } catch (error) {
    if (result.error === undefined && result.leftovers.length === 0) throw error;
    return undefined;
  }
}

interface Running {
  readonly options: PlanOptions;
  readonly runId: RunId;
  readonly flags: RunFlags;
  readonly io: CommandIo;
  readonly clock: Clock;
  readonly interrupt: Interrupt;
}

/** A place, and what was settled about the run there. */
interface Opened {
  readonly place: OpenPlace;
  readonly cost: RunCost;
  readonly keep?: boolean;
  readonly deployedBy?: RunId;
  readonly affords?: (elapsedSeconds: number, roundsDone: number) => boolean;
  readonly spent?: (elapsedSeconds: number, roundsDone: number) => string;
}

interface Measured {
  readonly store: RunFolder;
  readonly result: MeasureResult;
}

/** Measures in an open place, and closes it whatever happens. A folder in which nothing could be begun is removed. */
async function measureIn({ place, spent, ...settled }: Opened, running: Running): Promise<Measured> {
  const { options, runId, flags, io, clock, interrupt } = running;
  const plan = newPlan(options, SCENARIOS);
  const precision = options.precision === undefined ? {} : { precision: options.precision };
  const expected = { calls: countCalls(plan).total, rounds: plan.rounds, ...(spent === undefined ? {} : { spent }) };
  const view = newLiveView(io, expected, () => clock.now() / 1e6);
  let store: RunFolder | undefined;
  try {
    const folder = createRunFolder(flags.out, runId);
    store = folder;
    const signal = AbortSignal.any([interrupt.signal, ...(place.failed === undefined ? [] : [place.failed])]);
    const onProgress: ProgressListener = (progress) => {
      if (progress.kind === 'started') folder.publish();
      view.onProgress(progress);
    };
    const processWatch = newProcessWatch(clock.now);
    const about = { driver: driverFacts(), processWatch, toolVersion: TOOL_VERSION };
    const result = await measure({ plan, place, store, clock, ...about, ...precision, ...settled, onProgress, signal });
    return { store, result };
  } catch (error) {
    store?.discard();
    throw error;
  } finally {
    view.stop();
    await place.close();
  }
}

async function reportAll({ store, result }: Measured, { flags, io, interrupt }: Running): Promise<MadeRun> {
  try {
    const analysis = await report(result, store, flags, io);
    const codes = exitCodes(result, analysis, interrupt.code(), io, store.location);
    return { codes, ...(analysis === undefined ? {} : { analysis }) };
  } finally {
    store.close();
  }
}

async function runInLab(running: Running): Promise<MadeRun> {
  const { options, flags, io, clock, interrupt } = running;
  const knobs = withLabDelays(parseKnobs(flags.labKnobs), flags.labDelay ?? []);
  const pricing = parsePricing(flags, io.env);
  const place = await openLabPlace(knobs, clock, io);
  const early = interrupt.code();
  if (early !== undefined) {
    await place.close();
    return { codes: [early] };
  }
  const forecast = forecastFor(options, flags.out, knobs);
  for (const line of formatPlanLines(forecast)) io.stderr.write(`${line}\n`);
  return reportAll(await measureIn({ place, cost: costOfForecast(forecast, pricing) }, running), running);
}

function agree(asked: AskedDeployment | undefined, ...about: Parameters<typeof agreeOnAws>): Promise<AgreedRun> {
  return asked === undefined ? agreeOnAws(...about) : agreeOnStanding(asked, ...about);
}

/** Refuses flags that do not go with the place. Throws `BenchError`. */
export function demandFitting(options: PlanOptions, flags: RunFlags, io: CommandIo): void {
  if (options.backend === 'lab') demandNoAwsFlags(flags);
  else parseAwsOptions(flags, io.env);
}

/**
 * One whole run: start the lab or agree on AWS, measure, tear down, report; with every code that applies. `asked`: what stands already and is to
 * be measured on. Throws `BenchError`.
 */
export async function makeRun(options: PlanOptions, flags: RunFlags, io: CommandIo, asked?: AskedDeployment): Promise<MadeRun> {
  const runId = runIdFrom(randomBytes(10));
  // Tried before anything is started; made for good when there is something to write into it.
  createRunFolder(flags.out, runId).discard();
  const clock = newSystemClock();
  const agreed = options.backend === 'aws' ? await agree(asked, flags, options, clock, io) : undefined;
  const remains = (): readonly string[] => agreed?.remains(runId, join(flags.out, runId)) ?? [];
  const interrupt = watchSignals(io, remains);
  const running: Running = { options, runId, flags, io, clock, interrupt };
  try {
    if (agreed === undefined) return await runInLab(running);
    const measured = await measureIn(agreed, running);
    const { kept, leftovers } = measured.result;
    if (kept || leftovers.length > 0) for (const line of remains()) io.stderr.write(`${line}\n`);
    return await reportAll(measured, running);
  } finally {
    interrupt.stop();
  }
}

/** `bench run`: plan, start the lab or agree on AWS, measure, tear down, report. */
export async function runCommand(given: RunFlags, io: CommandIo): Promise<ExitCode> {
  const asked = given.on === undefined ? undefined : await readStanding(given.on, given.out);
  const flags: RunFlags = asked === undefined ? given : { ...given, ...textsOn(asked, given) };
  const options = optionsFrom(flags);
  demandFitting(options, flags, io);
  if (flags.dryRun === true && asked !== undefined) {
    throw usageError([{ flag: '--dry-run', message: 'not with --on, which shows its plan and price before it asks' }]);
  }
  if (flags.dryRun === true) return planCommand(flags, io);
  parseReportChoices(flags, io.env);
  return strongestExitCode((await makeRun(options, flags, io, asked)).codes);
}
