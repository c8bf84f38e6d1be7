import type { NamespaceSpec } from '../../kernel/namespace.ts';
import {
  ENDPOINT_ADDRESS,
  INTERNET,
  INTERNET_ADDRESS,
  INTERNET_GATEWAY_DEVICE,
  INTERNET_GATEWAY_TABLE,
  PRIVATE_BLOCKS,
  PUBLIC_HOSTS,
  RESOLVER_ADDRESS,
  ROUTER_ADDRESS,
  RULE_ORDER,
} from './addressing.ts';
import { type Address, addressAt, type Cidr, formatAddress, formatCidr, macOf } from './ipv4.ts';

/** The kernel's number of a namespace's ordinary table. */
const MAIN_TABLE = 254;

/** The set, in a VPC's router, of addresses that the internet gateway lets out. */
const PUBLIC_SET = 'ip igw public';

/** A bridge of a router, as its members see it. */
export interface BridgePlace {
  readonly router: string;
  readonly bridge: string;
  readonly block: Cidr;
}

/** A namespace's leg in a subnet. */
export interface Leg extends BridgePlace {
  readonly namespace: string;
  readonly address: Address;
  /** Its port in the router. */
  readonly device: string;
}

/** The internet: knows its hosts and, later, elastic addresses; discards everything else without an answer. */
export function internetSpec(): NamespaceSpec {
  return {
    name: INTERNET,
    forwards: true,
    links: [
      `addr add ${INTERNET_ADDRESS}/32 dev lo`,
      'route add blackhole default',
      ...PRIVATE_BLOCKS.map((block) => `route add blackhole ${block}`),
    ],
  };
}

/** A host on the internet with one public address. */
export function hostSpec(host: { readonly namespace: string; readonly address: string }): NamespaceSpec {
  return {
    name: host.namespace,
    forwards: false,
    links: [
      `link add eth0 type veth peer name ${host.namespace} netns ${INTERNET}`,
      `addr add ${host.address}/32 dev eth0`,
      'link set eth0 up',
      `route add default via ${INTERNET_ADDRESS} dev eth0 onlink`,
    ],
  };
}

/** The internet's side of `hostSpec`. */
export function hostLines(host: { readonly namespace: string; readonly address: string }): readonly string[] {
  return [`link set ${host.namespace} up`, `route add ${host.address}/32 dev ${host.namespace}`];
}

/**
 * A VPC's router. Its internet gateway, once there, lets out only what has a public address: EC2 translates those and
 * drops the rest, which is why a function in a public subnet has no internet.
 */
export function routerSpec(name: string, block: Cidr): NamespaceSpec {
  return {
    name,
    forwards: true,
    links: [
      `addr add ${RESOLVER_ADDRESS}/32 dev lo`,
      `addr add ${ROUTER_ADDRESS}/32 dev lo`,
      `rule add pref ${RULE_ORDER.local} lookup main`,
      `rule add pref ${RULE_ORDER.nowhere} blackhole`,
      `route add blackhole ${formatCidr(block)}`,
    ],
    rules: [
      'table ip igw {',
      '  set public {',
      '    type ipv4_addr',
      '  }',
      '  chain forward {',
      '    type filter hook forward priority filter; policy accept;',
      `    oifname "${INTERNET_GATEWAY_DEVICE}" ip saddr != @public drop`,
      '  }',
      '}',
      '',
    ].join('\n'),
  };
}

/** The router's own address in a subnet: EC2 reserves the block's second address for it. */
export function gatewayAddress(block: Cidr): Address {
  return addressAt(block, 1);
}

/** A subnet in its router. The bridge's MAC is fixed: by default it changes with its ports, and neighbours would lose it. */
export function bridgeLines(place: BridgePlace, table: number): readonly string[] {
  const gateway = gatewayAddress(place.block);
  return [
    `link add ${place.bridge} address ${macOf(gateway)} type bridge stp_state 0 forward_delay 0 mcast_snooping 0`,
    `addr add ${formatAddress(gateway)}/${place.block.prefix} dev ${place.bridge}`,
    `link set ${place.bridge} up`,
    subnetRule('add', place.bridge, table),
  ];
}

/** Takes a subnet out of its router. */
export function bridgeRemovalLines(place: BridgePlace, table: number): readonly string[] {
  return [subnetRule('del', place.bridge, table), `link del ${place.bridge}`];
}

/** Puts a subnet under another route table; at no moment is it under none. */
export function tableChangeLines(bridge: string, from: number, to: number): readonly string[] {
  return [subnetRule('add', bridge, to), subnetRule('del', bridge, from)];
}

/** Which route table a subnet's packets are routed by. */
export function subnetRule(verb: 'add' | 'del', bridge: string, table: number): string {
  return `rule ${verb} pref ${RULE_ORDER.subnet} iif ${bridge} lookup ${table}`;
}

/** Inside a namespace: its leg in a subnet and the way out by the subnet's router. */
export function legLines(leg: Leg): readonly string[] {
  return [
    `link add eth0 address ${macOf(leg.address)} type veth peer name ${leg.device} netns ${leg.router}`,
    `addr add ${formatAddress(leg.address)}/${leg.block.prefix} dev eth0`,
    'link set eth0 up',
    `route add default via ${formatAddress(gatewayAddress(leg.block))}`,
  ];
}

