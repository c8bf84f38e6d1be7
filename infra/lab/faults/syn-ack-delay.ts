import { SYN_ACK_DETOUR } from './detour.ts';
import { newRelayHost, type RelayHost } from './relay-host.ts';
import type { RelayCounts } from './relay-requests.ts';

/**
 * Delays the SYN-ACKs of listeners, and nothing else, without netem: they alone are routed through a relay. A
 * client sees its connect take longer; every other packet goes its usual way at its usual speed.
 */
export interface SynAckDelay {
  /**
   * Makes exactly these namespaces answer SYNs `delayMs` later. A namespace is where a target's socket is: `web`, `s3`, an
   * endpoint's, a DB instance's. 0 ms or no namespace takes everything out again. Calls are carried out in order. Rejects with the
   * kernel's reason (a kernel without VXLAN, for one).
   */
  apply(delayMs: number, namespaces: readonly string[]): Promise<void>;
  /** Undefined while there is no relay. */
  counts(): Promise<RelayCounts | undefined>;
  close(): Promise<void>;
}

/** Makes the knob on a relay; nothing is started before it is first turned up. */
export function newSynAckDelay(relay: RelayHost = newRelayHost()): SynAckDelay {
  const apply = async (delayMs: number, namespaces: readonly string[]): Promise<void> => {
    const delayed = delayMs > 0 ? namespaces : [];
    await relay.apply(
      'syn-ack',
      delayed.map((namespace) => ({ namespace, detour: SYN_ACK_DETOUR, takes: 'syn-acks', delayMs })),
    );
  };
  return {
    apply,
    counts: () => relay.ask('counts', { takes: 'syn-acks' }),
    close: () => apply(0, []),
  };
}
