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

/** Seconds that the parts of a run take, on average. */
export interface PartSeconds {
  readonly deploy: number;
  /** Of each round beside its calls: the configuration update and its settling. */
  readonly round: number;
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
