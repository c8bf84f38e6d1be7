import { html, type Markup } from '../markup.ts';
import { type Axis, gridOf, headAxis, logAxis } from './axis.ts';
import { type Identity, markerAt } from './identity.ts';

export const GLYPH_WIDTH = 150;
const [HEIGHT, MIDDLE] = [22, 11] as const;

/** What a glyph shows, milliseconds. */
export interface GlyphRange {
  readonly median?: number | undefined;
  readonly medianLimits?: readonly [low: number, high: number] | undefined;
  /** The highest quantile that is printed. */
  readonly tail?: number | undefined;
  readonly tailLimits?: readonly [low: number, high: number] | undefined;
}

/** The one axis on which all glyphs of a matrix stand. */
export interface GlyphAxis extends Axis {
  /** Names its ticks, which the page has once. */
  readonly id: string;
}

/** An axis that holds `values`; `id` differs between the matrices of a page. */
export function glyphAxis(id: string, values: readonly number[]): GlyphAxis {
  return { ...logAxis(values, [8, GLYPH_WIDTH - 8], 4), id };
}

/** The ticks of an axis, for its glyphs and heads to use; outside of what a filter hides. */
export function glyphShapes(axis: GlyphAxis): Markup {
  return html`<svg class="shapes" width="0" height="0" aria-hidden="true"><defs><g id="grid-${axis.id}">${gridOf(axis, HEIGHT)}</g><g id="scale-${axis.id}">${headAxis(axis, GLYPH_WIDTH)}</g></defs></svg>`;
}

function bar(axis: Axis, limits: readonly [number, number] | undefined, half: number): Markup | undefined {
  if (limits === undefined) return undefined;
  const [low, high] = limits.map(axis.at) as [number, number];
  return html`<rect class="band" x="${low}" y="${MIDDLE - half}" width="${Math.max(1, high - low)}" height="${half * 2}"/>`;
}

/** Median with its interval and the tail with its own; it repeats what is printed beside it, so it is hidden from readers of the text. */
export function rangeGlyph(identity: Identity, axis: GlyphAxis, { median, medianLimits, tail, tailLimits }: GlyphRange): Markup {
  const reach =
    median === undefined || tail === undefined ? undefined : html`<path class="reach" d="M${axis.at(median)} ${MIDDLE}H${axis.at(tail)}"/>`;
  const end = tail === undefined ? undefined : html`<path class="tail" d="M${axis.at(tail)} 4V18"/>`;
  const mark = median === undefined ? undefined : markerAt(identity, axis.at(median), MIDDLE);
  const bands = html`${bar(axis, tailLimits, 3)}${bar(axis, medianLimits, 6)}`;
  return html`<svg class="glyph s${String(identity.slot)}"><use href="#grid-${axis.id}"/>${bands}${reach}${end}${mark}</svg>`;
}

/** The axis itself, for the head of each column. */
export function glyphScale({ id }: GlyphAxis): Markup {
  return html`<svg class="axis" width="${GLYPH_WIDTH}" height="20" aria-hidden="true"><use href="#scale-${id}"/></svg>`;
}
