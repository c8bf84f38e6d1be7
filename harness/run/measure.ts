import type { FindBounds } from '../collect/find-report.ts';
import { formatArm } from '../domain/arm.ts';
import type { Deployment } from '../domain/deployment.ts';
import type { Plan } from '../domain/plan.ts';
import type { Clock, ColdForcer, Deployer, Invoker, Leftover, LogReader, RunStore } from '../domain/ports.ts';
import { type BackendFacts, type DriverFacts, RUN_SCHEMA_VERSION, type RunManifest, type StopReason } from '../domain/run.ts';
import { newClientTimer } from '../drive/client-timing.ts';
import { type DriveResult, driveRun } from '../drive/driver.ts';
import { newDriverHealth } from '../drive/driver-health.ts';
import { formatJournalEntry, runEntry } from '../record/journal.ts';
import type { ProgressListener } from './progress.ts';
import { newRecorder, type Recorder } from './recorder.ts';

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
}

export interface MeasureOptions {
  readonly plan: Plan;
  readonly place: MeasuringPlace;
  readonly store: RunStore;
  readonly clock: Clock;
  readonly driver: DriverFacts;
  readonly toolVersion: string;
  readonly onProgress: ProgressListener;
  readonly signal: AbortSignal;
}

/** How a run ended. `error` is what stopped it, if anything did; `leftovers` what teardown could not remove. */
export interface MeasureResult {
  readonly manifest: RunManifest;
  readonly leftovers: readonly Leftover[];
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
    case 'interrupted':
      return 'interrupted';
    case 'wrong-path':
      return 'wrong-path';
  }
}

async function drive(options: MeasureOptions, recorder: Recorder, deployment: Deployment): Promise<DriveResult> {
  const { plan, place, clock, onProgress, signal } = options;
  await warmClient(options, deployment);
  return driveRun({
    plan,
    deployment,
    clock,
    signal,
    invoker: place.invoker,
    coldForcer: place.coldForcer,
    timer: newClientTimer(clock.now),
    health: newDriverHealth(clock.now),
    settleMs: place.settleMs,
    phaseTimeoutMs: place.phaseTimeoutMs,
    listener: {
      onAsked: (call, at) => recorder.asked(call, at),
      onObserved: (observation) => {
        recorder.observed(observation);
        onProgress({ kind: 'observed', sample: observation.sample });
      },
      onRoundForced: (round) => recorder.event('round-forced', { round: String(round.number), nonce: round.nonce }),
      onRoundEnd: async (round) => {
        recorder.collectTails();
        onProgress({ kind: 'round', number: round.number, of: plan.rounds });
      },
      onArmDropped: (arm, why) => {
        recorder.event('arm-dropped', { arm: formatArm(arm), why });
        onProgress({ kind: 'arm-dropped', arm: formatArm(arm), why });
      },
    },
  });
}

/** Late REPORTs are still looked for after an interruption, but not for long. */
async function collect(options: MeasureOptions, recorder: Recorder, deployment: Deployment): Promise<void> {
  recorder.collectTails();
  const deadline = AbortSignal.timeout(120_000);
  await recorder.collectLogs(deployment, options.place.logReader, options.place.findBounds, deadline).catch((error: unknown) => {
    recorder.event('collect-failed', { why: error instanceof Error ? error.message : String(error) });
  });
}

interface Measured {
  readonly deployment?: Deployment;
  readonly result?: DriveResult;
  readonly error?: unknown;
}

async function deployAndDrive(options: MeasureOptions, recorder: Recorder): Promise<Measured> {
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
    if (deployment !== undefined) await collect(options, recorder, deployment);
    return { error, ...(deployment === undefined ? {} : { deployment }) };
  }
}

async function removeAll(options: MeasureOptions): Promise<readonly Leftover[]> {
  const { place, store, onProgress } = options;
  onProgress({ kind: 'removing' });
  try {
    return await place.deployer.destroy(store.runId, (event) => onProgress({ kind: 'removing', event }));
  } catch (error) {
    return [{ kind: 'run', id: store.runId, why: error instanceof Error ? error.message : String(error) }];
  }
}

async function manifestOf(
  options: MeasureOptions,
  startedAt: string,
  measured: Measured,
  stopReason: StopReason | undefined,
): Promise<RunManifest> {
  const { plan, place, store, driver, toolVersion, clock } = options;
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

/** Deploys, drives, collects, tears down, whatever happens in between; everything is in the store's files when it returns. */
export async function measure(options: MeasureOptions): Promise<MeasureResult> {
  const { store, clock, onProgress, toolVersion, signal } = options;
  const startedAt = clock.wallTime().toISOString();
  const recorder = newRecorder(store, clock);
  onProgress({ kind: 'started', runId: store.runId, location: store.location });
  store.appendJournal(formatJournalEntry(runEntry(store.runId, toolVersion, startedAt)));
  await saveManifest(store, await manifestOf(options, startedAt, {}, undefined));
  const measured = await deployAndDrive(options, recorder);
  const failed: StopReason = signal.aborted ? 'interrupted' : measured.deployment === undefined ? 'deploy-failed' : 'error';
  const stopReason = measured.result === undefined ? failed : stopReasonOf(measured.result);
  recorder.end(stopReason);
  const manifest = await manifestOf(options, startedAt, measured, stopReason);
  await saveManifest(store, manifest);
  const leftovers = await removeAll(options);
  onProgress({ kind: 'removed', leftovers });
  return { manifest, leftovers, ...(measured.error === undefined ? {} : { error: measured.error }) };
}
