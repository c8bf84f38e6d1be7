/** The two namespaces between which the detours' VXLAN runs: the kernel short-cuts VXLAN to an address of its own namespace. */
export const WIRE = {
  underlay: { namespace: 'delaywire', device: 'relay0', address: '192.0.2.241' },
  relay: { namespace: 'delayrelay', device: 'wire0', address: '192.0.2.242' },
  prefix: 30,
  port: 4790,
  /** Room for VXLAN's 50 bytes around a full packet. */
  mtu: 1600,
} as const;

/** `ip` lines inside the underlay's namespace that make the wire; the relay's namespace must exist. */
export function wireLines(): readonly string[] {
  const { underlay, relay, prefix, mtu } = WIRE;
  return [
    `link add ${underlay.device} mtu ${mtu} type veth peer name ${relay.device} mtu ${mtu} netns ${relay.namespace}`,
    `addr add ${underlay.address}/${prefix} dev ${underlay.device}`,
    `link set ${underlay.device} up`,
  ];
}

/** `ip` lines for the relay's end of the wire. */
export function wireEndLines(): readonly string[] {
  const { relay, prefix } = WIRE;
  return [`addr add ${relay.address}/${prefix} dev ${relay.device}`, `link set ${relay.device} up`];
}

/** A namespace's way to the relay and back. */
export interface DetourDevice {
  readonly device: string;
  readonly mac: string;
}

/**
 * `ip` line inside the underlay's namespace: a VXLAN device that stands in `namespace` but whose packets travel where it was made,
 * out of reach of that namespace's filters. `id` tells the devices apart, 1 … 2^24 − 1. Packets leave it one by one: what is
 * glued together for hardware to split would not fit into the relay's datagrams.
 */
export function deviceLine(namespace: string, { device, mac }: DetourDevice, id: number): string {
  const { underlay, relay, port } = WIRE;
  const link = `link add ${device} netns ${namespace} address ${mac} mtu 1500 gso_max_size 1500 gso_max_segs 1`;
  return `${link} type vxlan id ${id} local ${underlay.address} remote ${relay.address} dstport ${port} nolearning`;
}
