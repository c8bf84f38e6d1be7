/** What the control process asks of the relay process: kind → body. */
export interface RelayRequests {
  /** Receive on `address`:`port` in `namespace`; once. */
  readonly start: { readonly namespace: string; readonly address: string; readonly port: number };
  /** Holds from the next packet on. */
  readonly delay: { readonly delayMs: number };
  readonly counts: Record<string, never>;
}

/** Packets since the start. */
export interface RelayCounts {
  readonly delayed: number;
  /** Not SYN-ACKs; anything but 0 means that something else was steered into the relay. */
  readonly dropped: number;
}
