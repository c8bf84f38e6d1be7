import type { CalibrationOptions, CalibrationRecord, CalibrationRunPlan } from '../domain/calibration.ts';
import type { Deployment } from '../domain/deployment.ts';
import type { Clock } from '../domain/ports.ts';
import type { RunId } from '../domain/run.ts';
import type { Scenario } from '../domain/scenario.ts';
import { calibrationRunPlan } from '../plan/calibration.ts';
import { measureCalibrationRun, type PathDelayer } from './calibrate.ts';
import type { OpenLedger } from './calibration-ledger.ts';
import type { MeasuringPlace } from './measure.ts';

export interface CalibrationSession {
  /** Names the deployment; one a session. */
  readonly runId: RunId;
  readonly options: CalibrationOptions;
  /** Those that have no record yet, in their order. */
  readonly runs: readonly CalibrationRunPlan[];
  readonly scenarios: readonly Scenario[];
  readonly place: MeasuringPlace;
  readonly delayer: PathDelayer;
  readonly ledger: OpenLedger;
  readonly clock: Clock;
  /** The machine's monotonic clock, nanoseconds. */
  readonly machineNs: () => number;
  /** Load average over one minute. */
  readonly load: () => number;
  readonly onRun: (record: CalibrationRecord) => void;
  readonly signal: AbortSignal;
}

/** Rounds of the untimed run that begins a session: the client's and the relay's first packets cost their compilation. */
const WARM_UP_ROUNDS = 2;

async function makeRun(
  session: CalibrationSession,
  deployment: Deployment,
  run: Pick<CalibrationRunPlan, 'delayMs' | 'delayed' | 'seed'>,
  rounds: number,
) {
  const plan = calibrationRunPlan({ ...session.options, rounds }, run.seed, session.scenarios);
  return measureCalibrationRun({ ...session, run, plan, deployment });
}

async function recordRun(session: CalibrationSession, deployment: Deployment, run: CalibrationRunPlan): Promise<void> {
  const { clock, load, ledger, onRun, signal, options } = session;
  const [startedAt, begin] = [clock.wallTime().toISOString(), clock.now()];
  const recordOf = (outcome: CalibrationRecord['outcome']): CalibrationRecord => {
    const seconds = Math.round((clock.now() - begin) / 1e7) / 100;
    return { plan: run, startedAt, seconds, load: Math.round(load() * 100) / 100, outcome };
  };
  let record: CalibrationRecord;
  try {
    record = recordOf({ kind: 'measured', ...(await makeRun(session, deployment, run, options.rounds)) });
  } catch (error) {
    if (signal.aborted) {
      ledger.interrupted(run.number, clock.wallTime().toISOString());
      return;
    }
    record = recordOf({ kind: 'failed', why: error instanceof Error ? error.message : String(error) });
  }
  ledger.record(record);
  onRun(record);
}

/**
 * Deploys once, warms up, and makes the runs one after the other; each is in the ledger when it has ended, a failed one too. Returns
 * early when aborted. Rejects when nothing can be deployed or written.
 */
export async function calibrate(session: CalibrationSession): Promise<void> {
  const { runs, place, options, scenarios, signal } = session;
  const [first] = runs;
  if (first === undefined) return;
  const plan = calibrationRunPlan(options, first.seed, scenarios);
  const deployment = await place.deployer.deploy(session.runId, plan, () => undefined, signal);
  await makeRun(session, deployment, { ...first, seed: `${options.seed}/warm-up` }, WARM_UP_ROUNDS);
  for (const run of runs) {
    if (signal.aborted) return;
    await recordRun(session, deployment, run);
  }
}
