import type { Nanoseconds } from '../domain/nanoseconds.ts';

/** An interval in which the driver's event loop did not run. */
export interface Stall {
  readonly from: Nanoseconds;
  readonly to: Nanoseconds;
}

const HEARTBEAT_MS = 2;
/** A heartbeat later than this is a stall (driver-timing measurements: 3 ms separates noise from harm). */
const STALL_NS = 3_000_000;

/** Watches the driver's own event loop: samples that overlap a stall are flagged, never dropped. */
export interface DriverHealth {
  start(): void;
  stop(): void;
  /** True when a stall overlaps the span; ask after a turn of the loop, so that the last heartbeat has run. */
  overlapsStall(from: Nanoseconds, to: Nanoseconds): boolean;
  readonly stallCount: () => number;
}

/** A heartbeat on the given clock. Stalls before `from` of the last question are forgotten: questions come in time order. */
export function newDriverHealth(now: () => Nanoseconds): DriverHealth {
  let stalls: Stall[] = [];
  let count = 0;
  let timer: NodeJS.Timeout | undefined;
  let due = 0;
  const beat = (): void => {
    const at = now();
    if (at - due > STALL_NS) {
      stalls.push({ from: due as Nanoseconds, to: at });
      count++;
    }
    due = at + HEARTBEAT_MS * 1_000_000;
  };
  return {
    start: () => {
      due = now() + HEARTBEAT_MS * 1_000_000;
      timer = setInterval(beat, HEARTBEAT_MS);
      timer.unref();
    },
    stop: () => clearInterval(timer),
    overlapsStall: (from, to) => {
      // A stall that has not met its heartbeat yet would be missed otherwise.
      beat();
      stalls = stalls.filter((stall) => stall.to >= from);
      return stalls.some((stall) => stall.from < to);
    },
    stallCount: () => count,
  };
}
