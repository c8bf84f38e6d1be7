import type { ReportedSample, ReportFigures, ReportSource, Sample } from '../domain/sample.ts';

/**
 * Joins a sample with its REPORT and settles its start. Cold is proven, never assumed: the environment's own
 * first-call flag *and* an Init Duration above 0 in the REPORT. A claim that the REPORT does not bear out is relabelled
 * `warm` and discarded with the reason; so is a cold call whose REPORT never arrived. An Init Duration on a call that said
 * it was warm is discarded as well. `preinit` stays what it is, with or without an Init Duration: it is neither cold nor warm.
 */
export function withReport(
  sample: Sample,
  report: { readonly source: ReportSource; readonly figures: ReportFigures } | undefined,
): ReportedSample {
  const source = report?.source ?? 'missing';
  const figures = report?.figures ?? {};
  const joined: ReportedSample = { ...sample, report: figures, reportSource: source };
  if (sample.outcome !== 'ok' || sample.start === undefined || sample.start === 'preinit') return joined;
  const initialised = figures.init !== undefined && figures.init > 0;
  const claimsFirst = sample.start === 'cold';
  if (claimsFirst === initialised) return joined;
  if (!claimsFirst) return { ...joined, start: 'cold', discardReason: sample.discardReason ?? 'init-in-warm-call' };
  return { ...joined, start: 'warm', discardReason: sample.discardReason ?? (source === 'missing' ? 'cold-unproven' : 'not-cold') };
}
