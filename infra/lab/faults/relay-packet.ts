/** What to do with a datagram that a VXLAN device sent to the relay. */
export type RelayDecision =
  /** A SYN-ACK: send `bytes` back to the device after the delay. */
  | { readonly kind: 'delay'; readonly bytes: Buffer }
  /** Nothing that is steered here on purpose. */
  | { readonly kind: 'drop'; readonly reason: string };

const VXLAN_HEADER = 8;
const ETHERNET_HEADER = 14;
const IPV4_START = VXLAN_HEADER + ETHERNET_HEADER;
const ETHERTYPE_IPV4 = 0x0800;
const PROTOCOL_TCP = 6;
const SYN_ACK = 0x12;
const TCP_HEADER = 20;
const TCP_CHECKSUM_OFFSET = 16;
/** The device drops frames that carry its own address as source, taking them for its echo. */
const RELAY_MAC = Buffer.from([0x02, 0x4c, 0x4e, 0x42, 0x00, 0x02]);

/** Sum of 16-bit words (RFC 1071), not yet folded; an odd last byte counts as a word's high byte. */
function wordSum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at + 1 < bytes.length; at += 2) sum += bytes.readUInt16BE(at);
  return bytes.length % 2 === 0 ? sum : sum + ((bytes.at(-1) ?? 0) << 8);
}

/** TCP's checksum over the pseudo-header and the segment (RFC 9293, section 3.1), whatever its checksum field holds. */
export function tcpChecksum(source: Buffer, destination: Buffer, segment: Buffer): number {
  const blank = Buffer.from(segment);
  blank.writeUInt16BE(0, TCP_CHECKSUM_OFFSET);
  let sum = wordSum(source) + wordSum(destination) + PROTOCOL_TCP + segment.length + wordSum(blank);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/**
 * Decides over one VXLAN datagram (RFC 7348) and makes what is sent back: the same packet with another source MAC and with its TCP
 * checksum filled in, which offloading leaves to hardware that is not there. Never throws; the datagram is not changed.
 */
export function relayDatagram(datagram: Buffer): RelayDecision {
  if (datagram.length < IPV4_START + TCP_HEADER) return { kind: 'drop', reason: 'too short' };
  if (datagram.readUInt16BE(IPV4_START - 2) !== ETHERTYPE_IPV4) return { kind: 'drop', reason: 'not IPv4' };
  const headerLength = (datagram.readUInt8(IPV4_START) & 0x0f) * 4;
  const totalLength = datagram.readUInt16BE(IPV4_START + 2);
  const segmentStart = IPV4_START + headerLength;
  const segmentEnd = IPV4_START + totalLength;
  if (headerLength < 20 || segmentEnd > datagram.length || segmentEnd - segmentStart < TCP_HEADER)
    return { kind: 'drop', reason: 'wrong lengths' };
  const fragment = datagram.readUInt16BE(IPV4_START + 6) & 0x3fff;
  if (fragment !== 0 || datagram.readUInt8(IPV4_START + 9) !== PROTOCOL_TCP) return { kind: 'drop', reason: 'not a whole TCP segment' };
  if ((datagram.readUInt8(segmentStart + 13) & SYN_ACK) !== SYN_ACK) return { kind: 'drop', reason: 'not a SYN-ACK' };

  const bytes = Buffer.from(datagram);
  RELAY_MAC.copy(bytes, VXLAN_HEADER + 6);
  const address = (offset: number) => bytes.subarray(IPV4_START + offset, IPV4_START + offset + 4);
  const checksum = tcpChecksum(address(12), address(16), bytes.subarray(segmentStart, segmentEnd));
  bytes.writeUInt16BE(checksum, segmentStart + TCP_CHECKSUM_OFFSET);
  return { kind: 'delay', bytes };
}
