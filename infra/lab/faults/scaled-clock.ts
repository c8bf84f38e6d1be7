import type { StackClock } from '../stack/clock.ts';
import type { LabKnobs } from './knobs.ts';

/** A clock on which AWS's times pass `timeScale` times faster: what waits on it keeps its order and its proportions. */
export interface ScaledClock extends StackClock {
  /** Resolves after `milliseconds` of AWS's time; at once for 0. */
  wait(milliseconds: number): Promise<void>;
}

/** `milliseconds` of AWS's time on the machine's clock. */
export function scaledMs({ timeScale }: Pick<LabKnobs, 'timeScale'>, milliseconds: number): number {
  return milliseconds / timeScale;
}

/** `base` with its timers scaled; `now` stays the machine's own time. The scale is read when a timer starts. */
export function newScaledClock(base: StackClock, knobs: () => Pick<LabKnobs, 'timeScale'>): ScaledClock {
  const after: StackClock['after'] = (milliseconds, action) => base.after(scaledMs(knobs(), milliseconds), action);
  return {
    now: () => base.now(),
    after,
    wait: (milliseconds) => (milliseconds <= 0 ? Promise.resolve() : new Promise((resolve) => void after(milliseconds, resolve))),
  };
}
