import type { Connection } from '../domain/cell.ts';
import type { Backend } from '../domain/plan.ts';
import type { Target } from '../domain/target.ts';
import spreads from './spreads.json' with { type: 'json' };

const NS_PER_MS = 1_000_000;

/** How far a median difference of this kind can be expected to be known; times in nanoseconds. */
export interface Spread {
  /** Median of the reference. */
  readonly level: number;
  /** Half of the 95 % interval's width with `rounds` rounds. */
  readonly halfWidth: number;
  readonly rounds: number;
}

/** What the control plane of Lambda allows, and how long it takes; seconds where no rate. */
export interface ControlLimits {
  /** The tool's own bound, below Lambda's 15 for everybody of the account. */
  readonly updates_per_second: number;
  /** One configuration update outside and inside a VPC (AWS reference, section 2: 1 s and 25 s were reported). */
  readonly update_default: number;
  readonly update_vpc: number;
  /** Pause between the last `Successful` and the first cold call. */
  readonly settle: number;
  /** Calls of one environment that Lambda does not throttle (developer guide, "quotas"). */
  readonly calls_per_environment_second: number;
}

/** Seconds that the parts of a run take, on average. */
export interface PartSeconds {
  readonly deploy: number;
  /** Of each round beside its calls: the configuration update and its settling. Absent where `control` tells. */
  readonly round?: number;
  /** What the control plane lets a round take. Absent in the lab, where it was measured as a whole. */
  readonly control?: ControlLimits;
  readonly cold: number;
  /** A discarded call that opens a connection and proves the path. */
  readonly open: number;
  readonly new: number;
  readonly reused: number;
  /** An attempt that ends in a time-out. */
  readonly blocked: number;
  /** From the last call to the end of the removal. */
  readonly end: number;
}

/** Where the assumptions for a place come from. */
export interface SpreadSource {
  /** YYYY-MM-DD. */
  readonly date: string;
  readonly source: string;
  /** Warm calls a round that they were made with. */
  readonly warm: number;
}

/** What is assumed where no earlier run tells. */
export function assumedSpread(backend: Backend, target: Target, start: 'cold' | 'warm', connection: Connection): Spread | undefined {
  const { cells, rounds } = spreads[backend];
  const kinds: Readonly<Record<string, { readonly level_ms: number; readonly half_width_ms: number }>> = cells[target];
  const found = kinds[`${start} ${connection}`];
  return found === undefined ? undefined : { level: found.level_ms * NS_PER_MS, halfWidth: found.half_width_ms * NS_PER_MS, rounds };
}

/** Date and source of {@link assumedSpread} and {@link partSeconds}. */
export function spreadSource(backend: Backend): SpreadSource {
  const { date, source, warm } = spreads[backend];
  return { date, source, warm };
}

/** How long the parts of a run take in that place. */
export function partSeconds(backend: Backend): PartSeconds {
  return spreads[backend].seconds;
}
