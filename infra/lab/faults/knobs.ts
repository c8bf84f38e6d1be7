import type { PathDelays } from './path-places.ts';

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

/**
 * Everything in which the lab can be told to take longer or to fail. Set at start or later through the
 * lab's own `PUT /_lab/knobs`. The defaults imitate AWS's order of events with small times.
 */
export interface LabKnobs {
  readonly delays: PhaseDelays;
  /** Round trips made longer on the way, below TCP. */
  readonly pathDelays: PathDelays;
  /** UpdateFunctionConfiguration → `Successful`. */
  readonly updateMs: number;
  /** CreateFunction → `Active`. */
  readonly pendingMs: number;
  /** After `Successful`, old environments still serve for so long. */
  readonly routingLagMs: number;
  /** End of an invocation → its lines can be read by the Logs API. */
  readonly logDelayMs: number;
  /** Logical id whose creation fails, once per stack. */
  readonly failResource?: string;
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
  updateMs: 20,
  pendingMs: 20,
  routingLagMs: 0,
  logDelayMs: 300,
  interfaceReleaseMs: 0,
  interfaceReleasePolls: 0,
  lambdaControlPerSecond: 15,
};
