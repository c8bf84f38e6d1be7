import { toMilliseconds } from '../../harness/domain/nanoseconds.ts';
import { html, type Markup } from '../markup.ts';
import { type Axis, headAxis, linearAxis } from './axis.ts';

const [WIDTH, HEIGHT] = [220, 18] as const;

/** A difference with its limits, nanoseconds. */
export interface SignedInterval {
  readonly value: number;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

/** One axis around zero for all of them. */
export function differenceAxis(intervals: readonly SignedInterval[]): Axis {
  const values = intervals.flatMap(({ value, low = value, high = value }) => [value, low, high]);
  return linearAxis([0, ...values.map(toMilliseconds)], [14, WIDTH - 14], 4);
}

/** A dot in its interval, with the line of no difference; the figures stand beside it. The style sheet knows the three by their places. */
export function intervalGlyph(axis: Axis, { value, low, high }: SignedInterval): Markup {
  const at = (ns: number): number => Math.round(axis.at(toMilliseconds(ns)));
  const limits = low === undefined || high === undefined ? undefined : html`<path d="M${at(low)} 9H${at(high)}"/>`;
  return html`<svg class="span"><path d="M${at(0)} 0V${HEIGHT}"/>${limits}<path d="M${at(value)} 9h0"/></svg>`;
}

/** The axis itself, for the column's head. */
export function intervalScale(axis: Axis): Markup {
  return headAxis(axis, WIDTH);
}
