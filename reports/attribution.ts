import { markdownTable } from 'markdown-table';
import type { Analysis } from '../harness/analyse/analysis.ts';
import type { Attribution } from '../harness/analyse/attribution.ts';
import { formatSigned } from './figure.ts';
import { escapeMarkdown } from './free-text.ts';

function formatShare(share: number | undefined): string {
  return share === undefined ? '' : `${share < 0 ? '−' : ''}${Math.abs(share * 100).toFixed(0)} %`;
}

function rowsOf({ target, scenario, reference, difference, phases, rest }: Attribution): string[][] {
  const who = [target, `${escapeMarkdown(scenario)} − ${escapeMarkdown(reference)}`];
  const ofPhases = phases.map(({ phase, difference: part, low, high, share }) => [
    ...who,
    phase,
    formatSigned(part),
    `[${formatSigned(low)}, ${formatSigned(high)}]`,
    formatShare(share),
  ]);
  return [[...who, 'whole', formatSigned(difference), '', ''], ...ofPhases, [...who, 'rest', formatSigned(rest), '', '']];
}

/** The table of `report.md` that says which phase carries each difference; empty without one. */
export function attributionSection({ attributions }: Analysis): readonly string[] {
  if (attributions.length === 0) return [];
  const header = ['target', 'difference', 'phase', 'p50 ms', '95 % interval', 'share of the whole'];
  return [
    '### Which phase carries a difference: warm, new connection, p50',
    '',
    'Differences of the medians of each phase, by size; no verdict. The rest is what they leave of the whole, as medians do not add up exactly. A share is given where the whole is certain.',
    '',
    markdownTable([header, ...attributions.flatMap(rowsOf)], { align: ['l', 'l', 'l', 'r', 'l', 'r'] }),
    '',
  ];
}
