import type { LogPage } from './delay-log.ts';
import type { RelayedKind } from './relay-packet.ts';

/** What the control process asks of the relay process: kind → body. */
export interface RelayRequests {
  /** Receive on `address`:`port` in `namespace`, and send to `devices`:`port`; once. */
  readonly start: { readonly namespace: string; readonly address: string; readonly devices: string; readonly port: number };
  /** What to take from a VXLAN device, and how long to hold it; from the next packet on. */
  readonly hold: { readonly networkId: number; readonly takes: RelayedKind; readonly delayMs: number };
  /** The device is gone: what still comes from it is dropped. */
  readonly forget: { readonly networkId: number };
  readonly counts: { readonly takes: RelayedKind };
  readonly log: { readonly since: number; readonly handshakes: boolean };
}

/** Packets since the start. */
export interface RelayCounts {
  readonly delayed: number;
  /** Not what is steered here on purpose; anything but 0 means that something else came into the relay. */
  readonly dropped: number;
}

/** What the relay process answers: kind → body. */
export interface RelayAnswers {
  readonly start: null;
  readonly hold: null;
  readonly forget: null;
  readonly counts: RelayCounts;
  readonly log: LogPage;
}
