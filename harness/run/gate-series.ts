import type { Analysis } from '../analyse/analysis.ts';
import { referenceOf } from '../analyse/comparison.ts';
import { marginOf } from '../analyse/comparison-estimate.ts';
import type { Comparison } from '../analyse/verdict.ts';
import { isTwin, twinOf } from '../domain/arm.ts';
import type { Connection } from '../domain/cell.ts';
import type { Backend, Plan } from '../domain/plan.ts';
import { GATE_METRICS, type Gate, type GatePoint } from '../domain/regression.ts';
import type { RunManifest } from '../domain/run.ts';
import type { Target } from '../domain/target.ts';
import { type ComparabilityKey, comparabilityKey } from './comparability.ts';

/** The cells of an arm that are gated: warm calls by connection, and cold ones, which are always on a new connection. */
const GATED_CELLS: readonly (readonly ['cold' | 'warm', Connection])[] = [
  ['cold', 'new'],
  ['warm', 'new'],
  ['warm', 'reused'],
];

/** Pairs of a target: each scenario against its reference; a scenario that alone reaches the target against its twin. */
function pairsOf(plan: Plan, target: Target): readonly (readonly [scenario: string, reference: string])[] {
  const reaching = plan.arms.filter((arm) => arm.target === target && arm.expected === 'reachable').map(({ scenario }) => scenario);
  const scenarios = reaching.filter((name) => !isTwin(name));
  const pairs = scenarios.flatMap((name) => {
    const reference = referenceOf(plan, name, target);
    return reference === undefined || !reaching.includes(reference) ? [] : [[name, reference] as const];
  });
  const [alone] = scenarios;
  if (pairs.length > 0 || alone === undefined || alone === plan.reference || !reaching.includes(twinOf(alone))) return pairs;
  return [[alone, twinOf(alone)]];
}

/** A plan's gates, fixed before anything is measured: few, in the order of targets and scenarios. */
export function gatesOf(plan: Plan): readonly Gate[] {
  return plan.targets.flatMap((target) =>
    pairsOf(plan, target).flatMap(([scenario, reference]) =>
      GATED_CELLS.map(([start, connection]): Gate => ({ scenario, reference, target, start, connection })),
    ),
  );
}

/** The run's comparison of the gate's two sides, whichever of them it calls the reference. */
function comparisonFor(rows: readonly Comparison[], gate: Gate): { readonly row: Comparison; readonly turned: boolean } | undefined {
  const { scenario, reference, target, start, connection } = gate;
  const row = rows.find(
    (one) =>
      [one.statistic, one.metric].join() === ['p50', GATE_METRICS[start]].join() &&
      [one.target, one.start, one.connection].join() === [target, start, connection].join() &&
      [one.scenario, one.reference].sort().join() === [scenario, reference].sort().join(),
  );
  return row === undefined ? undefined : { row, turned: row.scenario !== scenario };
}

function medianOf({ summary }: Analysis, { target, start, connection }: Gate, scenario: string): number | undefined {
  return summary.find(
    ({ cell, metric, statistic, population }) =>
      [cell.scenario, cell.target, cell.start, cell.connection].join() === [scenario, target, start, connection].join() &&
      [metric, statistic, population].join() === [GATE_METRICS[start], 'p50', 'all'].join(),
  )?.value;
}

/** A gate's figures in a run; undefined when either side has no median, or one of 0, which has no ratio. */
export function pointOf(analysis: Analysis, gate: Gate): GatePoint | undefined {
  const found = comparisonFor(analysis.comparisons, gate);
  const [value, reference] = [gate.scenario, gate.reference].map((name) => medianOf(analysis, gate, name));
  const ratio = found?.row.ratio;
  if (found === undefined || ratio === undefined || ratio <= -1 || !value || !reference) return undefined;
  const sign = found.turned ? -1 : 1;
  const limits = [found.row.ratioLow, found.row.ratioHigh].flatMap((limit) =>
    limit === undefined || limit <= -1 ? [] : [sign * Math.log1p(limit)],
  );
  const [low, high] = limits.sort((a, b) => a - b);
  const interval = low === undefined || high === undefined ? {} : { low, high };
  return { logRatio: sign * Math.log1p(ratio), ...interval, value, reference };
}

/** Stored settings of the functions that make one run's figures incomparable with another's. */
const COMPARED_SETTINGS = ['CodeSha256', 'MemorySize', 'Runtime', 'Timeout'] as const;

function settingsOf({ functionSettings = {} }: RunManifest): ComparabilityKey {
  const architecture = Object.entries(functionSettings).filter(([name]) => name.startsWith('Architectures'));
  const named = COMPARED_SETTINGS.map((name) => [name, functionSettings[name] ?? 'unknown'] as const);
  return Object.fromEntries([...named, ...architecture].map(([name, value]) => [`function ${name}`, value]));
}

/**
 * What scheduled runs must share: place, plan, size, functions, and in the lab the machine. Injected delays are not in it: one that was
 * brought about on purpose is a change like any other, and is named in the verdict.
 */
export function seriesKey(manifest: RunManifest): ComparabilityKey {
  const { 'injected delays and faults': _, ...key } = comparabilityKey(manifest);
  const { backend, driver, plan } = manifest;
  const machine = { machine: `${driver.cpuCount} × ${driver.cpuModel}, kernel ${driver.kernel}, Node ${driver.node}` };
  const size = { rounds: String(plan.rounds), 'warm calls': String(plan.warm) };
  return { ...key, ...size, ...settingsOf(manifest), ...(backend.kind === 'lab' ? machine : {}) };
}

/** The part of a key that a confirming run shares too: it measures fewer scenarios and targets. */
export function placeOfSeries(key: ComparabilityKey): ComparabilityKey {
  const { scenarios: _, targets: __, ...place } = key;
  return place;
}

/** What a person said is the smallest change that matters; the largest given applies. */
export interface AskedEffect {
  /** Of the scenario's expected median. */
  readonly share?: number;
  readonly floorNs?: number;
}
export type AskedEffects = { readonly [start in 'cold' | 'warm']?: AskedEffect };

/** The smallest change that matters at that level, as a log ratio: as asked, else the margin of the design. */
export function effectOf(backend: Backend, start: 'cold' | 'warm', asked: AskedEffects): (expectedNs: number) => number {
  const own = asked[start];
  if (own === undefined) return (expectedNs) => Math.log1p(marginOf(backend, start, expectedNs) / expectedNs);
  return (expectedNs) => Math.log1p(Math.max(own.share ?? 0, (own.floorNs ?? 0) / expectedNs));
}
