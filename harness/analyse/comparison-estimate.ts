import { isTwin } from '../domain/arm.ts';
import type { Connection } from '../domain/cell.ts';
import { expectedPath } from '../domain/path.ts';
import type { Backend, Plan } from '../domain/plan.ts';
import type { Target } from '../domain/target.ts';
import type { CellSamples } from './cell-samples.ts';
import { environmentsOf, environmentValues, resampleIndependently } from './independent-sides.ts';
import { judgedMetrics } from './metric.ts';
import type { Limits } from './order-statistic-interval.ts';
import { QUANTILES } from './quantile.ts';
import { commonRounds, type QuantileReplicates, type RoundColumns, resampleQuantiles } from './quantile-replicates.ts';
import { differenceOf, MINIMUM_ROUNDS } from './round-bootstrap.ts';
import { roundValues, valuesInRounds } from './round-values.ts';
import { SHIFT_SHARES, type ShiftPoint, shiftFunction } from './shift-function.ts';
import { superiorityOf } from './superiority.ts';

/**
 * What a comparison is for. `scenario`: what was asked. `twin`: the same deployed twice (A/A), so that a difference is the tool's or the
 * hour's. `negative control`: two scenarios with the same way to the target, so that none is expected.
 */
export const ROLES = ['scenario', 'twin', 'negative control'] as const;
export type Role = (typeof ROLES)[number];

/** One statistic of one scenario set against its reference; times in nanoseconds, positive means slower. No verdict yet. */
export interface ComparisonEstimate {
  readonly scenario: string;
  readonly reference: string;
  readonly role: Role;
  readonly target: Target;
  readonly start: 'cold' | 'warm';
  readonly connection: Connection;
  readonly metric: string;
  readonly statistic: string;
  /** Absent, as is everything up to `shift`, when there were too few samples or common rounds. */
  readonly difference?: number;
  /** 95 % limits, unadjusted. */
  readonly low?: number;
  readonly high?: number;
  /** 90 % limits: within the margin, they say that the difference is smaller. */
  readonly equivalence?: Limits;
  /** `difference` as a share of the reference's value; absent when that, or a replicate of either side, is 0. */
  readonly ratio?: number;
  readonly ratioLow?: number;
  readonly ratioHigh?: number;
  readonly margin?: number;
  /** Two-sided p value of "no difference", unadjusted. */
  readonly probability?: number;
  /** Probability that a call of the scenario takes longer than one of the reference; ties count half. */
  readonly superiority?: number;
  /** The difference from p10 to p99; of the median's row alone, which stands for the pair. */
  readonly shift?: readonly ShiftPoint[];
  /** Samples of both sides together, in the rounds that both have. */
  readonly n: number;
  /** Samples of the side that has fewer. */
  readonly smallerSide: number;
  /** Rounds that both sides have; of a foreign file without rounds, the environments of the side that has fewer. */
  readonly rounds: number;
}

type Identity = Pick<ComparisonEstimate, 'scenario' | 'reference' | 'role' | 'target' | 'start' | 'connection' | 'metric'>;

/** The smallest difference that matters (design: what is judged): a share of the reference's value, and a floor in ns. */
const MARGIN_SHARE = 0.05;
const MARGIN_FLOOR_NS: Readonly<Record<Backend, Readonly<Record<'cold' | 'warm', number>>>> = {
  aws: { warm: 500_000, cold: 20_000_000 },
  lab: { warm: 100_000, cold: 10_000_000 },
};

/** The margin for a reference of `level` nanoseconds in that place: what is smaller does not matter. */
export function marginOf(backend: Backend, start: 'cold' | 'warm', level: number): number {
  return Math.max(MARGIN_SHARE * level, MARGIN_FLOOR_NS[backend][start]);
}

/** Both sides of a pair, and what resampling makes of them. */
interface Pair {
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly rounds: number;
  readonly replicates: readonly QuantileReplicates[];
  /** Of a call of `a` over one of `b`; NaN where a side has none. */
  readonly superiority: number;
}

