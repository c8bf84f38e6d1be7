import { LONGEST_ROUND_TRIP_MS } from '../../infra/lab/faults/path-places.ts';
import type { CalibrationOptions } from '../domain/calibration.ts';
import { BenchError, EXIT_CODES } from '../domain/exit-code.ts';
import { CALIBRATION_ROUNDS, CALIBRATION_WARM } from '../plan/calibration.ts';

/** Flags of `bench calibrate`, as commander gives them; all are text. */
export interface CalibrateFlags {
  readonly delays?: string;
  readonly runs?: string;
  readonly seed?: string;
  readonly out: string;
  readonly resume?: string;
  readonly json?: boolean;
}

const DEFAULT_DELAYS = '0,0.5,1,2,5';
const DEFAULT_RUNS = '20';
const MOST_RUNS = 10_000;

function usage(problems: readonly string[]): BenchError {
  return new BenchError({
    exitCode: EXIT_CODES.usage,
    what: problems.length === 1 ? 'An option cannot be used.' : `${problems.length} options cannot be used.`,
    why: problems.join('\n       '),
    tryCommands: [
      'npm run bench -- calibrate --delays 0,0.5,1,2,5 --runs 20',
      'npm run bench -- calibrate --resume results/calibrate-ID/ledger.ndjson',
    ],
    leftBehind: 'Nothing was started.',
  });
}

function delayProblem(text: string): string | undefined {
  if (!/^\d+(\.\d+)?$/.test(text)) return `--delays: "${text}" is no number of milliseconds; a list as in ${DEFAULT_DELAYS}`;
  if (Number(text) > LONGEST_ROUND_TRIP_MS)
    return `--delays: ${text} is more than ${LONGEST_ROUND_TRIP_MS} ms: the probes would give up waiting`;
  return undefined;
}

/** What a new calibration shall do. Throws `BenchError` that names every problem. */
export function parseCalibration({ delays, runs, seed }: CalibrateFlags, freshSeed: string): CalibrationOptions {
  const texts = (delays ?? DEFAULT_DELAYS).split(',').map((text) => text.trim());
  const problems = texts.flatMap((text) => delayProblem(text) ?? []);
  const delaysMs = texts.map(Number);
  if (problems.length === 0 && new Set(delaysMs).size < delaysMs.length) problems.push('--delays: a delay is given twice');
  const runsText = runs ?? DEFAULT_RUNS;
  if (!/^[1-9]\d*$/.test(runsText) || Number(runsText) > MOST_RUNS)
    problems.push(`--runs: must be a whole number from 1 to ${MOST_RUNS}, got "${runsText}"`);
  if (seed !== undefined && !/^[\x21-\x7e]{1,64}$/.test(seed))
    problems.push('--seed: must be 1 to 64 printable ASCII characters without spaces');
  if (problems.length > 0) throw usage(problems);
  return { seed: seed ?? freshSeed, delaysMs, runs: Number(runsText), rounds: CALIBRATION_ROUNDS, warm: CALIBRATION_WARM };
}

/** A ledger was begun with options of its own: others beside it are refused, for runs and seeds are fixed before the first. */
export function checkResumed({ delays, runs, seed }: CalibrateFlags): void {
  const given = Object.entries({ '--delays': delays, '--runs': runs, '--seed': seed }).filter(([, value]) => value !== undefined);
  if (given.length > 0) throw usage(given.map(([flag]) => `${flag}: the ledger to resume has fixed it`));
}
