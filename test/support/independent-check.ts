/**
 * A second reading of a run's files that shares nothing with the tool: only the CSV format, the definition of nearest rank and
 * the design's column names. It tells what disagrees.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';

type Row = Readonly<Record<string, string>>;

const SHARES: Readonly<Record<string, number>> = { p50: 0.5, p90: 0.9, p99: 0.99 };
const MINIMUM: Readonly<Record<string, number>> = { p50: 6, p90: 36, p99: 368 };

function rowsOf(folder: string, name: string): Row[] {
  return parse(readFileSync(join(folder, name)), { columns: true }) as Row[];
}

/** The named column, or the two that are made of several. */
function figure(row: Row, metric: string): number | undefined {
  const cell = (name: string): number | undefined => (row[name] === '' || row[name] === undefined ? undefined : Number(row[name]));
  const [client, duration, init] = [cell('client_ms'), cell('duration_ms'), cell('init_ms')];
  if (metric === 'cold_report_ms') return init === undefined || duration === undefined ? undefined : init + duration;
  if (metric !== 'outside_ms') return cell(metric);
  if (client === undefined || duration === undefined) return undefined;
  const rest = client - duration - (init ?? 0);
  return rest < 0 ? undefined : rest;
}

function statistic(values: readonly number[], name: string): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  if (name === 'min') return sorted[0];
  if (name === 'max') return sorted.at(-1);
  const n = sorted.length;
  return n < (MINIMUM[name] ?? 0) ? undefined : sorted[Math.ceil((SHARES[name] ?? 0) * n - 1e-9) - 1];
}

/** As people see it: four digits at most before it becomes whole. */
function readable(ms: number): string {
  for (const decimals of [3, 2, 1]) {
    const text = ms.toFixed(decimals);
    if (text.replace(/[^0-9]/g, '').length <= 4) return text;
  }
  return ms.toFixed(0);
}

const IN_REPORT = ['fn_total_ms', 'client_ms', 'cold_report_ms'];

/** What disagrees between `samples.csv`, `summary.csv` and `report.md`; also how many figures were compared. */
export function checkRunFiles(folder: string): {
  readonly compared: number;
  readonly inReport: number;
  readonly problems: readonly string[];
} {
  const samples = rowsOf(folder, 'samples.csv').filter((row) => row['discarded'] === 'false' && row['outcome'] === 'ok');
  const report = readFileSync(join(folder, 'report.md'), 'utf8');
  const problems: string[] = [];
  let [compared, inReport] = [0, 0];
  for (const row of rowsOf(folder, 'summary.csv').filter(({ population }) => population === 'all')) {
    const key = ['scenario', 'target', 'start', 'connection'];
    const cell = samples.filter((sample) => key.every((name) => sample[name] === row[name]));
    const values = cell.flatMap((sample) => figure(sample, row['metric'] ?? '') ?? []);
    const expected = statistic(values, row['statistic'] ?? '');
    const stated = row['value_ms'] === '' ? undefined : Number(row['value_ms']);
    const name = [...key, 'metric', 'statistic'].map((column) => row[column]).join('/');
    compared++;
    if (Number(row['n']) !== values.length) problems.push(`${name}: n ${row['n']}, samples ${values.length}`);
    const close = expected === undefined || stated === undefined ? expected === stated : Math.abs(expected - stated) < 1.5e-6;
    if (!close) problems.push(`${name}: summary ${stated}, samples ${expected}`);
    const shown = IN_REPORT.includes(row['metric'] ?? '') && row['statistic'] === 'p50' && expected !== undefined;
    if (!shown || (row['start'] === 'warm') !== (row['metric'] === 'fn_total_ms')) continue;
    inReport++;
    const line = report
      .split('\n')
      .some(
        (text) =>
          text.includes(`| ${row['target']} `) &&
          text.includes((row['scenario'] ?? '').replace('~', '\\~')) &&
          text.includes(` ${readable(expected)} |`),
      );
    if (!line) problems.push(`${name}: ${readable(expected)} is not in report.md`);
  }
  return { compared, inReport, problems };
}

/** The parts of each call add up to its whole within 1 µs; rows that do not, and how many were looked at. */
export function checkPhaseSums(folder: string): { readonly looked: number; readonly problems: readonly string[] } {
  const parts = {
    client_ms: ['sdk', 'wait', 'dns', 'connect', 'tls', 'write', 'ttfb', 'body'].map((part) => `client_${part}_ms`),
    fn_total_ms: ['dns', 'connect', 'tls', 'auth', 'ttfb', 'query', 'body'].map((part) => `fn_${part}_ms`),
  };
  const problems: string[] = [];
  let looked = 0;
  for (const row of rowsOf(folder, 'samples.csv')) {
    for (const [total, names] of Object.entries(parts)) {
      const present = names.filter((name) => row[name] !== '');
      if (row[total] === '' || present.length === 0) continue;
      looked++;
      const sum = present.reduce((whole, name) => whole + Number(row[name]), 0);
      if (Math.abs(sum - Number(row[total])) > 0.001) problems.push(`${row['call_id']}: ${total} ${row[total]}, parts ${sum}`);
    }
  }
  return { looked, problems };
}
