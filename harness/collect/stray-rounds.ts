import type { ReportedSample } from '../domain/sample.ts';
import type { Samples } from '../domain/samples.ts';

/** Why a call of such a round is not among the measured ones. */
const OTHER_RUNTIME = 'other-runtime';

/** The runtime version that most environments told; the first that was seen among equals. Undefined when none told any. */
function usualVersion(samples: Samples): string | undefined {
  const counts = new Map<string, number>();
  samples.forEach(({ report }) => {
    const { runtimeVersionArn } = report;
    if (runtimeVersionArn !== undefined) counts.set(runtimeVersionArn, (counts.get(runtimeVersionArn) ?? 0) + 1);
  });
  const most = Math.max(0, ...counts.values());
  return [...counts].find(([, count]) => count === most)?.[0];
}

/**
 * Rounds in which an environment ran on another runtime version than most of the run's: Lambda rolls versions out by itself, and a round of
 * two versions compares those as well. An environment tells its version once, with its cold call.
 */
export function strayRounds(samples: Samples): ReadonlySet<number> {
  const usual = usualVersion(samples);
  const strays = new Set<number>();
  samples.forEach(({ call, report }) => {
    const { runtimeVersionArn } = report;
    if (runtimeVersionArn !== undefined && runtimeVersionArn !== usual) strays.add(call.round);
  });
  return strays;
}

/** Discards a sample of a stray round, with its reason; absent where it stands as it is: what was discarded before keeps its own. */
export function settleStray(
  sample: ReportedSample,
  strays: ReadonlySet<number>,
): Pick<ReportedSample, 'start' | 'discardReason'> | undefined {
  const judged = sample.discardReason === undefined && sample.outcome === 'ok' && strays.has(sample.call.round);
  if (!judged) return undefined;
  return { ...(sample.start === undefined ? {} : { start: sample.start }), discardReason: OTHER_RUNTIME };
}
