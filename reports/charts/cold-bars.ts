import type { ColdPart, ColdSplit } from '../../harness/analyse/cold-split.ts';
import { toMilliseconds } from '../../harness/domain/nanoseconds.ts';
import { formatReadable } from '../figure.ts';
import { html, type Markup } from '../markup.ts';
import { type Axis, bottomAxis, linearAxis } from './axis.ts';
import type { DataRow, Figure } from './figure.ts';
import type { Identity } from './identity.ts';

/** One scenario's cold calls to one target, with its looks. */
export interface ColdBar {
  readonly identity: Identity;
  readonly split: ColdSplit;
}

/** What each part is called, and its colour (by class). */
const LOOKS: Readonly<Record<ColdPart, { readonly label: string; readonly look: string }>> = {
  outside: { label: 'outside the REPORT', look: 'p-outside' },
  init: { label: 'init', look: 'p-runtime' },
  'runtime init': { label: 'runtime init', look: 'p-runtime' },
  'code init': { label: 'code init', look: 'p-code' },
  dns: { label: 'DNS', look: 'p-dns' },
  connect: { label: 'connect', look: 'p-connect' },
  tls: { label: 'TLS', look: 'p-tls' },
  auth: { label: 'authentication', look: 'p-auth' },
  ttfb: { label: 'first byte', look: 'p-query' },
  query: { label: 'query', look: 'p-query' },
  body: { label: 'body', look: 'p-body' },
  handler: { label: 'rest of the handler', look: 'p-handler' },
};

/** Colours on which figures are white. */
const DARK: readonly string[] = ['p-runtime', 'p-dns', 'p-query'];

const NETWORK: readonly ColdPart[] = ['dns', 'connect', 'tls', 'auth', 'ttfb', 'query', 'body'];
const [WIDTH, BAR, STEP, TARGET_GAP, TOP] = [540, 20, 26, 8, 8] as const;
const LETTER = 6.7;
/** The total's room at the end of a bar. */
const END_ROOM = 74;
const UNATTRIBUTED = 'unattributed';

function inkOn(look: string): string {
  if (look === 'p-none') return 'plain';
  return DARK.includes(look) ? 'lit' : 'on';
}

interface Segment {
  readonly label: string;
  readonly look: string;
  /** Nanoseconds. */
  readonly value: number;
}

function segmentsOf({ parts, whole }: ColdSplit, chosen: 'all' | 'network'): readonly Segment[] {
  const shown = parts.filter(({ part }) => chosen === 'all' || NETWORK.includes(part));
  const segments = shown.map(({ part, median }) => ({ ...LOOKS[part], value: median }));
  if (chosen === 'network') return segments;
  const rest = whole - segments.reduce((sum, { value }) => sum + value, 0);
  return rest > 0 ? [...segments, { label: UNATTRIBUTED, look: 'p-none', value: rest }] : segments;
}

function sumOf(segments: readonly Segment[]): number {
  return segments.reduce((sum, { value }) => sum + value, 0);
}

function drawSegments(segments: readonly Segment[], y: number, x: Axis): readonly Markup[] {
  let from = 0;
  return segments.map(({ look, value }) => {
    const [left, right] = [x.at(toMilliseconds(from)), x.at(toMilliseconds(from + value))];
    from += value;
    const text = formatReadable(value);
    const room = right - left >= Math.max(24, text.length * LETTER + 4);
    const shape = html`<path class="${look}" d="M${left} ${y}H${Math.max(left + 0.5, right)}v${BAR}H${left}z"/>`;
    return room ? html`${shape}<text class="${inkOn(look)}" x="${(left + right) / 2}" y="${y + 14}">${text}</text>` : shape;
  });
}

function placesOf(bars: readonly ColdBar[]): readonly number[] {
  let y: number = TOP;
  return bars.map(({ split }, i) => {
    const before = bars[i - 1];
    if (before !== undefined) y += STEP + (before.split.cell.target === split.cell.target ? 0 : TARGET_GAP);
    return y;
  });
}

