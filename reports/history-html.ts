import type { HistoryDamage, HistorySeries, SeriesPoint } from '../harness/domain/regression.ts';
import { historyStrip } from './charts/history-strip.ts';
import { visibleText } from './free-text.ts';
import { acceptedWords, baselineWords, byKey, damageWords, keyWords } from './history-page.ts';
import { html, type Markup, ownSource } from './markup.ts';
import { describeGate, formatChange, VERDICT_MARKS } from './regression.ts';

const STYLE = `:root{--page:#fbfbfa;--card:#fff;--line:#e3e6ea;--text:#1b1f24;--muted:#5c6670;--good:#14713d;--bad:#b3261e;--warn:#8a5a00;--band:#dbe7f3;--level:#0b6fb8}
@media (prefers-color-scheme:dark){:root{--page:#0e1116;--card:#151a21;--line:#29313b;--text:#e6eaf0;--muted:#98a3b0;--good:#5fd08c;--bad:#ff8379;--warn:#f2bf5e;--band:#1f3347;--level:#58b4ff}}
html{color-scheme:light dark}*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:15px/1.5 Inter,system-ui,"Segoe UI","DejaVu Sans",sans-serif;font-variant-numeric:tabular-nums}
main{max-width:1180px;margin:0 auto;padding:14px}h1{font-size:24px;line-height:1.2;margin:6px 0 8px}h2{font-size:15px;margin:0 0 4px}
p{margin:0 0 8px}.note,details{color:var(--muted);font-size:13.5px}details{margin:14px 0 8px;overflow-wrap:anywhere}summary{cursor:pointer}.warning{color:var(--warn);font-weight:600}
section{display:grid;grid-template-columns:minmax(0,2fr) minmax(0,3fr);gap:8px 18px;background:var(--card);border:1px solid var(--line);border-radius:8px;padding:14px;margin:0 0 10px}
@media (max-width:760px){section{grid-template-columns:minmax(0,1fr)}}
.verdict{font-weight:600}.verdict.bad{color:var(--bad)}.verdict.ok{color:var(--good)}.verdict.other{color:var(--muted)}
ul{margin:4px 0 0;padding-left:18px}svg{display:block;width:100%;height:auto;min-width:0}
svg text{fill:var(--muted);font-size:12.5px}.band{fill:var(--band);shape-rendering:crispEdges}.level{stroke:var(--level);stroke-width:1.5;stroke-dasharray:5 4;fill:none}
.limits{stroke:var(--muted);stroke-width:1.5}circle.ok{fill:var(--good)}path.bad{fill:var(--bad)}circle.other{fill:var(--card);stroke:var(--muted);stroke-width:1.5}
.change{stroke:var(--warn);stroke-width:2}@media (max-width:760px){svg text{font-size:16px}}`;

function titleOf(one: SeriesPoint): string {
  const { runId, measuredAt, verdict, role, point } = one.record;
  const change = point === undefined ? '' : ` ${formatChange(point.logRatio)} %,`;
  const accepted = acceptedWords(one, visibleText);
  const words = `${visibleText(runId)} ${visibleText(measuredAt.slice(0, 16))}:${change} ${role === 'confirmation' ? 'confirms' : verdict}`;
  return accepted === '' ? words : `${words}; ${accepted}`;
}

function acceptedList({ points }: HistorySeries): Markup | undefined {
  const items = points
    .filter(({ acceptance }) => acceptance !== undefined)
    .map((one) => html`<li>run ${visibleText(one.record.runId)}, ${acceptedWords(one, visibleText)}</li>`);
  return items.length === 0 ? undefined : html`<ul>${items}</ul>`;
}

function newestVerdict({ points }: HistorySeries): Markup | undefined {
  const verdict = points.filter(({ record }) => record.role === 'scheduled').at(-1)?.record.verdict;
  if (verdict === undefined) return undefined;
  const kind =
    verdict === 'regression' || verdict === 'flagged' ? 'bad' : verdict === 'learning' || verdict === 'not decidable' ? 'other' : 'ok';
  return html`<p class="verdict ${kind}">${VERDICT_MARKS[verdict]} newest run: ${verdict}</p>`;
}

function seriesSection(series: HistorySeries): Markup {
  const strip = historyStrip(series, { percent: formatChange, title: titleOf }) ?? html`<p class="note">no figures</p>`;
  const words = html`<h2>${describeGate(series.gate, visibleText)}</h2>${newestVerdict(series)}<p>${baselineWords(series)}</p>${acceptedList(series)}`;
  return html`<section><div>${words}</div><div>${strip}</div></section>
`;
}

function group(series: readonly HistorySeries[]): Markup {
  const [first] = series;
  const key = first === undefined ? '' : keyWords(first, visibleText);
  return html`<details><summary>What these runs share, and others must to be compared with them</summary>${key}</details>
${series.map(seriesSection)}`;
}

/** `history.html`: one row a gate, in one file that asks nothing of any network. */
export function formatHistoryHtml(series: readonly HistorySeries[], damage: HistoryDamage): string {
  const groups = [...byKey(series).values()].map(group);
  const notes = damageWords(damage);
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>History of scheduled runs</title>
<style>${ownSource(STYLE)}</style></head><body><main>
<h1>History of scheduled runs</h1>
<p class="note">Each point is a run’s p50 of the scenario against its reference in the same run, in percent, with the run’s own 95 % interval; oldest left. Shaded: the loose
limits that the run was judged by. Dashed: the level that the next run is set against. Upright line: a change that somebody accepted. Full circle: passed; empty circle: learning, not
decidable, or made to confirm; diamond: flagged or confirmed as a regression.</p>
${notes === '' ? undefined : html`<p class="warning">! ${notes}</p>`}
${groups.length === 0 ? html`<p>No run yet.</p>` : groups}
</main></body></html>
`;
  return page.text;
}
