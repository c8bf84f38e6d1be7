import { formatUsd } from '../cost.ts';
import { formatReadable } from '../figure.ts';
import { html, type Markup } from '../markup.ts';
import { bottomAxis, leftAxis, linearAxis } from './axis.ts';
import { type Figure, spread } from './figure.ts';
import { type Identity, markerAt } from './identity.ts';

/** One scenario: what it costs a month, and how slow its slow calls are. */
export interface CostPoint {
  readonly identity: Identity;
  readonly usd: number;
  /** Nanoseconds. */
  readonly value: number;
}

export const COST_PLOT = { left: 48, right: 330, top: 16, bottom: 200 } as const;
const [WIDTH, HEIGHT] = [500, 240] as const;
const NS_PER_MS = 1e6;

/** True when no other scenario is as cheap and as fast, and better in one. */
export function isUndominated(point: CostPoint, all: readonly CostPoint[]): boolean {
  return !all.some((other) => other.usd <= point.usd && other.value <= point.value && (other.usd < point.usd || other.value < point.value));
}

function drawPoint(point: CostPoint, all: readonly CostPoint[], x: number, y: number, label: number): Markup {
  const { identity, usd } = point;
  const look = isUndominated(point, all) ? 'best' : 'dominated';
  return html`<g class="point s${String(identity.slot)}" data-scenario="${identity.scenario}" data-label="${identity.label}" data-ns="${String(point.value)}"><g class="${look}" transform="translate(${x},${y})">${markerAt(identity, 0, 0)}<text class="direct" x="10" y="${label - y + 4}">${identity.label} ${formatUsd(usd)}</text></g></g>`;
}

/** Dollars a month against the slow end of the calls, a point a scenario; filled where no other is cheaper and faster. */
export function costScatter(title: string, statistic: string, points: readonly CostPoint[]): Figure {
  const { left, right, top, bottom } = COST_PLOT;
  const x = linearAxis([0, ...points.map(({ usd }) => usd)], [left, right], 4);
  const y = linearAxis([0, ...points.map(({ value }) => (value / NS_PER_MS) * 1.1)], [bottom, top], 4);
  const heights = points.map(({ value }) => y.at(value / NS_PER_MS));
  const labels = spread(heights, 14, top, bottom);
  const best = points.filter((point) => isUndominated(point, points)).map(({ identity }) => identity.label);
  return {
    title,
    name: `${title}: USD a month against ${statistic}. Neither cheaper nor faster is to be had than: ${best.join(', ')}`,
    width: WIDTH,
    height: HEIGHT,
    body: [
      leftAxis(y, left, right),
      html`<g class="usd-axis">${bottomAxis(x, top, bottom)}</g>`,
      ...points.map((point, i) => drawPoint(point, points, x.at(point.usd), heights[i] as number, labels[i] as number)),
      html`<text class="unit" x="${left}" y="${HEIGHT - 8}">USD a month</text><text class="unit end" x="${left - 6}" y="5">ms</text>`,
    ],
    columns: ['scenario', 'USD a month', `${statistic} ms`],
    rows: points.map(({ identity, usd, value }) => ({
      head: identity.label,
      cells: [formatUsd(usd), formatReadable(value)],
    })),
  };
}
