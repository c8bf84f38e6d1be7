import type { Nanoseconds } from './nanoseconds.ts';

/**
 * Where the time of one round, or of several together, went: what no driver can save, beside all that it took. The parts overlap nothing and do
 * not add up to `total`: the rest is waiting between two looks, turns of updates, repeats, writing down.
 */
export interface RoundTimes {
  /** From the begin of the round to the moment at which the next could begin. */
  readonly total: Nanoseconds;
  /** The longest of its updates, from the moment at which Lambda had taken it in to the look that found it `Successful`. */
  readonly slowestUpdate: Nanoseconds;
  /** The pause after it, as it was set. */
  readonly settle: Nanoseconds;
  /** Its planned calls, each once, one after the other; of one that was asked again, the last. */
  readonly calls: Nanoseconds;
  /** Waiting before planned calls, so that no function is asked too often. */
  readonly pacing: Nanoseconds;
}

/** The parts that no driver can save. */
export const ROUND_TERMS = ['slowestUpdate', 'settle', 'calls', 'pacing'] as const;
