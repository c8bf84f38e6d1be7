import { markdownTable } from 'markdown-table';
import type { Analysis } from '../harness/analyse/analysis.ts';
import type { ShiftPoint } from '../harness/analyse/shift-function.ts';
import { describeSuperiority } from '../harness/analyse/superiority.ts';
import type { Comparison } from '../harness/analyse/verdict.ts';
import { describeCell } from './difference.ts';
import { formatSigned } from './figure.ts';
import { escapeMarkdown } from './free-text.ts';
import { headlineComparisons } from './sentences.ts';

/** Shares that a page has room for. */
const SHOWN = [0.1, 0.3, 0.5, 0.7, 0.9, 0.95, 0.99];

function formatPoint(point: ShiftPoint | undefined): string {
  return point === undefined ? '' : `${formatSigned(point.estimate)} [${formatSigned(point.low)}, ${formatSigned(point.high)}]`;
}

function superioritySentence({ scenario, reference, superiority }: Comparison): string {
  return superiority === undefined ? '' : describeSuperiority(escapeMarkdown(scenario), escapeMarkdown(reference), superiority);
}

/** How each headline difference runs from fast to slow calls, and which of two calls is likelier the slower; empty without any. */
export function shiftSection(analysis: Analysis): readonly string[] {
  const rows = headlineComparisons(analysis).filter(({ shift }) => shift !== undefined);
  if (rows.length === 0) return [];
  const shares = SHOWN.filter((share) => rows.some(({ shift }) => shift?.some((point) => point.share === share)));
  const body = rows.map((row) => [
    describeCell(row),
    `${escapeMarkdown(row.scenario)} − ${escapeMarkdown(row.reference)}`,
    ...shares.map((share) => formatPoint(row.shift?.find((point) => point.share === share))),
    superioritySentence(row),
  ]);
  const header = ['cell', 'difference', ...shares.map((share) => `p${Math.round(share * 100)} ms`), 'two calls, one of each'];
  return [
    '### From fast to slow calls: the difference at each quantile, 95 % intervals',
    '',
    markdownTable([header, ...body], { align: ['l', 'l', ...shares.map(() => 'r'), 'l'] }),
    '',
  ];
}
