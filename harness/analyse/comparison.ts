import { isTwin, originalOf } from '../domain/arm.ts';
import type { Connection } from '../domain/cell.ts';
import type { Backend, Plan } from '../domain/plan.ts';
import type { Target } from '../domain/target.ts';
import type { CellSamples } from './cell-samples.ts';
import { environmentsOf, environmentValues, independentDifference } from './independent-sides.ts';
import { judgedMetrics, metricNamed } from './metric.ts';
import { nearestRank, QUANTILES, sortAscending } from './quantile.ts';
import { bootstrapDifference, commonRounds, type RoundValue } from './round-bootstrap.ts';

/** What a comparison says. `not decidable` also stands for too few rounds or samples; the row's counts tell. */
export const VERDICTS = ['faster', 'slower', 'no relevant change', 'not decidable', 'no reference'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** One statistic of one scenario set against its reference; times in nanoseconds, positive means slower. */
export interface Comparison {
  readonly scenario: string;
  readonly reference: string;
  readonly target: Target;
  readonly start: 'cold' | 'warm';
  readonly connection: Connection;
  readonly metric: string;
  readonly statistic: string;
  /** Absent, as are the limits, when there were too few samples or common rounds. */
  readonly difference?: number;
  readonly low?: number;
  readonly high?: number;
  /** `difference` as a share of the reference's value; absent when that is 0. */
  readonly ratio?: number;
  readonly margin?: number;
  /** Probability that a call of the scenario takes longer than one of the reference; ties count half. */
  readonly superiority?: number;
  readonly verdict: Verdict;
  /** Samples of both sides together, in the rounds that both have. */
  readonly n: number;
  /** Rounds that both sides have; of a foreign file without rounds, the environments of the side that has fewer. */
  readonly rounds: number;
}

/** The smallest difference that matters (design: what is judged): a share of the reference's value, and a floor in ns. */
const MARGIN_SHARE = 0.05;
const MARGIN_FLOOR_NS: Readonly<Record<Backend, Readonly<Record<'cold' | 'warm', number>>>> = {
  aws: { warm: 500_000, cold: 20_000_000 },
  lab: { warm: 100_000, cold: 10_000_000 },
};

function roundValues(cell: CellSamples, metric: string): RoundValue[] {
  const { figureOf } = metricNamed(metric);
  return cell.measured.flatMap((sample) => {
    const value = figureOf(sample);
    return value === undefined ? [] : [{ round: sample.call.round, value }];
  });
}

/** P(a > b) + P(a = b)/2, over all pairs; both sides need a value. */
export function superiorityOf(a: readonly number[], b: readonly number[]): number {
  const sorted = sortAscending(b);
  const below = (value: number, inclusive: boolean): number => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const at = sorted[middle] ?? 0;
      if (at < value || (inclusive && at === value)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const wins = a.reduce((sum, value) => sum + (below(value, false) + below(value, true)) / 2, 0);
  return wins / (a.length * b.length);
}

/**
 * Relevant and certain, certainly irrelevant, or neither. A difference equal to the margin is relevant; a limit equal to it
 * leaves irrelevance open; a limit equal to 0 leaves the direction open.
 */
export function judgeDifference(difference: number, low: number, high: number, margin: number): Verdict {
  if (low > 0 && difference >= margin) return 'slower';
  if (high < 0 && difference <= -margin) return 'faster';
  if (low > -margin && high < margin) return 'no relevant change';
  return 'not decidable';
}

type Identity = Pick<Comparison, 'scenario' | 'reference' | 'target' | 'start' | 'connection' | 'metric'>;

/** Only a foreign file may come without rounds. */
function isPaired({ foreign }: Plan): boolean {
  return foreign?.pairing !== 'environments';
}

function compareStatistic(
  plan: Plan,
  identity: Identity,
  a: RoundValue[],
  b: RoundValue[],
  quantile: (typeof QUANTILES)[number],
): Comparison {
  const paired = isPaired(plan);
  const rounds = paired ? commonRounds(a, b).length : environmentsOf(a, b);
  const base = { ...identity, statistic: quantile.name, n: a.length + b.length, rounds };
  if (Math.min(a.length, b.length) < quantile.minimum) return { ...base, verdict: 'not decidable' };
  const seed = `bootstrap/${plan.seed}/${Object.values(identity).join('/')}/${quantile.name}`;
  const found = (paired ? bootstrapDifference : independentDifference)(a, b, quantile.share, seed);
  if (found === undefined) return { ...base, verdict: 'not decidable' };
  const values = (side: readonly RoundValue[]): number[] => side.map(({ value }) => value);
  const level = nearestRank(sortAscending(values(b)), quantile.share);
  const margin = Math.max(MARGIN_SHARE * level, MARGIN_FLOOR_NS[plan.backend][identity.start]);
  return {
    ...base,
    difference: found.estimate,
    low: found.low,
    high: found.high,
    ...(level === 0 ? {} : { ratio: found.estimate / level }),
    margin,
    superiority: superiorityOf(values(a), values(b)),
    verdict: judgeDifference(found.estimate, found.low, found.high, margin),
  };
}

function compareMetric(plan: Plan, identity: Identity, a: CellSamples, b: CellSamples): Comparison[] {
  if (!isPaired(plan)) {
    const sides = [environmentValues(a, identity.metric), environmentValues(b, identity.metric)] as const;
    return QUANTILES.map((quantile) => compareStatistic(plan, identity, ...sides, quantile));
  }
  const [allA, allB] = [roundValues(a, identity.metric), roundValues(b, identity.metric)];
  // What one side alone has of a round would bring that round's drift into the difference.
  const common = new Set(commonRounds(allA, allB));
  const kept = (side: readonly RoundValue[]): RoundValue[] => side.filter(({ round }) => common.has(round));
  return QUANTILES.map((quantile) => compareStatistic(plan, identity, kept(allA), kept(allB), quantile));
}

function compareCells(plan: Plan, a: CellSamples, b: CellSamples): Comparison[] {
  const { scenario, target, connection, start } = a.cell;
  if (start === 'preinit') return [];
  return judgedMetrics(plan, start).flatMap((metric) => {
    const identity: Identity = { scenario, reference: b.cell.scenario, target, start, connection, metric };
    return compareMetric(plan, identity, a, b);
  });
}

/**
 * The scenario that a cell's figures are set against: a twin against its original (A/A); any other scenario against the
 * plan's reference; for RDS, where the reference is blocked, `vpc-endpoints` against the first VPC scenario (negative control).
 */
export function referenceOf(plan: Plan, scenario: string, target: Target): string | undefined {
  if (isTwin(scenario)) return originalOf(scenario);
  const reaching = plan.scenarios.filter(({ expected }) => expected[target] === 'reachable').map(({ name }) => name);
  const reference = plan.reference !== undefined && reaching.includes(plan.reference) ? plan.reference : reaching[0];
  return reference === scenario ? undefined : reference;
}

/** Every comparison that the plan calls for and the samples allow. */
export function compareScenarios(plan: Plan, cells: readonly CellSamples[]): readonly Comparison[] {
  return cells.flatMap((a) => {
    const reference = referenceOf(plan, a.cell.scenario, a.cell.target);
    const b = cells.find(
      ({ cell }) =>
        cell.scenario === reference &&
        cell.target === a.cell.target &&
        cell.start === a.cell.start &&
        cell.connection === a.cell.connection,
    );
    return b === undefined ? [] : compareCells(plan, a, b);
  });
}
