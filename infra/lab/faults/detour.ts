/** Device that carries a namespace's SYN-ACKs to the relay and back. */
const DEVICE = 'lnbsynack';
const DEVICE_MAC = '02:4c:4e:42:00:01';
/** Next hop that stands for the relay; it is never asked for its MAC, and never seen on a wire (RFC 7600's dummy address block). */
const NEXT_HOP = '192.0.0.10';
const MARK = '0x5a';
/** Number of both the routing rule and its table. */
const TABLE = 94;
const NFT_TABLE = 'ip lnbsynack';

/** The two namespaces between which the detour's VXLAN runs: the kernel short-cuts VXLAN to an address of its own namespace. */
export const WIRE = {
  underlay: { namespace: 'delaywire', device: 'relay0', address: '192.0.2.241' },
  relay: { namespace: 'delayrelay', device: 'wire0', address: '192.0.2.242' },
  prefix: 30,
  port: 4790,
} as const;

/** `ip` lines inside the underlay's namespace that make the wire; the relay's namespace must exist. */
export function wireLines(): readonly string[] {
  const { underlay, relay, prefix } = WIRE;
  return [
    `link add ${underlay.device} type veth peer name ${relay.device} netns ${relay.namespace}`,
    `addr add ${underlay.address}/${prefix} dev ${underlay.device}`,
    `link set ${underlay.device} up`,
  ];
}

/** `ip` lines for the relay's end of the wire. */
export function wireEndLines(): readonly string[] {
  const { relay, prefix } = WIRE;
  return [`addr add ${relay.address}/${prefix} dev ${relay.device}`, `link set ${relay.device} up`];
}

/**
 * `ip` line inside the underlay's namespace: a VXLAN device that stands in `namespace` but whose packets travel where it was made,
 * out of reach of that namespace's filters. `id` tells the devices apart, 1 … 2^24 − 1.
 */
export function deviceLine(namespace: string, id: number): string {
  const { underlay, relay, port } = WIRE;
  return `link add ${DEVICE} netns ${namespace} address ${DEVICE_MAC} type vxlan id ${id} local ${underlay.address} remote ${relay.address} dstport ${port} nolearning`;
}

/** `ip` lines inside a delayed namespace: marked packets go to the relay. */
export function detourLines(): readonly string[] {
  return [
    `link set ${DEVICE} up`,
    `neigh add ${NEXT_HOP} lladdr ${DEVICE_MAC} dev ${DEVICE} nud permanent`,
    `route add default via ${NEXT_HOP} dev ${DEVICE} onlink table ${TABLE}`,
    `rule add pref ${TABLE} fwmark ${MARK} lookup ${TABLE}`,
  ];
}

/**
 * Shell text run inside a delayed namespace: what comes back from the relay is sent on although it carries the namespace's own
 * address as its source.
 */
export const DETOUR_SETTINGS = [
  `cd /proc/sys/net/ipv4/conf/${DEVICE}`,
  'echo 1 > forwarding',
  'echo 1 > accept_local',
  'echo 0 > rp_filter',
  'echo 0 > send_redirects',
].join(' && ');

/** nftables text: marks the SYN-ACKs of this namespace's own listeners, before the packet's route is fixed. */
export const DETOUR_RULES = [
  `table ${NFT_TABLE} {`,
  '  chain out {',
  '    type route hook output priority mangle; policy accept;',
  `    oifname != "lo" tcp flags & (syn | ack) == (syn | ack) meta mark set ${MARK}`,
  '  }',
  '}',
  '',
].join('\n');

/** nftables text that takes the detour out; goes before `detourRemovalLines`. */
export const DETOUR_REMOVAL_RULES = `delete table ${NFT_TABLE}\n`;

/** `ip` lines that remove what the rules led to; a SYN-ACK on its way is lost, and sent again by TCP. */
export function detourRemovalLines(): readonly string[] {
  return [`link del ${DEVICE}`, `rule del pref ${TABLE}`];
}
