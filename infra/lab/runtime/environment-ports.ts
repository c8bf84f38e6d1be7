import type { SpawnEnvironment } from './environment-process.ts';
import type { InvokeAnswer, LogDelivery, SlotPlace } from './wire.ts';

/** What environments are made with. */
export interface EnvironmentPorts {
  readonly spawn: SpawnEnvironment;
  /** Monotonic nanoseconds, the clock of every duration. */
  readonly monotonicNs: () => bigint;
  /** Milliseconds since the epoch, for stamps only. */
  readonly wallMs: () => number;
  readonly deliverLogs: (delivery: LogDelivery) => void;
  /** Parent of the environments' own temporary folders. */
  readonly temporaryRoot: string;
  /** Longest init that is not part of a call: 10 000 ms on AWS. */
  readonly initLimitMs: number;
}

/** A call that waits for its answer. */
export interface PendingCall {
  readonly requestId: string;
  readonly payload: string;
  readonly answer: (answer: InvokeAnswer) => void;
}

/** Where the environment stands: its slot's place and how its Runtime API is reached. */
export interface EnvironmentSeat {
  readonly place: SlotPlace;
  readonly runtimeApi: string;
  /** Resolves when nothing of the seat's last environment runs any more. */
  readonly free: Promise<void>;
  /** A process of the seat has ended: nothing of it may be read any more. */
  readonly processEnded: () => void;
  /** The environment takes no call any more; its process may still be ending. */
  readonly gone: () => void;
}
