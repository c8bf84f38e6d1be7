import { type Nanoseconds, nanoseconds } from '../../harness/domain/nanoseconds.ts';
import type { Clock } from '../../harness/domain/ports.ts';

/** A clock that only moves when somebody sleeps on it: a minute of polling takes no time, and takes exactly a minute. */
export interface ManualClock extends Clock {
  /** Milliseconds since its origin. */
  elapsedMs(): number;
  /** Every sleep, in the order of asking, milliseconds. */
  readonly sleeps: readonly number[];
  /** Moves it without a sleep. */
  advance(milliseconds: number): void;
}

/** Sleepers wake in the order of their time; the clock jumps to the earliest once everybody waits. */
export function newManualClock(originMs = 0): ManualClock {
  let nowMs = 0;
  const sleeps: number[] = [];
  const waiting: { readonly atMs: number; readonly wake: () => void }[] = [];
  let scheduled = false;

  const wakeEarliest = (): void => {
    scheduled = false;
    const next = waiting.sort((a, b) => a.atMs - b.atMs).shift();
    if (next === undefined) return;
    nowMs = Math.max(nowMs, next.atMs);
    next.wake();
    schedule();
  };
  const schedule = (): void => {
    if (scheduled || waiting.length === 0) return;
    scheduled = true;
    setImmediate(wakeEarliest);
  };

  return {
    sleeps,
    elapsedMs: () => nowMs,
    advance: (milliseconds) => {
      nowMs += milliseconds;
    },
    now: (): Nanoseconds => nanoseconds(Math.round((originMs + nowMs) * 1e6)),
    wallTime: () => new Date(Date.UTC(2026, 10, 23) + nowMs),
    sleep(milliseconds, signal) {
      sleeps.push(milliseconds);
      if (signal?.aborted) return Promise.reject(signal.reason);
      return new Promise((resolve, reject) => {
        const giveUp = () => reject(signal?.reason);
        signal?.addEventListener('abort', giveUp, { once: true });
        const wake = () => {
          signal?.removeEventListener('abort', giveUp);
          resolve();
        };
        waiting.push({ atMs: nowMs + milliseconds, wake });
        schedule();
      });
    },
  };
}
