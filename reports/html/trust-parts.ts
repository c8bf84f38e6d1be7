import type { Analysis } from '../../harness/analyse/analysis.ts';
import { isTwin } from '../../harness/domain/arm.ts';
import { formatCell } from '../../harness/domain/cell.ts';
import { wordsOfCheck } from '../checks.ts';
import { describeCell, formatDifference } from '../difference.ts';
import { visibleText } from '../free-text.ts';
import { html, type Markup, tableOf } from '../markup.ts';
import { reachabilityRows } from '../reachability.ts';
import { SAME_TWICE_MEANING, sameTwiceRows } from '../same-twice.ts';
import { section } from './views.ts';

/** Expected and observed, with how it failed; absent for other tools' files, which expected nothing. */
export function reachabilityPart(analysis: Analysis): Markup | undefined {
  if (analysis.manifest.plan.foreign !== undefined) return undefined;
  const [header = [], ...body] = reachabilityRows(analysis, visibleText);
  const note = 'How an attempt failed names the layer: dns, connect, tls, or the target’s own refusal.';
  return section('reachability', 'Reachability', [tableOf(header, body)], note);
}

function checkTable({ checks }: Analysis): Markup {
  const body = checks.map((check) => {
    const { mark, text, figures } = wordsOfCheck(check, visibleText);
    const look = { pass: 'good', warn: 'warn', fail: 'bad', 'no data': 'open' }[check.verdict];
    const below = figures === '' ? undefined : html`<br><span class="limits">${figures}</span>`;
    return [check.id, html`<span class="${look}"><span aria-hidden="true">${mark}</span> ${check.verdict}</span>`, html`${text}${below}`];
  });
  return tableOf(['check', 'verdict', 'what was found'], body);
}

function controlTable({ comparisons }: Analysis): Markup | undefined {
  const rows = comparisons.filter(({ role, statistic }) => role === 'negative control' && statistic === 'p50');
  if (rows.length === 0) return undefined;
  const body = rows.map((row) => [
    `${visibleText(row.scenario)} − ${visibleText(row.reference)}`,
    describeCell(row),
    `${row.metric} ${row.statistic}`,
    formatDifference(row),
    row.verdict,
  ]);
  return html`<h3>Negative control: both go the same way</h3>${tableOf(['pair', 'cell', 'figure', 'difference, 95 %', 'verdict'], body)}`;
}

/** The checks, the same deployed twice, and pairs that cannot differ. */
export function trustPart(analysis: Analysis): Markup {
  const twins = sameTwiceRows(analysis, visibleText);
  const [header = [], ...body] = twins ?? [];
  const sameTwice =
    twins === undefined
      ? undefined
      : html`<h3>A/A: the same deployed twice</h3><p class="note">${SAME_TWICE_MEANING}</p><details><summary>${String(body.length)} comparisons</summary>${tableOf(header, body, ['l', 'l', 'l', 'r', 'r', 'r'])}</details>`;
  return section('trust', 'Can you trust this run?', [checkTable(analysis), sameTwice, controlTable(analysis)]);
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

function ledger({ accounting }: Analysis): Markup {
  const { asked, measured, discarded, failed } = accounting;
  const line =
    (kind: string) =>
    ([word, count]: readonly [string, number]): readonly [string, string] => [`${kind}: ${visibleText(word)}`, String(count)];
  const rows = [
    ['measured', String(measured)],
    ...Object.entries(discarded).map(line('discarded')),
    ...Object.entries(failed).map(line('not answered as planned')),
    ['sum', String(sum([measured, ...Object.values(discarded), ...Object.values(failed)]))],
    ['asked', String(asked)],
  ] as const;
  return tableOf(['calls', 'n'], rows, ['l', 'r']);
}

function cellCounts({ series }: Analysis): Markup {
  const body = series.counts.map(({ cell, measured, failed }) => {
    const twin = isTwin(cell.scenario) ? ' (A/A)' : '';
    return [`${visibleText(formatCell(cell))}${twin}`, String(measured), String(failed)];
  });
  const totals = [
    'sum',
    String(sum(series.counts.map(({ measured }) => measured))),
    String(sum(series.counts.map(({ failed }) => failed))),
  ];
  return html`<details><summary>By cell</summary>${tableOf(['scenario/target/start/connection', 'measured', 'failed'], [...body, totals], ['l', 'r', 'r'])}</details>`;
}

/** What became of every call. */
export function samplesPart(analysis: Analysis): Markup {
  const { accounting } = analysis;
  const note = `REPORT found for ${accounting.reportsFound} calls, missing for ${accounting.reportsMissing}. ${accounting.perturbed} calls were held up by a stall of the driver.`;
  return section('samples', 'Samples', [ledger(analysis), cellCounts(analysis)], note);
}
