import { referenceOf } from '../analyse/comparison.ts';
import { marginOf } from '../analyse/comparison-estimate.ts';
import { JUDGED_METRICS } from '../analyse/metric.ts';
import { QUANTILES } from '../analyse/quantile.ts';
import { MINIMUM_ROUNDS } from '../analyse/round-bootstrap.ts';
import { studentQuantile } from '../analyse/special-functions.ts';
import { FAMILY_LEVEL } from '../analyse/verdict.ts';
import { isTwin } from '../domain/arm.ts';
import type { Connection } from '../domain/cell.ts';
import type { Plan } from '../domain/plan.ts';
import type { Precision, Sizing } from '../domain/precision.ts';
import type { Target } from '../domain/target.ts';
import { reachableArms } from '../plan/arms.ts';
import { type CallCounts, countCalls, type ExpectedSeconds, expectedSeconds } from '../plan/duration.ts';
import { resizePlan } from '../plan/plan.ts';
import { DECIDING_SHARE, roundsForHalfWidth, scaledHalfWidth, sizeRounds } from '../plan/sizing.ts';
import { assumedSpread, type SpreadSource, spreadSource } from '../plan/spreads.ts';
import type { EarlierRun } from './earlier-run.ts';

/** What the plan can be expected to decide about one median; times in nanoseconds. */
export interface ForecastRow {
  readonly scenario: string;
  readonly reference: string;
  readonly target: Target;
  readonly start: 'cold' | 'warm';
  readonly connection: Connection;
  readonly metric: string;
  /** Half of the 95 % interval's width to expect; absent when the rounds are too few for an interval. */
  readonly halfWidth?: number;
  readonly margin: number;
  /** The smallest difference that can be expected to be found: certain among all comparisons of the run, and no less than the margin. */
  readonly decidesFrom?: number;
  /** Rounds at which no difference is told from the margin with a chance of 80 %. */
  readonly roundsNeeded: number;
  readonly basis: 'earlier run' | 'assumed';
}

/** What a run will do and can be expected to find out, before anything is deployed. */
export interface Forecast {
  readonly plan: Plan;
  readonly calls: CallCounts;
  readonly seconds: ExpectedSeconds;
  readonly rows: readonly ForecastRow[];
  /** The run whose spreads were used, where one is comparable. */
  readonly earlier?: Pick<EarlierRun, 'runId' | 'startedAt'>;
  readonly assumed: SpreadSource;
  /** With `--precision`: how the pilot can be expected to size the run; `plan` has that size already. */
  readonly sizing?: Sizing;
}

const KINDS = [
  { start: 'warm', connection: 'new' },
  { start: 'warm', connection: 'reused' },
  { start: 'cold', connection: 'new' },
] as const;

type Identity = Pick<ForecastRow, 'scenario' | 'reference' | 'target' | 'start' | 'connection' | 'metric'>;

/** The medians that head a report: what was asked for, without A/A copies. */
function headlines(plan: Plan): readonly Identity[] {
  const arms = reachableArms(plan.arms);
  return arms.flatMap(({ scenario, target }) => {
    const reference = isTwin(scenario) ? undefined : referenceOf(plan, scenario, target);
    if (reference === undefined || !arms.some((arm) => arm.scenario === reference && arm.target === target)) return [];
    return KINDS.map((kind) => ({ scenario, reference, target, ...kind, metric: JUDGED_METRICS[kind.start][0] ?? '' }));
  });
}

/** Rounds that have calls of this start. */
function roundsOf({ rounds, warmRounds = rounds }: Plan, start: 'cold' | 'warm'): number {
  return start === 'cold' ? rounds : warmRounds;
}

