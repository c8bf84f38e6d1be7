import type { LabKnobs } from './knobs.ts';

/** A fault that holds for so many occasions. */
export interface Counted {
  readonly times: number;
}

/**
 * How often each fault was met. Faults are told apart by identity: knobs that are set anew count anew, those that a change leaves as
 * they were go on counting.
 */
export interface Countdown {
  /** Counts an occasion; true while the fault holds. */
  take(fault: Counted): boolean;
  /** Occasions that were spoilt so far. */
  met(fault: Counted): number;
}

/** Nothing met yet. */
export function newCountdown(): Countdown {
  const counts = new WeakMap<Counted, number>();
  const met = (fault: Counted): number => counts.get(fault) ?? 0;
  return {
    take(fault) {
      if (met(fault) >= fault.times) return false;
      counts.set(fault, met(fault) + 1);
      return true;
    },
    met,
  };
}

/** Every fault of the knobs that is counted, with the occasions that it spoilt: a test that injects one can see that it was met. */
export function faultsMet(knobs: Pick<LabKnobs, 'callFaults' | 'failDeletion'>, countdown: Countdown): readonly FaultMet[] {
  return [
    ...knobs.callFaults.map((fault) => ({ on: `${fault.service}:${fault.operation}`, times: fault.times, met: countdown.met(fault) })),
    ...Object.entries(knobs.failDeletion).map(([on, fault]) => ({ on, times: fault.times, met: countdown.met(fault) })),
  ];
}

/** `on` is `service:operation`, or a logical id. */
export interface FaultMet {
  readonly on: string;
  readonly times: number;
  readonly met: number;
}
