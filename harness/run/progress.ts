import type { Plan } from '../domain/plan.ts';
import type { DeployEvent, Leftover } from '../domain/ports.ts';
import type { Sizing } from '../domain/precision.ts';
import type { RoundTimes } from '../domain/round-times.ts';
import type { RunId } from '../domain/run.ts';
import type { Sample } from '../domain/sample.ts';

/** What a run tells while it goes on; a terminal makes lines of it. */
export type Progress =
  | { readonly kind: 'started'; readonly runId: RunId; readonly location: string }
  | { readonly kind: 'deploying'; readonly event: DeployEvent }
  | { readonly kind: 'deployed'; readonly seconds: number; readonly functions: number }
  | { readonly kind: 'observed'; readonly sample: Sample }
  | { readonly kind: 'round'; readonly number: number; readonly of: number }
  /** The pilot is over: so long will the run be. */
  | { readonly kind: 'sized'; readonly plan: Plan; readonly sizing: Sizing }
  | { readonly kind: 'arm-dropped'; readonly arm: string; readonly why: string }
  /** The last round is over: what so many rounds took together. */
  | { readonly kind: 'rounds-timed'; readonly rounds: number; readonly times: RoundTimes }
  | { readonly kind: 'collecting'; readonly open: number }
  | { readonly kind: 'removing'; readonly event?: DeployEvent }
  | { readonly kind: 'removed'; readonly leftovers: readonly Leftover[] };

export type ProgressListener = (progress: Progress) => void;
