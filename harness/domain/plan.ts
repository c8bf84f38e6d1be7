import type { Arm } from './arm.ts';
import type { Call } from './sample.ts';
import type { Scenario } from './scenario.ts';
import type { Target } from './target.ts';

export const BACKENDS = ['lab', 'aws'] as const;
export type Backend = (typeof BACKENDS)[number];

/** An arm with what is expected of it. Blocked arms are tried before and after the rounds, not in them. */
export interface PlannedArm extends Arm {
  readonly expected: 'reachable' | 'blocked';
}

/** One interleaved block over all reachable arms. */
export interface Round {
  /** 1 … K. */
  readonly number: number;
  /** 32 hexadecimal digits, the same width for all, given to every function before the round. */
  readonly nonce: string;
  /** Cold calls first, in seeded random order, then the discarded and the measured ones, arms taking turns. */
  readonly calls: readonly Call[];
}

/** How the samples of somebody else's file are read; our own are judged by the metrics of the design, paired by round. */
export interface ForeignReading {
  /** The file's name, without folder. */
  readonly file: string;
  /** Names of metrics, the first of each start heads the report. */
  readonly judged: Readonly<Record<'cold' | 'warm', readonly string[]>>;
  /** `rounds`: both sides of a comparison share rounds. `environments`: they are two independent sets of environments. */
  readonly pairing: 'rounds' | 'environments';
  /** Sentences for the method part of a report: what the file did not say, and what was taken instead. */
  readonly notes: readonly string[];
}

/** Everything that will be asked, in order; pure data, reproduced from options and seed. */
export interface Plan {
  readonly backend: Backend;
  readonly seed: string;
  readonly rounds: number;
  /** Rounds that have warm calls: the first so many; the others have cold calls alone. Absent: all. */
  readonly warmRounds?: number;
  /** Measured warm calls per connection kind, arm and round. */
  readonly warm: number;
  readonly targets: readonly Target[];
  /** The scenarios to deploy, reference first; twins are not listed here but in `arms`. */
  readonly scenarios: readonly Scenario[];
  /** Absent with `--no-reference`. */
  readonly reference?: string;
  readonly arms: readonly PlannedArm[];
  readonly schedule: readonly Round[];
  /** Attempts at blocked arms: `round` 0 before, K + 1 after. */
  readonly blockedBefore: readonly Call[];
  readonly blockedAfter: readonly Call[];
  /** With samples that another tool took; nothing was planned then, and the rest of the plan is what the rows show. */
  readonly foreign?: ForeignReading;
}
