import { markdownTable } from 'markdown-table';
import type { Analysis } from '../harness/analyse/analysis.ts';
import type { Attribution } from '../harness/analyse/attribution.ts';
import { formatSigned } from './figure.ts';
import { escapeMarkdown } from './free-text.ts';

/** A share of the whole, `−12 %`; nothing where none can be told. */
export function formatShare(share: number | undefined): string {
  if (share === undefined) return '';
  const percent = Math.round(share * 100);
  return `${percent < 0 ? '−' : ''}${Math.abs(percent)} %`;
}

function rowsOf({ target, connection, scenario, reference, difference, phases, leftOut, rest }: Attribution): string[][] {
  const who = [target, connection, `${escapeMarkdown(scenario)} − ${escapeMarkdown(reference)}`];
  const ofPhases = phases.map(({ phase, difference: part, low, high, share, ofSomeCalls }) => [
    ...who,
    ofSomeCalls ? `${phase}, in some calls only` : phase,
    formatSigned(part),
    `[${formatSigned(low)}, ${formatSigned(high)}]`,
    formatShare(share),
  ]);
  const withLeftOut = leftOut.length === 0 ? 'rest' : `rest, with ${leftOut.join(', ')}: too few rounds on a side`;
  return [[...who, 'whole', formatSigned(difference), '', ''], ...ofPhases, [...who, withLeftOut, formatSigned(rest), '', '']];
}

/** The table of `report.md` that says which phase carries each difference; empty without one. */
export function attributionSection({ attributions }: Analysis): readonly string[] {
  if (attributions.length === 0) return [];
  const header = ['target', 'connection', 'difference', 'phase', 'p50 ms', '95 % interval', 'share of the whole'];
  return [
    '### Which phase carries a difference: warm, p50',
    '',
    'Differences of the medians of each phase, by size; no verdict. The rest is what they leave of the whole, as medians do not add up exactly. A share is given where the whole is certain.',
    '',
    markdownTable([header, ...attributions.flatMap(rowsOf)], { align: ['l', 'l', 'l', 'l', 'r', 'l', 'r'] }),
    '',
  ];
}
