import { AWS_FORCE_BOUNDS, type ForceBounds, LAB_FORCE_BOUNDS } from '../../infra/aws/cold-forcer.ts';
import { AWS_DEPLOY_TIMES, type DeployTimes, LAB_DEPLOY_TIMES } from '../../infra/deploy/options.ts';
import { AWS_FIND_BOUNDS, type FindBounds, LAB_FIND_BOUNDS } from '../collect/find-report.ts';

/** Whose waiting times apply. */
export const WAITINGS = ['aws', 'lab'] as const;
export type Waiting = (typeof WAITINGS)[number];

/** Everything in which a place that answers at once and one that takes minutes are waited for differently. */
export interface WaitingTimes {
  readonly deploy: DeployTimes;
  readonly force: ForceBounds;
  readonly find: FindBounds;
  /** Between the last `Successful` and the first cold call: the old environments are then gone. The plan's durations know it too. */
  readonly settleMs: number;
  /** A blocked path gives no answer at all; one across an ocean answers within a second. */
  readonly phaseTimeoutMs: number;
  /** Lambda throttles an environment that is called more often than ten times a second. */
  readonly callGapMs: number;
  /** Before a throttled call is asked again; doubled with each further time. */
  readonly throttlePauseMs: number;
}

const TIMES: Readonly<Record<Waiting, WaitingTimes>> = {
  aws: {
    ...{ deploy: AWS_DEPLOY_TIMES, force: AWS_FORCE_BOUNDS, find: AWS_FIND_BOUNDS },
    ...{ settleMs: 2_000, phaseTimeoutMs: 3_000, callGapMs: 100, throttlePauseMs: 1_000 },
  },
  lab: {
    ...{ deploy: LAB_DEPLOY_TIMES, force: LAB_FORCE_BOUNDS, find: LAB_FIND_BOUNDS },
    ...{ settleMs: 20, phaseTimeoutMs: 1_000, callGapMs: 0, throttlePauseMs: 20 },
  },
};

/** How a place is waited for; AWS's way where nothing else was asked for. */
export function waitingTimes(waiting: Waiting = 'aws'): WaitingTimes {
  return TIMES[waiting];
}
