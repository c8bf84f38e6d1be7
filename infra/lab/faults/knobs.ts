import type { CallFault } from './call-fault.ts';
import type { PathDelays } from './path-places.ts';
import type { DeletionFault, ResourceTimes, SecondCause } from './stack-faults.ts';

/** Delays of single phases, in milliseconds; absent means none. Inputs: every report must name them. */
export interface PhaseDelays {
  readonly dnsAnswer?: number;
  readonly synAck?: number;
  readonly tlsHandshake?: number;
  readonly firstByte?: number;
  readonly lastByte?: number;
  readonly databaseAuth?: number;
  readonly databaseQuery?: number;
}

/** How a function's environments say they were initialised, in the platform's lines and `AWS_LAMBDA_INITIALIZATION_TYPE`; what happens stays as it is. */
export const INITIALIZATION_TYPES = ['on-demand', 'provisioned-concurrency', 'snap-start'] as const;
export type InitializationType = (typeof INITIALIZATION_TYPES)[number];

/**
 * Everything in which the lab can be told to take longer or to fail. Set at start or later through the
 * lab's own `PUT /_lab/knobs`. The defaults imitate AWS's order of events with small times.
 */
export interface LabKnobs {
  readonly delays: PhaseDelays;
  /** Round trips made longer on the way, below TCP. */
  readonly pathDelays: PathDelays;
  /** How many times faster than AWS the control plane's clock runs: all `…Ms` below, resource times and the time until a schedule are divided by it. */
  readonly timeScale: number;
  /** UpdateFunctionConfiguration → `Successful`. */
  readonly updateMs: number;
  /** The same of a function in a VPC; absent: `updateMs`. */
  readonly vpcUpdateMs?: number;
  /** CreateFunction → `Active`. */
  readonly pendingMs: number;
  /** The same of a function in a VPC; absent: `pendingMs`. */
  readonly vpcPendingMs?: number;
  /** After `Successful`, old environments still serve for so long. */
  readonly routingLagMs: number;
  /** Reads after an update that still show the configuration from before it, `Successful` and with the old RevisionId. */
  readonly staleUpdatePolls: number;
  /** End of an invocation → its lines can be read by the Logs API. */
  readonly logDelayMs: number;
  /** Pages without events, but with a token, before FilterLogEvents with a pattern has its first; one less before GetLogEvents' first. */
  readonly emptyLogPages: number;
  /** How often FilterLogEvents gives a token back unchanged, on an empty page, before it goes on. */
  readonly repeatedLogTokens: number;
  /** How much of a log's end `LogType=Tail` returns (AWS: 4096). */
  readonly tailBytes: number;
  readonly initializationType: InitializationType;
  /** Beside what making a resource takes anyway. */
  readonly slowCreation: ResourceTimes;
  /** Beside what deleting a resource takes anyway. */
  readonly slowDeletion: ResourceTimes;
  /** Logical id whose creation fails, once per stack. */
  readonly failResource?: string;
  /** The status reason that `failResource` gets; absent: one that names the knob. */
  readonly failReason?: string;
  readonly secondCause?: SecondCause;
  /** By logical id. */
  readonly failDeletion: Readonly<Record<string, DeletionFault>>;
  /** In their order; the first that fits a call and is not used up counts. */
  readonly callFaults: readonly CallFault[];
  /** From this moment on (ISO 8601) every signed call is refused for expired credentials; data paths of functions are not. */
  readonly credentialsExpireAt?: string;
  /** How long a deleted function's network interfaces stay: `available`, but in the way of their subnet and groups. */
  readonly interfaceReleaseMs: number;
  /** How often DescribeNetworkInterfaces still shows them as attached before that. */
  readonly interfaceReleasePolls: number;
  /** Control-plane requests a second for Lambda (AWS: 15). */
  readonly lambdaControlPerSecond: number;
}

export const DEFAULT_KNOBS: LabKnobs = {
  delays: {},
  pathDelays: {},
  timeScale: 1,
  updateMs: 20,
  pendingMs: 20,
  routingLagMs: 0,
  staleUpdatePolls: 0,
  logDelayMs: 300,
  emptyLogPages: 1,
  repeatedLogTokens: 0,
  tailBytes: 4096,
  initializationType: 'on-demand',
  slowCreation: {},
  slowDeletion: {},
  failDeletion: {},
  callFaults: [],
  interfaceReleaseMs: 0,
  interfaceReleasePolls: 0,
  lambdaControlPerSecond: 15,
};
