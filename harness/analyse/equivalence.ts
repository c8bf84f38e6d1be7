import type { Limits } from './order-statistic-interval.ts';

/** The confidence at which limits within the margin claim equivalence at 5 %: two one-sided tests. */
export const EQUIVALENCE_CONFIDENCE = 0.9;

/**
 * Two one-sided tests (D. J. Schuirmann, Journal of Pharmacokinetics and Biopharmaceutics 15 (1987)): a difference is smaller than the margin
 * when its limits of {@link EQUIVALENCE_CONFIDENCE} lie within it. A limit equal to the margin leaves it open.
 */
export function isEquivalent({ low, high }: Limits, margin: number): boolean {
  return low > -margin && high < margin;
}
