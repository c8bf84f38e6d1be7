import type { Baseline, Gate, GateJudgement, GatePoint, Shift } from '../domain/regression.ts';
import { baselineOf, MINIMUM_BASELINE, meanOf, type Stretches } from './baseline.ts';
import { exceeds, predictionHalf, stageHalf } from './prediction.ts';
import { findShift } from './shift-ladder.ts';

/** Runs whose mean decides about a flagged gate: the flagged one and two more. */
export const CONFIRMING_RUNS = 2;
/** Of the limits that are printed, one side. */
const PRINTED_LEVEL = 0.025;

/** One gate of a run, with what is known about it. */
export interface GateInput {
  readonly gate: Gate;
  /** Absent when the run gave no figures. */
  readonly point?: GatePoint;
  /** Of the runs that were made, or given, to confirm: absent figures are left out. */
  readonly confirmations: readonly GatePoint[];
  readonly stretches: Stretches;
  /** The smallest change that matters for a scenario that is expected to take so many nanoseconds; log ratio. */
  readonly effectAt: (expectedNs: number) => number;
}

/** What every judgement of a measured gate with a baseline carries. */
interface Measured {
  readonly input: GateInput;
  readonly point: GatePoint;
  readonly baseline: Baseline;
  readonly family: number;
  readonly effect: number;
}

function withLimits({ baseline }: Measured, change: number, k: number) {
  const half = predictionHalf(baseline, k, PRINTED_LEVEL);
  return { change, low: change - half, high: change + half };
}

function judgeFlagged(measured: Measured): Pick<GateJudgement, 'verdict' | 'why' | 'change' | 'low' | 'high'> {
  const { input, point, baseline, family, effect } = measured;
  const all = [point, ...input.confirmations].map(({ logRatio }) => logRatio);
  const k = CONFIRMING_RUNS + 1;
  if (all.length < k) {
    const why = `beyond the loose limit; ${k - all.length} confirming ${k - all.length === 1 ? 'run is' : 'runs are'} missing`;
    return { verdict: 'flagged', why, ...withLimits(measured, point.logRatio - baseline.level, 1) };
  }
  const change = meanOf(all.slice(0, k)) - baseline.level;
  const verdict = exceeds(baseline, change, 'strict', family, k, effect) ? 'regression' : 'cleared';
  return { verdict, ...withLimits(measured, change, k) };
}

function judgeMeasured(measured: Measured): Pick<GateJudgement, 'verdict' | 'why' | 'change' | 'low' | 'high'> {
  const { point, baseline, family, effect } = measured;
  const change = point.logRatio - baseline.level;
  if (exceeds(baseline, change, 'loose', family, 1, effect)) return judgeFlagged(measured);
  const limits = withLimits(measured, change, 1);
  if (exceeds(baseline, -change, 'strict', family, 1, effect)) return { verdict: 'faster', ...limits };
  if (stageHalf(baseline, 'loose', family, 1) <= effect) return { verdict: 'no regression', ...limits };
  return { verdict: 'not decidable', why: 'the runs before vary so much that a change that matters could hide among them', ...limits };
}

function bandOf({ baseline, family }: Measured): { readonly low: number; readonly high: number } {
  const half = stageHalf(baseline, 'loose', family, 1);
  return { low: baseline.level - half, high: baseline.level + half };
}

/** A change at the flagged run itself is the gate's to tell; after an accepted one the ladder begins anew. */
function shiftOf({ stretches }: GateInput, point: GatePoint): Shift | undefined {
  return findShift([...(stretches.at(-1) ?? []), point.logRatio]);
}

function judgeOne(input: GateInput, family: number): GateJudgement {
  const { gate, point, confirmations, stretches, effectAt } = input;
  const known = stretches.reduce((sum, stretch) => sum + stretch.length, 0);
  const base = { gate, confirmations, known };
  if (point === undefined) return { ...base, verdict: 'not decidable', why: 'this run has no figures for it' };
  const baseline = baselineOf(stretches);
  if (baseline === undefined) {
    return { ...base, point, verdict: 'learning', why: `${known} of ${MINIMUM_BASELINE} comparable runs before it` };
  }
  const effect = effectAt(point.reference * Math.exp(baseline.level));
  const measured: Measured = { input, point, baseline, family, effect };
  const shift = shiftOf(input, point);
  const found = judgeMeasured(measured);
  return { ...base, point, baseline, effect, band: bandOf(measured), ...found, ...(shift === undefined ? {} : { shift }) };
}

/** Judges a run's gates as one family: those that have a figure and a baseline share its levels. */
export function judgeGates(inputs: readonly GateInput[]): readonly GateJudgement[] {
  const family = inputs.filter(({ point, stretches }) => point !== undefined && baselineOf(stretches) !== undefined).length;
  return inputs.map((input) => judgeOne(input, Math.max(1, family)));
}
