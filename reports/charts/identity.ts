import { type SymbolType, symbol, symbolCircle, symbolCross, symbolDiamond, symbolSquare, symbolStar, symbolTriangle } from 'd3-shape';
import { visibleText } from '../free-text.ts';
import { html, type Markup } from '../markup.ts';

/** How a scenario looks everywhere: a colour (by class, `s0` … `s5`), a marker and a dash, so that it survives greyscale. */
export interface Identity {
  readonly scenario: string;
  /** Its name where charts have little room: visible, and cut. */
  readonly label: string;
  readonly slot: number;
}

const SYMBOLS: readonly SymbolType[] = [symbolCircle, symbolSquare, symbolTriangle, symbolDiamond, symbolCross, symbolStar];

/** A scenario's own name has 24 at most; foreign files may say more. */
const MOST_LETTERS = 30;

/** Square pixels of a marker. */
const AREA = 56;

/** Slots that are kept for the project's own scenarios, so that two reports look alike. */
const KEPT: Readonly<Record<string, number>> = { default: 0, 'vpc-nat': 1, 'vpc-endpoints': 2, 'vpc-endpoints-interface': 3 };

/** A slot for each scenario, in the order given; beyond six they repeat. */
export function identify(scenarios: readonly string[]): readonly Identity[] {
  const kept = scenarios.map((scenario) => (Object.hasOwn(KEPT, scenario) ? KEPT[scenario] : undefined));
  const free = [0, 1, 2, 3, 4, 5].filter((slot) => !kept.includes(slot));
  const slots = free.length === 0 ? [0, 1, 2, 3, 4, 5] : free;
  let next = 0;
  return scenarios.map((scenario, i) => {
    const shown = visibleText(scenario);
    const label = shown.length > MOST_LETTERS ? `${shown.slice(0, MOST_LETTERS - 1)}…` : shown;
    return { scenario, label, slot: kept[i] ?? (slots[next++ % slots.length] as number) };
  });
}

/** The markers' shapes, once a page. */
export function markerShapes(): Markup {
  const shapes = SYMBOLS.map((shape, i) => html`<path id="m${String(i)}" d="${symbol(shape, AREA).digits(1)() ?? ''}"/>`);
  return html`<svg class="shapes" width="0" height="0" aria-hidden="true"><defs>${shapes}</defs></svg>`;
}

/** A marker around a point. */
export function markerAt({ slot }: Identity, x: number, y: number): Markup {
  return html`<use href="#m${String(slot)}" x="${x}" y="${y}"/>`;
}

/** The marker alone, for buttons and column heads. */
export function keyOf(identity: Identity): Markup {
  return html`<svg class="key s${String(identity.slot)}" width="14" height="14" aria-hidden="true">${markerAt(identity, 7, 7)}</svg>`;
}
