import type { DetourDevice } from './relay-wire.ts';

/** Next hop that stands for the relay; it is never asked for its MAC, and never seen on a wire (RFC 7600's dummy address block). */
const NEXT_HOP = '192.0.0.10';
/** Every leg of a namespace in a subnet is called so. */
export const LEG = 'eth0';
/** Where the kernel's own rule for local addresses goes when the relay must come before it. */
const LOCAL_RULE = 100;

/** Which packets of a namespace go by the relay, and how the kernel is told to send them there. */
export interface Detour extends DetourDevice {
  readonly mark: string;
  /** Number of both the routing rule and its table. */
  readonly table: number;
  /** nftables' name of what marks the packets. */
  readonly nftTable: string;
  /** Chains that mark them, nftables text. */
  readonly chains: readonly string[];
  /** Whether packets to the namespace's own addresses go by the relay as well, before the kernel takes them in. */
  readonly beforeLocal: boolean;
}

/** The SYN-ACKs of a namespace's own listeners, before the packet's route is fixed. */
export const SYN_ACK_DETOUR: Detour = {
  device: 'lnbsynack',
  mac: '02:4c:4e:42:00:01',
  mark: '0x5a',
  table: 94,
  nftTable: 'ip lnbsynack',
  chains: [
    '  chain out {',
    '    type route hook output priority mangle; policy accept;',
    '    oifname != "lo" tcp flags & (syn | ack) == (syn | ack) meta mark set 0x5a',
    '  }',
  ],
  beforeLocal: false,
};

const PATH = { device: 'lnbpath', mac: '02:4c:4e:42:00:03', mark: '0x5b', table: 95, nftTable: 'ip lnbpath' } as const;

/**
 * Every packet that a router with one leg passes on, once in each direction. It goes to the relay before connections are tracked:
 * translated and filtered is what comes back.
 */
export const ROUTER_DETOUR: Detour = {
  ...PATH,
  chains: [
    '  chain in {',
    '    type filter hook prerouting priority raw; policy accept;',
    `    iifname "${LEG}" notrack meta mark set ${PATH.mark}`,
    '  }',
  ],
  beforeLocal: false,
};

/** Every packet of a host, in and out; SYN-ACKs that come from their own detour too. */
export const HOST_DETOUR: Detour = {
  ...PATH,
  chains: [
    '  chain in {',
    '    type filter hook prerouting priority raw; policy accept;',
    `    iifname { "${LEG}", "${SYN_ACK_DETOUR.device}" } meta mark set ${PATH.mark}`,
    '  }',
    '  chain out {',
    '    type route hook output priority mangle + 1; policy accept;',
    `    oifname "${LEG}" meta mark 0 meta mark set ${PATH.mark}`,
    '  }',
  ],
  beforeLocal: true,
};

/** `ip` lines inside a delayed namespace: marked packets go to the relay. */
export function detourLines({ device, mac, mark, table, beforeLocal }: Detour): readonly string[] {
  return [
    `link set ${device} up`,
    `neigh add ${NEXT_HOP} lladdr ${mac} dev ${device} nud permanent`,
    `route add default via ${NEXT_HOP} dev ${device} onlink table ${table}`,
    `rule add pref ${table} fwmark ${mark} lookup ${table}`,
    ...(beforeLocal ? [`rule add pref ${LOCAL_RULE} lookup local`, 'rule del pref 0'] : []),
  ];
}

/** A host has to be told to pass on what is for itself, also where the kernel knows the packet's socket at once. */
function hostSettings(on: boolean): readonly string[] {
  const demux = ['ip_early_demux', 'tcp_early_demux', 'udp_early_demux'].map((name) => `echo ${on ? 0 : 1} > ${name}`);
  return ['cd /proc/sys/net/ipv4', `echo ${on ? 1 : 0} > conf/${LEG}/forwarding`, ...demux];
}

/**
 * Shell text run inside a delayed namespace: what comes back from the relay is sent on although it carries the namespace's own
 * address as its source.
 */
export function detourSettings({ device, beforeLocal }: Detour): string {
  return [
    `cd /proc/sys/net/ipv4/conf/${device}`,
    'echo 1 > forwarding',
    'echo 1 > accept_local',
    'echo 0 > rp_filter',
    'echo 0 > send_redirects',
    ...(beforeLocal ? hostSettings(true) : []),
  ].join(' && ');
}

/** Shell text that takes `detourSettings` back as far as they outlive the device; undefined where nothing does. */
export function detourRemovalSettings({ beforeLocal }: Detour): string | undefined {
  return beforeLocal ? hostSettings(false).join(' && ') : undefined;
}

/** nftables text that marks the packets; applied last, since from here on they take the detour. */
export function detourRules({ nftTable, chains }: Detour): string {
  return [`table ${nftTable} {`, ...chains, '}', ''].join('\n');
}

/** nftables text that takes the detour out; goes before `detourRemovalLines`. */
export function detourRemovalRules({ nftTable }: Detour): string {
  return `delete table ${nftTable}\n`;
}

/** `ip` lines that remove what the rules led to; a packet on its way is lost, and sent again by TCP. */
export function detourRemovalLines({ device, table, beforeLocal }: Detour): readonly string[] {
  return [
    ...(beforeLocal ? ['rule add pref 0 lookup local', `rule del pref ${LOCAL_RULE}`] : []),
    `rule del pref ${table}`,
    `link del ${device}`,
  ];
}
