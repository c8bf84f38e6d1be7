import type { Nanoseconds } from '../../harness/domain/nanoseconds.ts';
import { toMilliseconds } from '../../harness/domain/nanoseconds.ts';
import type { Clock } from '../../harness/domain/ports.ts';

/** Lets calls through at a bounded rate, in the order of asking. */
export interface Pacer {
  /** Resolves when the next call may leave; rejects with the signal's reason. */
  turn(signal: AbortSignal): Promise<void>;
}

const WINDOW_MS = 1_000;

/**
 * At most `perSecond` calls in any span of one second, without spacing them inside it: eight updates leave at once,
 * the thirteenth waits. A whole number ≥ 1, else `RangeError`.
 */
export function newPacer(clock: Clock, perSecond: number): Pacer {
  if (!Number.isInteger(perSecond) || perSecond < 1) throw new RangeError(`calls per second must be a whole number ≥ 1, got ${perSecond}`);
  const departures: Nanoseconds[] = [];
  let last: Promise<void> = Promise.resolve();

  const depart = async (signal: AbortSignal): Promise<void> => {
    const oldest = departures.length < perSecond ? undefined : departures[0];
    if (oldest !== undefined) {
      const waitMs = WINDOW_MS - toMilliseconds(clock.now() - oldest);
      if (waitMs > 0) await clock.sleep(waitMs, signal);
      departures.shift();
    }
    departures.push(clock.now());
  };

  return {
    turn(signal) {
      const mine = last.then(async () => {
        signal.throwIfAborted();
        await depart(signal);
      });
      last = mine.catch(() => undefined);
      return mine;
    },
  };
}
