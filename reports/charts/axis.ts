import { scaleLinear, scaleLog } from 'd3-scale';
import { html, type Markup } from '../markup.ts';

/** A place on the paper for each value, and the values that are printed beside the axis. */
export interface Axis {
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

type Span = readonly [from: number, to: number];

/** Rounds that readers expect: 1, 2 and 5 times a power of ten. */
function roundTicks(low: number, high: number): readonly number[] {
  const powers = Array.from({ length: 24 }, (_, i) => i - 12);
  return powers.flatMap((power) => [1, 2, 5].map((digit) => Number(`${digit}e${power}`))).filter((tick) => tick >= low && tick <= high);
}

function thin(ticks: readonly number[], most: number): readonly number[] {
  if (ticks.length <= most) return ticks;
  const whole = ticks.filter((tick) => Number.isInteger(Math.log10(tick)) || /^1(e|$)/.test(tick.toExponential().replace('e+', 'e')));
  if (whole.length >= 2 && whole.length <= most) return whole;
  const step = Math.ceil(ticks.length / most);
  return ticks.filter((_, i) => i % step === 0);
}

/** A logarithmic axis around positive values, with a little room at both ends; at most `most` ticks. */
export function logAxis(values: readonly number[], range: Span, most: number): Axis {
  const positive = values.filter((value) => value > 0);
  const [low, high] = positive.length === 0 ? [1, 10] : [Math.min(...positive) / 1.08, Math.max(...positive) * 1.08];
  const scale = scaleLog([low, high], range);
  const ticks = thin(roundTicks(low, high), most);
  const linear = scaleLinear([low, high], range);
  return { at: (value) => scale(Math.max(value, low)), ticks: ticks.length >= 2 ? ticks : linear.ticks(Math.min(3, most)).slice(0, most) };
}

/** A linear axis that holds `values`, extended to round ends. */
export function linearAxis(values: readonly number[], range: Span, most: number): Axis {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const scale = scaleLinear([low, high === low ? low + 1 : high], range).nice(most);
  return { at: scale, ticks: scale.ticks(most) };
}

/** `0.5`, `20`, `1500`: three digits at most. */
export function formatTick(value: number): string {
  const text = String(Number(Math.abs(value).toPrecision(3)));
  return value < 0 ? `−${text}` : text;
}

/** A path that draws nothing but straight lines; coordinates to a tenth of a pixel. */
function straight(lines: readonly (readonly [x: number, y: number, step: string])[]): string {
  return lines.map(([x, y, step]) => `M${Number(x.toFixed(1))} ${Number(y.toFixed(1))}${step}`).join('');
}

/** Ticks of a vertical axis with lines across the plot. */
export function leftAxis({ at, ticks }: Axis, left: number, right: number): Markup {
  const texts = ticks.map((tick) => html`<text x="${left - 6}" y="${Math.round(at(tick) + 4)}">${formatTick(tick)}</text>`);
  return html`<g class="axis left"><path d="${straight(ticks.map((tick) => [left, at(tick), `H${right}`]))}"/>${texts}</g>`;
}

/** Ticks of a horizontal axis with lines through the plot. */
export function bottomAxis({ at, ticks }: Axis, top: number, bottom: number, label: (tick: number) => string = formatTick): Markup {
  const texts = ticks.map((tick) => html`<text x="${Math.round(at(tick))}" y="${bottom + 15}">${label(tick)}</text>`);
  return html`<g class="axis"><path d="${straight(ticks.map((tick) => [at(tick), top, `V${bottom}`]))}"/>${texts}</g>`;
}

/** Ticks above a column of glyphs. */
export function headAxis({ at, ticks }: Axis, width: number): Markup {
  const texts = ticks.map((tick) => html`<text x="${Math.round(at(tick))}" y="11">${formatTick(tick)}</text>`);
  const lines = straight(ticks.map((tick) => [at(tick), 14, 'v6']));
  return html`<svg class="axis" width="${width}" height="20" aria-hidden="true"><path d="${lines}"/>${texts}</svg>`;
}

/** The same ticks behind a glyph of that height. */
export function gridOf({ at, ticks }: Axis, height: number): Markup {
  return html`<path class="grid" d="${straight(ticks.map((tick) => [at(tick), 0, `v${height}`]))}"/>`;
}