/** How many p values are adjusted together: every judged metric and quantile for which there will be samples enough. */
function familySize(plan: Plan, identities: readonly Identity[]): number {
  const sizes = identities.map(({ start }) => {
    const n = start === 'cold' ? plan.rounds : roundsOf(plan, start) * plan.warm;
    return JUDGED_METRICS[start].length * QUANTILES.filter(({ minimum }) => n >= minimum).length;
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}

function sameIdentity(a: Identity, b: { readonly [name in keyof Identity]: string }): boolean {
  const names = ['scenario', 'reference', 'target', 'start', 'connection', 'metric'] as const;
  return names.every((name) => a[name] === b[name]);
}

interface Known {
  readonly halfWidth: number;
  readonly margin: number;
  readonly rounds: number;
  readonly basis: ForecastRow['basis'];
}

function knownOf({ backend }: Plan, identity: Identity, earlier: EarlierRun | undefined): Known | undefined {
  const found = earlier?.comparisons.find((row) => sameIdentity(identity, row));
  if (found !== undefined) return { halfWidth: found.halfWidth, margin: found.margin, rounds: found.rounds, basis: 'earlier run' };
  const spread = assumedSpread(backend, identity.target, identity.start, identity.connection);
  if (spread === undefined) return undefined;
  const margin = marginOf(backend, identity.start, spread.level);
  return { halfWidth: spread.halfWidth, margin, rounds: spread.rounds, basis: 'assumed' };
}

/** How much further than the 95 % limits a difference must lie to be certain when it is the first of the family (Holm). */
function familyFactor(rounds: number, family: number): number {
  return studentQuantile(1 - FAMILY_LEVEL / family / 2, rounds - 1) / studentQuantile(0.975, rounds - 1);
}

function rowOf(plan: Plan, identity: Identity, known: Known, family: number): ForecastRow {
  const { margin, basis } = known;
  const wanted = roundsForHalfWidth(known.rounds, known.halfWidth, DECIDING_SHARE * margin);
  const base = { ...identity, margin, basis, roundsNeeded: Math.max(MINIMUM_ROUNDS, wanted) };
  const rounds = roundsOf(plan, identity.start);
  if (rounds < MINIMUM_ROUNDS) return base;
  const halfWidth = scaledHalfWidth(known.halfWidth, known.rounds, rounds);
  return { ...base, halfWidth, decidesFrom: Math.max(margin, halfWidth * familyFactor(rounds, family)) };
}

/** How much slower than assumed the earlier run was; 1 without one. */
function slowness(earlier: EarlierRun | undefined): number {
  if (earlier === undefined) return 1;
  const { deploy, rounds, blocked } = expectedSeconds(earlier.plan);
  // Time-outs last as long on every machine.
  const factor = (earlier.seconds - blocked) / (deploy + rounds);
  return factor > 0 && Number.isFinite(factor) ? factor : 1;
}

/** The size that a pilot will find, should its spreads be those that are known now. */
function expectedSizing(
  plan: Plan,
  precision: Precision,
  known: readonly { readonly identity: Identity; readonly known: Known }[],
): Sizing {
  const widths = known.map(({ identity, known: { halfWidth, margin, rounds } }) => {
    const { scenario, reference, target, start } = identity;
    return { comparison: `${scenario} − ${reference}, ${target}`, start, rounds, halfWidth, margin };
  });
  return sizeRounds(precision, plan.rounds, widths);
}

/**
 * What the plan can be expected to find out, by an earlier run where it has the comparison, else by the dated table of assumptions. With a
 * precision the plan's rounds are its pilot, and the forecast is for the size that is then to be expected.
 */
export function forecastOf(asked: Plan, earlier: EarlierRun | undefined, precision?: Precision): Forecast {
  const known = headlines(asked).flatMap((identity) => {
    const found = knownOf(asked, identity, earlier);
    return found === undefined ? [] : [{ identity, known: found }];
  });
  const sizing = precision === undefined ? undefined : expectedSizing(asked, precision, known);
  const plan = sizing === undefined ? asked : resizePlan(asked, sizing);
  const family = Math.max(
    1,
    familySize(
      plan,
      known.map(({ identity }) => identity),
    ),
  );
  return {
    plan,
    calls: countCalls(plan),
    seconds: expectedSeconds(plan, slowness(earlier)),
    rows: known.map((one) => rowOf(plan, one.identity, one.known, family)),
    ...(earlier === undefined ? {} : { earlier: { runId: earlier.runId, startedAt: earlier.startedAt } }),
    assumed: spreadSource(plan.backend),
    ...(sizing === undefined ? {} : { sizing }),
  };
}
