import type { Connection } from '../domain/cell.ts';
import type { Plan } from '../domain/plan.ts';
import { PROBE_PHASES, type ProbePhase } from '../domain/probe-wire.ts';
import type { Target } from '../domain/target.ts';
import type { CellSamples } from './cell-samples.ts';
import { bootstrapDifference } from './round-bootstrap.ts';
import { roundValues } from './round-values.ts';
import type { Comparison } from './verdict.ts';

/** One phase's part in a difference; nanoseconds, positive means slower. */
export interface PhaseDifference {
  readonly phase: ProbePhase;
  readonly difference: number;
  /** 95 % limits, unadjusted. */
  readonly low: number;
  readonly high: number;
  /** Part of the whole difference; absent where that is not certain, or 0, and for a phase of some calls. Below 0 where it works against it. */
  readonly share?: number;
  /** Some calls of a side had no such phase: the difference is that of the calls that had it. */
  readonly ofSomeCalls?: true;
}

/** Where a comparison's difference of medians lies. */
export interface Attribution {
  readonly scenario: string;
  readonly reference: string;
  readonly target: Target;
  readonly connection: Connection;
  /** The comparison's own difference. */
  readonly difference: number;
  /** Largest first, whichever its sign. */
  readonly phases: readonly PhaseDifference[];
  /** Phases that occurred, but not on both sides in enough rounds for limits: whatever they carry is in the rest. */
  readonly leftOut: readonly ProbePhase[];
  /** What the phases' differences leave of the whole: medians do not add up exactly. */
  readonly rest: number;
}

const METRIC = 'fn_total_ms';

function cellOf(cells: readonly CellSamples[], scenario: string, { target, connection }: Comparison): CellSamples | undefined {
  return cells.find(
    ({ cell }) => cell.scenario === scenario && cell.target === target && cell.start === 'warm' && cell.connection === connection,
  );
}

/** Both sides' values of a phase, when it occurred at all, and whether that was in some calls only. `all` are the calls of each side. */
function phaseValues(own: CellSamples, other: CellSamples, phase: ProbePhase, all: readonly number[]) {
  const sides = [roundValues(own, `fn_${phase}_ms`), roundValues(other, `fn_${phase}_ms`)] as const;
  const counts = sides.map(({ values }) => values.length);
  const some = counts.some((count, i) => count < (all[i] ?? 0));
  return counts.some((count) => count > 0) ? { sides, some } : undefined;
}

function attribute(plan: Plan, cells: readonly CellSamples[], row: Comparison): Attribution[] {
  const { scenario, reference, target, connection, difference: whole, low: wholeLow, high: wholeHigh } = row;
  const [own, other] = [cellOf(cells, scenario, row), cellOf(cells, reference, row)];
  if (whole === undefined || wholeLow === undefined || wholeHigh === undefined || own === undefined || other === undefined) return [];
  const certain = wholeLow > 0 || wholeHigh < 0;
  // One stream for all phases: each replicate draws the same rounds for every phase, as long as they have the same rounds.
  const stream = `attribution/${[plan.seed, scenario, reference, target, ...(connection === 'new' ? [] : [connection])].join('/')}`;
  const all = [own, other].map((side) => roundValues(side, METRIC).values.length);
  const leftOut: ProbePhase[] = [];
  const phases = PROBE_PHASES.flatMap((phase): PhaseDifference[] => {
    const values = phaseValues(own, other, phase, all);
    if (values === undefined) return [];
    const { sides, some } = values;
    const found = bootstrapDifference(...sides, 0.5, stream);
    if (found === undefined) {
      leftOut.push(phase);
      return [];
    }
    const { estimate: difference, low, high } = found;
    const share = certain && whole !== 0 && !some ? { share: difference / whole } : {};
    return [{ phase, difference, low, high, ...share, ...(some ? { ofSomeCalls: true } : {}) }];
  });
  if (phases.length === 0) return [];
  const rest = phases.reduce((left, { difference }) => left - difference, whole);
  const ordered = phases.sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference));
  return [{ scenario, reference, target, connection, difference: whole, phases: ordered, leftOut, rest }];
}

/**
 * Which phases carry the differences of warm calls, medians; no verdict of its own. Twins are left out, as is a foreign file without rounds,
 * where nothing is drawn jointly.
 */
export function attributeDifferences(
  plan: Plan,
  cells: readonly CellSamples[],
  comparisons: readonly Comparison[],
): readonly Attribution[] {
  if (plan.foreign?.pairing === 'environments') return [];
  return comparisons
    .filter(({ start, metric, statistic, role }) => start === 'warm' && metric === METRIC && statistic === 'p50' && role !== 'twin')
    .flatMap((row) => attribute(plan, cells, row));
}
