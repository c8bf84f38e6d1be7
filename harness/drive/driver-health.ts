import type { Nanoseconds } from '../domain/nanoseconds.ts';

/** An interval in which the driver's event loop did not run. */
interface Stall {
  readonly from: Nanoseconds;
  readonly to: Nanoseconds;
}

const HEARTBEAT_MS = 2;
const HEARTBEAT_NS = HEARTBEAT_MS * 1_000_000;
/** A heartbeat later than this is a stall (driver-timing measurements: 3 ms separates noise from harm). */
const STALL_NS = 3_000_000;

/** Watches the driver's own event loop: samples that overlap a stall are flagged, never dropped. */
export interface DriverHealth {
  start(): void;
  stop(): void;
  /**
   * True when the loop stood still for more than 3 ms inside the span; false while not started. Both ends must have been stamped
   * by this process: the loop ran at those instants, so a stall of 3 ms or less of which lies inside ended before the call
   * or began after it. Spans must come in the order of time: stalls before `from` are forgotten.
   */
  overlapsStall(from: Nanoseconds, to: Nanoseconds): boolean;
  /** Stalls since the start. */
  readonly stallCount: () => number;
}

/** A heartbeat on the given monotonic clock. */
export function newDriverHealth(now: () => Nanoseconds): DriverHealth {
  let stalls: Stall[] = [];
  let count = 0;
  let timer: NodeJS.Timeout | undefined;
  let due: number | undefined;
  const beat = (): void => {
    if (due === undefined) return;
    const at = now();
    if (at - due > STALL_NS) {
      stalls.push({ from: due as Nanoseconds, to: at });
      count++;
    }
    due = at + HEARTBEAT_NS;
  };
  return {
    start: () => {
      due = now() + HEARTBEAT_NS;
      timer = setInterval(beat, HEARTBEAT_MS);
      timer.unref();
    },
    stop: () => {
      clearInterval(timer);
      due = undefined;
    },
    overlapsStall: (from, to) => {
      // The question itself is a sign of life, and a stall that has not met its timer yet would be missed otherwise.
      beat();
      stalls = stalls.filter((stall) => stall.to > from);
      return stalls.some((stall) => Math.min(stall.to, to) - Math.max(stall.from, from) > STALL_NS);
    },
    stallCount: () => count,
  };
}
