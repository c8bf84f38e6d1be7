import type { CalibratedScenario, CalibrationMeans, CalibrationRecord } from '../../harness/domain/calibration.ts';
import { newRandom } from '../../harness/domain/random.ts';

const ROUNDS = 16;
const WARM = 10;

export interface RecordParts {
  readonly number?: number;
  readonly delayMs?: number;
  readonly delayed?: CalibratedScenario;
  readonly means?: CalibrationMeans;
  /** What a connect takes beside what was achieved, on the delayed path alone; milliseconds. */
  readonly biasMs?: number;
  /** Calls of the delayed path whose packets could not be told. */
  readonly untold?: number;
  readonly rounds?: number;
}

/** A run as the lab would record it: 160 calls of each scenario, times from a seeded generator, the achieved delay somewhat above the asked. */
export function newCalibrationRecord(parts: RecordParts = {}): CalibrationRecord {
  const { number = 1, delayMs = 2, delayed = 'vpc-nat', means = 'relay', biasMs = 0, untold = 0, rounds = ROUNDS } = parts;
  const random = newRandom(`record/${number}`);
  const callsOf = (scenario: CalibratedScenario) => {
    const isDelayed = scenario === delayed;
    const round = Array.from({ length: rounds * WARM }, (_, i) => 1 + Math.floor(i / WARM));
    const achieved = round.map(() => Math.round(((isDelayed ? delayMs : 0) + 0.1 + 0.02 * random.next()) * 1e6));
    const own = (): number => Math.round((0.4 + 0.1 * random.next() + (isDelayed ? biasMs : 0)) * 1e6);
    const achievedNs = achieved.map((value, i) => (means === 'netem' || (isDelayed && i < untold) ? null : value));
    return { round, connectNs: achieved.map((value) => value + own()), achievedNs };
  };
  return {
    plan: { number, delayMs, delayed, seed: `seed/${number}` },
    startedAt: '2026-01-01T00:00:00.000Z',
    seconds: 9.5,
    load: 1.25,
    outcome: { kind: 'measured', means, calls: { default: callsOf('default'), 'vpc-nat': callsOf('vpc-nat') }, missing: 0 },
  };
}

/** A run that ended without figures. */
export function newFailedRecord(number: number, delayMs: number, why = 'the lab refused'): CalibrationRecord {
  return { ...newCalibrationRecord({ number, delayMs }), outcome: { kind: 'failed', why } };
}
