import type { HistorySeries, SeriesPoint } from '../../harness/domain/regression.ts';
import { html, type Markup } from '../markup.ts';

const WIDTH = 720;
const HEIGHT = 150;
/** Left room for the percents, below for the dates. */
const PLOT = { left: 80, right: 10, top: 10, bottom: 26 } as const;
/** Older runs stay in the history's file. */
export const STRIP_RUNS = 60;

/** Words that the strip shows of a point when it is pointed at. */
export interface StripWords {
  /** `+12.3` from a log ratio. */
  readonly percent: (logRatio: number) => string;
  readonly title: (point: SeriesPoint) => string;
}

interface Scale {
  /** Width that one run has. */
  readonly step: number;
  readonly x: (i: number) => number;
  readonly y: (logRatio: number) => number;
  readonly low: number;
  readonly high: number;
}

function scaleOf(points: readonly SeriesPoint[], level: number | undefined): Scale {
  const values = points.flatMap(({ record: { point, band } }) => [
    ...(point === undefined ? [] : [point.logRatio, point.low ?? point.logRatio, point.high ?? point.logRatio]),
    ...(band === undefined ? [] : [band.low, band.high]),
  ]);
  if (level !== undefined) values.push(level);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const span = high > low ? high - low : 1;
  const step = (WIDTH - PLOT.left - PLOT.right) / Math.max(1, points.length);
  return {
    ...{ step, low, high },
    x: (i) => PLOT.left + (i + 0.5) * step,
    y: (logRatio) => HEIGHT - PLOT.bottom - ((logRatio - low) / span) * (HEIGHT - PLOT.bottom - PLOT.top),
  };
}

type Kind = 'bad' | 'ok' | 'other';

function kindOf({ record: { role, verdict } }: SeriesPoint): Kind {
  if (role === 'confirmation' || verdict === 'learning' || verdict === 'not decidable') return 'other';
  return verdict === 'regression' || verdict === 'flagged' ? 'bad' : 'ok';
}

/** Shape and colour both tell the kind: a diamond, a full or an empty circle. */
function mark(kind: Kind, x: number, y: number, title: Markup): Markup {
  if (kind === 'bad') return html`<path class="bad" d="M${x} ${y - 6}L${x + 6} ${y}L${x} ${y + 6}L${x - 6} ${y}Z">${title}</path>`;
  return html`<circle class="${kind}" cx="${x}" cy="${y}" r="3.5">${title}</circle>`;
}

/** The loose limits that the run was judged by, as wide as the run: limits of other runs are not joined to them. */
function bandShape({ record: { band } }: SeriesPoint, i: number, { step, x, y }: Scale): readonly Markup[] {
  if (band === undefined) return [];
  return [html`<rect class="band" x="${x(i) - step / 2}" y="${y(band.high)}" width="${step}" height="${y(band.low) - y(band.high)}"/>`];
}

function pointShape(one: SeriesPoint, i: number, { x, y }: Scale, words: StripWords): readonly Markup[] {
  const { point } = one.record;
  if (point === undefined) return [];
  const { low, high, logRatio } = point;
  const limits = low === undefined || high === undefined ? [] : [html`<path class="limits" d="M${x(i)} ${y(low)}V${y(high)}"/>`];
  return [...limits, mark(kindOf(one), x(i), y(logRatio), html`<title>${words.title(one)}</title>`)];
}

function acceptedShape({ acceptance }: SeriesPoint, i: number, { x }: Scale): readonly Markup[] {
  if (acceptance === undefined) return [];
  return [html`<path class="change" d="M${x(i)} ${PLOT.top}V${HEIGHT - PLOT.bottom}"/>`];
}

/** Percents of the scale's ends and of the level; the level's stands alone where they would touch. */
function percents({ low, high, y }: Scale, level: number | undefined, words: StripWords): readonly Markup[] {
  const ends = [low, high].filter((value) => level === undefined || Math.abs(y(value) - y(level)) > 14);
  return [...ends, ...(level === undefined ? [] : [level])].map(
    (value) => html`<text x="${PLOT.left - 8}" y="${y(value) + 4}" text-anchor="end">${words.percent(value)} %</text>`,
  );
}

function dates(points: readonly SeriesPoint[]): readonly Markup[] {
  const [first, last] = [points.at(0), points.at(-1)].map((one) => one?.record.measuredAt.slice(0, 10) ?? '');
  const y = HEIGHT - 6;
  const end = html`<text x="${WIDTH - PLOT.right}" y="${y}" text-anchor="end">${last}</text>`;
  return first === last ? [end] : [html`<text x="${PLOT.left}" y="${y}">${first}</text>`, end];
}

/** The level that the next run is set against, from the run that it holds since. */
function levelShape(points: readonly SeriesPoint[], level: number | undefined, { x, y, step }: Scale): readonly Markup[] {
  if (level === undefined) return [];
  const since = Math.max(0, points.map(({ acceptance }) => acceptance !== undefined).lastIndexOf(true));
  return [html`<path class="level" d="M${x(since) - step / 2} ${y(level)}H${WIDTH - PLOT.right}"/>`];
}

/**
 * A gate's last runs, oldest left: ratios with the run's own intervals, the limits they were judged by, the level of the next one, and
 * accepted changes as upright lines. Undefined without a figure.
 */
export function historyStrip({ points: all, baseline }: HistorySeries, words: StripWords): Markup | undefined {
  const points = all.slice(-STRIP_RUNS);
  if (points.every(({ record }) => record.point === undefined)) return undefined;
  const scale = scaleOf(points, baseline?.level);
  const label = `ratio to the reference in ${points.length} runs, from ${words.percent(scale.low)} to ${words.percent(scale.high)} %`;
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}">${[
    ...points.flatMap((one, i) => bandShape(one, i, scale)),
    ...levelShape(points, baseline?.level, scale),
    ...points.flatMap((one, i) => acceptedShape(one, i, scale)),
    ...points.flatMap((one, i) => pointShape(one, i, scale, words)),
    ...percents(scale, baseline?.level, words),
    ...dates(points),
  ]}</svg>`;
}
