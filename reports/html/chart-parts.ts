import type { Analysis } from '../../harness/analyse/analysis.ts';
import type { Cell } from '../../harness/domain/cell.ts';
import type { Target } from '../../harness/domain/target.ts';
import { type ColdBar, coldBars, coldLegend } from '../charts/cold-bars.ts';
import { courseStrips } from '../charts/course-strips.ts';
import { drawFigure } from '../charts/figure.ts';
import type { Identity } from '../charts/identity.ts';
import { percentilePanel } from '../charts/percentile-panel.ts';
import { html, type Markup } from '../markup.ts';
import { belongsTo, identitiesOf, inView, section, type View } from './views.ts';

/** What the scenarios of one target have in one view, in the order of the scenarios. */
function ofTarget<T extends { readonly cell: Cell }>(
  all: readonly T[],
  view: View,
  target: Target,
  identities: readonly Identity[],
): readonly { readonly identity: Identity; readonly of: T }[] {
  return identities.flatMap((identity) => {
    const of = all.find(({ cell }) => belongsTo(view, cell) && cell.target === target && cell.scenario === identity.scenario);
    return of === undefined ? [] : [{ identity, of }];
  });
}

/** The panels of each view, a target each; views without any are left out. */
function panels<T extends { readonly cell: Cell }>(
  analysis: Analysis,
  views: readonly View[],
  all: readonly T[],
  draw: (title: string, found: readonly { readonly identity: Identity; readonly of: T }[]) => Markup,
): readonly Markup[] {
  const identities = identitiesOf(analysis);
  return views.flatMap((view) => {
    const drawn = analysis.manifest.plan.targets.flatMap((target) => {
      const found = ofTarget(all, view, target, identities);
      return found.length === 0 ? [] : [draw(`${target}, ${view.title}`, found)];
    });
    return drawn.length === 0 ? [] : [inView(view, html`<div class="panels">${drawn}</div>`)];
  });
}

/** From fast to slow calls; absent where no cell has enough samples for a line. */
export function curvesPart(analysis: Analysis, views: readonly View[]): Markup | undefined {
  const letters = Math.max(...identitiesOf(analysis).map(({ label }) => label.length));
  const curves = analysis.series.curves.filter(({ points }) => points.length > 0);
  const drawn = panels(analysis, views, curves, (title, found) =>
    drawFigure(
      percentilePanel(
        title,
        found.map(({ identity, of }) => ({ identity, curve: of })),
        letters,
      ),
    ),
  );
  if (drawn.length === 0) return undefined;
  const note =
    'The axis counts of how many calls one is slower: 2 at p50, 10 at p90, 100 at p99. A line ends where its samples can bound no further quantile at 95 %. Whiskers: 95 % intervals of p50, p90, p99.';
  return section('curves', 'From fast to slow calls', drawn, note);
}

/** Round by round; absent where the samples have no rounds. */
export function coursePart(analysis: Analysis, views: readonly View[]): Markup | undefined {
  const drawn = panels(analysis, views, analysis.series.courses, (title, found) =>
    drawFigure(
      courseStrips(
        title,
        found.map(({ identity, of }) => ({ identity, course: of })),
      ),
    ),
  );
  if (drawn.length === 0) return undefined;
  const note =
    'Line: median of each round. Band: its middle half. Dots: calls above 1.6 times that median, the slowest where there are many.';
  return section('course', 'Over the run', drawn, note);
}

/** Where the time of cold calls goes: whole, and the network's part on its own scale. */
export function coldPart(analysis: Analysis): Markup | undefined {
  const identities = identitiesOf(analysis);
  const bars = analysis.manifest.plan.targets.flatMap((target) =>
    identities.flatMap((identity): ColdBar[] => {
      const split = analysis.series.coldSplits.find(({ cell }) => cell.scenario === identity.scenario && cell.target === target);
      return split === undefined ? [] : [{ identity, split }];
    }),
  );
  if (bars.length === 0) return undefined;
  const figures = [
    drawFigure(coldBars('Whole cold call, client_ms', bars, 'all')),
    drawFigure(coldBars('Its network phases alone, on their own scale', bars, 'network')),
  ];
  const note =
    'Medians of each part; medians of parts do not add up exactly to the median of the whole. What they leave of it is drawn as unattributed, never guessed.';
  return section('cold', 'Cold starts', [coldLegend(bars), html`<div class="panels wide">${figures}</div>`], note);
}