function pairByRound(allA: RoundColumns, allB: RoundColumns, seed: string): Pair {
  // What one side alone has of a round would bring that round's drift into the difference.
  const common = new Set(commonRounds(allA, allB));
  const [a, b] = [allA, allB].map((side) => valuesInRounds(side, (round) => common.has(round))) as [RoundColumns, RoundColumns];
  const replicates = common.size < MINIMUM_ROUNDS ? [] : resampleQuantiles(a, b, SHIFT_SHARES, seed);
  return { a: a.values, b: b.values, rounds: common.size, replicates, superiority: superiorityOf(a.values, b.values) };
}

/** Only a foreign file may come without rounds; then nothing pairs the two sides. */
function pairOf({ foreign, seed }: Plan, identity: Identity, a: CellSamples, b: CellSamples): Pair {
  const { scenario, reference, target, start, connection, metric } = identity;
  const stream = `bootstrap/${[seed, scenario, reference, target, start, connection, metric].join('/')}`;
  if (foreign?.pairing !== 'environments') return pairByRound(roundValues(a, metric), roundValues(b, metric), stream);
  const sides = [environmentValues(a, metric), environmentValues(b, metric)] as const;
  const rounds = environmentsOf(...sides);
  const replicates = rounds < MINIMUM_ROUNDS ? [] : resampleIndependently(...sides, SHIFT_SHARES, stream);
  const [left, right] = [sides[0].values, sides[1].values];
  const superiority = superiorityOf(left, right);
  return { a: left, b: right, rounds, replicates, superiority };
}

function estimateStatistic(
  plan: Plan,
  identity: Identity,
  { a, b, rounds, replicates, superiority }: Pair,
  quantile: (typeof QUANTILES)[number],
): ComparisonEstimate {
  const smallerSide = Math.min(a.length, b.length);
  const base = { ...identity, statistic: quantile.name, n: a.length + b.length, smallerSide, rounds };
  const one = replicates.find(({ share }) => share === quantile.share);
  if (one === undefined || smallerSide < quantile.minimum) return base;
  const { estimate, low, high, equivalence, probability, ratio } = differenceOf(one, rounds);
  return {
    ...base,
    ...{ difference: estimate, low, high, equivalence, probability },
    ...(one.reference === 0 ? {} : { ratio: estimate / one.reference }),
    ...(ratio === undefined ? {} : { ratioLow: ratio.low, ratioHigh: ratio.high }),
    margin: marginOf(plan.backend, identity.start, one.reference),
    superiority,
    ...(quantile.name === 'p50' ? { shift: shiftFunction(replicates, rounds, smallerSide) } : {}),
  };
}

function roleOf({ foreign, scenarios }: Plan, a: string, b: string, target: Target): Role {
  if (isTwin(a)) return 'twin';
  if (foreign !== undefined) return 'scenario';
  const [way, other] = [a, b].map((wanted) => {
    const scenario = scenarios.find(({ name }) => name === wanted);
    return scenario === undefined ? undefined : expectedPath(scenario, target);
  });
  // From inside the VPC nothing else lies on the way to a target in it.
  return way === 'function-subnet' && way === other ? 'negative control' : 'scenario';
}

/** Every judged metric and statistic of one cell set against another's; none for environments that were initialised ahead. */
export function estimateCells(plan: Plan, a: CellSamples, b: CellSamples): readonly ComparisonEstimate[] {
  const { scenario, target, connection, start } = a.cell;
  if (start === 'preinit') return [];
  const reference = b.cell.scenario;
  return judgedMetrics(plan, start).flatMap((metric) => {
    const identity: Identity = { scenario, reference, role: roleOf(plan, scenario, reference, target), target, start, connection, metric };
    const pair = pairOf(plan, identity, a, b);
    return QUANTILES.map((quantile) => estimateStatistic(plan, identity, pair, quantile));
  });
}
