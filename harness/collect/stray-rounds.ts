import type { ReportedSample } from '../domain/sample.ts';

/** Why a call of such a round is not among the measured ones. */
const OTHER_RUNTIME = 'other-runtime';

/** The runtime version that most environments told; the first that was seen among equals. Undefined when none told any. */
function usualVersion(samples: Iterable<ReportedSample>): string | undefined {
  const counts = new Map<string, number>();
  for (const { report } of samples) {
    const { runtimeVersionArn } = report;
    if (runtimeVersionArn !== undefined) counts.set(runtimeVersionArn, (counts.get(runtimeVersionArn) ?? 0) + 1);
  }
  const most = Math.max(0, ...counts.values());
  return [...counts].find(([, count]) => count === most)?.[0];
}

/**
 * Rounds in which an environment ran on another runtime version than most of the run's: Lambda rolls versions out by itself, and a round of
 * two versions compares those as well. An environment tells its version once, with its cold call.
 */
export function strayRounds(samples: Iterable<ReportedSample>): ReadonlySet<number> {
  const usual = usualVersion(samples);
  const strays = new Set<number>();
  for (const { call, report } of samples) {
    const { runtimeVersionArn } = report;
    if (runtimeVersionArn !== undefined && runtimeVersionArn !== usual) strays.add(call.round);
  }
  return strays;
}

/** The sample, discarded with its reason when its round is a stray one; what was discarded before keeps its own. */
export function withoutStrays(sample: ReportedSample, strays: ReadonlySet<number>): ReportedSample {
  const judged = sample.discardReason === undefined && sample.outcome === 'ok' && strays.has(sample.call.round);
  return judged ? { ...sample, discardReason: OTHER_RUNTIME } : sample;
}
