import type { StackClock } from '../stack/clock.ts';
import type { LabKnobs } from './knobs.ts';

/**
 * The machine's clock, with another one on it on which AWS's times pass `timeScale` times faster: what waits on that keeps its order and its
 * proportions. `now` and `after` stay the machine's: a time limit that a client sets belongs to the client's clock.
 */
export interface ScaledClock extends StackClock {
  /** Runs `action` once after `milliseconds` of AWS's time; the returned function takes it back. */
  afterScaled(milliseconds: number, action: () => void): () => void;
  /** Resolves after `milliseconds` of AWS's time; at once for 0. */
  wait(milliseconds: number): Promise<void>;
}

/** `milliseconds` of AWS's time on the machine's clock. */
export function scaledMs({ timeScale }: Pick<LabKnobs, 'timeScale'>, milliseconds: number): number {
  return milliseconds / timeScale;
}

/** A scaled clock on `base`. The scale is read when a timer starts. */
export function newScaledClock(base: StackClock, knobs: () => Pick<LabKnobs, 'timeScale'>): ScaledClock {
  const afterScaled: StackClock['after'] = (milliseconds, action) => base.after(scaledMs(knobs(), milliseconds), action);
  return {
    now: () => base.now(),
    after: (milliseconds, action) => base.after(milliseconds, action),
    afterScaled,
    wait: (milliseconds) => (milliseconds <= 0 ? Promise.resolve() : new Promise((resolve) => void afterScaled(milliseconds, resolve))),
  };
}
