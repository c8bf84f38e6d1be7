import { setTimeout as sleep } from 'node:timers/promises';
import { nanoseconds } from '../domain/nanoseconds.ts';
import type { Clock } from '../domain/ports.ts';

/** One for all clocks of the process: stamps of two of them can be subtracted. */
const origin = process.hrtime.bigint();

/** The process's monotonic clock, counted from when this module was loaded, and the system's wall clock. */
export function newSystemClock(): Clock {
  return {
    now: () => nanoseconds(Number(process.hrtime.bigint() - origin)),
    wallTime: () => new Date(),
    sleep: async (milliseconds, signal) => {
      await sleep(milliseconds, undefined, signal === undefined ? {} : { signal });
    },
  };
}
