import { CsvError, parse } from 'csv-parse/sync';

/** One record of a CSV file, with the line on which it begins, counted from 1. */
export interface ForeignRow {
  readonly line: number;
  readonly fields: readonly string[];
}

/** A CSV file (RFC 4180), or why it is none. After a broken quote nothing can be told apart any more, so the file is refused whole. */
export type ForeignTable =
  | { readonly kind: 'table'; readonly columns: readonly string[]; readonly rows: readonly ForeignRow[] }
  | { readonly kind: 'unreadable'; readonly why: string };

interface ParsedRecord {
  readonly record: readonly string[];
  /** `lines` is the one on which the record ends. */
  readonly info: { readonly lines: number };
}

function lineBreaksIn(fields: readonly string[]): number {
  return fields.reduce((sum, field) => sum + (field.match(/\n/g)?.length ?? 0), 0);
}

function parseRecords(text: string): readonly ParsedRecord[] | string {
  try {
    const options = { bom: true, info: true, relax_column_count: true, skip_empty_lines: true } as const;
    // CR LF inside quotes would be counted as two lines.
    return parse(text.replaceAll('\r\n', '\n'), options) as unknown as readonly ParsedRecord[];
  } catch (error) {
    // The library's message quotes the file; its code and line do not.
    if (error instanceof CsvError) return `${error.code.toLowerCase().replaceAll('_', ' ')} in line ${String(error['lines'] ?? '?')}`;
    throw error;
  }
}

/** Text to records; rows of any width are kept, so that each can be refused by its own line. */
export function parseTable(text: string): ForeignTable {
  const records = parseRecords(text);
  if (typeof records === 'string') return { kind: 'unreadable', why: records };
  const [header, ...body] = records;
  if (header === undefined) return { kind: 'unreadable', why: 'it is empty' };
  const columns = header.record.map((name) => name.trim());
  const twice = columns.find((name, i) => name !== '' && columns.indexOf(name) !== i);
  if (twice !== undefined) return { kind: 'unreadable', why: `two columns are called ${JSON.stringify(twice)}` };
  return {
    kind: 'table',
    columns,
    rows: body.map(({ record, info }) => ({ line: info.lines - lineBreaksIn(record), fields: record })),
  };
}
