import { scaleLog } from 'd3-scale';
import type { CurvePoint, QuantileCurve } from '../../harness/analyse/quantile-curve.ts';
import { toMilliseconds } from '../../harness/domain/nanoseconds.ts';
import { formatReadable } from '../figure.ts';
import { html, type Markup } from '../markup.ts';
import { type Axis, bottomAxis, leftAxis, linearAxis } from './axis.ts';
import { type DataRow, type Figure, spread } from './figure.ts';
import { type Identity, markerAt } from './identity.ts';
import { polyline } from './polyline.ts';

/** One scenario's curve with its looks. */
export interface PanelCurve {
  readonly identity: Identity;
  readonly curve: QuantileCurve;
}

const HEIGHT = 270;
const [LEFT, TOP, BOTTOM] = [44, 16, 226] as const;
const PLOT_WIDTH = 300;
/** Pixels of a letter of the direct labels, and what stands before them. */
const LETTER = 6.7;
const MARKED = [0.5, 0.9, 0.99];
const TICKS = [0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999];

/** `p50`, `p99.9`. */
export function nameShare(share: number): string {
  return `p${Number((share * 100).toFixed(1))}`;
}

/** The share's place is the number of calls of which one is slower: 1/(1 − p), logarithmic, so that the tail has room. */
function shareAxis(curves: readonly PanelCurve[]): Axis {
  const most = Math.max(0.9, ...curves.flatMap(({ curve }) => curve.points.map(({ share }) => share)));
  const scale = scaleLog([1, 1 / (1 - most)], [LEFT, LEFT + PLOT_WIDTH]);
  const at = (share: number): number => scale(1 / (1 - share));
  return { at, ticks: TICKS.filter((tick) => tick <= most + 1e-9) };
}

/** Whiskers of a curve's printed quantiles, one path; absent where none has limits. */
function whiskersOf(points: readonly CurvePoint[], x: Axis, y: Axis, shift: number): Markup | undefined {
  const drawn = points.flatMap(({ limits, share }) => {
    if (limits === undefined || !MARKED.includes(share)) return [];
    const places = [x.at(share) + shift, y.at(toMilliseconds(limits.low)), y.at(toMilliseconds(limits.high))];
    const [at, low, high] = places.map(Math.round) as [number, number, number];
    return [`M${at} ${low}V${high}M${at - 3} ${low}h6M${at - 3} ${high}h6`];
  });
  return drawn.length === 0 ? undefined : html`<path class="whisker" d="${drawn.join('')}"/>`;
}

function drawCurve({ identity, curve }: PanelCurve, x: Axis, y: Axis, shift: number, label: number): Markup {
  const { points } = curve;
  const path = polyline(points.map(({ share, value }) => [x.at(share), y.at(toMilliseconds(value))]));
  const last = points.at(-1);
  const end = last === undefined ? LEFT : x.at(last.share);
  const marks = points
    .filter(({ share }) => MARKED.includes(share))
    .map(({ share, value }) => markerAt(identity, x.at(share), y.at(toMilliseconds(value))));
  const lead =
    last === undefined ? undefined : html`<path class="lead" d="M${end + 3} ${y.at(toMilliseconds(last.value))}L${end + 12} ${label}"/>`;
  return html`<g class="s${String(identity.slot)}"><path class="line" d="${path}"/>${whiskersOf(points, x, y, shift)}${marks}${lead}<text class="direct" x="${end + 15}" y="${label + 4}">${identity.label}</text></g>`;
}

function textOf(point: CurvePoint | undefined): string {
  if (point === undefined) return 'n too small';
  const { limits, share, value } = point;
  const shown = limits !== undefined && MARKED.includes(share);
  return shown ? `${formatReadable(value)} [${formatReadable(limits.low)}, ${formatReadable(limits.high)}]` : formatReadable(value);
}

function rowsOf(curves: readonly PanelCurve[]): readonly DataRow[] {
  const shares = [...new Set(curves.flatMap(({ curve }) => curve.points.map(({ share }) => share)))].sort((a, b) => a - b);
  return shares.map((share) => ({
    head: nameShare(share),
    cells: curves.map(({ curve }) => textOf(curve.points.find((point) => point.share === share))),
  }));
}

function nameOf(title: string, curves: readonly PanelCurve[]): string {
  const said = curves.map(({ identity, curve }) => {
    const figures = curve.points
      .filter(({ share }) => MARKED.includes(share))
      .map(({ share, value }) => `${nameShare(share)} ${formatReadable(value)} ms`);
    return `${identity.label} ${figures.join(', ') || 'has too few samples'}`;
  });
  return `${title}: ${said.join('; ')}`;
}

/**
 * Fast to slow calls of one target, a line a scenario; a line ends where its samples can bound no further quantile. `letters`: of the longest
 * label of all panels, so that they are alike.
 */
export function percentilePanel(title: string, curves: readonly PanelCurve[], letters: number): Figure {
  const x = shareAxis(curves);
  const tops = curves.flatMap(({ curve }) =>
    curve.points.flatMap(({ share, value, limits }) => [value, MARKED.includes(share) ? (limits?.high ?? 0) : 0]),
  );
  const y = linearAxis([0, ...tops.map(toMilliseconds)], [BOTTOM, TOP], 5);
  const ends = curves.map(({ curve }) => y.at(toMilliseconds(curve.points.at(-1)?.value ?? 0)));
  const labels = spread(ends, 14, TOP, BOTTOM);
  const drawn = curves.map((one, i) => drawCurve(one, x, y, (i - (curves.length - 1) / 2) * 4, labels[i] as number));
  return {
    title,
    name: nameOf(title, curves),
    width: LEFT + PLOT_WIDTH + 20 + LETTER * letters,
    height: HEIGHT,
    body: [
      leftAxis(y, LEFT, LEFT + PLOT_WIDTH),
      bottomAxis(x, TOP, BOTTOM, nameShare),
      ...drawn,
      html`<text class="unit" x="${LEFT}" y="${HEIGHT - 10}">quantile, on 1/(1 − p)</text><text class="unit end" x="${LEFT - 6}" y="5">ms</text>`,
    ],
    columns: ['quantile', ...curves.map(({ identity }) => `${identity.label} ms`)],
    slots: curves.map(({ identity }) => identity.slot),
    rows: rowsOf(curves),
    cross: [TOP, BOTTOM],
  };
}
