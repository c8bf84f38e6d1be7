import { type Arm, formatArm } from '../domain/arm.ts';
import { ByArm } from '../domain/by-arm.ts';
import { type NumberList, newPlaceList } from '../domain/number-list.ts';
import type { Path } from '../domain/path.ts';
import type { Plan, PlannedArm } from '../domain/plan.ts';
import type { RunManifest } from '../domain/run.ts';
import type { ReportedSample } from '../domain/sample.ts';
import { countSamples, type Samples, selectSamples } from '../domain/samples.ts';

export const REACHABILITY_VERDICTS = [
  'reached',
  'blocked as expected',
  'UNEXPECTEDLY BLOCKED',
  'UNEXPECTEDLY REACHABLE',
  'WRONG PATH',
  'not observed',
] as const;
export type ReachabilityVerdict = (typeof REACHABILITY_VERDICTS)[number];

type WrongPath = NonNullable<RunManifest['wrongPaths']>[number];

/** What became of one arm's attempts to reach its target. */
export interface Reachability extends Arm {
  readonly expected: 'reachable' | 'blocked';
  readonly verdict: ReachabilityVerdict;
  /** Calls that tell whether the target can be reached. */
  readonly attempts: number;
  /** Those of them whose target was authenticated. */
  readonly reached: number;
  /** Calls that tell nothing: the function failed, Lambda refused, a kept connection had died. */
  readonly untold: number;
  /** How the attempts, or where none told anything the calls, failed: `timeout in connect`, the commonest; absent when nothing failed. */
  readonly signature?: string;
  /** Nanoseconds until the function gave up (REPORT's duration), median; absent when nothing was blocked or nothing was timed. */
  readonly untilFailure?: number;
  readonly path?: Path;
  /** What was seen instead of the scenario's own path; with `WRONG PATH` only. */
  readonly wrongPath?: Pick<WrongPath, 'expected' | 'seen'>;
}

/** Phases that begin after the target's certificate was verified: who fails in them has reached it. */
const AUTHENTICATED_PHASES: readonly string[] = ['auth', 'ttfb', 'query', 'body'];

function tells(sample: ReportedSample): 'reached' | 'blocked' | 'nothing' {
  if (sample.outcome === 'ok') return 'reached';
  if (sample.outcome === 'blocked') return 'blocked';
  return sample.outcome === 'failed' && AUTHENTICATED_PHASES.includes(sample.errorPhase ?? '') ? 'reached' : 'nothing';
}

function commonest(words: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}

function verdictOf(expected: 'reachable' | 'blocked', attempts: number, reached: number, wrongPath: boolean): ReachabilityVerdict {
  if (wrongPath) return 'WRONG PATH';
  if (attempts === 0) return 'not observed';
  if (expected === 'blocked') return reached > 0 ? 'UNEXPECTEDLY REACHABLE' : 'blocked as expected';
  return reached === 0 ? 'UNEXPECTEDLY BLOCKED' : 'reached';
}

/** How a call failed, in its class and phase: `timeout in connect`. */
export function formatSignature({ outcome, errorClass, errorPhase }: ReportedSample): string {
  const what = errorClass ?? outcome;
  return errorPhase === undefined ? what : `${what} in ${errorPhase}`;
}

function lowerMedian(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

function ofArm(arm: PlannedArm, samples: Samples, wrongPath: WrongPath | undefined): Reachability {
  const blocked = samples.filter((sample) => tells(sample) === 'blocked');
  const reached = countSamples(samples, (sample) => tells(sample) === 'reached');
  const attempts = reached + blocked.length;
  const failed = attempts === 0 ? samples : blocked;
  const signature = commonest(failed.map(formatSignature));
  const untilFailure = lowerMedian(blocked.flatMap(({ report }) => report.duration ?? []));
  const path = commonest(samples.flatMap(({ provenPath }) => provenPath ?? [])) as Path | undefined;
  return {
    scenario: arm.scenario,
    target: arm.target,
    expected: arm.expected,
    verdict: verdictOf(arm.expected, attempts, reached, wrongPath !== undefined),
    attempts,
    reached,
    untold: samples.length - attempts,
    ...(signature === undefined ? {} : { signature }),
    ...(untilFailure === undefined ? {} : { untilFailure }),
    ...(path === undefined ? {} : { path }),
    ...(wrongPath === undefined ? {} : { wrongPath: { expected: wrongPath.expected, seen: wrongPath.seen } }),
  };
}

/** One row an arm, in the plan's order. `wrongPaths` are the arms whose proof disagreed, with what was seen. */
export function observeReachability(plan: Plan, samples: Samples, wrongPaths: readonly WrongPath[]): readonly Reachability[] {
  const byArm = new ByArm<NumberList>();
  samples.forEach((sample, place) => {
    byArm.getOrMake(sample.call, newPlaceList).push(place);
  });
  return plan.arms.map((arm) => {
    const name = formatArm(arm);
    const wrongPath = wrongPaths.find((candidate) => candidate.arm === name);
    return ofArm(arm, selectSamples(samples, byArm.get(arm)?.toArray() ?? new Uint32Array()), wrongPath);
  });
}
