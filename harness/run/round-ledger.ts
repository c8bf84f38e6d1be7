import { formatMilliseconds, nanoseconds } from '../domain/nanoseconds.ts';
import { ROUND_TERMS, type RoundTimes } from '../domain/round-times.ts';

/** The times of the rounds that are over, one by one and together. */
export interface RoundLedger {
  add(times: RoundTimes): void;
  /** How many they are, and their sum; undefined while there are none. */
  sum(): { readonly rounds: number; readonly times: RoundTimes } | undefined;
}

const PARTS = ['total', ...ROUND_TERMS] as const;

/** An empty ledger. */
export function newRoundLedger(): RoundLedger {
  let [rounds, sum] = [0, Object.fromEntries(PARTS.map((part) => [part, nanoseconds(0)])) as unknown as RoundTimes];
  return {
    add: (times) => {
      rounds++;
      sum = Object.fromEntries(PARTS.map((part) => [part, nanoseconds(sum[part] + times[part])])) as unknown as RoundTimes;
    },
    sum: () => (rounds === 0 ? undefined : { rounds, times: sum }),
  };
}

/** The same for the journal: milliseconds with six decimals. */
export function describeRoundTimes(round: number, times: RoundTimes): Readonly<Record<string, string>> {
  const named = { total_ms: times.total, slowest_update_ms: times.slowestUpdate, settle_ms: times.settle };
  const spans = { ...named, calls_ms: times.calls, pacing_ms: times.pacing };
  return { round: String(round), ...Object.fromEntries(Object.entries(spans).map(([name, value]) => [name, formatMilliseconds(value)])) };
}
