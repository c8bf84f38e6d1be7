import type { Limits } from './order-statistic-interval.ts';

/** Everything that is asked of a run before its figures are believed, in the order of reports. */
export const CHECK_IDS = [
  'drift',
  'warm-up',
  'cold starts',
  'age',
  'zones',
  'reports',
  'billing',
  'driver',
  'residue',
  'lost calls',
] as const;
export type CheckId = (typeof CHECK_IDS)[number];

/**
 * `warn`: read the figures with this in mind. `fail`: the figures that it names should not be used. `no data`: the run has nothing that would
 * tell, so nothing was found and nothing is excluded.
 */
export type CheckVerdict = 'pass' | 'warn' | 'fail' | 'no data';

/** Nanoseconds, a signed difference of them, a share of 1, a number of things, or a correlation from −1 to 1. */
export type CheckUnit = 'ns' | 'ns difference' | 'share' | 'count' | 'correlation';

/** One figure that a check stands on. */
export interface CheckFigure {
  /** What it was taken of, e.g. a cell or a scenario: foreign words, each format escapes them its own way. */
  readonly of?: string;
  readonly name: string;
  readonly unit: CheckUnit;
  readonly value: number;
  /** 95 % limits, in the unit of the value. */
  readonly limits?: Limits;
  /** True for the figures that the verdict `warn` or `fail` comes from. */
  readonly notable?: boolean;
}

/** What was found; the words in `text` are the tool's own, foreign ones stand in `details` and `figures`. */
export interface Check {
  readonly id: CheckId;
  readonly verdict: CheckVerdict;
  readonly figures: readonly CheckFigure[];
  readonly text: string;
  /** Foreign words that belong to the text, e.g. the values in which two arms differ. */
  readonly details?: readonly string[];
}
