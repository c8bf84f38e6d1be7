import { strToU8, zlibSync } from 'fflate';
import type { Analysis } from '../../harness/analyse/analysis.ts';
import { judgedMetrics } from '../../harness/analyse/metric.ts';
import type { SummaryRow } from '../../harness/analyse/summary.ts';
import { formatComparisonsCsv } from '../comparisons-csv.ts';
import { visibleText } from '../free-text.ts';
import { html, jsonBlock, type Markup, tableOf } from '../markup.ts';
import { methodLines, reproduceCommand } from '../method.ts';
import { formatSummaryCsv } from '../summary-csv.ts';
import { section } from './views.ts';

/** What each figure's clock sees. */
const CLOCKS = [
  ['client_ms', 'the driver’s', 'from the SDK call to the end of its answer: all that follows, and the caller’s network'],
  ['init_ms, duration_ms', 'the platform’s REPORT', 'starting the environment with the function’s own modules; running the handler'],
  ['cold_report_ms', 'the platform’s REPORT', 'init + duration'],
  ['outside_ms', 'the driver’s − the REPORT’s spans', 'front end, placement, the caller’s network'],
  ['fn_total_ms', 'the function’s', 'the operation on the target: DNS, connect, TLS, the request itself'],
] as const;

const TIMELINE = `client_ms   |-------------------------------------------------|
REPORT              |--- init ---|------- duration ------|
fn_total_ms                          |-- operation --|`;

/** How the figures came about; folded, for it is long. */
export function methodPart({ manifest }: Analysis): Markup {
  const lines = methodLines(manifest, visibleText).map((line) => html`<li>${line}</li>`);
  const clocks =
    manifest.plan.foreign === undefined
      ? html`<pre tabindex="0">${trustedLines(TIMELINE)}</pre>${tableOf(['figure', 'clock', 'what it sees'], CLOCKS)}`
      : undefined;
  return section('method', 'Method and environment', [
    html`<details><summary>How these figures came about</summary>${clocks}<ul>${lines}</ul></details>`,
  ]);
}

/** Our own text with its line breaks. */
function trustedLines(text: string): readonly Markup[] {
  return text.split('\n').map((line) => html`${line}\n`);
}

/** A CSV file in a sixth of its size: zlib, as base64. */
function pack(csv: string): string {
  return Buffer.from(zlibSync(strToU8(csv), { level: 9 })).toString('base64');
}

/** The statistics that the page shows: quantiles of what is judged. */
function shownSummary({ manifest, summary }: Analysis): readonly SummaryRow[] {
  const judged = (['warm', 'cold'] as const).flatMap((start) => judgedMetrics(manifest.plan, start));
  return summary.filter((row) => row.population === 'all' && judged.includes(row.metric) && /^p/.test(row.statistic));
}

/** The command that asks the same calls again, and the tables as files. */
export function reproducePart(analysis: Analysis): Markup {
  const { manifest, comparisons } = analysis;
  const { foreign, scenarios } = manifest.plan;
  const command =
    foreign === undefined && scenarios.length > 0
      ? html`<p>The same calls again:</p><pre tabindex="0"><code>${reproduceCommand(manifest)}</code></pre>`
      : undefined;
  const files = {
    'summary.csv': pack(formatSummaryCsv(manifest.runId, shownSummary(analysis))),
    'comparisons.csv': pack(formatComparisonsCsv(manifest.runId, comparisons)),
  };
  const buttons = Object.keys(files).map((name) => html`<button type="button" data-download="${name}">${name}</button>`);
  const downloads = html`<p class="downloads" hidden>Save: ${buttons}</p><script type="application/json" id="files">${jsonBlock(files)}</script>`;
  const beside = foreign === undefined ? ' and the raw samples lie' : ' lies';
  const raw = `Saved are the quantiles and differences of what is judged; the whole summary.csv${beside} beside it in the run’s folder.`;
  return section('reproduce', 'Reproduce', [command, downloads, html`<p class="note">${raw}</p>`]);
}
