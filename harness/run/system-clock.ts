import { setTimeout as sleep } from 'node:timers/promises';
import { nanoseconds } from '../domain/nanoseconds.ts';
import type { Clock } from '../domain/ports.ts';

/** The process's monotonic clock, counted from now, and the system's wall clock. */
export function newSystemClock(): Clock {
  const origin = process.hrtime.bigint();
  return {
    now: () => nanoseconds(Number(process.hrtime.bigint() - origin)),
    wallTime: () => new Date(),
    sleep: async (milliseconds, signal) => {
      await sleep(milliseconds, undefined, signal === undefined ? {} : { signal });
    },
  };
}
