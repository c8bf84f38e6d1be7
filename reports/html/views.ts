import type { Analysis } from '../../harness/analyse/analysis.ts';
import { judgedMetrics } from '../../harness/analyse/metric.ts';
import type { SummaryRow } from '../../harness/analyse/summary.ts';
import { isTwin } from '../../harness/domain/arm.ts';
import { type Cell, CONNECTIONS, type Connection } from '../../harness/domain/cell.ts';
import type { Target } from '../../harness/domain/target.ts';
import { type Identity, identify } from '../charts/identity.ts';
import { html, type Markup } from '../markup.ts';

/** One way to look at a run: a start and a connection, with the metric that is judged there. */
export interface View {
  /** Fit for an attribute. */
  readonly id: string;
  readonly title: string;
  readonly start: 'cold' | 'warm';
  readonly connection: Connection;
  readonly metric: string;
}

/** The ways that the run has figures for; what differs between networks most comes first. */
export function viewsOf({ manifest, summary }: Analysis): readonly View[] {
  return (['warm', 'cold'] as const).flatMap((start) =>
    CONNECTIONS.flatMap((connection): View[] => {
      const [metric] = judgedMetrics(manifest.plan, start);
      const known = summary.some((row) => row.cell.start === start && row.cell.connection === connection && row.metric === metric);
      if (metric === undefined || !known) return [];
      const title = start === 'cold' && connection === 'new' ? 'cold' : `${start}, ${connection} connection`;
      return [{ id: `${start}-${connection}`, title, start, connection, metric }];
    }),
  );
}

/** The plan's scenarios with their looks; twins are left to the A/A table. */
export function identitiesOf({ manifest }: Analysis): readonly Identity[] {
  const { arms, scenarios } = manifest.plan;
  const names = [...scenarios.map(({ name }) => name), ...arms.map(({ scenario }) => scenario)];
  return identify([...new Set(names)].filter((name) => !isTwin(name)));
}

/** True for a cell that the view shows. */
export function belongsTo({ start, connection }: View, cell: Cell): boolean {
  return cell.start === start && cell.connection === connection;
}

/** The rows of one arm in one view, all statistics. */
export function statisticsOf({ summary }: Analysis, view: View, scenario: string, target: Target): readonly SummaryRow[] {
  return summary.filter(
    ({ cell, metric, population }) =>
      population === 'all' && metric === view.metric && cell.scenario === scenario && cell.target === target && belongsTo(view, cell),
  );
}

/** The view's part of a section; one of them is shown at a time where scripts run, all of them where none do. */
export function inView(view: View, content: Markup | readonly Markup[]): Markup {
  const parts = 'text' in content ? [content] : content;
  return html`<div class="view" data-view="${view.id}"><h3>${view.title} <span class="metric">${view.metric}</span></h3>${parts}</div>`;
}

/** A section of the page with its heading; what it needs to be read stands below it. */
export function section(id: string, title: string, content: readonly (Markup | undefined)[], note?: string): Markup {
  const below = note === undefined ? undefined : html`<p class="note">${note}</p>`;
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${below}${content.flatMap((part) => part ?? [])}</section>`;
}
