import type { FindBounds } from '../collect/find-report.ts';
import { formatArm } from '../domain/arm.ts';
import type { RunCost } from '../domain/cost.ts';
import type { Deployment } from '../domain/deployment.ts';
import { DRIVER_HEALTH_EVENT, formatDriverHealth } from '../domain/driver-health.ts';
import { type Nanoseconds, toMilliseconds } from '../domain/nanoseconds.ts';
import type { Plan } from '../domain/plan.ts';
import type { Clock, ColdForcer, Deployer, Invoker, Leftover, LogReader, RunStore } from '../domain/ports.ts';
import type { Precision, Sizing } from '../domain/precision.ts';
import { type BackendFacts, type DriverFacts, RUN_SCHEMA_VERSION, type RunId, type RunManifest, type StopReason } from '../domain/run.ts';
import { newClientTimer } from '../drive/client-timing.ts';
import { type DriveResult, driveRun } from '../drive/driver.ts';
import { type DriverHealth, newDriverHealth } from '../drive/driver-health.ts';
import type { ProcessWatch } from '../drive/process-watch.ts';
import { formatJournalEntry, runEntry } from '../record/journal.ts';
import { newPilot, type Pilot } from './pilot.ts';
import type { ProgressListener } from './progress.ts';
import { newRecorder, type Recorder } from './recorder.ts';
import { describeRoundTimes, newRoundLedger } from './round-ledger.ts';

/** A place to measure in: the lab or AWS. They differ here and in nothing else. */
export interface MeasuringPlace {
  /** What is known of the place now; after a deploy it knows more than before. Never rejects. */
  readonly facts: () => Promise<BackendFacts>;
  readonly deployer: Deployer;
  readonly invoker: Invoker;
  readonly coldForcer: ColdForcer;
  readonly logReader: LogReader;
  readonly findBounds: FindBounds;
  readonly settleMs: number;
  readonly phaseTimeoutMs: number;
  /** Between the begins of two calls of one function, milliseconds. Absent: none needed. */
  readonly callGapMs?: number;
  /** Before a throttled call is asked again, milliseconds; doubled with each further time. Absent: a second. */
  readonly throttlePauseMs?: number;
  /** Rounds after the deploy whose cold calls are discarded. Absent: none. */
  readonly burnInRounds?: number;
  /** Aborted, with the error to report as its reason, when the place itself is gone with everything in it. Absent: it cannot be. */
  readonly failed?: AbortSignal;
}

export interface MeasureOptions {
  readonly plan: Plan;
  readonly place: MeasuringPlace;
  readonly store: RunStore;
  readonly clock: Clock;
  readonly driver: DriverFacts;
  /** Absent: nothing is known of garbage collection and of the machine's other load. */
  readonly processWatch?: ProcessWatch;
  readonly toolVersion: string;
  readonly onProgress: ProgressListener;
  readonly signal: AbortSignal;
  /** The plan's rounds are then the pilot that sizes the run. */
  readonly precision?: Precision;
  /** What the plan was to cost; goes into the manifest. */
  readonly cost?: RunCost;
  /** Asked before each round, with the seconds since the begin and the rounds that are over: false ends the run as out of budget. */
  readonly affords?: (elapsedSeconds: number, roundsDone: number) => boolean;
  /** True: the deployment stays when the run is over. Whatever went wrong before its first call is removed all the same. */
  readonly keep?: boolean;
  /** The run whose deployment is measured; it stays whatever happens. Absent: this one deploys. */
  readonly deployedBy?: RunId;
}

/** What is known of a run while it goes on; with a pilot its plan changes once. */
interface Running extends MeasureOptions {
  readonly book: { plan: Plan; sizing?: Sizing; readonly startedAt: string; readonly beganAt: Nanoseconds };
}

/** How a run ended. `error` is what stopped it, if anything did; `leftovers` what teardown could not remove. */
export interface MeasureResult {
  readonly manifest: RunManifest;
  readonly leftovers: readonly Leftover[];
  /** The deployment stays, as was asked for. */
  readonly kept?: true;
  readonly error?: unknown;
}

/** Calls made before the first timed one, so that no figure contains the client's own warming up. */
const CLIENT_WARM_UP_CALLS = 40;

/** The first SDK calls of a process cost a hundred milliseconds of compilation; they are made on purpose, untimed. */
async function warmClient(options: MeasureOptions, deployment: Deployment): Promise<void> {
  const { invoker } = options.place;
  const names = deployment.functions.map(({ functionName }) => functionName);
  const payload = new TextEncoder().encode('{}');
  for (let i = 0; i < CLIENT_WARM_UP_CALLS && !options.signal.aborted; i++) {
    await invoker.invoke(names[i % names.length] ?? '', payload);
  }
}

