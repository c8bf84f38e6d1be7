import type { Deployment } from './deployment.ts';
import type { Nanoseconds } from './nanoseconds.ts';
import type { Plan } from './plan.ts';

/** Monotonic and wall time, and waiting; the only source of both. */
export interface Clock {
  /** Monotonic, from an arbitrary origin. */
  now(): Nanoseconds;
  /** For stamps that people read; never subtracted. */
  wallTime(): Date;
  /** Resolves after `milliseconds`, or rejects with the signal's reason. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** Status of an event that is a sentence for people, in `reason`, and nothing that happened to a resource. */
export const NOTE_STATUS = 'NOTE';

/** One progress line of a deploy or a teardown. */
export interface DeployEvent {
  readonly stack: string;
  readonly resource?: string;
  readonly status: string;
  readonly reason?: string;
}

/** What a teardown could not remove. */
export interface Leftover {
  readonly kind: string;
  readonly id: string;
  readonly why: string;
  /** What it costs while it is there; absent where it is free or its price is not known. */
  readonly usdPerHour?: number;
}

/** Makes and removes a run's resources. */
export interface Deployer {
  /** Throws when a stack fails, after having removed what it made. */
  deploy(runId: string, plan: Plan, onEvent: (event: DeployEvent) => void, signal: AbortSignal): Promise<Deployment>;
  /** Idempotent; also works for a run whose deploy did not finish. Returns what is left. */
  destroy(runId: string, onEvent: (event: DeployEvent) => void): Promise<readonly Leftover[]>;
}

/** What Lambda's Invoke returned. */
export interface InvokeReply {
  readonly kind: 'answered';
  readonly requestId: string;
  /** Set when the function failed although HTTP said 200, e.g. `Unhandled`. */
  readonly functionError?: string;
  /** Raw payload, not yet parsed: parsing waits until no call is timed. */
  readonly payload: Uint8Array;
  /** Base64 of the last 4 KB of the log. */
  readonly logTail?: string;
}

export interface InvokeThrottled {
  readonly kind: 'throttled';
  readonly reason: string;
}

export interface InvokeFailed {
  readonly kind: 'failed';
  /** The SDK's error name or the socket's error code. */
  readonly errorName: string;
  readonly message: string;
  readonly requestId?: string;
}

export type InvokeOutcome = InvokeReply | InvokeThrottled | InvokeFailed;

/** One synchronous invocation with Tail, one attempt, never a retry. Never throws for what the service says. */
export interface Invoker {
  invoke(functionName: string, payload: Uint8Array): Promise<InvokeOutcome>;
}

/** When a function's update was taken in, and when it was first seen done, on the driver's clock. */
export interface ForcedCold {
  readonly functionName: string;
  readonly acceptedAt: Nanoseconds;
  readonly successfulAt: Nanoseconds;
}

/** Makes the next call of each function cold, by a configuration change. */
export interface ColdForcer {
  /** Sets the nonce on every function (at most 12 calls a second) and waits until each is `Successful` with a changed RevisionId. */
  force(functionNames: readonly string[], nonce: string, signal: AbortSignal): Promise<readonly ForcedCold[]>;
}

/** A log event as CloudWatch Logs returns it. */
export interface LogEvent {
  readonly timestampMs: number;
  readonly message: string;
}

/** Where the platform's lines end up, later than the answer. */
export interface LogReader {
  /** One read of the stream that the function named; empty when it is not there yet. */
  readStream(logGroup: string, logStream: string, sinceMs: number): Promise<readonly LogEvent[]>;
  /** One search of the whole group for a request id. */
  findRequest(logGroup: string, requestId: string, sinceMs: number): Promise<readonly LogEvent[]>;
}

/** The folder of one run. Appends are handed to the kernel before they return. */
export interface RunStore {
  readonly runId: string;
  /** For people: where the files are. */
  readonly location: string;
  /** Appends a line, or several with LF between them, to `samples.ndjson`: all or none. The last comes without LF. */
  appendJournal(lines: string): void;
  /** Writes a file of the run at once or not at all; pieces are made as they are written, each good until two more were asked for, so the whole need not fit in memory. */
  writeFile(name: string, content: string | Uint8Array | Iterable<Uint8Array>): Promise<void>;
  readFile(name: string): Promise<Uint8Array>;
  /** A file piece by piece, cut anywhere; a piece is good until the next is asked for. Its iteration throws as {@link readFile} rejects. */
  readChunks(name: string): AsyncIterable<Uint8Array>;
  close(): void;
}
