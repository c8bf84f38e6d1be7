import type { CalibrationMeasurement, CalibrationRunPlan } from '../domain/calibration.ts';
import { CALIBRATED_PLACES, CALIBRATED_SCENARIOS } from '../domain/calibration.ts';
import type { Deployment } from '../domain/deployment.ts';
import type { Plan } from '../domain/plan.ts';
import type { Clock } from '../domain/ports.ts';
import type { Sample } from '../domain/sample.ts';
import { newClientTimer } from '../drive/client-timing.ts';
import { driveRun } from '../drive/driver.ts';
import { newDriverHealth } from '../drive/driver-health.ts';
import { calibratedCalls, type HeldPackets, type WatchedCall } from './achieved-delays.ts';
import type { MeasuringPlace } from './measure.ts';

/** The lab's knob for paths, and what it kept of them. */
export interface PathDelayer {
  /** Milliseconds added to a round trip, by place; holds when it resolves. */
  setRoundTrips(byPlace: Readonly<Record<string, number>>): Promise<void>;
  /** Where the log of held packets is now. */
  position(): Promise<number>;
  /** Handshakes that went through the delayed places, from number `since` on. */
  held(since: number): Promise<HeldPackets>;
}

export interface CalibrationRunOptions {
  /** Which delay, and on which scenario. */
  readonly run: Pick<CalibrationRunPlan, 'delayMs' | 'delayed'>;
  readonly plan: Plan;
  readonly deployment: Deployment;
  readonly place: Pick<MeasuringPlace, 'invoker' | 'coldForcer' | 'settleMs' | 'phaseTimeoutMs'>;
  readonly delayer: PathDelayer;
  readonly clock: Clock;
  /** The clock of the lab's log: the machine's monotonic one, nanoseconds. */
  readonly machineNs: () => number;
  readonly signal: AbortSignal;
}

/** A run that gave no figures, or not whole ones; the message says why. */
export class CalibrationRunFailed extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'CalibrationRunFailed';
  }
}

function isMeasured({ call, outcome, discardReason }: Sample): boolean {
  return call.purpose === 'measure' && outcome === 'ok' && discardReason === undefined;
}

/** Drives the plan with the ordinary driver; gives every call that was to be measured. */
async function watchRun(options: CalibrationRunOptions): Promise<readonly WatchedCall[]> {
  const { plan, deployment, place, clock, machineNs, signal } = options;
  const watched: WatchedCall[] = [];
  let fromNs = 0;
  const result = await driveRun({
    ...{ plan, deployment, clock, signal },
    invoker: place.invoker,
    coldForcer: place.coldForcer,
    timer: newClientTimer(clock.now),
    health: newDriverHealth(clock.now),
    settleMs: place.settleMs,
    phaseTimeoutMs: place.phaseTimeoutMs,
    listener: {
      onAsked: () => {
        fromNs = machineNs();
      },
      onObserved: ({ sample }) => {
        if (sample.call.purpose === 'measure') watched.push({ sample, fromNs, toNs: machineNs() });
      },
      onRoundForced: () => undefined,
      onRoundEnd: async () => undefined,
      onRoundTimed: () => undefined,
      onArmDropped: () => undefined,
    },
  });
  signal.throwIfAborted();
  if (result.kind === 'wrong-path') throw new CalibrationRunFailed('a function took another path than its scenario says');
  return watched;
}

/**
 * One run: sets the delay on one scenario's path and 0 ms on the other's, drives the plan, and joins each measured connect with what
 * the lab held its packets for. Rejects with `CalibrationRunFailed`, with the signal's reason, or with the driver's error.
 */
export async function measureCalibrationRun(options: CalibrationRunOptions): Promise<CalibrationMeasurement> {
  const { run, plan, delayer } = options;
  await delayer.setRoundTrips(
    Object.fromEntries(CALIBRATED_SCENARIOS.map((name) => [CALIBRATED_PLACES[name], name === run.delayed ? run.delayMs : 0])),
  );
  const since = await delayer.position();
  const watched = await watchRun(options);
  const { means, packets, lost } = await delayer.held(since);
  if (means === 'none') throw new CalibrationRunFailed('the lab delays nothing');
  if (lost > 0) throw new CalibrationRunFailed(`the log of held packets ran over: ${lost} are lost`);
  const measured = watched.filter(({ sample }) => isMeasured(sample));
  const planned = plan.schedule.reduce((sum, { calls }) => sum + calls.filter(({ purpose }) => purpose === 'measure').length, 0);
  const calls = {
    default: calibratedCalls('default', measured, packets),
    'vpc-nat': calibratedCalls('vpc-nat', measured, packets),
  };
  return { means, calls, missing: planned - calls.default.round.length - calls['vpc-nat'].round.length };
}
