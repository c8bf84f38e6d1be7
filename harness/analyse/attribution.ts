import type { Plan } from '../domain/plan.ts';
import { PROBE_PHASES, type ProbePhase } from '../domain/probe-wire.ts';
import type { Target } from '../domain/target.ts';
import type { CellSamples } from './cell-samples.ts';
import { roundValues } from './comparison-estimate.ts';
import { bootstrapDifference } from './round-bootstrap.ts';
import type { Comparison } from './verdict.ts';

/** One phase's part in a difference; nanoseconds, positive means slower. */
export interface PhaseDifference {
  readonly phase: ProbePhase;
  readonly difference: number;
  /** 95 % limits, unadjusted. */
  readonly low: number;
  readonly high: number;
  /** Part of the whole difference; absent where that is not certain, or 0. Below 0 where the phase works against it. */
  readonly share?: number;
}

/** Where a comparison's difference of medians lies. */
export interface Attribution {
  readonly scenario: string;
  readonly reference: string;
  readonly target: Target;
  /** The comparison's own difference. */
  readonly difference: number;
  /** Largest first, whichever its sign; phases that only one side has are left out. */
  readonly phases: readonly PhaseDifference[];
  /** What the phases' differences leave of the whole: medians do not add up exactly. */
  readonly rest: number;
}

const METRIC = 'fn_total_ms';

function cellOf(cells: readonly CellSamples[], scenario: string, target: Target): CellSamples | undefined {
  return cells.find(
    ({ cell }) => cell.scenario === scenario && cell.target === target && cell.start === 'warm' && cell.connection === 'new',
  );
}

function attribute(plan: Plan, cells: readonly CellSamples[], row: Comparison): Attribution[] {
  const { scenario, reference, target, difference: whole, low: wholeLow, high: wholeHigh } = row;
  const [own, other] = [cellOf(cells, scenario, target), cellOf(cells, reference, target)];
  if (whole === undefined || wholeLow === undefined || wholeHigh === undefined || own === undefined || other === undefined) return [];
  const certain = wholeLow > 0 || wholeHigh < 0;
  // One stream for all phases: each replicate draws the same rounds for every phase, as long as they have the same rounds.
  const stream = `attribution/${[plan.seed, scenario, reference, target].join('/')}`;
  const phases = PROBE_PHASES.flatMap((phase): PhaseDifference[] => {
    const metric = `fn_${phase}_ms`;
    const found = bootstrapDifference(roundValues(own, metric), roundValues(other, metric), 0.5, stream);
    if (found === undefined) return [];
    const { estimate, low, high } = found;
    return [{ phase, difference: estimate, low, high, ...(certain && whole !== 0 ? { share: estimate / whole } : {}) }];
  });
  if (phases.length === 0) return [];
  const rest = phases.reduce((left, { difference }) => left - difference, whole);
  const ordered = phases.sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference));
  return [{ scenario, reference, target, difference: whole, phases: ordered, rest }];
}

/**
 * Which phases carry the differences of warm calls on new connections, medians; no verdict of its own. Twins are left out, as is a foreign
 * file without rounds, where nothing is drawn jointly.
 */
export function attributeDifferences(
  plan: Plan,
  cells: readonly CellSamples[],
  comparisons: readonly Comparison[],
): readonly Attribution[] {
  if (plan.foreign?.pairing === 'environments') return [];
  return comparisons
    .filter(({ start, connection, metric, statistic, role }) => {
      const judged = start === 'warm' && connection === 'new' && metric === METRIC && statistic === 'p50';
      return judged && role !== 'twin';
    })
    .flatMap((row) => attribute(plan, cells, row));
}
