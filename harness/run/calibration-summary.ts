import { regularisedBeta } from '../analyse/special-functions.ts';
import type { CalibrationSummary, CalibrationTarget, DelaySummary, JudgedCalibration } from '../domain/calibration.ts';

type Judged = Extract<JudgedCalibration, { kind: 'judged' }>;

/** Counts are held against what a correct tool gives in 99 of 100 calibrations. */
const LEVEL = 0.01;
const NOMINAL_COVERAGE = 0.95;
/** Of all runs with a delay together, from 400 on: 372 of 400. */
const POOLED_SHARE = 0.93;
const POOLED_FROM = 400;
/** The share of flagged runs without a delay for which 5 of 100 pass. */
const FLAGGED_SHARE = 0.018;
const BIAS_SHARE = 0.02;
const BIAS_FLOOR_NS = 50_000;
const NS_PER_MS = 1_000_000;

/** P(X ≤ k) of a binomial variable, by the regularised incomplete beta function (DLMF 8.17.5). */
export function binomialCumulative(k: number, n: number, share: number): number {
  if (k < 0) return 0;
  return k >= n ? 1 : regularisedBeta(1 - share, n - k, k + 1);
}

/** The smallest count that a one-sided test at 1 % does not reject for a chance of 95 %: 89 of 100. */
export function leastInside(n: number): number {
  for (let count = 0; count < n; count++) if (binomialCumulative(count, n, NOMINAL_COVERAGE) >= LEVEL) return count;
  return n;
}

/** The largest count that such a test does not reject for a chance of 1.8 %: 5 of 100. */
export function mostFlagged(n: number): number {
  for (let count = n; count > 0; count--) if (1 - binomialCumulative(count - 1, n, FLAGGED_SHARE) >= LEVEL) return count;
  return 0;
}

/** True for a verdict that claims a difference. */
function isFlagged({ verdict }: Judged): boolean {
  return verdict === 'slower' || verdict === 'faster';
}

function meanOf(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function summariseDelay(delayMs: number, runs: readonly JudgedCalibration[]): DelaySummary {
  const judged = runs.filter((run): run is Judged => run.kind === 'judged');
  const means = {
    bias: meanOf(judged.map(({ measured, truth }) => measured - truth)),
    halfWidth: meanOf(judged.map(({ low, high }) => (high - low) / 2)),
    overshoot: meanOf(judged.map(({ truth }) => truth - delayMs * NS_PER_MS)),
  };
  return {
    delayMs,
    runs: runs.length,
    failed: runs.length - judged.length,
    inside: judged.filter(({ inside }) => inside).length,
    flagged: judged.filter(isFlagged).length,
    ...(means.bias === undefined ? {} : { bias: means.bias }),
    ...(means.halfWidth === undefined ? {} : { halfWidth: means.halfWidth }),
    ...(means.overshoot === undefined ? {} : { overshoot: means.overshoot }),
  };
}

function formatMs(ns: number): string {
  return `${(ns / NS_PER_MS).toFixed(3)} ms`;
}

function insideTarget(name: string, inside: number, runs: number, least: number): CalibrationTarget {
  return { name, observed: `${inside} of ${runs}`, wanted: `at least ${least}`, met: inside >= least };
}

function targetsOf(summary: DelaySummary): CalibrationTarget[] {
  const { delayMs, runs, failed, inside, flagged, bias } = summary;
  if (delayMs === 0) {
    const most = mostFlagged(runs);
    const observed = `${flagged + failed} of ${runs}`;
    return [{ name: '0 ms: flagged or failed', observed, wanted: `at most ${most}`, met: flagged + failed <= most }];
  }
  const allowed = Math.max(BIAS_SHARE * delayMs * NS_PER_MS, BIAS_FLOOR_NS);
  const small = bias !== undefined && Math.abs(bias) <= allowed;
  return [
    insideTarget(`${delayMs} ms: truth inside`, inside, runs, leastInside(runs)),
    {
      name: `${delayMs} ms: bias`,
      observed: bias === undefined ? 'none' : formatMs(bias),
      wanted: `at most ${formatMs(allowed)}`,
      met: small,
    },
  ];
}

function pooledTarget(delays: readonly DelaySummary[]): CalibrationTarget[] {
  const delayed = delays.filter(({ delayMs }) => delayMs > 0);
  if (delayed.length < 2) return [];
  const [runs, inside] = [delayed.reduce((sum, one) => sum + one.runs, 0), delayed.reduce((sum, one) => sum + one.inside, 0)];
  const least = Math.max(leastInside(runs), runs >= POOLED_FROM ? Math.ceil(POOLED_SHARE * runs) : 0);
  return [insideTarget('all delays: truth inside', inside, runs, least)];
}

/** What all runs say together, a failed one counting as one that missed. In the order of the delays. */
export function summariseCalibration(runs: readonly JudgedCalibration[]): CalibrationSummary {
  const delaysMs = [...new Set(runs.map(({ record }) => record.plan.delayMs))].sort((a, b) => a - b);
  const delays = delaysMs.map((delayMs) =>
    summariseDelay(
      delayMs,
      runs.filter(({ record }) => record.plan.delayMs === delayMs),
    ),
  );
  return { delays, targets: [...delays.flatMap(targetsOf), ...pooledTarget(delays)] };
}
