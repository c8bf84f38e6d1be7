import { elapsed, type Nanoseconds, nanoseconds, nanosecondsFromMilliseconds } from '../domain/nanoseconds.ts';
import type { Clock, ForcedCold } from '../domain/ports.ts';
import type { RoundTimes } from '../domain/round-times.ts';

/** Times one round by its parts, while it is driven. */
export interface RoundStopwatch {
  /** All functions of the round are updated. */
  forced(forced: readonly ForcedCold[]): void;
  /** Before a planned call it was waited so long. */
  paced(waited: Nanoseconds): void;
  /** A planned call is over; of one that was asked several times, the last counts. */
  called(took: Nanoseconds): void;
  /** The round is over, with everything that was to be written down. */
  end(): RoundTimes;
}

/** Starts a stopwatch. `settleMs` is the pause between the updates and the calls, milliseconds. */
export function startRoundStopwatch(clock: Pick<Clock, 'now'>, settleMs: number): RoundStopwatch {
  const startedAt = clock.now();
  const settle = nanosecondsFromMilliseconds(settleMs);
  let [slowestUpdate, calls, pacing] = [0, 0, 0];
  return {
    forced: (forced) => {
      slowestUpdate = Math.max(0, ...forced.map(({ acceptedAt, successfulAt }) => successfulAt - acceptedAt));
    },
    paced: (waited) => {
      pacing += waited;
    },
    called: (took) => {
      calls += took;
    },
    end: () => ({
      total: elapsed(startedAt, clock.now()),
      slowestUpdate: nanoseconds(slowestUpdate),
      settle,
      calls: nanoseconds(calls),
      pacing: nanoseconds(pacing),
    }),
  };
}
