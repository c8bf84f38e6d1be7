/** The two scenarios whose paths are compared, and the lab's name for the place at which each is made longer. */
export const CALIBRATED_PLACES = { default: 'default', 'vpc-nat': 'nat' } as const;
export type CalibratedScenario = keyof typeof CALIBRATED_PLACES;
export const CALIBRATED_SCENARIOS = Object.keys(CALIBRATED_PLACES) as readonly CalibratedScenario[];

/** One run of a calibration, fixed before the first is made. */
export interface CalibrationRunPlan {
  /** 1 … the number of all runs: the order in which they are made. */
  readonly number: number;
  /** Added to the round trip of one of the two, milliseconds; the other gets 0 by the same means. */
  readonly delayMs: number;
  readonly delayed: CalibratedScenario;
  /** Of the run's order of calls and its resampling. */
  readonly seed: string;
}

/** What a calibration was asked to do. */
export interface CalibrationOptions {
  readonly seed: string;
  /** Different delays, milliseconds, 0 … 500. */
  readonly delaysMs: readonly number[];
  /** Runs of each delay. */
  readonly runs: number;
  readonly rounds: number;
  /** Measured calls of each scenario in a round, all on new connections. */
  readonly warm: number;
}

/** What delayed the packets; `netem` keeps no record of what it achieved. */
export type CalibrationMeans = 'netem' | 'relay';

/** The measured calls of one scenario in one run, a column a figure. */
export interface CalibratedCalls {
  readonly round: readonly number[];
  /** `fn_connect_ms` in nanoseconds, on the function's clock. */
  readonly connectNs: readonly number[];
  /** From when the relay had that very connect's SYN until it had sent the SYN-ACK on; null where they could not be told. */
  readonly achievedNs: readonly (number | null)[];
}

/** What one run gave. */
export interface CalibrationMeasurement {
  readonly means: CalibrationMeans;
  readonly calls: Readonly<Record<CalibratedScenario, CalibratedCalls>>;
  /** Calls that were to be measured and gave no figure. */
  readonly missing: number;
}

/** One run as it is kept. `failed`: it ended without its figures; it counts as one that missed. */
export type CalibrationOutcome =
  | ({ readonly kind: 'measured' } & CalibrationMeasurement)
  | { readonly kind: 'failed'; readonly why: string };

export interface CalibrationRecord {
  readonly plan: CalibrationRunPlan;
  readonly startedAt: string;
  readonly seconds: number;
  /** Load average over one minute at the end of the run. */
  readonly load: number;
  readonly outcome: CalibrationOutcome;
}

/** A run as it is judged. Differences are the delayed scenario's value minus the other's, nanoseconds. */
export type JudgedCalibration =
  | {
      readonly kind: 'judged';
      readonly record: CalibrationRecord;
      /** Of the medians of `fn_connect_ms`, with 95 % limits by the ordinary analysis. */
      readonly measured: number;
      readonly low: number;
      readonly high: number;
      /** Difference of the medians of what these very connects were held for; the asked delay where nothing is recorded. */
      readonly truth: number;
      readonly inside: boolean;
      /** The ordinary verdict after the margin, on the delayed scenario. */
      readonly verdict: string;
      readonly calls: number;
      /** Calls whose packets could not be told; they are in `measured` and not in `truth`. */
      readonly untold: number;
    }
  | { readonly kind: 'failed'; readonly record: CalibrationRecord; readonly why: string };

/** A target with what it was held against. */
export interface CalibrationTarget {
  readonly name: string;
  /** For people. */
  readonly observed: string;
  readonly wanted: string;
  readonly met: boolean;
}

/** All runs of one delay. */
export interface DelaySummary {
  readonly delayMs: number;
  readonly runs: number;
  readonly failed: number;
  readonly inside: number;
  /** Runs with a verdict other than `no relevant change` and `not decidable`. */
  readonly flagged: number;
  /** Mean of measured − truth, nanoseconds; absent when every run failed. */
  readonly bias?: number;
  /** Half of the mean interval's width, nanoseconds; absent when every run failed. */
  readonly halfWidth?: number;
  /** Mean of truth − asked delay, nanoseconds; absent when every run failed. */
  readonly overshoot?: number;
}

export interface CalibrationSummary {
  readonly delays: readonly DelaySummary[];
  readonly targets: readonly CalibrationTarget[];
}
