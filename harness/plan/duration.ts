import type { Plan } from '../domain/plan.ts';
import { reachableArms } from './arms.ts';
import { partSeconds } from './spreads.ts';

/** Calls of a plan; repeats of cold calls that met an old environment are not foreseen. */
export interface CallCounts {
  readonly cold: number;
  readonly discarded: number;
  /** Measured warm calls, both connection kinds together. */
  readonly warm: number;
  readonly blocked: number;
  readonly total: number;
}

/** What is needed to count without the schedule, which a stored plan has not. */
export type PlanSize = Pick<Plan, 'backend' | 'arms' | 'rounds' | 'warmRounds' | 'warm'>;

/** Attempts at each arm that is expected to be blocked: three before and three after the rounds. */
const BLOCKED_CALLS = 6;

/** Counts what the plan will ask. */
export function countCalls({ arms, rounds, warmRounds = rounds, warm }: PlanSize): CallCounts {
  const reachable = reachableArms(arms).length;
  const counts = {
    cold: reachable * rounds,
    discarded: reachable * (rounds + warmRounds),
    warm: 2 * reachable * warmRounds * warm,
    blocked: BLOCKED_CALLS * (arms.length - reachable),
  };
  return { ...counts, total: counts.cold + counts.discarded + counts.warm + counts.blocked };
}

/** Seconds by part, as assumed for the place; `total` is what a person waits. */
export interface ExpectedSeconds {
  readonly deploy: number;
  readonly rounds: number;
  readonly blocked: number;
  readonly end: number;
  readonly total: number;
}

/** How long the plan will take; `factor` is how much slower than assumed an earlier run was. */
export function expectedSeconds(size: PlanSize, factor = 1): ExpectedSeconds {
  const { deploy, round, cold, open, reused, end, ...seconds } = partSeconds(size.backend);
  const calls = countCalls(size);
  // Each round opens connections; only rounds with warm calls use them once before.
  const discarded = calls.cold * open + (calls.discarded - calls.cold) * reused;
  const warm = (calls.warm / 2) * (seconds.new + reused);
  const parts = {
    deploy: factor * deploy,
    rounds: factor * (size.rounds * round + calls.cold * cold + discarded + warm),
    blocked: calls.blocked * seconds.blocked,
    end: factor * end,
  };
  return { ...parts, total: parts.deploy + parts.rounds + parts.blocked + parts.end };
}
