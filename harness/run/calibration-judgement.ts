import { nearestRank, sortAscending } from '../analyse/quantile.ts';
import { bootstrapDifference, type RoundValue } from '../analyse/round-bootstrap.ts';
import { judgeDifference } from '../analyse/verdict.ts';
import type {
  CalibratedCalls,
  CalibratedScenario,
  CalibrationMeasurement,
  CalibrationRecord,
  JudgedCalibration,
} from '../domain/calibration.ts';

const MEDIAN = 0.5;
/** What a run's only comparison is judged at (analyse: the level of a family). */
const LEVEL = 0.05;
/** The design's margin for warm calls in the lab. */
const MARGIN_SHARE = 0.05;
const MARGIN_FLOOR_NS = 100_000;
const NS_PER_MS = 1_000_000;
/** A truth that leaves out more than this share of the calls is none. */
const MOST_UNTOLD = 0.05;

function valuesOf({ round, connectNs }: CalibratedCalls): readonly RoundValue[] {
  return connectNs.map((value, i) => ({ round: round[i] ?? 0, value }));
}

function toldOf({ achievedNs }: CalibratedCalls): readonly number[] {
  return achievedNs.flatMap((value) => value ?? []);
}

function medianOf(values: readonly number[]): number {
  return nearestRank(sortAscending(values), MEDIAN);
}

/** Delayed minus other: the medians of what was achieved, as the estimate is a difference of medians; where nothing is recorded, what was asked. */
function truthOf(
  { means, calls }: CalibrationMeasurement,
  delayed: CalibratedScenario,
  other: CalibratedScenario,
  delayMs: number,
): number {
  if (means === 'netem') return delayMs * NS_PER_MS;
  return medianOf(toldOf(calls[delayed])) - medianOf(toldOf(calls[other]));
}

function judgeMeasurement(record: CalibrationRecord, measurement: CalibrationMeasurement): JudgedCalibration {
  const { delayed, delayMs, seed } = record.plan;
  const other = delayed === 'default' ? 'vpc-nat' : 'default';
  const { calls, means } = measurement;
  const failed = (why: string): JudgedCalibration => ({ kind: 'failed', record, why });
  const [a, b] = [valuesOf(calls[delayed]), valuesOf(calls[other])];
  const difference = bootstrapDifference(a, b, MEDIAN, `bootstrap/${seed}`);
  if (difference === undefined) return failed('too few rounds with calls of both');
  const asked = a.length + b.length;
  const untold = means === 'netem' ? 0 : asked - toldOf(calls[delayed]).length - toldOf(calls[other]).length;
  if (untold > MOST_UNTOLD * asked) return failed(`the packets of ${untold} of ${asked} calls could not be told`);
  const truth = truthOf(measurement, delayed, other, delayMs);
  const { estimate, low, high, equivalence, probability } = difference;
  const margin = Math.max(MARGIN_SHARE * medianOf(b.map(({ value }) => value)), MARGIN_FLOOR_NS);
  return {
    ...{ kind: 'judged', record, measured: estimate, low, high, truth, untold },
    inside: low <= truth && truth <= high,
    verdict: judgeDifference(estimate, probability < LEVEL, equivalence, margin),
    calls: asked,
  };
}

/** Judges one run from its raw figures by the ordinary analysis: the same record gives the same judgement. */
export function judgeCalibrationRun(record: CalibrationRecord): JudgedCalibration {
  const { outcome } = record;
  return outcome.kind === 'failed' ? { kind: 'failed', record, why: outcome.why } : judgeMeasurement(record, outcome);
}
