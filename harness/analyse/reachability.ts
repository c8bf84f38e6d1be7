import { type Arm, formatArm } from '../domain/arm.ts';
import type { Path } from '../domain/path.ts';
import type { Plan } from '../domain/plan.ts';
import type { ReportedSample } from '../domain/sample.ts';

export const REACHABILITY_VERDICTS = [
  'reached',
  'blocked as expected',
  'UNEXPECTEDLY BLOCKED',
  'UNEXPECTEDLY REACHABLE',
  'WRONG PATH',
  'not observed',
] as const;
export type ReachabilityVerdict = (typeof REACHABILITY_VERDICTS)[number];

/** What became of one arm's attempts to reach its target. */
export interface Reachability extends Arm {
  readonly expected: 'reachable' | 'blocked';
  readonly verdict: ReachabilityVerdict;
  readonly attempts: number;
  readonly reached: number;
  /** How it failed: `timeout in connect`, by frequency; absent when nothing failed. */
  readonly signature?: string;
  /** Nanoseconds until the function gave up, median; absent when nothing failed or nothing was timed. */
  readonly untilFailure?: number;
  readonly path?: Path;
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

function ofArm(
  arm: Arm & { readonly expected: 'reachable' | 'blocked' },
  samples: readonly ReportedSample[],
  wrongPath: boolean,
): Reachability {
  const tried = samples.filter(({ outcome }) => outcome === 'ok' || outcome === 'blocked');
  const blocked = tried.filter(({ outcome }) => outcome === 'blocked');
  const signature = commonest(blocked.map(({ errorClass, errorPhase }) => `${errorClass} in ${errorPhase}`));
  const times = blocked.flatMap(({ report }) => report.duration ?? []).sort((a, b) => a - b);
  const untilFailure = times[Math.floor((times.length - 1) / 2)];
  const path = commonest(samples.flatMap(({ provenPath }) => provenPath ?? [])) as Path | undefined;
  return {
    scenario: arm.scenario,
    target: arm.target,
    expected: arm.expected,
    verdict: verdictOf(arm.expected, tried.length, tried.length - blocked.length, wrongPath),
    attempts: tried.length,
    reached: tried.length - blocked.length,
    ...(signature === undefined ? {} : { signature }),
    ...(untilFailure === undefined ? {} : { untilFailure }),
    ...(path === undefined ? {} : { path }),
  };
}

/** One row an arm, in the plan's order. `wrongPaths` are the arms whose proof disagreed. */
export function observeReachability(
  plan: Plan,
  samples: readonly ReportedSample[],
  wrongPaths: readonly string[],
): readonly Reachability[] {
  const byArm = new Map<string, ReportedSample[]>();
  for (const sample of samples) {
    const arm = formatArm(sample.call);
    const list = byArm.get(arm);
    if (list) list.push(sample);
    else byArm.set(arm, [sample]);
  }
  return plan.arms.map((arm) => ofArm(arm, byArm.get(formatArm(arm)) ?? [], wrongPaths.includes(formatArm(arm))));
}
