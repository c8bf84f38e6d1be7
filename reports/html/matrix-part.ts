import type { Analysis } from '../../harness/analyse/analysis.ts';
import { QUANTILES } from '../../harness/analyse/quantile.ts';
import type { Reachability } from '../../harness/analyse/reachability.ts';
import type { SummaryRow } from '../../harness/analyse/summary.ts';
import type { Comparison, Verdict } from '../../harness/analyse/verdict.ts';
import { toMilliseconds } from '../../harness/domain/nanoseconds.ts';
import type { Target } from '../../harness/domain/target.ts';
import { type Identity, keyOf } from '../charts/identity.ts';
import { type GlyphAxis, type GlyphRange, glyphAxis, glyphScale, glyphShapes, rangeGlyph } from '../charts/range-glyph.ts';
import { formatDifference } from '../difference.ts';
import { visibleText } from '../free-text.ts';
import { html, type Markup } from '../markup.ts';
import { describeFailure } from '../reachability.ts';
import { formatLimits, formatStatistic } from '../statistic.ts';
import { identitiesOf, inView, section, statisticsOf, type View } from './views.ts';

const SIGNS: Readonly<Record<Verdict, readonly [sign: string, look: string]>> = {
  slower: ['▲', 'bad'],
  faster: ['▼', 'good'],
  'no relevant change': ['~', 'same'],
  'not decidable': ['?', 'open'],
  'no reference': ['?', 'open'],
};

function limitsOf(row: SummaryRow | undefined): readonly [number, number] | undefined {
  return row?.low === undefined || row.high === undefined ? undefined : [toMilliseconds(row.low), toMilliseconds(row.high)];
}

function millisecondsOf(row: SummaryRow | undefined): number | undefined {
  return row?.value === undefined ? undefined : toMilliseconds(row.value);
}

/** Median and the highest quantile above it that is printed. */
function rangeOf(rows: readonly SummaryRow[]): GlyphRange {
  const named = (statistic: string): SummaryRow | undefined => rows.find((row) => row.statistic === statistic && row.value !== undefined);
  const [median, tail] = [named('p50'), named('p99') ?? named('p90')];
  return { median: millisecondsOf(median), medianLimits: limitsOf(median), tail: millisecondsOf(tail), tailLimits: limitsOf(tail) };
}

function axisOf(view: View, ranges: readonly GlyphRange[]): GlyphAxis {
  return glyphAxis(
    view.id,
    ranges.flatMap(({ median, medianLimits = [], tail, tailLimits = [] }) =>
      [median, tail, ...medianLimits, ...tailLimits].flatMap((value) => value ?? []),
    ),
  );
}

function changeOf(row: Comparison | undefined): Markup | undefined {
  if (row === undefined) return undefined;
  const [sign, look] = SIGNS[row.verdict];
  return html`<p class="change ${look}"><span aria-hidden="true">${sign}</span> ${row.verdict}<br>${formatDifference(row)}</p>`;
}

function quantileLine(rows: readonly SummaryRow[], statistic: string): Markup {
  const row = rows.find((candidate) => candidate.statistic === statistic);
  const text = formatStatistic(rows, statistic);
  const said = row?.value === undefined ? html`<i>${text}</i>` : html`<b>${text}</b> ms <i>${formatLimits(rows, statistic)}</i>`;
  return html`<p class="${statistic}"><small>${statistic}</small> ${said}</p>`;
}

function emptyCell({ slot }: Identity, arm: Reachability | undefined): Markup {
  if (arm === undefined) return html`<td class="none" data-s="${String(slot)}">not measured</td>`;
  const look = arm.verdict === 'blocked as expected' ? 'blocked' : arm.verdict === 'reached' ? 'none' : 'blocked bad';
  const how = describeFailure(arm, visibleText);
  const words = arm.verdict === 'reached' ? 'no figures' : arm.verdict;
  return html`<td class="${look}" data-s="${String(slot)}"><p><strong>${words}</strong></p><p>${how}</p><p>${`${arm.attempts - arm.reached}/${arm.attempts}`} attempts blocked</p></td>`;
}

/** What a matrix's cells need beside their own place. */
interface Sheet {
  readonly analysis: Analysis;
  readonly view: View;
  readonly axis: GlyphAxis;
}

function cellOf({ analysis, view, axis }: Sheet, identity: Identity, target: Target): Markup {
  const rows = statisticsOf(analysis, view, identity.scenario, target);
  if (rows.length === 0) {
    return emptyCell(
      identity,
      analysis.reachability.find((arm) => arm.scenario === identity.scenario && arm.target === target),
    );
  }
  const change = analysis.comparisons.find(
    (row) =>
      row.statistic === 'p50' &&
      row.metric === view.metric &&
      row.scenario === identity.scenario &&
      row.target === target &&
      row.start === view.start &&
      row.connection === view.connection &&
      row.role !== 'twin',
  );
  const { n = 0, failures = 0 } = rows[0] ?? {};
  const count = failures === 0 ? `n ${n}` : `n ${n} and ${failures} failed`;
  return html`<td data-s="${String(identity.slot)}">${QUANTILES.map(({ name }) => quantileLine(rows, name))}${rangeGlyph(identity, axis, rangeOf(rows))}${changeOf(change)}<p class="count">${count}</p></td>`;
}

function matrixOf(analysis: Analysis, view: View): Markup {
  const identities = identitiesOf(analysis);
  const { targets } = analysis.manifest.plan;
  const ranges = targets.flatMap((target) => identities.map(({ scenario }) => rangeOf(statisticsOf(analysis, view, scenario, target))));
  const sheet = { analysis, view, axis: axisOf(view, ranges) };
  const heads = identities.map(
    (identity) =>
      html`<th scope="col" data-s="${String(identity.slot)}">${keyOf(identity)} ${identity.label}<br>${glyphScale(sheet.axis)}</th>`,
  );
  const body = targets.map(
    (target) => html`<tr><th scope="row">${target}</th>${identities.map((identity) => cellOf(sheet, identity, target))}</tr>`,
  );
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Matrix, ${view.title}">${glyphShapes(sheet.axis)}<table class="matrix c${String(Math.min(6, identities.length))}"><thead><tr><th scope="col">target<br><span class="limits">ms, log</span></th>${heads}</tr></thead><tbody>${body}</tbody></table></div>`;
}

/** Target × scenario: the figures, and where they lie on one axis. */
export function matrixPart(analysis: Analysis, views: readonly View[]): Markup {
  const note =
    'Marker: p50. Tick: the highest quantile that is printed. Bands: 95 % intervals, unadjusted. All glyphs of a table stand on the logarithmic axis in its head. The change is that of p50 against the scenario’s reference.';
  return section(
    'matrix',
    'Target by scenario',
    views.map((view) => inView(view, matrixOf(analysis, view))),
    note,
  );
}
