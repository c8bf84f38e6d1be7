import { groupByCell } from '../analyse/cell-samples.ts';
import { compareScenarios } from '../analyse/comparison.ts';
import { judgedMetrics } from '../analyse/metric.ts';
import type { Nanoseconds } from '../domain/nanoseconds.ts';
import type { Plan } from '../domain/plan.ts';
import type { Clock, RunStore } from '../domain/ports.ts';
import type { Precision, Sizing } from '../domain/precision.ts';
import type { ReportedSample } from '../domain/sample.ts';
import type { Samples } from '../domain/samples.ts';
import { resizePlan } from '../plan/plan.ts';
import { type PilotTime, type PilotWidth, sizeRounds } from '../plan/sizing.ts';
import { partSeconds } from '../plan/spreads.ts';
import { readJournal } from './read-journal.ts';

const NS_PER_SECOND = 1_000_000_000;

/** The intervals of the medians that head the report, without their places; A/A copies size nothing. */
export function pilotWidths(plan: Plan, samples: Samples): readonly PilotWidth[] {
  return compareScenarios(plan, groupByCell(plan, samples)).flatMap((row): PilotWidth[] => {
    const { scenario, reference, target, start, connection, metric, statistic, role, rounds, low, high, margin } = row;
    const heads = statistic === 'p50' && role !== 'twin' && metric === judgedMetrics(plan, start)[0];
    if (!heads || low === undefined || high === undefined || margin === undefined) return [];
    const comparison = `${scenario} − ${reference}, ${target}, ${start}, ${connection}, ${metric} ${statistic}`;
    return [{ comparison, start, rounds, halfWidth: (high - low) / 2, margin }];
  });
}

/** When the run began and its rounds ended, on the driver's clock. */
interface RoundTimes {
  readonly beganAt: Nanoseconds;
  readonly roundEnds: readonly Nanoseconds[];
}

function secondsOf(samples: Samples, kind: (sample: ReportedSample) => boolean): number {
  let sum = 0;
  for (const sample of samples) if (kind(sample)) sum += sample.client?.total ?? 0;
  return sum / NS_PER_SECOND;
}

/** What a round took in the pilot, with warm calls and without, and what is still to come after the rounds. */
export function pilotTime(plan: Plan, samples: Samples, times: RoundTimes, now: Nanoseconds): PilotTime {
  const { beganAt, roundEnds } = times;
  const [first = beganAt, last = first] = [roundEnds[0], roundEnds.at(-1)];
  const fullRound = (last - first) / NS_PER_SECOND / Math.max(1, roundEnds.length - 1);
  const isWarm = ({ call }: ReportedSample): boolean => call.purpose === 'settle' || call.purpose === 'measure';
  const warm = secondsOf(samples, isWarm) / Math.max(1, roundEnds.length);
  return {
    elapsed: (now - beganAt) / NS_PER_SECOND,
    fullRound,
    coldRound: Math.max(0, fullRound - warm),
    // The attempts at blocked targets after the rounds take as long as those before them did.
    end: secondsOf(samples, ({ call }) => call.purpose === 'blocked') + partSeconds(plan.backend).end,
  };
}

/** Makes a run's plan longer, once, when its pilot is over. */
export interface Pilot {
  roundEnded(): void;
  /** The longer plan, or undefined when it was asked before. Reads the journal; call it when no timed call is out. */
  extend(): Promise<Plan | undefined>;
  /** False when another round would end after `--max-minutes`. The pilot itself always goes on. */
  mayGoOn(): boolean;
}

/** A pilot for a run that began at `beganAt`. `onSized` is told before the first round after the pilot. */
export function newPilot(
  plan: Plan,
  precision: Precision,
  { store, clock, beganAt }: { readonly store: RunStore; readonly clock: Clock; readonly beganAt: Nanoseconds },
  onSized: (plan: Plan, sizing: Sizing) => Promise<void>,
): Pilot {
  const roundEnds: Nanoseconds[] = [];
  let sized: { readonly plan: Plan; readonly time: PilotTime } | undefined;
  return {
    roundEnded: () => {
      roundEnds.push(clock.now());
    },
    extend: async () => {
      if (sized !== undefined) return undefined;
      const { samples } = await readJournal(store);
      const time = pilotTime(plan, samples, { beganAt, roundEnds }, clock.now());
      const sizing = sizeRounds(precision, plan.rounds, pilotWidths(plan, samples), time);
      sized = { plan: resizePlan(plan, sizing), time };
      await onSized(sized.plan, sizing);
      return sized.plan;
    },
    mayGoOn: () => {
      if (sized === undefined || precision.maxMinutes === undefined) return true;
      const { warmRounds = sized.plan.rounds } = sized.plan;
      const { fullRound, coldRound, end } = sized.time;
      const next = roundEnds.length < warmRounds ? fullRound : coldRound;
      return (clock.now() - beganAt) / NS_PER_SECOND + next + end <= precision.maxMinutes * 60;
    },
  };
}