function stopReasonOf(result: DriveResult): StopReason {
  switch (result.kind) {
    case 'complete':
      return 'complete';
    case 'budget':
      return 'budget';
    case 'interrupted':
      return 'interrupted';
    case 'wrong-path':
      return 'wrong-path';
  }
}

/** Drives, and writes down what disturbed the driver meanwhile, however it ended. */
async function drive(options: Running, recorder: Recorder, deployment: Deployment): Promise<DriveResult> {
  await warmClient(options, deployment);
  const health = newDriverHealth(options.clock.now, options.processWatch);
  const note = (): void => recorder.event(DRIVER_HEALTH_EVENT, formatDriverHealth(health.totals()));
  let result: DriveResult;
  try {
    result = await driveWith(options, recorder, deployment, health);
  } catch (error) {
    try {
      note();
    } catch {
      // The first error counts: a journal that takes nothing more takes this neither.
    }
    throw error;
  }
  note();
  return result;
}

/** What sizes the run after its pilot; absent without `--precision`. */
function pilotOf(options: Running, recorder: Recorder, deployment: Deployment): Pilot | undefined {
  const { precision, book, store, clock, onProgress } = options;
  if (precision === undefined) return undefined;
  return newPilot(book.plan, precision, { store, clock, beganAt: book.beganAt }, async (plan, sizing) => {
    book.plan = plan;
    book.sizing = sizing;
    recorder.event('sized', { rounds: String(sizing.rounds), warmRounds: String(sizing.warmRounds), limit: sizing.limit });
    await saveManifest(store, await manifestOf(options, { deployment }, undefined));
    onProgress({ kind: 'sized', plan, sizing });
  });
}

async function driveWith(options: Running, recorder: Recorder, deployment: Deployment, health: DriverHealth): Promise<DriveResult> {
  const { plan, book, place, clock, onProgress, signal } = options;
  const pilot = pilotOf(options, recorder, deployment);
  const ledger = newRoundLedger();
  let roundsDone = 0;
  const affords = (): boolean => options.affords?.(toMilliseconds(clock.now() - book.beganAt) / 1000, roundsDone) ?? true;
  const result = await driveRun({
    plan,
    deployment,
    clock,
    signal,
    invoker: place.invoker,
    coldForcer: place.coldForcer,
    timer: newClientTimer(clock.now),
    health,
    settleMs: place.settleMs,
    phaseTimeoutMs: place.phaseTimeoutMs,
    callGapMs: place.callGapMs ?? 0,
    ...(place.throttlePauseMs === undefined ? {} : { throttlePauseMs: place.throttlePauseMs }),
    burnInRounds: place.burnInRounds ?? 0,
    mayGoOn: () => affords() && (pilot?.mayGoOn() ?? true),
    ...(pilot === undefined ? {} : { extend: pilot.extend }),
    listener: {
      onAsked: (call, at) => recorder.asked(call, at),
      onObserved: (observation) => {
        recorder.observed(observation);
        onProgress({ kind: 'observed', sample: observation.sample });
      },
      onRoundForced: (round) => recorder.event('round-forced', { round: String(round.number), nonce: round.nonce }),
      onRoundEnd: async (round) => {
        recorder.collectTails();
        roundsDone++;
        pilot?.roundEnded();
        onProgress({ kind: 'round', number: round.number, of: book.plan.rounds });
      },
      onRoundTimed: (round, times) => {
        ledger.add(times);
        recorder.event('round-timed', describeRoundTimes(round.number, times));
      },
      onArmDropped: (arm, why) => {
        recorder.event('arm-dropped', { arm: formatArm(arm), why });
        onProgress({ kind: 'arm-dropped', arm: formatArm(arm), why });
      },
    },
  });
  const sum = ledger.sum();
  if (sum !== undefined) onProgress({ kind: 'rounds-timed', ...sum });
  return result;
}

/** Late REPORTs are still looked for after an interruption, but not for long. */
async function collect(options: MeasureOptions, recorder: Recorder, deployment: Deployment): Promise<void> {
  recorder.collectTails();
  const { failed } = options.place;
  if (failed?.aborted) return;
  const deadline = AbortSignal.any([AbortSignal.timeout(120_000), ...(failed === undefined ? [] : [failed])]);
  await recorder.collectLogs(deployment, options.place.logReader, options.place.findBounds, deadline).catch((error: unknown) => {
    recorder.event('collect-failed', { why: error instanceof Error ? error.message : String(error) });
  });
}

interface Measured {
  readonly deployment?: Deployment;
  readonly result?: DriveResult;
  readonly error?: unknown;
}

