/** How narrow the intervals of one start shall be. `margin`: enough to tell no difference from the margin. `none`: the start asks for no rounds. */
export type PrecisionTarget =
  | { readonly kind: 'margin' }
  /** Half of the 95 % interval's width, nanoseconds, above 0. */
  | { readonly kind: 'half-width'; readonly halfWidth: number }
  | { readonly kind: 'none' };

/** `--precision`: rounds are sized once, from a pilot, within bounds. */
export interface Precision {
  readonly warm: PrecisionTarget;
  readonly cold: PrecisionTarget;
  /** No fewer than the pilot. */
  readonly maxRounds: number;
  /** From the begin of the deploy to the end of the removal; absent: no bound. */
  readonly maxMinutes?: number;
}

/** What set the number of rounds. `pilot`: nothing that could be sized asked for more. */
export const SIZE_LIMITS = ['precision', 'pilot', 'max-rounds', 'max-minutes'] as const;
export type SizeLimit = (typeof SIZE_LIMITS)[number];

/** The comparison that asked for the most rounds of its start; times in nanoseconds. */
export interface WidestComparison {
  /** `vpc-nat − default, s3, warm, new, fn_total_ms p50`. */
  readonly comparison: string;
  /** With the rounds of the pilot. */
  readonly halfWidth: number;
  readonly target: number;
  /** Rounds at which the half width can be expected to be the target. */
  readonly rounds: number;
}

/** How a pilot sized its run; a part of `run.json`. Made from half widths alone, never from differences. */
export interface Sizing {
  readonly pilotRounds: number;
  /** Absent for a start that asked for nothing, or of which the pilot has no interval. */
  readonly warm?: WidestComparison;
  readonly cold?: WidestComparison;
  /** Rounds with cold calls, and those of them that have warm calls too. */
  readonly rounds: number;
  readonly warmRounds: number;
  readonly limit: SizeLimit;
}
