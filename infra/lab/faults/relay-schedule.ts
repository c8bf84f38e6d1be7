/** The clock and the two ways of waiting that a schedule is built on. */
export interface ScheduleClock {
  /** Monotonic, nanoseconds. */
  now(): number;
  /** Calls back after some whole milliseconds, perhaps later. */
  after(milliseconds: number, task: () => void): void;
  /** Calls back at the loop's next turn. */
  soon(task: () => void): void;
}

/** Sends each packet as soon after its time as the loop allows. */
export interface RelaySchedule {
  /** `send` is called once, never before `dueNs`; at once when that has passed. Packets with the same time leave in the order in which they came. */
  add(dueNs: number, send: () => void): void;
}

/** A timer is late by up to about this much: the rest is waited for turn by turn. */
const TURNS_NS = 1_500_000;
const NS_PER_MS = 1_000_000;

interface Entry {
  readonly dueNs: number;
  readonly send: () => void;
}

/** Timer first, then one turn of the loop after the other: +0.01 ms instead of the +1 ms of a timer alone. */
export function newRelaySchedule(clock: ScheduleClock): RelaySchedule {
  const entries: Entry[] = [];
  /** A turn is awaited: no timer is needed beside it. */
  let turning = false;
  let timerDueNs = Number.POSITIVE_INFINITY;

  const sendDue = (): void => {
    for (let first = entries[0]; first !== undefined && first.dueNs <= clock.now(); first = entries[0]) {
      entries.shift();
      first.send();
    }
  };
  const wait = (): void => {
    const first = entries[0];
    if (first === undefined || turning) return;
    const leftNs = first.dueNs - clock.now();
    const wholeMs = Math.floor((leftNs - TURNS_NS) / NS_PER_MS);
    if (wholeMs < 1) {
      turning = true;
      clock.soon(() => {
        turning = false;
        sendDue();
        wait();
      });
      return;
    }
    if (timerDueNs <= first.dueNs) return;
    timerDueNs = first.dueNs;
    clock.after(wholeMs, () => {
      timerDueNs = Number.POSITIVE_INFINITY;
      sendDue();
      wait();
    });
  };
  return {
    add: (dueNs, send) => {
      if (entries.length === 0 && dueNs <= clock.now()) {
        send();
        return;
      }
      let at = entries.length;
      while (at > 0 && (entries[at - 1]?.dueNs ?? 0) > dueNs) at--;
      entries.splice(at, 0, { dueNs, send });
      wait();
    },
  };
}
