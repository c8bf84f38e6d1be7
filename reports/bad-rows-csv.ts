import { stringify } from 'csv-stringify/sync';
import { escapeCsv } from './free-text.ts';

/** `bad-rows.csv`: the rows of a foreign file that no figure stands on, by line, with the reason. */
export function formatBadRowsCsv(rows: readonly { readonly line: number; readonly why: string }[]): string {
  return stringify(
    rows.map(({ line, why }) => [line, escapeCsv(why)]),
    { header: true, columns: ['line', 'reason'] },
  );
}
