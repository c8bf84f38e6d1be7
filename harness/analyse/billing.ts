import { type Nanoseconds, nanoseconds } from '../domain/nanoseconds.ts';
import type { ReportFigures } from '../domain/sample.ts';

/**
 * How a REPORT's billed time hangs together with the others.
 * `holds`: `billed` is what its rule gives, in whole milliseconds.
 * `hidden-init`: more was billed than `duration`, and no init or restore is stated: an init may be folded away.
 * `breaks`: no rule gives it. `unknown`: a figure is absent.
 */
export type BillingIdentity =
  | { readonly kind: 'holds'; readonly rule: 'init-billed' | 'init-free' | 'restore-billed' | 'duration' }
  | { readonly kind: 'hidden-init'; readonly surplus: Nanoseconds }
  | { readonly kind: 'breaks'; readonly expected: Nanoseconds; readonly billed: Nanoseconds }
  | { readonly kind: 'unknown' };

const MILLISECOND = 1_000_000;

/**
 * Checks `billed == ceil(duration + init)`, Lambda's rule since August 2025 (before, init was free for zip functions),
 * and `ceil(duration + billed restore)` for SnapStart.
 */
export function billingIdentity(figures: ReportFigures): BillingIdentity {
  const { duration, billed, init, billedRestore } = figures;
  if (duration === undefined || billed === undefined) return { kind: 'unknown' };
  const alone = wholeMilliseconds(duration);
  if (billedRestore !== undefined) return verdict('restore-billed', wholeMilliseconds(duration + billedRestore), billed);
  if (init !== undefined) {
    const withInit = wholeMilliseconds(duration + init);
    return billed === alone && billed !== withInit ? { kind: 'holds', rule: 'init-free' } : verdict('init-billed', withInit, billed);
  }
  if (billed > alone && figures.restore === undefined) return { kind: 'hidden-init', surplus: nanoseconds(billed - alone) };
  return verdict('duration', alone, billed);
}

function verdict(rule: 'init-billed' | 'restore-billed' | 'duration', expected: Nanoseconds, billed: Nanoseconds): BillingIdentity {
  return billed === expected ? { kind: 'holds', rule } : { kind: 'breaks', expected, billed };
}

function wholeMilliseconds(value: number): Nanoseconds {
  return nanoseconds(Math.ceil(value / MILLISECOND) * MILLISECOND);
}
