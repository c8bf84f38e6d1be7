import type { HistoryDamage, HistorySeries, SeriesPoint } from '../harness/domain/regression.ts';
import { visibleText } from './free-text.ts';
import { acceptedWords, baselineWords, byKey, damageWords, keyWords } from './history-page.ts';
import { describeGate, formatChange } from './regression.ts';

const WIDTH = 640;
const HEIGHT = 120;
const PADDING = 10;
const SHOWN_RUNS = 60;

const STYLE = `body{font:14px/1.45 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}
td,th{text-align:left;vertical-align:top;padding:.4rem .8rem .4rem 0;border-bottom:1px solid #ccc}svg{max-width:100%;height:auto}
.band{fill:#dbe7f3}.level{stroke:#3a6ea5;stroke-dasharray:4 3}.limits{stroke:#555}.ok{fill:#2f6f4f}.bad{fill:#b3261e}.other{fill:#777}
.change{stroke:#8a5a00}.key{color:#555}
@media (prefers-color-scheme:dark){body{color:#e6e6e6;background:#161616}td,th{border-color:#444}.band{fill:#243648}.limits{stroke:#aaa}.level{stroke:#7fb0e0}
.ok{fill:#6cc39a}.bad{fill:#ff8a80}.other{fill:#999}.change{stroke:#e0b050}.key{color:#aaa}}`;

/** Foreign text as HTML text or an attribute's value. */
function escapeHtml(text: string): string {
  const named: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return visibleText(text).replace(/[&<>"']/g, (one) => named[one] ?? one);
}

interface Scale {
  readonly x: (i: number) => string;
  readonly y: (logRatio: number) => string;
}

function scaleOf(points: readonly SeriesPoint[], { baseline }: HistorySeries): Scale {
  const values = points.flatMap(({ record: { point, band } }) => [
    ...(point === undefined ? [] : [point.logRatio, point.low ?? point.logRatio, point.high ?? point.logRatio]),
    ...(band === undefined ? [] : [band.low, band.high]),
  ]);
  if (baseline !== undefined) values.push(baseline.level);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const span = high > low ? high - low : 1;
  const step = (WIDTH - 2 * PADDING) / Math.max(1, points.length - 1);
  return {
    x: (i) => (PADDING + i * step).toFixed(1),
    y: (logRatio) => (HEIGHT - PADDING - ((logRatio - low) / span) * (HEIGHT - 2 * PADDING)).toFixed(1),
  };
}

function classOf({ record }: SeriesPoint): string {
  if (record.role === 'confirmation' || record.verdict === 'learning' || record.verdict === 'not decidable') return 'other';
  return record.verdict === 'regression' || record.verdict === 'flagged' ? 'bad' : 'ok';
}

/** The loose limits that each run was judged by. */
function bandShape(points: readonly SeriesPoint[], { x, y }: Scale): string {
  const judged = points.flatMap(({ record: { band } }, i) => (band === undefined ? [] : [{ i, band }]));
  if (judged.length < 2) return '';
  const upper = judged.map(({ i, band }) => `${x(i)},${y(band.high)}`);
  const lower = judged.map(({ i, band }) => `${x(i)},${y(band.low)}`).reverse();
  return `<polygon class="band" points="${[...upper, ...lower].join(' ')}"/>`;
}

function pointShape(one: SeriesPoint, i: number, { x, y }: Scale): string {
  const { point, runId, measuredAt, verdict, role } = one.record;
  if (point === undefined) return '';
  const { low, high, logRatio } = point;
  const limits =
    low === undefined || high === undefined ? '' : `<line class="limits" x1="${x(i)}" x2="${x(i)}" y1="${y(low)}" y2="${y(high)}"/>`;
  const accepted = acceptedWords(one, escapeHtml);
  const change = accepted === '' ? '' : `<line class="change" x1="${x(i)}" x2="${x(i)}" y1="0" y2="${HEIGHT}"/>`;
  const words = `${runId} ${escapeHtml(measuredAt.slice(0, 16))}: ${formatChange(logRatio)} %, ${role === 'confirmation' ? 'confirms' : verdict}`;
  const title = `<title>${words}${accepted === '' ? '' : `; ${accepted}`}</title>`;
  return `${change}${limits}<circle class="${classOf(one)}" cx="${x(i)}" cy="${y(logRatio)}" r="3.5">${title}</circle>`;
}

/** Points with the run's own intervals, the band they were judged by, the level, and accepted changes as upright lines. */
function chart(series: HistorySeries): string {
  const points = series.points.slice(-SHOWN_RUNS);
  if (points.every(({ record }) => record.point === undefined)) return 'no figures';
  const scale = scaleOf(points, series);
  const level = series.baseline?.level;
  const line = level === undefined ? '' : `<line class="level" x1="0" x2="${WIDTH}" y1="${scale.y(level)}" y2="${scale.y(level)}"/>`;
  const label = `ratio to the reference in ${points.length} runs`;
  const shapes = points.map((point, i) => pointShape(point, i, scale)).join('');
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${label}">${bandShape(points, scale)}${line}${shapes}</svg>`;
}

function acceptedList({ points }: HistorySeries): string {
  const items = points
    .filter(({ acceptance }) => acceptance !== undefined)
    .map((one) => `<li>run ${one.record.runId}, ${acceptedWords(one, escapeHtml)}</li>`);
  return items.length === 0 ? '' : `<ul>${items.join('')}</ul>`;
}

function seriesRow(series: HistorySeries): string {
  const newest = series.points.filter(({ record }) => record.role === 'scheduled').at(-1)?.record.verdict ?? '';
  const about = `${describeGate(series.gate, escapeHtml)}<br>${escapeHtml(baselineWords(series))}${acceptedList(series)}`;
  return `<tr><td>${about}</td><td>${newest}</td><td>${chart(series)}</td></tr>`;
}

/** `history.html`: one row a gate, in one file that asks nothing of any network. */
export function formatHistoryHtml(series: readonly HistorySeries[], damage: HistoryDamage): string {
  const tables = [...byKey(series).values()].map((group) => {
    const key = group[0] === undefined ? '' : keyWords(group[0], escapeHtml);
    const head = '<tr><th>gate and baseline</th><th>newest run</th><th>ratio to the reference, oldest left</th></tr>';
    return `<p class="key">${key}</p><table>${head}${group.map(seriesRow).join('\n')}</table>`;
  });
  const notes = damageWords(damage);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>History of scheduled runs</title>
<style>${STYLE}</style></head><body>
<h1>History of scheduled runs</h1>
<p>Each point is a run's p50 of the scenario as a ratio to its reference, with the run's own 95 % interval. Shaded: the loose limits that runs were judged by.
Dashed: the level that the next run is set against. Upright: a change that somebody accepted. Grey: learning, not decidable, or made to confirm; red: flagged or confirmed.</p>
${notes === '' ? '' : `<p>${notes}</p>\n`}${tables.length === 0 ? '<p>No run yet.</p>' : tables.join('\n')}
</body></html>
`;
}
