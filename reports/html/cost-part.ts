import type { Analysis } from '../../harness/analyse/analysis.ts';
import { QUANTILES } from '../../harness/analyse/quantile.ts';
import type { MonthOfMode, RunCost } from '../../harness/domain/cost.ts';
import type { Target } from '../../harness/domain/target.ts';
import { COST_PLOT, type CostPoint, costScatter } from '../charts/cost-scatter.ts';
import { drawFigure } from '../charts/figure.ts';
import { COST_BASIS, costTables, describeCost } from '../cost.ts';
import { visibleText } from '../free-text.ts';
import { html, jsonBlock, type Markup, tableOf } from '../markup.ts';
import { identitiesOf, section, statisticsOf, type View } from './views.ts';

/** The highest quantile that every scenario of a target has. */
function commonStatistic(analysis: Analysis, view: View, target: Target, scenarios: readonly string[]): string | undefined {
  const has = (statistic: string, scenario: string): boolean =>
    statisticsOf(analysis, view, scenario, target).some((row) => row.statistic === statistic && row.value !== undefined);
  return [...QUANTILES].reverse().find(({ name }) => scenarios.every((scenario) => has(name, scenario)))?.name;
}

function scatterOf(analysis: Analysis, view: View, target: Target, modes: readonly MonthOfMode[]): Markup | undefined {
  const measured = identitiesOf(analysis).filter(({ scenario }) => statisticsOf(analysis, view, scenario, target).length > 0);
  const priced = measured.filter(({ scenario }) => modes.some((mode) => mode.scenario === scenario));
  const statistic = commonStatistic(
    analysis,
    view,
    target,
    priced.map(({ scenario }) => scenario),
  );
  // A single point would weigh nothing against nothing; its cost stands in the table.
  if (statistic === undefined || priced.length < 2) return undefined;
  const points = priced.flatMap((identity): CostPoint[] => {
    const value = statisticsOf(analysis, view, identity.scenario, target).find((row) => row.statistic === statistic)?.value;
    const usd = modes.find(({ scenario }) => scenario === identity.scenario)?.usd;
    return value === undefined || usd === undefined ? [] : [{ identity, usd, value }];
  });
  return drawFigure(costScatter(`${target}, ${view.title}: ${statistic} ms`, statistic, points));
}

/** What the script needs to price other traffic: dollars for standing in one zone, for a GB, for each further service. */
function pricing(analysis: Analysis, { month }: RunCost): Markup {
  const { scenarios } = analysis.manifest.plan;
  const modes = month.modes.map(({ scenario, standingUsd, trafficUsd }) => {
    const network = scenarios.find(({ name }) => name === scenario)?.network;
    const needsEndpoints = network?.kind === 'vpc' && !network.features.includes('nat-gateway');
    return {
      scenario,
      standingUsd,
      gbUsd: month.trafficGb > 0 ? trafficUsd / month.trafficGb : 0,
      furtherUsd: needsEndpoints ? month.furtherServiceUsd : 0,
    };
  });
  return html`<script type="application/json" id="pricing">${jsonBlock({ modes, plot: COST_PLOT })}</script>`;
}

function inputs({ month }: RunCost): Markup {
  const field = (id: string, label: string, value: number, least: number): Markup =>
    html`<label>${label} <input type="number" id="${id}" min="${least}" step="1" value="${String(value)}" inputmode="numeric"></label>`;
  const traffic = month.trafficGb > 0 ? field('traffic', 'GB a month', month.trafficGb, 0) : undefined;
  return html`<div class="inputs" hidden>${traffic}${field('zones', 'zones', 1, 1)}${field('services', 'further AWS services', 0, 0)}<output id="cost-said" aria-live="polite"></output></div>`;
}

/** What each network costs a month, beside how slow its slow calls are; absent where no cost was noted. */
export function costPart(analysis: Analysis, views: readonly View[]): Markup | undefined {
  const { cost, backend } = analysis.manifest;
  if (cost === undefined) return undefined;
  const [view] = views;
  const scatters =
    view === undefined ? [] : analysis.manifest.plan.targets.flatMap((target) => scatterOf(analysis, view, target, cost.month.modes) ?? []);
  const basis = cost.run === undefined ? undefined : html`<p class="note">${COST_BASIS}</p>`;
  const tables: Markup[] = [];
  costTables(cost, (rows, align) => {
    const [header = [], ...body] = rows;
    tables.push(
      tableOf(
        header,
        body.map((row) => row.map(visibleText)),
        align.map((word) => (word === 'r' ? 'r' : 'l')),
      ),
    );
    return '';
  });
  const places =
    backend.kind === 'lab' ? ' The dollars are AWS’s, the milliseconds this machine’s: do not weigh one against the other.' : '';
  const note = `${describeCost(cost)} Filled: no other scenario is both cheaper and faster.${places}`;
  const plots = scatters.length === 0 ? [] : [inputs(cost), html`<div class="panels wide">${scatters}</div>`, pricing(analysis, cost)];
  return section('cost', 'Cost a month against slow calls', [...plots, basis, ...tables], note);
}
