import type { Samples } from '../domain/samples.ts';
import type { Accounting } from './accounting.ts';
import { billingIdentity } from './billing.ts';
import type { Check, CheckFigure } from './check.ts';

/** Below these shares of calls whose REPORT was found a reader is told, or warned off. */
const MATCH_WARN_BELOW = 0.99;
const MATCH_FAIL_BELOW = 0.9;
/** Above this share of REPORTs whose billed time no rule gives, they were probably misread. */
const BROKEN_FAIL_ABOVE = 0.01;

/** Was a REPORT found for every call that Lambda took? */
export function checkReports({ reportsFound, reportsMissing }: Accounting, foreign: boolean): Check {
  const all = reportsFound + reportsMissing;
  if (all === 0 || foreign)
    return { id: 'reports', verdict: 'no data', figures: [], text: 'No call came with a log to look for its REPORT in.' };
  const share = reportsFound / all;
  const verdict = share < MATCH_FAIL_BELOW ? 'fail' : share < MATCH_WARN_BELOW ? 'warn' : 'pass';
  const figure: CheckFigure = { name: 'calls with their REPORT', unit: 'share', value: share };
  const figures = [verdict === 'pass' ? figure : { ...figure, notable: true }];
  const text =
    reportsMissing === 0
      ? `The REPORT of all ${all} calls was found.`
      : `The REPORT of ${reportsMissing} of ${all} calls never arrived: their platform figures are absent, and a cold call without it is not measured.`;
  return { id: 'reports', verdict, figures, text };
}

/**
 * Does every REPORT's billed time follow from its others? Billed time that nothing explains may hide an init; one that no rule gives means
 * that a figure was misread.
 */
export function checkBilling(samples: Samples): Check {
  const counts = new Map<string, number>();
  samples.forEach(({ report }) => {
    const { kind } = billingIdentity(report);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  });
  const count = (kind: string): number => counts.get(kind) ?? 0;
  const [hidden, broken] = [count('hidden-init'), count('breaks')];
  const known = samples.length - count('unknown');
  if (known === 0) return { id: 'billing', verdict: 'no data', figures: [], text: 'No call has both a duration and a billed time.' };
  const figures: CheckFigure[] = [
    { name: 'billed as a rule says', unit: 'count', value: count('holds') },
    { name: 'billed for more than they ran', unit: 'count', value: hidden, ...(hidden > 0 ? { notable: true } : {}) },
    { name: 'billed as no rule says', unit: 'count', value: broken, ...(broken > 0 ? { notable: true } : {}) },
  ];
  const found = [
    ...(hidden === 0 ? [] : [`${hidden} calls were billed for more than their duration: an init may be folded into them.`]),
    ...(broken === 0 ? [] : [`${broken} REPORTs have a billed time that no rule gives: a figure may have been misread.`]),
  ];
  const verdict = broken / known > BROKEN_FAIL_ABOVE ? 'fail' : found.length > 0 ? 'warn' : 'pass';
  return {
    id: 'billing',
    verdict,
    figures,
    text: found.join(' ') || `The billed time of all ${known} REPORTs follows from their duration and init.`,
  };
}
