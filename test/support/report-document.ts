/** A run's files as a reader has them: read by nothing of the tool. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { htmlTables, markdownTables, type SeenTable } from './report-tables.ts';

export type Row = Readonly<Record<string, string>>;
export type Limits = Readonly<{ ci_low_ms: number | null; ci_high_ms: number | null }>;
type Difference = Limits & Readonly<{ difference_ms: number | null }>;
export type Cell = Readonly<{ scenario: string; target: string; start: string; connection: string }>;

/** As much of `report.json` as is compared. */
export interface Document {
  readonly run: { readonly targets: readonly string[] };
  readonly attributions: readonly (Cell &
    Difference & {
      readonly reference: string;
      readonly phases: readonly (Difference & { readonly phase: string; readonly share: number | null; readonly of_some_calls: boolean })[];
      readonly left_out: readonly string[];
      readonly rest_ms: number;
    })[];
  readonly comparisons: readonly (Cell &
    Difference & {
      readonly reference: string;
      readonly metric: string;
      readonly statistic: string;
      readonly role: string;
      readonly difference_pct: number | null;
      readonly pct_low: number | null;
      readonly pct_high: number | null;
      readonly margin_ms: number | null;
      readonly p_adjusted: number | null;
      readonly verdict: string;
      readonly shift: readonly (Difference & { readonly share: number })[];
    })[];
  readonly series: {
    readonly curves: readonly (Cell & {
      readonly metric: string;
      readonly n: number;
      readonly points: readonly (Limits & { readonly share: number; readonly value_ms: number })[];
    })[];
    readonly courses: readonly (Cell & {
      readonly metric: string;
      readonly steps: readonly Readonly<
        Record<'first_round' | 'last_round' | 'n' | 'median_ms' | 'lower_quartile_ms' | 'upper_quartile_ms', number>
      >[];
    })[];
    readonly cold_splits: readonly (Cell & {
      readonly n: number;
      readonly whole_ms: number;
      readonly parts: readonly { readonly part: string; readonly median_ms: number; readonly n: number }[];
    })[];
    readonly counts: readonly (Cell & { readonly measured: number; readonly failed: number })[];
  };
  readonly reachability: readonly (Readonly<Record<string, string | number | null>> & {
    readonly attempts: number;
    readonly reached: number;
    readonly until_failure_ms: number | null;
    readonly signature: string | null;
  })[];
  readonly accounting: {
    readonly asked: number;
    readonly measured: number;
    readonly discarded: readonly { readonly word: string; readonly count: number }[];
    readonly failed: readonly { readonly word: string; readonly count: number }[];
  };
  readonly cost: {
    readonly month: readonly Readonly<{ scenario: string; standing_usd: number; traffic_usd: number; usd: number }>[];
  } | null;
  readonly checks: readonly {
    readonly check: string;
    readonly verdict: string;
    readonly text: string;
    readonly figures: readonly Readonly<{ unit: string; name: string; value: number }>[];
  }[];
}

/** A run's files as a reader has them. */
export interface Forms {
  readonly report: Document;
  readonly summary: readonly Row[];
  readonly comparisons: readonly Row[];
  readonly samples: readonly Row[];
  readonly html: readonly SeenTable[];
  readonly markdown: readonly SeenTable[];
}

/** Reads them. Throws for a file that is missing or is not what its name says. */
export function readForms(folder: string): Forms {
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const rows = (name: string): Row[] => parse(read(name), { columns: true }) as Row[];
  return {
    report: JSON.parse(read('report.json')) as Document,
    summary: rows('summary.csv'),
    comparisons: rows('comparisons.csv'),
    samples: rows('samples.csv'),
    html: htmlTables(read('report.html')),
    markdown: markdownTables(read('report.md')),
  };
}