function rowsOf(bars: readonly ColdBar[], chosen: 'all' | 'network', labels: readonly string[]): readonly DataRow[] {
  return bars.map(({ identity, split }) => {
    const segments = segmentsOf(split, chosen);
    const figures = labels.map((label) => {
      const found = segments.find((segment) => segment.label === label);
      return found === undefined ? '' : formatReadable(found.value);
    });
    const whole = chosen === 'all' ? [formatReadable(split.whole)] : [];
    return { head: `${split.cell.target}, ${identity.label}`, cells: [...figures, ...whole, String(split.n)] };
  });
}

function nameOf(bars: readonly ColdBar[], chosen: 'all' | 'network'): string {
  const said = bars.map(({ identity, split }) => {
    const longest = [...segmentsOf(split, chosen)].sort((a, b) => b.value - a.value)[0];
    const most = longest === undefined ? '' : `, most of it ${longest.label} ${formatReadable(longest.value)} ms`;
    const whole = chosen === 'all' ? formatReadable(split.whole) : formatReadable(sumOf(segmentsOf(split, chosen)));
    return `${split.cell.target}, ${identity.label}: ${whole} ms${most}`;
  });
  return `${chosen === 'all' ? 'Cold calls, medians' : 'Network phases of cold calls, medians'}. ${said.join('; ')}`;
}

/** Cold calls split in their parts, a bar an arm: all of them, or the network phases on a scale of their own. */
export function coldBars(title: string, bars: readonly ColdBar[], chosen: 'all' | 'network'): Figure {
  const left = 14 + LETTER * Math.max(...bars.map(({ identity, split }) => identity.label.length + split.cell.target.length + 2));
  const segments = bars.map(({ split }) => segmentsOf(split, chosen));
  const ends = bars.map(({ split }, i) => Math.max(sumOf(segments[i] ?? []), chosen === 'all' ? split.whole : 0));
  const x = linearAxis([0, ...ends.map(toMilliseconds)], [left, WIDTH - END_ROOM], 4);
  const places = placesOf(bars);
  const bottom = (places.at(-1) ?? TOP) + BAR + 4;
  const drawn = bars.map(({ identity, split }, i) => {
    const [y, end] = [places[i] as number, ends[i] as number];
    const total = chosen === 'all' ? split.whole : sumOf(segments[i] ?? []);
    return html`<g class="s${String(identity.slot)}"><text class="bar-name" x="${left - 8}" y="${y + 14}">${split.cell.target}, ${identity.label}</text>${drawSegments(segments[i] ?? [], y, x)}<text class="total" x="${x.at(toMilliseconds(end)) + 5}" y="${y + 14}">${formatReadable(total)} ms</text></g>`;
  });
  const labels = [...new Set(segments.flat().map(({ label }) => label))];
  return {
    title,
    name: nameOf(bars, chosen),
    width: WIDTH,
    height: bottom + 22,
    body: [bottomAxis(x, TOP, bottom), ...drawn],
    columns: ['target, scenario', ...labels.map((label) => `${label} ms`), ...(chosen === 'all' ? ['whole ms'] : []), 'n'],
    rows: rowsOf(bars, chosen, labels),
  };
}

/** What the colours stand for, in the order of the bars. */
export function coldLegend(bars: readonly ColdBar[]): Markup {
  const used = bars.flatMap(({ split }) => segmentsOf(split, 'all')).map(({ label, look }) => `${look}/${label}`);
  const order = [...new Set([...Object.values(LOOKS).map(({ look, label }) => `${look}/${label}`), `p-none/${UNATTRIBUTED}`])].filter(
    (one) => used.includes(one),
  );
  const items = order.map((one) => {
    const [look = '', label = ''] = one.split('/');
    return html`<li><svg width="12" height="12" aria-hidden="true"><path class="${look}" d="M0 0H12V12H0z"/></svg> ${label}</li>`;
  });
  return html`<ul class="legend">${items}</ul>`;
}
