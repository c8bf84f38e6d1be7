import type { Comparison } from '../harness/analyse/verdict.ts';
import { formatSigned } from './figure.ts';

/** A finding in words, with the mark that carries it where colour is not seen. */
export interface Sentence {
  readonly mark: '✗' | '▲' | '▼' | '~' | '?' | '✓';
  /** One or two words in capitals, for scanning. */
  readonly headline: string;
  readonly text: string;
}

/** `s3, warm, new connection` or `s3, cold`. */
export function describeCell(row: Pick<Comparison, 'target' | 'start' | 'connection'>): string {
  return row.start === 'cold' ? `${row.target}, cold` : `${row.target}, warm, ${row.connection} connection`;
}

function formatPercent(share: number): string {
  return `${share < 0 ? '−' : '+'}${Math.abs(share * 100).toFixed(1)}`;
}

/** `(+9.4 % [+8.1, +10.9])`, without what could not be computed. */
function formatRatio({ ratio, ratioLow, ratioHigh }: Comparison): string {
  if (ratio === undefined) return '';
  const limits = ratioLow === undefined || ratioHigh === undefined ? '' : ` [${formatPercent(ratioLow)}, ${formatPercent(ratioHigh)}]`;
  return ` (${formatPercent(ratio)} %${limits})`;
}

/** `+1.8 ms [+1.6, +2.1] (+9.4 % [+8.1, +10.9])`, 95 % limits, unadjusted; empty where there is no interval. */
export function formatDifference(row: Comparison): string {
  if (row.difference === undefined || row.low === undefined || row.high === undefined) return '';
  return `${formatSigned(row.difference)} ms [${formatSigned(row.low)}, ${formatSigned(row.high)}]${formatRatio(row)}`;
}