async function deployAndDrive(options: Running, recorder: Recorder): Promise<Measured> {
  const { plan, place, store, clock, onProgress, signal } = options;
  let deployment: Deployment | undefined;
  try {
    const begin = clock.now();
    deployment = await place.deployer.deploy(store.runId, plan, (event) => onProgress({ kind: 'deploying', event }), signal);
    onProgress({ kind: 'deployed', seconds: (clock.now() - begin) / 1e9, functions: deployment.functions.length });
    const result = await drive(options, recorder, deployment);
    await collect(options, recorder, deployment);
    return { deployment, result };
  } catch (error) {
    // The first error counts: a journal that cannot be written fails in collecting as well.
    if (deployment !== undefined) await collect(options, recorder, deployment).catch(() => undefined);
    return { error, ...(deployment === undefined ? {} : { deployment }) };
  }
}

/** Nothing is left of a run whose place is gone. */
async function removeAll(options: MeasureOptions): Promise<readonly Leftover[]> {
  const { place, store, onProgress } = options;
  if (place.failed?.aborted) return [];
  onProgress({ kind: 'removing' });
  try {
    const leftovers = await place.deployer.destroy(store.runId, (event) => onProgress({ kind: 'removing', event }));
    return place.failed?.aborted ? [] : leftovers;
  } catch (error) {
    if (place.failed?.aborted) return [];
    return [{ kind: 'run', id: store.runId, why: error instanceof Error ? error.message : String(error) }];
  }
}

async function manifestOf(options: Running, measured: Measured, stopReason: StopReason | undefined): Promise<RunManifest> {
  const { book, place, store, driver, toolVersion, clock } = options;
  const { plan, sizing, startedAt } = book;
  const { result, deployment, error } = measured;
  return {
    schema: RUN_SCHEMA_VERSION,
    toolVersion,
    runId: store.runId,
    backend: await place.facts(),
    driver,
    plan,
    startedAt,
    rounds: plan.rounds,
    ...(options.cost === undefined ? {} : { cost: options.cost }),
    ...(options.deployedBy === undefined ? {} : { deployedBy: options.deployedBy }),
    ...(sizing === undefined ? {} : { sizing }),
    ...(stopReason === undefined ? {} : { endedAt: clock.wallTime().toISOString(), stopReason }),
    ...(deployment === undefined ? {} : { configurationDiff: deployment.configurationDiff }),
    ...(deployment?.functionSettings === undefined ? {} : { functionSettings: deployment.functionSettings }),
    ...(result?.kind === 'wrong-path' ? { wrongPaths: result.wrongPaths } : {}),
    ...(error instanceof Error ? { message: error.message } : {}),
  };
}

/** The manifest as it is kept: the order of calls is in the journal and follows from the seed, so it is not repeated. */
async function saveManifest(store: RunStore, manifest: RunManifest): Promise<void> {
  const plan = { ...manifest.plan, schedule: [], blockedBefore: [], blockedAfter: [] };
  await store.writeFile('run.json', `${JSON.stringify({ ...manifest, plan }, null, 2)}\n`);
}

function stopReasonFor({ place, signal }: MeasureOptions, { result, deployment }: Measured): StopReason {
  if (place.failed?.aborted) return 'error';
  if (result !== undefined) return stopReasonOf(result);
  if (signal.aborted) return 'interrupted';
  return deployment === undefined ? 'deploy-failed' : 'error';
}

/** Writes down how the run ended. A journal that cannot be written any more is an error, but no reason to leave resources. */
async function closeBooks(options: Running, recorder: Recorder, measured: Measured) {
  const stopReason = stopReasonFor(options, measured);
  const manifest = await manifestOf(options, measured, stopReason);
  try {
    recorder.end(stopReason);
    await saveManifest(options.store, manifest);
    return { manifest };
  } catch (error) {
    return { manifest, error };
  }
}

/**
 * Deploys, drives, collects, tears down, whatever happens in between; everything is in the store's files when it returns.
 * Rejects only while nothing is deployed yet, when the store takes nothing.
 */
export async function measure(options: MeasureOptions): Promise<MeasureResult> {
  const { place, store, clock, onProgress, toolVersion } = options;
  const startedAt = clock.wallTime().toISOString();
  const running: Running = { ...options, book: { plan: options.plan, startedAt, beganAt: clock.now() } };
  const recorder = newRecorder(store, clock);
  store.appendJournal(formatJournalEntry(runEntry(store.runId, toolVersion, startedAt)));
  await saveManifest(store, await manifestOf(running, {}, undefined));
  onProgress({ kind: 'started', runId: store.runId, location: store.location });
  const driven = await deployAndDrive(running, recorder);
  const measured = place.failed?.aborted ? { ...driven, error: place.failed.reason } : driven;
  const books = await closeBooks(running, recorder, measured);
  const stays = options.deployedBy !== undefined || (options.keep === true && measured.deployment !== undefined);
  const leftovers = stays ? [] : await removeAll(options);
  if (!stays) onProgress({ kind: 'removed', leftovers });
  const error: unknown = place.failed?.aborted ? place.failed.reason : (measured.error ?? books.error);
  return { manifest: books.manifest, leftovers, ...(stays ? { kept: true } : {}), ...(error === undefined ? {} : { error }) };
}
