/**
 * The figures of one run in its forms, read by nothing of the tool's own: only the formats, the design's column names and the published digits.
 * To add a form: one reader that gives its figures by the same keys.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { decodeFromCompressedBase64 } from 'hdr-histogram-js';
import { describe, expect, it } from 'vitest';

type Row = Readonly<Record<string, string>>;
type JsonRow = Readonly<Record<string, string | number | null>>;

const read = (name: string): string => readFileSync(new URL(`run/${name}`, import.meta.url), 'utf8');
const csvRows = (name: string): Row[] => parse(read(name), { columns: true }) as Row[];

const REPORT = JSON.parse(read('report.json')) as { readonly summary: JsonRow[]; readonly comparisons: JsonRow[]; readonly run: JsonRow };
const CELL = ['scenario', 'target', 'start', 'connection'];

/** Decimals with which the CSV files print a column. */
const DECIMALS: Readonly<Record<string, number>> = { difference_pct: 4, deff: 4, p_superior: 6 };

/** A member of `report.json` as the CSV column of that name prints it. */
function asCsv(name: string, value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  const decimals = /_ms$/.test(name) ? 6 : DECIMALS[name];
  if (name === 'p_adjusted') return value.toPrecision(4);
  return decimals === undefined ? String(value) : value.toFixed(decimals);
}

/** As people see it: four digits at most before it becomes whole. */
function readable(ms: number): string {
  const texts = [3, 2, 1].map((decimals) => Math.abs(ms).toFixed(decimals));
  return texts.find((text) => text.replace('.', '').length <= 4) ?? Math.abs(ms).toFixed(0);
}

function signed(ms: number): string {
  return `${ms < 0 ? '−' : '+'}${readable(ms)}`;
}

/** Cells of the Markdown table below a heading, without the padding; the first row is the head. */
function markdownTable(heading: RegExp): readonly (readonly string[])[] {
  const lines = read('report.md').split('\n');
  const at = lines.findIndex((line) => heading.test(line));
  expect(at).toBeGreaterThan(-1);
  const begin = lines.findIndex((line, i) => i > at && line.startsWith('|'));
  const end = lines.findIndex((line, i) => i > begin && !line.startsWith('|'));
  const rows = lines.slice(begin, end).map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('\\', '')),
  );
  return rows.filter((_, i) => i !== 1);
}

