import type { ReportedSample } from '../domain/sample.ts';

/**
 * Settles a sample's start by its REPORT. Cold is proven, never assumed: the environment's own first-call flag *and* an Init Duration above 0
 * in the REPORT. A claim that the REPORT does not bear out is relabelled `warm` and discarded with the reason; so is a cold call whose REPORT
 * never arrived. An Init Duration on a call that said it was warm is discarded as well. `preinit` stays what it is, with or without an Init
 * Duration: it is neither cold nor warm. Absent where the sample stands as it is.
 */
export function settleStart(sample: ReportedSample): Pick<ReportedSample, 'start' | 'discardReason'> | undefined {
  const { outcome, start, discardReason, report, reportSource } = sample;
  if (outcome !== 'ok' || start === undefined || start === 'preinit') return undefined;
  const initialised = report.init !== undefined && report.init > 0;
  const claimsFirst = start === 'cold';
  if (claimsFirst === initialised) return undefined;
  if (!claimsFirst) return { start: 'cold', discardReason: discardReason ?? 'init-in-warm-call' };
  return { start: 'warm', discardReason: discardReason ?? (reportSource === 'missing' ? 'cold-unproven' : 'not-cold') };
}
