import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRunId } from '../../harness/domain/run.ts';

/** Every file of a run that was reported (design: "files of a run"); while it goes on it has some of them. */
export const RUN_FILES = [
  'run.json',
  'samples.ndjson',
  'samples.csv',
  'summary.csv',
  'comparisons.csv',
  'histograms.hlog',
  'report.md',
  'report.json',
  'report.html',
];

/** One entry of a journal, as far as its form is asked here. */
export interface RawEntry {
  readonly event: string;
  readonly call_id?: string;
  readonly stopReason?: string;
}

/** A journal read by nothing of the project's own. */
export interface RawJournal {
  readonly entries: readonly RawEntry[];
  /** What stands behind the last LF. */
  readonly rest: string;
}

/** The one run below a results folder; undefined when there is none. Throws when there are several. */
export function onlyRunIn(results: string): string | undefined {
  const runs = existsSync(results) ? readdirSync(results).filter(isRunId) : [];
  if (runs.length > 1) throw new Error(`several runs in ${results}: ${runs.join(', ')}`);
  return runs[0] === undefined ? undefined : join(results, runs[0]);
}

/** Reads a run's journal; every line but an unfinished last one must be JSON, else it throws. */
export function readJournal(run: string): RawJournal {
  const lines = readFileSync(join(run, 'samples.ndjson'), 'utf8').split('\n');
  const rest = lines.pop() ?? '';
  return { entries: lines.map((line) => JSON.parse(line) as RawEntry), rest };
}

/** Ids of the calls with such an entry, in the journal's order. */
export function callsOf({ entries }: RawJournal, event: 'asked' | 'observed'): readonly string[] {
  return entries.filter((entry) => entry.event === event).map((entry) => entry.call_id ?? '');
}

/** Entries below a results folder that no run should have. A killed writer may leave the file that it was about to put in place. */
export function strangersIn(results: string, killed: boolean): readonly string[] {
  if (!existsSync(results)) return [];
  return readdirSync(results).flatMap((name) => {
    if (name === 'latest' || (killed && /^\.latest-/.test(name))) return [];
    if (!isRunId(name)) return [name];
    const known = new Set([...RUN_FILES, ...(killed ? RUN_FILES.map((file) => `.${file}.new`) : [])]);
    return readdirSync(join(results, name)).filter((file) => !known.has(file));
  });
}