const TABLES: readonly (readonly [RegExp, string, string, string])[] = [
  [/^### Warm, new connection/, 'warm', 'new', 'fn_total_ms'],
  [/^### Warm, reused connection/, 'warm', 'reused', 'fn_total_ms'],
  [/^### Cold: client_ms/, 'cold', 'new', 'client_ms'],
  [/^### Cold: cold_report_ms/, 'cold', 'new', 'cold_report_ms'],
];

describe('the figures of one run', () => {
  it.each([
    ['summary.csv', REPORT.summary, 300],
    ['comparisons.csv', REPORT.comparisons, 36],
  ] as const)('are the same in report.json and %s, to the printed digit', (name, members, least) => {
    const rows = csvRows(name);
    expect(rows.length).toBeGreaterThanOrEqual(least);
    expect(members.length).toBe(rows.length);
    for (const [i, row] of rows.entries()) {
      const member = members[i] ?? {};
      const columns = Object.keys(row).filter((column) => column !== 'run_id' && column in member);
      expect(columns.length).toBeGreaterThanOrEqual(14);
      expect(Object.fromEntries(columns.map((column) => [column, asCsv(column, member[column] ?? null)]))).toEqual(
        Object.fromEntries(columns.map((column) => [column, row[column]])),
      );
      expect(row['run_id']).toBe(REPORT.run['run_id']);
    }
  });

  it.each(TABLES)('are the same in report.md and summary.csv: %s', (heading, start, connection, metric) => {
    const rows = csvRows('summary.csv').filter(
      (row) => row['start'] === start && row['connection'] === connection && row['metric'] === metric && row['population'] === 'all',
    );
    const [head = [], ...body] = markdownTable(heading);
    let compared = 0;
    for (const line of body) {
      for (const statistic of ['p50', 'p90', 'p99']) {
        const row = rows.find((one) => one['target'] === line[0] && one['scenario'] === line[1] && one['statistic'] === statistic);
        const at = head.indexOf(`${statistic} ms`);
        const value = row?.['value_ms'] ?? '';
        const [low = '', high = ''] = [row?.['ci_low_ms'], row?.['ci_high_ms']];
        expect(line[at]).toMatch(value === '' ? /^n too small/ : new RegExp(`^${readable(Number(value)).replace('.', '\\.')}$`));
        const limits = value === '' ? '' : low === '' ? 'no limits' : `[${readable(Number(low))}, ${readable(Number(high))}]`;
        expect(line[at + 1]).toBe(limits);
        compared++;
      }
    }
    expect(body.length).toBe(new Set(rows.map((row) => `${row['target']}/${row['scenario']}`)).size);
    expect(compared).toBeGreaterThanOrEqual(15);
  });

  it('are the same in report.md and comparisons.csv', () => {
    const rows = csvRows('comparisons.csv').filter((row) => row['statistic'] === 'p50' && row['difference_ms'] !== '');
    let compared = 0;
    for (const [heading, start, connection, metric] of TABLES) {
      const lines = markdownTable(heading);
      for (const row of rows.filter((one) => one['start'] === start && one['connection'] === connection && one['metric'] === metric)) {
        const line = lines.find((cells) => cells[0] === row['target'] && cells[1] === row['scenario']);
        const [difference, low, high] = ['difference_ms', 'ci_low_ms', 'ci_high_ms'].map((name) => signed(Number(row[name])));
        expect(line?.at(-1)).toContain(`${difference} ms [${low}, ${high}]`);
        expect(line?.at(-1)).toContain(` ${row['verdict']} (against ${row['reference']}`);
        compared++;
      }
    }
    expect(compared).toBe(rows.length);
    expect(compared).toBeGreaterThan(8);
  });

  it('are within one bucket in histograms.hlog', () => {
    const lines = read('histograms.hlog')
      .split('\n')
      .filter((line) => line.startsWith('Tag='));
    const rows = csvRows('summary.csv').filter((row) => row['population'] === 'all');
    let compared = 0;
    for (const line of lines) {
      const [tag = '', , , , encoded = ''] = line.split(',');
      const [scenario, target, start, connection, metric] = tag.slice('Tag='.length).split('/');
      const histogram = decodeFromCompressedBase64(encoded);
      const own = rows.filter((row) =>
        [...CELL, 'metric'].every((name, i) => row[name] === [scenario, target, start, connection, metric][i]),
      );
      for (const [statistic, percentile] of [
        ['p50', 50],
        ['p90', 90],
        ['p99', 99],
        ['max', 100],
      ] as const) {
        const row = own.find((one) => one['statistic'] === statistic);
        if (row === undefined || row['value_ms'] === '') continue;
        const valueNs = Number(row['value_ms']) * 1e6;
        expect(histogram.totalCount).toBe(Number(row['n']));
        expect(Math.abs(histogram.getValueAtPercentile(percentile) - valueNs), `${tag} ${statistic}`).toBeLessThanOrEqual(
          Math.max(1, valueNs / 1000),
        );
        compared++;
      }
    }
    expect(lines.length).toBeGreaterThan(50);
    expect(compared).toBeGreaterThan(100);
  });

  it('says of every CSV column that it is in report.json, or why not', () => {
    const missing = (name: string, members: readonly JsonRow[]): string[] =>
      Object.keys(csvRows(name)[0] ?? {}).filter((column) => !(column in (members[0] ?? {})));
    // The run stands once in the document; every comparison is of the population `all`.
    expect(missing('summary.csv', REPORT.summary)).toEqual(['run_id']);
    expect(missing('comparisons.csv', REPORT.comparisons)).toEqual(['run_id', 'population']);
  });
});
