import type { DriverHealthTotals } from '../domain/driver-health.ts';
import type { Nanoseconds } from '../domain/nanoseconds.ts';
import type { CpuTicks, Pause, ProcessWatch } from './process-watch.ts';

/** An interval in which the driver's event loop did not run. */
interface Stall {
  readonly from: Nanoseconds;
  readonly to: Nanoseconds;
}

const HEARTBEAT_MS = 2;
const HEARTBEAT_NS = HEARTBEAT_MS * 1_000_000;
/** A heartbeat later than this is a stall (driver-timing measurements: 3 ms separates noise from harm); so is a longer pause. */
const STALL_NS = 3_000_000;
const NS_PER_MS = 1_000_000;

/** Watches the driver's own event loop: samples that overlap a stall are flagged, never dropped. */
export interface DriverHealth {
  start(): void;
  stop(): void;
  /** Learns of the pauses for garbage collection up to now; call it before {@link overlapsStall}, when no timed call is out. */
  notePauses(): Promise<void>;
  /**
   * True when the loop stood still for more than 3 ms inside the span, or garbage collection paused it for more than 3 ms; false while
   * not started. Both ends must have been stamped by this process: the loop ran at those instants, so a stall of 3 ms or less of which lies
   * inside ended before the call or began after it, and a pause lies inside as a whole or not at all. Spans must come in the order of time:
   * what ended before `from` is forgotten.
   */
  overlapsStall(from: Nanoseconds, to: Nanoseconds): boolean;
  /** Stalls since the start. */
  readonly stallCount: () => number;
  /** What happened between start and stop, or until now. */
  totals(): DriverHealthTotals;
}

/** What is summed up over the run. */
interface Sums {
  startedAt?: Nanoseconds;
  stoppedAt?: Nanoseconds;
  stalls: number;
  stallNs: number;
  pauses: number;
  pauseNs: number;
}

/** What the machine counted at one instant. */
interface Counters {
  readonly runQueueWait?: Nanoseconds;
  readonly ticks?: CpuTicks;
}

function readCounters(watch: ProcessWatch | undefined): Counters {
  const [runQueueWait, ticks] = [watch?.runQueueWait(), watch?.cpuTicks()];
  return { ...(runQueueWait === undefined ? {} : { runQueueWait }), ...(ticks === undefined ? {} : { ticks }) };
}

function counted(from: Counters, to: Counters): Pick<DriverHealthTotals, 'runQueueMs' | 'stealShare'> {
  const waited = from.runQueueWait === undefined || to.runQueueWait === undefined ? undefined : to.runQueueWait - from.runQueueWait;
  const all = from.ticks === undefined || to.ticks === undefined ? 0 : to.ticks.total - from.ticks.total;
  const stolen = from.ticks === undefined || to.ticks === undefined ? 0 : to.ticks.steal - from.ticks.steal;
  return {
    ...(waited === undefined || waited < 0 ? {} : { runQueueMs: waited / NS_PER_MS }),
    ...(all <= 0 || stolen < 0 ? {} : { stealShare: stolen / all }),
  };
}

function totalsOf(sums: Sums, at: Nanoseconds, watch: ProcessWatch | undefined, from: Counters, to: Counters): DriverHealthTotals {
  return {
    watchedMs: (at - (sums.startedAt ?? at)) / NS_PER_MS,
    stalls: sums.stalls,
    stallMs: sums.stallNs / NS_PER_MS,
    ...(watch === undefined ? {} : { gcPauses: sums.pauses, gcMs: sums.pauseNs / NS_PER_MS }),
    ...counted(from, to),
  };
}

/** A heartbeat on the given monotonic clock. Without a watch nothing is known of garbage collection and of the machine. */
export function newDriverHealth(now: () => Nanoseconds, watch?: ProcessWatch): DriverHealth {
  let stalls: Stall[] = [];
  let pauses: Pause[] = [];
  let timer: NodeJS.Timeout | undefined;
  let due: number | undefined;
  const sums: Sums = { stalls: 0, stallNs: 0, pauses: 0, pauseNs: 0 };
  let [first, last]: [Counters, Counters | undefined] = [{}, undefined];
  const beat = (): void => {
    if (due === undefined) return;
    const at = now();
    if (at - due > STALL_NS) {
      stalls.push({ from: due as Nanoseconds, to: at });
      sums.stalls++;
      sums.stallNs += at - due;
    }
    due = at + HEARTBEAT_NS;
  };
  return {
    start: () => {
      sums.startedAt = now();
      first = readCounters(watch);
      watch?.start();
      due = now() + HEARTBEAT_NS;
      timer = setInterval(beat, HEARTBEAT_MS);
      timer.unref();
    },
    stop: () => {
      clearInterval(timer);
      if (due === undefined) return;
      due = undefined;
      sums.stoppedAt = now();
      last = readCounters(watch);
      watch?.stop();
    },
    notePauses: async () => {
      if (watch === undefined) return;
      for (const pause of await watch.takePauses()) {
        sums.pauses++;
        sums.pauseNs += pause.to - pause.from;
        if (pause.to - pause.from > STALL_NS) pauses.push(pause);
      }
    },
    overlapsStall: (from, to) => {
      // The question itself is a sign of life, and a stall that has not met its timer yet would be missed otherwise.
      beat();
      stalls = stalls.filter((stall) => stall.to > from);
      pauses = pauses.filter((pause) => pause.to > from);
      const stalled = stalls.some((stall) => Math.min(stall.to, to) - Math.max(stall.from, from) > STALL_NS);
      return stalled || pauses.some((pause) => pause.from < to);
    },
    stallCount: () => sums.stalls,
    totals: () => totalsOf(sums, sums.stoppedAt ?? now(), watch, first, last ?? readCounters(watch)),
  };
}
