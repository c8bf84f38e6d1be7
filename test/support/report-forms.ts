/**
 * What `report.html` and `report.md` print beside what `report.json` and the CSV files hold, by the published formats alone: nothing of the tool
 * is imported. Each comparison is a pair, so that a test sees how many it saw.
 */
import type { Cell, Document, Forms, Limits, Row } from './report-document.ts';
import { readable, type SeenTable, signed } from './report-tables.ts';

/** What was printed beside what should be. */
export interface Pair {
  readonly of: string;
  readonly seen: unknown;
  readonly expected: unknown;
}

const limits = ({ ci_low_ms: low, ci_high_ms: high }: Limits, form: (ms: number) => string): string =>
  low === null || high === null ? '' : `[${form(low)}, ${form(high)}]`;
const percent = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`;

/** A comparison in words: `+1.8 ms [+1.6, +2.1] (+9.4 % [+8.1, +10.9])`. */
function inWords(row: Document['comparisons'][number]): string {
  if (row.difference_ms === null || row.ci_low_ms === null) return '';
  const ofReference = row.difference_pct === null ? '' : ` (${percent(row.difference_pct)} %`;
  const ratio = row.pct_low === null || row.pct_high === null ? '' : ` [${percent(row.pct_low)}, ${percent(row.pct_high)}]`;
  return `${signed(row.difference_ms)} ms ${limits(row, signed)}${ofReference === '' ? '' : `${ofReference}${ratio})`}`;
}

const cellName = ({ target, start, connection }: Cell): string =>
  start === 'cold' ? `${target}, cold` : `${target}, warm, ${connection} connection`;
const same = (one: Cell, other: Cell | Row): boolean =>
  (['scenario', 'target', 'start', 'connection'] as const).every((name) => one[name] === other[name]);

const VIEW_METRIC: Readonly<Record<string, string>> = { warm: 'fn_total_ms', cold: 'client_ms' };

/** The matrix: each cell's quantiles with limits, and the change against the reference. */
export function matrixPairs({ html, summary, report }: Forms): readonly Pair[] {
  return html
    .filter(({ section }) => section === 'matrix')
    .flatMap(({ view, head, rows }) => {
      const [start = '', connection = ''] = view.split('-');
      return rows.flatMap(([target = '', ...cells]) =>
        cells.flatMap((seen, i): Pair[] => {
          const cell = { scenario: head[i + 1]?.trim() ?? '', target, start, connection };
          const metric = VIEW_METRIC[start];
          const own = summary.filter((row) => same(cell, row) && row['metric'] === metric && row['population'] === 'all');
          if (own.length === 0)
            return [{ of: `${view} ${target} ${cell.scenario}`, seen: /blocked|not measured|no figures/.test(seen), expected: true }];
          const quantiles = ['p50', 'p90', 'p99'].map((statistic) => {
            const row = own.find((one) => one['statistic'] === statistic);
            if (row?.['value_ms'] === '') return `${statistic} n too small (need ${{ p50: 6, p90: 36, p99: 368 }[statistic]})`;
            const [low, high] = [row?.['ci_low_ms'] ?? '', row?.['ci_high_ms'] ?? ''];
            const shown = low === '' ? 'no limits' : `[${readable(Number(low))}, ${readable(Number(high))}]`;
            return `${statistic} ${readable(Number(row?.['value_ms']))} ms ${shown}`;
          });
          const change = report.comparisons.find(
            (row) => same(cell, row) && row.metric === metric && row.statistic === 'p50' && row.role !== 'twin',
          );
          const said = change === undefined ? [] : [`${change.verdict} ${inWords(change)}`.trim()];
          const failures = own[0]?.['failures'] === '0' ? '' : ` and ${own[0]?.['failures']} failed`;
          const expected = [...quantiles, ...said, `n ${own[0]?.['n']}${failures}`].join(' ');
          return [{ of: `${view} ${target} ${cell.scenario}`, seen: seen.replace(/ [▲▼~?] /, ' '), expected }];
        }),
      );
    });
}

function panelCells(
  table: SeenTable,
  targets: readonly string[],
): { readonly target: string; readonly start: string; readonly connection: string } {
  const [start = '', connection = ''] = table.view.split('-');
  return { target: targets.find((name) => table.caption.startsWith(name)) ?? '', start, connection };
}

const scenarioOf = (head: string): string => head.replace(/ ms.*$/, '');

/** The tables behind the percentile curves. */
export function curvePairs({ html, report }: Forms): readonly Pair[] {
  return html
    .filter(({ section }) => section === 'curves')
    .flatMap((table) =>
      table.rows.flatMap(([share = '', ...cells]) =>
        cells.map((seen, i): Pair => {
          const cell = { scenario: scenarioOf(table.head[i + 1] ?? ''), ...panelCells(table, report.run.targets) };
          const curve = report.series.curves.find((one) => same(cell, one));
          const point = curve?.points.find((one) => `p${Number((one.share * 100).toFixed(1))}` === share);
          const whiskers = point !== undefined && point.ci_low_ms !== null && ['p50', 'p90', 'p99'].includes(share);
          const value = point === undefined ? 'n too small' : `${readable(point.value_ms)}${whiskers ? ` ${limits(point, readable)}` : ''}`;
          return { of: `${table.caption} ${cell.scenario} ${share}`, seen, expected: value };
        }),
      ),
    );
}

/** The tables behind the strips over the run. */
export function coursePairs({ html, report }: Forms): readonly Pair[] {
  return html
    .filter(({ section }) => section === 'course')
    .flatMap((table) =>
      table.rows.flatMap(([round = '', ...cells]) =>
        cells.map((seen, i): Pair => {
          const cell = { scenario: scenarioOf(table.head[i + 1] ?? ''), ...panelCells(table, report.run.targets) };
          const steps = report.series.courses.find((one) => same(cell, one))?.steps ?? [];
          const step = steps.find(({ first_round: first, last_round: end }) => (first === end ? `${first}` : `${first}–${end}`) === round);
          const half =
            step === undefined || step.n === 1 ? '' : ` (${readable(step.lower_quartile_ms)}–${readable(step.upper_quartile_ms)})`;
          return {
            of: `${table.caption} ${cell.scenario} ${round}`,
            seen,
            expected: step === undefined ? 'none' : `${readable(step.median_ms)}${half}`,
          };
        }),
      ),
    );
}

const PART_NAMES: Readonly<Record<string, string>> = {
  'outside the REPORT': 'outside',
  DNS: 'dns',
  TLS: 'tls',
  authentication: 'auth',
  'first byte': 'ttfb',
  'rest of the handler': 'handler',
};

/** The table behind the bars of whole cold calls, and the one of their network phases. */
export function coldPairs({ html, report }: Forms): readonly Pair[] {
  return html
    .filter(({ section }) => section === 'cold')
    .flatMap(({ head, rows, caption }) =>
      rows.flatMap(([name = '', ...cells]) => {
        const [target = '', scenario = ''] = name.split(', ');
        const split = report.series.cold_splits.find((one) => one.target === target && one.scenario === scenario);
        return cells.map((seen, i): Pair => {
          const column = (head[i + 1] ?? '').replace(/ ms$/, '');
          const part = split?.parts.find((one) => one.part === (PART_NAMES[column] ?? column));
          const rest = (split?.whole_ms ?? 0) - (split?.parts ?? []).reduce((sum, { median_ms: ms }) => sum + ms, 0);
          const value = { n: undefined, whole: split?.whole_ms, unattributed: rest > 5e-7 ? rest : undefined }[column] ?? part?.median_ms;
          const expected = column === 'n' ? String(split?.n) : value === undefined ? '' : readable(value);
          return { of: `${caption}: ${name} ${column}`, seen, expected };
        });
      }),
    );
}

/** Which phase carries a difference, in both forms. */
export function attributionPairs({ html, markdown, report }: Forms): readonly Pair[] {
  const share = (value: number | null): string => (value === null ? '' : `${Math.round(value * 100)} %`.replace('-', '−'));
  const expected = report.attributions.map((one) => ({
    title: `${one.scenario} − ${one.reference}`,
    target: one.target,
    connection: one.connection,
    lines: [
      ['whole', signed(one.difference_ms ?? Number.NaN), '', ''],
      ...one.phases.map((phase) => [
        phase.of_some_calls ? `${phase.phase}, in some calls only` : phase.phase,
        signed(phase.difference_ms ?? Number.NaN),
        limits(phase, signed),
        share(phase.share),
      ]),
      [one.left_out.length === 0 ? 'rest' : `rest, with ${one.left_out.join(', ')}: too few rounds on a side`, signed(one.rest_ms), '', ''],
    ],
  }));
  const inHtml = expected.map(({ title, target, connection, lines }): Pair => {
    const table = html.find(
      ({ section, caption }) => section === 'attribution' && caption === `${target}, ${connection} connection: ${title}`,
    );
    return { of: `html ${target} ${connection} ${title}`, seen: table?.rows.map((row) => row.filter((_, i) => i !== 3)), expected: lines };
  });
  const table = markdown.find(({ caption }) => caption.startsWith('Which phase carries a difference'));
  const lines = expected.flatMap(({ title, target, connection, lines: own }) => own.map((line) => [target, connection, title, ...line]));
  return [...inHtml, ...(lines.length === 0 ? [] : [{ of: 'markdown', seen: table?.rows, expected: lines }])];
}

/** Differences from fast to slow calls, which Markdown prints. */
export function shiftPairs({ markdown, report }: Forms): readonly Pair[] {
  const table = markdown.find(({ caption }) => caption.startsWith('From fast to slow calls'));
  return (table?.rows ?? []).flatMap((cells) => {
    const row = report.comparisons.find(
      (one) =>
        cellName(one) === cells[0] &&
        `${one.scenario} − ${one.reference}` === cells[1] &&
        one.shift.length > 0 &&
        one.metric === VIEW_METRIC[one.start],
    );
    return (table?.head ?? []).flatMap((name, i): Pair[] => {
      if (!/^p\d+ ms$/.test(name)) return [];
      const point = row?.shift.find(({ share }) => `p${Math.round(share * 100)} ms` === name);
      const expected = point === undefined ? '' : `${signed(point.difference_ms ?? Number.NaN)} ${limits(point, signed)}`;
      return [{ of: `${cells[0]} ${cells[1]} ${name}`, seen: cells[i], expected }];
    });
  });
}

/** The same deployed twice, in both forms. */
export function twinPairs({ html, markdown, report }: Forms): readonly Pair[] {
  const twins = report.comparisons.filter(({ role, difference_ms: difference }) => role === 'twin' && difference !== null);
  const probability = (p: number | null): string => (p === null ? '' : p < 0.0001 ? '< 0.0001' : p.toPrecision(2));
  const expected = twins.map((row) => [
    row.scenario,
    cellName(row),
    `${row.metric} ${row.statistic}`,
    inWords(row),
    readable(row.margin_ms ?? 0),
    probability(row.p_adjusted),
  ]);
  const seenIn = (table: SeenTable | undefined): unknown => table?.rows.map((row) => row.slice(0, -1));
  return [
    { of: 'html', seen: seenIn(html.find(({ head }) => head[0] === 'twin')), expected },
    { of: 'markdown', seen: seenIn(markdown.find(({ head }) => head[0] === 'twin')), expected },
  ];
}

/** What could be reached, in both forms. */
export function reachabilityPairs({ html, markdown, report }: Forms): readonly Pair[] {
  const expected = report.reachability.map((row) => {
    const until = row.until_failure_ms === null ? '' : ` after ${readable(row.until_failure_ms)} ms`;
    const how = row.signature === null ? '' : `${row.signature}${until}`;
    return [row['scenario'], row['target'], row['expected'], row['verdict'], row['path'] ?? '', `${row.reached}/${row.attempts}`, how];
  });
  return [html, markdown].map((tables, i) => ({
    of: i === 0 ? 'html' : 'markdown',
    seen: tables.find(({ head }) => head.includes('how it failed'))?.rows,
    expected,
  }));
}
