import type { RunCost } from './cost.ts';
import type { ConfigurationDiff } from './deployment.ts';
import type { Plan } from './plan.ts';
import type { Sizing } from './precision.ts';

/** Version of `run.json` and the journal. */
export const RUN_SCHEMA_VERSION = 1;

/** A run's id, `[a-z][a-z0-9]{9}`: fits every AWS name. */
export type RunId = string;

/** Makes a run id from ten random bytes. Throws `RangeError` when there are fewer. */
export function runIdFrom(bytes: Uint8Array): RunId {
  if (bytes.length < 10) throw new RangeError(`a run id needs 10 random bytes, got ${bytes.length}`);
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  const all = `${letters}0123456789`;
  return [...bytes.subarray(0, 10)].map((byte, i) => (i === 0 ? letters[byte % 26] : all[byte % 36])).join('');
}

/** True for text of a run id's form. */
export function isRunId(text: string): boolean {
  return /^[a-z][a-z0-9]{9}$/.test(text);
}

/** Why the run ended. `budget`: `--max-minutes` or `--budget` were used up before the rounds that had been planned for them. */
export const STOP_REASONS = ['complete', 'budget', 'interrupted', 'wrong-path', 'deploy-failed', 'error'] as const;
export type StopReason = (typeof STOP_REASONS)[number];

/** Where the figures come from; goes into every report. */
export interface BackendFacts {
  /** `foreign`: a file of samples; where they were measured is not known. */
  readonly kind: 'lab' | 'aws' | 'foreign';
  readonly region: string;
  /** Last four digits only on AWS. */
  readonly account: string;
  /** AWS only: as whom, without the account. */
  readonly role?: string;
  /** AWS only: an address of its own that stood in for AWS, which the figures are then not of. */
  readonly endpoint?: string;
  /** Lab only: `root`, `sudo` or `user-namespace`. */
  readonly labMode?: string;
  /** Lab only: whether functions were held to the CPU share of their memory; absent from runs of versions that never held them. */
  readonly labCpu?: 'held' | 'unthrottled';
  /** Lab only: injected delays and faults, by name; inputs, to be named wherever figures are. */
  readonly injected?: Readonly<Record<string, string>>;
  /** Lab only: what was added to a round trip through each named place, milliseconds; also in `injected`, in words. */
  readonly pathDelaysMs?: Readonly<Record<string, number>>;
  /** Sentences for the method: in the lab about what was realised, e.g. forwarding hops by network. */
  readonly notes: readonly string[];
}

/** The machine that drove the run. */
export interface DriverFacts {
  readonly node: string;
  readonly kernel: string;
  readonly cpuModel: string;
  readonly cpuCount: number;
  readonly loadAverageAtStart: number;
}

/** `run.json`. */
export interface RunManifest {
  readonly schema: typeof RUN_SCHEMA_VERSION;
  readonly toolVersion: string;
  readonly runId: RunId;
  readonly backend: BackendFacts;
  readonly driver: DriverFacts;
  readonly plan: Plan;
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly stopReason?: StopReason;
  readonly configurationDiff?: ConfigurationDiff;
  /** The run that made the functions and left them standing; absent: this one. */
  readonly deployedBy?: RunId;
  /** The stored settings that all functions share. */
  readonly functionSettings?: Readonly<Record<string, string>>;
  /** Names of arms whose path proof disagreed, with what was seen. */
  readonly wrongPaths?: readonly { readonly arm: string; readonly expected: string; readonly seen: string }[];
  readonly rounds: number;
  /** What the plan was to cost; prices are those of the day, so they are kept. Absent in runs of versions that did not ask. */
  readonly cost?: RunCost;
  /** With `--precision`, once the pilot is over: how it sized the run. */
  readonly sizing?: Sizing;
  readonly message?: string;
}
