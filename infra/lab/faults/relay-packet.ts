/** Which packets a detour steers into the relay on purpose. */
export type RelayedKind = 'syn-acks' | 'all';

/** What identifies a packet in the relay's log. Ports and flags are 0 where the protocol, or a later fragment, has none. */
export interface PacketIdentity {
  /** IPv4's protocol number. */
  readonly protocol: number;
  /** Addresses as unsigned 32-bit numbers. */
  readonly source: number;
  readonly destination: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** TCP's flags, one bit each (RFC 9293: FIN 1, SYN 2, RST 4, PSH 8, ACK 16). */
  readonly tcpFlags: number;
}

/** What to do with a datagram that a VXLAN device sent to the relay. */
export type RelayDecision =
  /** Send `bytes` back to the device after the delay. */
  | { readonly kind: 'delay'; readonly bytes: Buffer; readonly packet: PacketIdentity }
  /** Nothing that is steered here on purpose. */
  | { readonly kind: 'drop'; readonly reason: string };

const VXLAN_HEADER = 8;
const ETHERNET_HEADER = 14;
const IPV4_START = VXLAN_HEADER + ETHERNET_HEADER;
const IPV4_HEADER = 20;
const ETHERTYPE_IPV4 = 0x0800;
const SYN_ACK = 0x12;
/** The device drops frames that carry its own address as source, taking them for its echo. */
const RELAY_MAC = Buffer.from([0x02, 0x4c, 0x4e, 0x42, 0x00, 0x02]);

interface Transport {
  readonly number: number;
  readonly headerLength: number;
  readonly checksumOffset: number;
}
const TCP: Transport = { number: 6, headerLength: 20, checksumOffset: 16 };
const UDP: Transport = { number: 17, headerLength: 8, checksumOffset: 6 };

/** The VXLAN network identifier of a datagram (RFC 7348), or undefined when it is too short for one. */
export function networkIdOf(datagram: Buffer): number | undefined {
  return datagram.length < VXLAN_HEADER ? undefined : datagram.readUIntBE(4, 3);
}

/** Sum of 16-bit words (RFC 1071), not yet folded; an odd last byte counts as a word's high byte. */
function wordSum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at + 1 < bytes.length; at += 2) sum += bytes.readUInt16BE(at);
  return bytes.length % 2 === 0 ? sum : sum + ((bytes.at(-1) ?? 0) << 8);
}

function checksum(transport: Transport, source: Buffer, destination: Buffer, segment: Buffer): number {
  let sum = wordSum(source) + wordSum(destination) + transport.number + segment.length + wordSum(segment);
  sum -= segment.readUInt16BE(transport.checksumOffset);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** TCP's checksum over the pseudo-header and the segment (RFC 9293, section 3.1), whatever its checksum field holds. */
export function tcpChecksum(source: Buffer, destination: Buffer, segment: Buffer): number {
  return checksum(TCP, source, destination, segment);
}

/** Where an IPv4 packet's parts are in a datagram; a reason when it is none that holds together. */
function locate(datagram: Buffer): { readonly start: number; readonly end: number } | string {
  if (datagram.length < IPV4_START + IPV4_HEADER) return 'too short';
  if (datagram.readUInt16BE(IPV4_START - 2) !== ETHERTYPE_IPV4) return 'not IPv4';
  const headerLength = (datagram.readUInt8(IPV4_START) & 0x0f) * 4;
  const start = IPV4_START + headerLength;
  const end = IPV4_START + datagram.readUInt16BE(IPV4_START + 2);
  return headerLength < IPV4_HEADER || end > datagram.length || end < start ? 'wrong lengths' : { start, end };
}

function transportOf(protocol: number): Transport | undefined {
  if (protocol === TCP.number) return TCP;
  return protocol === UDP.number ? UDP : undefined;
}

function identityOf(datagram: Buffer, start: number, transport: Transport | undefined): PacketIdentity {
  return {
    protocol: datagram.readUInt8(IPV4_START + 9),
    source: datagram.readUInt32BE(IPV4_START + 12),
    destination: datagram.readUInt32BE(IPV4_START + 16),
    sourcePort: transport === undefined ? 0 : datagram.readUInt16BE(start),
    destinationPort: transport === undefined ? 0 : datagram.readUInt16BE(start + 2),
    tcpFlags: transport === TCP ? datagram.readUInt8(start + 13) : 0,
  };
}

/**
 * Decides over one VXLAN datagram (RFC 7348) and makes what is sent back: the same packet with another source MAC and with its TCP or
 * UDP checksum filled in, which offloading leaves to hardware that is not there. Never throws; the datagram is not changed.
 */
export function relayDatagram(datagram: Buffer, takes: RelayedKind): RelayDecision {
  const located = locate(datagram);
  if (typeof located === 'string') return { kind: 'drop', reason: located };
  const { start, end } = located;
  const fragment = (datagram.readUInt16BE(IPV4_START + 6) & 0x3fff) !== 0;
  const transport = fragment ? undefined : transportOf(datagram.readUInt8(IPV4_START + 9));
  if (transport !== undefined && end - start < transport.headerLength) return { kind: 'drop', reason: 'wrong lengths' };
  const packet = identityOf(datagram, start, transport);
  if (takes === 'syn-acks') {
    if (transport !== TCP) return { kind: 'drop', reason: 'not a whole TCP segment' };
    if ((packet.tcpFlags & SYN_ACK) !== SYN_ACK) return { kind: 'drop', reason: 'not a SYN-ACK' };
  }
  const bytes = Buffer.from(datagram);
  RELAY_MAC.copy(bytes, VXLAN_HEADER + 6);
  if (transport !== undefined) {
    const address = (offset: number) => bytes.subarray(IPV4_START + offset, IPV4_START + offset + 4);
    const sum = checksum(transport, address(12), address(16), bytes.subarray(start, end));
    // UDP's 0 means that there is none (RFC 768).
    bytes.writeUInt16BE(transport === UDP && sum === 0 ? 0xffff : sum, start + transport.checksumOffset);
  }
  return { kind: 'delay', bytes, packet };
}
