import { html, type Markup } from '../markup.ts';

/** A row of the table behind a chart. Where there is a crosshair, the rows are the places of its lines, from left to right. */
export interface DataRow {
  readonly head: string;
  readonly cells: readonly string[];
}

/** What is seen, what is said of it, and the figures behind it. */
export interface Figure {
  readonly title: string;
  /** States what was found, for those who do not see the chart. */
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly body: Markup | readonly Markup[];
  readonly columns: readonly string[];
  /** The scenarios' slots, a cell each, where each has a column of its own: the crosshair finds its line by it. */
  readonly slots?: readonly number[];
  readonly rows: readonly DataRow[];
  /** Top and bottom of the plot, where the crosshair runs; absent: there is none. */
  readonly cross?: readonly [top: number, bottom: number];
  readonly note?: string;
}

/** Without the end tags that HTML lets out: these tables are most of a report's bytes. */
function rowOf({ head, cells }: DataRow): Markup {
  return html`<tr><th>${head}${cells.map((text) => html`<td>${text}`)}`;
}

function dataTable({ columns, rows, title, slots = [] }: Figure): Markup {
  const heads = columns.map((cell, i) => {
    const slot = i === 0 ? undefined : slots[i - 1];
    return slot === undefined ? html`<th>${cell}` : html`<th data-column="${String(slot)}">${cell}`;
  });
  return html`<details><summary>Data<span class="sr"> of ${title}</span></summary><div class="scroll" tabindex="0"><table class="data"><thead><tr>${heads}<tbody>${rows.map(rowOf)}</table></div></details>`;
}

/** A chart with its title, its name and its folded table. */
export function drawFigure(figure: Figure): Markup {
  const { title, name, width, height, body, cross, note } = figure;
  const drawn = 'text' in body ? [body] : body;
  const box = html`viewBox="0 0 ${width} ${height}"`;
  const svg = html`<svg role="img" aria-label="${name}" ${box}${cross === undefined ? undefined : html` data-top="${cross[0]}" data-bottom="${cross[1]}"`}>${drawn}</svg>`;
  const below = note === undefined ? undefined : html`<p class="note">${note}</p>`;
  return html`<figure${cross === undefined ? undefined : html` class="cross"`}><figcaption>${title}</figcaption><div class="plot">${svg}</div>${below}${dataTable(figure)}</figure>`;
}

/** Places at least `gap` apart, in the order of the wanted ones, none above `top` or below `bottom` while there is room. */
export function spread(wanted: readonly number[], gap: number, top: number, bottom: number): readonly number[] {
  const order = wanted.map((y, i) => ({ y, i })).sort((a, b) => a.y - b.y);
  const places: number[] = [];
  let next = top;
  for (const { y } of order) {
    const place = Math.max(y, next);
    places.push(place);
    next = place + gap;
  }
  let most = bottom;
  for (let i = places.length - 1; i >= 0; i--) {
    places[i] = Math.min(places[i] as number, most);
    most = (places[i] as number) - gap;
  }
  const found: number[] = [];
  order.forEach(({ i }, place) => {
    found[i] = places[place] as number;
  });
  return found;
}