/** The router's side of `legLines`. The alias tells a reader of `ip link` whose port it is. */
export function portLines(leg: Leg): readonly string[] {
  return [`link set dev ${leg.device} master ${leg.bridge} alias ${leg.namespace} up`];
}

/** The router's side of an internet gateway's attachment. */
export function gatewayLines(internetDevice: string): readonly string[] {
  return [
    `link add ${INTERNET_GATEWAY_DEVICE} type veth peer name ${internetDevice} netns ${INTERNET}`,
    `link set ${INTERNET_GATEWAY_DEVICE} up`,
    `rule add pref ${RULE_ORDER.internetGateway} iif ${INTERNET_GATEWAY_DEVICE} lookup ${INTERNET_GATEWAY_TABLE}`,
  ];
}

/** Detaches an internet gateway from its router. */
export function gatewayRemovalLines(): readonly string[] {
  return [
    `rule del pref ${RULE_ORDER.internetGateway} iif ${INTERNET_GATEWAY_DEVICE} lookup ${INTERNET_GATEWAY_TABLE}`,
    `link del ${INTERNET_GATEWAY_DEVICE}`,
  ];
}

/** Next hop of a route in a route table. */
export type NextHop =
  | { readonly kind: 'via'; readonly address: string; readonly device: string }
  /** Discards without an answer. */
  | { readonly kind: 'blackhole' };

/** Next hop of everything that a route table sends to the internet gateway. */
export const VIA_INTERNET_GATEWAY: NextHop = { kind: 'via', address: INTERNET_ADDRESS, device: INTERNET_GATEWAY_DEVICE };

/** Sets a route of a route table, whatever it was before. */
export function routeLine(table: number, destination: string, hop: NextHop): string {
  if (hop.kind === 'blackhole') return `route replace blackhole ${destination} table ${table}`;
  return `route replace ${destination} via ${hop.address} dev ${hop.device} onlink table ${table}`;
}

/** Takes a route out of a route table, also one that somebody has already deleted by hand. */
export function routeRemovalLines(table: number, destination: string): readonly string[] {
  return [routeLine(table, destination, { kind: 'blackhole' }), `route del blackhole ${destination} table ${table}`];
}

/**
 * A NAT gateway: one leg, source translation to its elastic address with connection tracking of its own. What comes
 * to that address unasked is dropped.
 */
export function natSpec(leg: Leg, publicAddress: string): NamespaceSpec {
  return {
    name: leg.namespace,
    forwards: true,
    links: legLines(leg),
    rules: [
      'table ip nat {',
      '  chain postrouting {',
      '    type nat hook postrouting priority srcnat; policy accept;',
      `    oifname "eth0" snat to ${publicAddress}`,
      '  }',
      '  chain forward {',
      '    type filter hook forward priority filter; policy accept;',
      `    oifname "eth0" ip daddr ${publicAddress} drop`,
      '  }',
      '}',
      '',
    ].join('\n'),
  };
}

/** The router's side of a NAT gateway: its port, and the way back to its elastic address. */
export function natPortLines(leg: Leg, publicAddress: string): readonly string[] {
  const back: NextHop = { kind: 'via', address: formatAddress(leg.address), device: leg.bridge };
  return [...portLines(leg), routeLine(INTERNET_GATEWAY_TABLE, `${publicAddress}/32`, back)];
}

/** Lets a public address out by the internet gateway of a router. */
export function publicAddressRule(publicAddress: string): string {
  return `add element ${PUBLIC_SET} { ${publicAddress} }\n`;
}

/** Lets it out no longer. Adding first makes the removal one that cannot fail. */
export function publicAddressRemovalRule(publicAddress: string): string {
  return `${publicAddressRule(publicAddress)}delete element ${PUBLIC_SET} { ${publicAddress} }\n`;
}

/** Tells the internet which VPC has a public address. */
export function publicRouteLine(publicAddress: string, internetDevice: string): string {
  return `route replace ${publicAddress}/32 via ${ROUTER_ADDRESS} dev ${internetDevice} onlink`;
}

/** Makes the internet forget a public address. */
export function publicRouteRemovalLines(publicAddress: string): readonly string[] {
  return routeRemovalLines(MAIN_TABLE, `${publicAddress}/32`);
}

/** A gateway endpoint: S3's address, one link away from the VPC's router. Whoever arrives has a private address. */
export function endpointSpec(namespace: string, router: string, device: string, block: Cidr): NamespaceSpec {
  return {
    name: namespace,
    forwards: false,
    links: [
      `addr add ${PUBLIC_HOSTS.s3.address}/32 dev lo`,
      `link add eth0 type veth peer name ${device} netns ${router}`,
      `addr add ${ENDPOINT_ADDRESS}/32 dev eth0`,
      'link set eth0 up',
      `route add ${formatCidr(block)} via ${ROUTER_ADDRESS} dev eth0 onlink`,
    ],
  };
}
