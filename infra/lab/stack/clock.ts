/** The engine's only source of time. */
export interface StackClock {
  /** Wall time of an event. */
  now(): Date;
  /** Runs `action` once after `milliseconds`; the returned function takes it back. */
  after(milliseconds: number, action: () => void): () => void;
}

/** The machine's own clock. Its timers do not keep the process alive. */
export const systemStackClock: StackClock = {
  now: () => new Date(),
  after: (milliseconds, action) => {
    const timer = setTimeout(action, milliseconds);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
