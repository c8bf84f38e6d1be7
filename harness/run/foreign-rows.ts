import type { ReportedSample } from '../domain/sample.ts';
import { BadRow, newFieldReader } from './foreign-field.ts';
import { type ForeignSample, NEEDED_COLUMNS, parseForeignSample } from './foreign-sample.ts';
import { type ForeignRow, parseTable } from './foreign-table.ts';

/** A row that is not used, with the line on which it begins. */
export interface UnusedRow {
  readonly line: number;
  readonly why: string;
}

/** How samples hang together; `assumed` where the file did not say it. */
export interface Grouping {
  readonly rounds: 'stated' | 'absent';
  readonly environments: 'stated' | 'assumed-by-round' | 'assumed-by-row';
  /** Distinct run ids; rounds of different runs were numbered anew. */
  readonly runIds: readonly string[];
}

/** What a file of samples holds. */
export interface ForeignRows {
  readonly kind: 'rows';
  readonly samples: readonly ReportedSample[];
  readonly unused: readonly UnusedRow[];
  readonly grouping: Grouping;
  /** Outcomes that are none of ours, with how many calls had them; those calls count as failed. */
  readonly unknownOutcomes: ReadonlyMap<string, number>;
}

/** A file that no samples can be taken from. */
export interface UnusableFile {
  readonly kind: 'unusable';
  readonly why: string;
}

interface Numbered extends ForeignSample {
  readonly line: number;
}

/** One row, or why not. `seen` holds the call ids of the rows before. */
function readRow(parse: (row: ForeignRow) => ForeignSample, row: ForeignRow, width: number, seen: Set<string>): Numbered | UnusedRow {
  const { line, fields } = row;
  if (fields.length !== width) return { line, why: `${fields.length} fields where the header has ${width}` };
  try {
    const parsed = parse(row);
    const id = JSON.stringify([parsed.runId ?? '', parsed.sample.call.callId]);
    if (seen.has(id)) return { line, why: `call_id ${JSON.stringify(parsed.sample.call.callId)} occurs before` };
    seen.add(id);
    return { ...parsed, line };
  } catch (error) {
    if (error instanceof BadRow) return { line, why: error.message };
    throw error;
  }
}

function groupingOf(rows: readonly Numbered[]): Grouping {
  const rounds = rows.some(({ round }) => round !== undefined);
  const environments = rows.some(({ sample }) => sample.environmentId !== undefined);
  const runIds = [...new Set(rows.flatMap(({ runId }) => runId ?? []))];
  return {
    rounds: rounds ? 'stated' : 'absent',
    environments: environments ? 'stated' : rounds ? 'assumed-by-round' : 'assumed-by-row',
    runIds,
  };
}

/** Round 3 of one run is not round 3 of another. */
function newRoundNumbering({ runIds }: Grouping): (row: Numbered) => number {
  const numbers = new Map<string, number>();
  return ({ runId = '', round = 0 }) => {
    if (runIds.length < 2) return round;
    const key = JSON.stringify([runId, round]);
    const number = numbers.get(key) ?? numbers.size + 1;
    numbers.set(key, number);
    return number;
  };
}

function environmentOf({ sample, line }: Numbered, round: number, grouping: Grouping): string | undefined {
  switch (grouping.environments) {
    case 'stated':
      // A failed call may have met no environment; a measured one without a name stands for itself where nothing else groups it.
      return sample.environmentId ?? (grouping.rounds === 'absent' && sample.outcome === 'ok' ? `line-${line}` : undefined);
    case 'assumed-by-round':
      return `${sample.call.scenario}/${sample.call.target}/round-${round}`;
    case 'assumed-by-row':
      return `line-${line}`;
  }
}

function settle(rows: readonly Numbered[], grouping: Grouping): readonly ReportedSample[] {
  const numberOf = newRoundNumbering(grouping);
  return rows.map((row) => {
    const round = numberOf(row);
    const environmentId = environmentOf(row, round, grouping);
    const call = { ...row.sample.call, round };
    return { ...row.sample, call, ...(environmentId === undefined ? {} : { environmentId }) };
  });
}

function countUnknown(rows: readonly Numbered[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { unknownOutcome } of rows) {
    if (unknownOutcome !== undefined) counts.set(unknownOutcome, (counts.get(unknownOutcome) ?? 0) + 1);
  }
  return counts;
}

/**
 * Reads a file of samples that any tool may have written: our columns, as many of them as there are. Never throws for what the
 * file holds; a row that cannot be used is given back with its line and the reason.
 */
export function readForeignRows(text: string): ForeignRows | UnusableFile {
  const table = parseTable(text);
  if (table.kind === 'unreadable') return { kind: 'unusable', why: `it is no CSV file that can be read: ${table.why}` };
  const { columns } = table;
  const missing = NEEDED_COLUMNS.filter((name) => !columns.includes(name));
  const found = columns.map((name) => JSON.stringify(name)).join(', ');
  if (missing.length > 0) return { kind: 'unusable', why: `missing columns: ${missing.join(', ')}; found: ${found}` };
  const read = newFieldReader(columns);
  const seen = new Set<string>();
  const parse = ({ fields, line }: ForeignRow): ForeignSample => parseForeignSample(read(fields), line);
  const all = table.rows.map((row) => readRow(parse, row, columns.length, seen));
  const usable = all.filter((row) => 'sample' in row);
  const grouping = groupingOf(usable);
  const isGrouped = ({ round }: Numbered): boolean => grouping.rounds === 'absent' || round !== undefined;
  const ungrouped = usable
    .filter((row) => !isGrouped(row))
    .map(({ line }): UnusedRow => ({ line, why: 'no round, where others have one' }));
  const kept = usable.filter(isGrouped);
  const unused = [...all.filter((row) => 'why' in row), ...ungrouped].sort((a, b) => a.line - b.line);
  return { kind: 'rows', samples: settle(kept, grouping), unused, grouping, unknownOutcomes: countUnknown(kept) };
}
