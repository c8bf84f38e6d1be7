import { originalOf } from '../domain/arm.ts';
import type { Plan } from '../domain/plan.ts';
import { reachableArms } from './arms.ts';
import { type ControlLimits, partSeconds } from './spreads.ts';

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
export type PlanSize = Pick<Plan, 'backend' | 'scenarios' | 'arms' | 'rounds' | 'warmRounds' | 'warm'>;

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

/** What one round with warm calls takes at least, by what bounds it; seconds. */
export interface RoundTerms {
  /** Waiting for a turn among the updates of one second. */
  readonly updates: number;
  readonly slowestUpdate: number;
  readonly settle: number;
  /** Its planned calls, one after the other. */
  readonly calls: number;
  /** Waiting so that no environment is asked more often than Lambda allows. */
  readonly pacing: number;
}

/** Seconds by part, as assumed for the place; `total` is what a person waits. */
export interface ExpectedSeconds {
  readonly deploy: number;
  readonly rounds: number;
  readonly blocked: number;
  readonly end: number;
  readonly total: number;
  /** Of one round; absent in the lab. */
  readonly round?: RoundTerms;
}

/** Seconds that the calls of the rounds take. */
function roundCallSeconds(size: PlanSize): number {
  const { cold, open, reused, ...seconds } = partSeconds(size.backend);
  const calls = countCalls(size);
  // Each round opens connections; only rounds with warm calls use them once before.
  const discarded = calls.cold * open + (calls.discarded - calls.cold) * reused;
  return calls.cold * cold + discarded + (calls.warm / 2) * (seconds.new + reused);
}

/** Seconds that all planned calls take, one after the other. */
export function callSeconds(size: PlanSize): number {
  return roundCallSeconds(size) + countCalls(size).blocked * partSeconds(size.backend).blocked;
}

function isInVpc({ scenarios }: PlanSize, scenario: string): boolean {
  return scenarios.some(({ name, network }) => name === originalOf(scenario) && network.kind === 'vpc');
}

/** The arms take turns: an environment that has waited for the others' calls need not wait again. */
function pacingSeconds({ backend, warm }: PlanSize, arms: number, perSecond: number): number {
  const { cold, open, reused, ...seconds } = partSeconds(backend);
  const wait = (turn: number): number => Math.max(0, 1 / perSecond - arms * turn);
  return wait(cold) + wait(open) + wait(reused) + warm * (wait(seconds.new) + wait(reused));
}

function roundTerms(size: PlanSize, control: ControlLimits): RoundTerms {
  const arms = reachableArms(size.arms);
  const inVpc = arms.some(({ scenario }) => isInVpc(size, scenario));
  return {
    updates: Math.floor(Math.max(0, arms.length - 1) / control.updates_per_second),
    slowestUpdate: inVpc ? control.update_vpc : control.update_default,
    settle: control.settle,
    calls: roundCallSeconds({ ...size, rounds: 1, warmRounds: 1 }),
    pacing: pacingSeconds(size, arms.length, control.calls_per_environment_second),
  };
}

/** How long the plan will take; `factor` is how much slower than assumed an earlier run was. */
export function expectedSeconds(size: PlanSize, factor = 1): ExpectedSeconds {
  const { deploy, round = 0, control, blocked, end } = partSeconds(size.backend);
  const terms = control === undefined ? undefined : roundTerms(size, control);
  const beside = terms === undefined ? round : terms.updates + terms.slowestUpdate + terms.settle;
  const paced = (size.warmRounds ?? size.rounds) * (terms?.pacing ?? 0);
  const parts = {
    deploy: factor * deploy,
    rounds: factor * (size.rounds * beside + roundCallSeconds(size) + paced),
    blocked: countCalls(size).blocked * blocked,
    end: factor * end,
  };
  const total = parts.deploy + parts.rounds + parts.blocked + parts.end;
  return { ...parts, total, ...(terms === undefined ? {} : { round: terms }) };
}
