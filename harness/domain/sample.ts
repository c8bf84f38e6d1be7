import type { Arm } from './arm.ts';
import type { Connection, Start } from './cell.ts';
import type { Nanoseconds } from './nanoseconds.ts';
import type { Path } from './path.ts';
import type { ProbePhase } from './probe-wire.ts';

/** Why a call is made. Only `cold` and `measure` can become measured samples. */
export const PURPOSES = ['cold', 'open', 'settle', 'measure', 'blocked'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** Why calls of this purpose are never measured samples, whatever became of them; absent for those that are to be measured. */
export function discardReasonOf(purpose: Purpose): 'warm-up' | 'reachability' | undefined {
  switch (purpose) {
    case 'open':
    case 'settle':
      return 'warm-up';
    case 'blocked':
      return 'reachability';
    case 'cold':
    case 'measure':
      return undefined;
  }
}

/**
 * What became of a call. `ok`: the target answered. `blocked`: no authenticated answer from the target.
 * `failed`: any other failure. `conn-stale`: the kept connection had died. `stale_env`: a cold call met the old
 * environment. `throttled`: Lambda refused with 429. `lost`: asked, never observed.
 */
export const OUTCOMES = ['ok', 'blocked', 'failed', 'conn-stale', 'stale_env', 'throttled', 'lost'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** A call of the plan. */
export interface Call extends Arm {
  /** Unique in the run; sorts in plan order. */
  readonly callId: string;
  /** 1 … K; 0 before the rounds, K + 1 after them (attempts at targets that are expected to be blocked). */
  readonly round: number;
  /** Place in the round's order, from 0. */
  readonly position: number;
  readonly purpose: Purpose;
  readonly startAsked: Exclude<Start, 'preinit'>;
  readonly connection: Connection;
}

/** Client-side parts of one SDK call on the driver's monotonic clock; contiguous, they sum to `total`. Absent parts did not occur. */
export interface ClientTimings {
  readonly total: Nanoseconds;
  /** The SDK's own work before the request leaves and after the body ended. */
  readonly sdk?: Nanoseconds;
  /** Request made → socket assigned. */
  readonly wait?: Nanoseconds;
  readonly dns?: Nanoseconds;
  readonly connect?: Nanoseconds;
  readonly tls?: Nanoseconds;
  /** Socket ready → request handed to the kernel. */
  readonly write?: Nanoseconds;
  /** Request handed to the kernel → response head. */
  readonly ttfb?: Nanoseconds;
  readonly body?: Nanoseconds;
}

/** In-function parts, on the function's own monotonic clock. */
export interface FunctionTimings {
  /** Absent only where another tool's file names phases alone. */
  readonly total?: Nanoseconds;
  readonly phases: { readonly [phase in ProbePhase]?: Nanoseconds };
}

export const REPORT_SOURCES = ['tail', 'stream', 'filter', 'missing'] as const;
export type ReportSource = (typeof REPORT_SOURCES)[number];

/** Figures of the platform's REPORT for one invocation; absent means that the line did not say. */
export interface ReportFigures {
  readonly duration?: Nanoseconds;
  readonly billed?: Nanoseconds;
  readonly init?: Nanoseconds;
  readonly restore?: Nanoseconds;
  readonly billedRestore?: Nanoseconds;
  readonly memoryMb?: number;
  readonly maxMemoryMb?: number;
  readonly status?: string;
  readonly errorType?: string;
  /** From INIT_START or platform.initStart of the same environment. */
  readonly initType?: string;
  readonly runtimeVersionArn?: string;
}

/** What was seen of one call. Absence is absence: no field is ever 0 for want of a value. */
export interface Sample {
  readonly call: Call;
  readonly outcome: Outcome;
  /** Observed, by proof; absent when nothing came back. */
  readonly start?: Start;
  /** One word, e.g. a `ProbeErrorClass`, `function-error`, or the SDK's error name. */
  readonly errorClass?: string;
  /** A `ProbePhase`, or `invoke`. */
  readonly errorPhase?: string;
  readonly errorMessage?: string;
  /** ISO 8601 UTC, of the driver's wall clock. */
  readonly askedAt: string;
  /** Function seen `Successful` → this cold call; cold calls only. */
  readonly age?: Nanoseconds;
  /** End of the environment's previous use of the kept connection → this call; reused connections only. */
  readonly idleGap?: Nanoseconds;
  readonly requestId?: string;
  readonly environmentId?: string;
  readonly logStream?: string;
  /** Absent for a call that was never observed, and for one that Lambda refused before any environment (`throttled`). */
  readonly client?: ClientTimings;
  readonly fn?: FunctionTimings;
  readonly moduleLoad?: Nanoseconds;
  readonly initGap?: Nanoseconds;
  readonly tlsResumed?: boolean;
  readonly localAddress?: string;
  readonly remoteAddress?: string;
  readonly seenAddress?: string;
  readonly provenPath?: Path;
  readonly azId?: string;
  /** A stall of the driver held it up; such samples stay, and are left out of the population `clean`. */
  readonly perturbed: boolean;
  /** Not among the measured ones, e.g. `warm-up`, `repeated`, `round-abandoned`; absent when measured. */
  readonly discardReason?: string;
}

/** A sample with what was found of its REPORT; `source: 'missing'` when nothing arrived in time. */
export interface ReportedSample extends Sample {
  readonly report: ReportFigures;
  readonly reportSource: ReportSource;
}
