import type { Nanoseconds } from '../domain/nanoseconds.ts';
import type { Sample } from '../domain/sample.ts';

/** What the driver knows of one arm inside a round. */
export interface ArmState {
  /** The environment that answered the round's cold call. */
  readonly environmentId?: string;
  /** End of the last call that used the kept connection. */
  readonly keptUsedAt?: Nanoseconds;
  readonly pathProven: boolean;
  /** Set when the target could not be reached in this round: its further calls are not asked. */
  readonly abandoned: boolean;
}

/** An arm at the begin of a round. */
export const FRESH_ARM: ArmState = { pathProven: false, abandoned: false };

/** The state after a call. A cold call that was blocked or failed abandons the arm for the round. */
export function nextArmState(state: ArmState, sample: Sample, endedAt: Nanoseconds, pathProven: boolean): ArmState {
  const { call, outcome, environmentId } = sample;
  const keepsConnection = call.purpose === 'open' || call.connection === 'reused';
  const lost = outcome !== 'ok' && (call.purpose === 'cold' || call.purpose === 'open');
  return {
    ...state,
    ...(call.purpose === 'cold' && environmentId !== undefined ? { environmentId } : {}),
    ...(keepsConnection && outcome === 'ok' ? { keptUsedAt: endedAt } : {}),
    pathProven: state.pathProven || pathProven,
    abandoned: state.abandoned || lost,
  };
}
