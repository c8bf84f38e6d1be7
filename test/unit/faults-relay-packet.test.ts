import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { networkIdOf, relayDatagram, tcpChecksum } from '../../infra/lab/faults/relay-packet.ts';

/**
 * A SYN-ACK as it comes out of a VXLAN device: VXLAN header, Ethernet, IPv4, TCP with options (MSS 1460, window
 * scale 7), and the checksum field as offloading leaves it: the pseudo-header's sum only.
 */
const SYN_ACK = Buffer.from(
  [
    '0800000000000700',
    '024c4e420001024c4e4200010800',
    '45000034000040004006263c0a63000a0a630014',
    '01bb9c40112233445566778980120000 14fc 0000'.replaceAll(' ', ''),
    '020405b40103030701010402',
  ].join(''),
  'hex',
);
const TCP_START = 42;
const FLAGS = TCP_START + 13;

function changed(...changes: readonly (readonly [offset: number, value: number])[]): Buffer {
  const bytes = Buffer.from(SYN_ACK);
  for (const [offset, value] of changes) bytes[offset] = value;
  return bytes;
}

/** RFC 1071's check, written the long way: the sum over pseudo-header and segment, checksum included, is all ones. */
function checksumHolds(datagram: Buffer): boolean {
  const total = datagram.readUInt16BE(24);
  const segment = datagram.subarray(TCP_START, 22 + total);
  const pseudo = Buffer.concat([datagram.subarray(34, 42), Buffer.from([0, 6, segment.length >> 8, segment.length & 0xff])]);
  let sum = 0n;
  const all = Buffer.concat([pseudo, segment, Buffer.alloc(segment.length % 2)]);
  for (let at = 0; at < all.length; at += 2) sum += BigInt(all.readUInt16BE(at));
  while (sum > 0xffffn) sum = (sum & 0xffffn) + (sum >> 16n);
  return sum === 0xffffn;
}

describe('a SYN-ACK', () => {
  test('is delayed, with its checksum filled in and another source MAC, and nothing else changed', () => {
    expect(checksumHolds(SYN_ACK)).toBe(false);
    const decision = relayDatagram(SYN_ACK, 'syn-acks');
    if (decision.kind !== 'delay') throw new Error(decision.reason);
    expect(checksumHolds(decision.bytes)).toBe(true);
    expect(decision.bytes.subarray(14, 20)).not.toEqual(SYN_ACK.subarray(14, 20));
    const differing = [...decision.bytes.keys()].filter((at) => decision.bytes[at] !== SYN_ACK[at]);
    const allowed = [14, 15, 16, 17, 18, 19, TCP_START + 16, TCP_START + 17];
    expect(differing.every((at) => allowed.includes(at))).toBe(true);
  });

  test('is not changed in place', () => {
    const given = Buffer.from(SYN_ACK);
    relayDatagram(given, 'syn-acks');
    expect(given).toEqual(SYN_ACK);
  });
});

describe('everything else is dropped', () => {
  test.each([
    ['a SYN', changed([FLAGS, 0x02]), 'not a SYN-ACK'],
    ['an ACK', changed([FLAGS, 0x10]), 'not a SYN-ACK'],
    ['a reset', changed([FLAGS, 0x14]), 'not a SYN-ACK'],
    ['UDP', changed([31, 17]), 'not a whole TCP segment'],
    ['a first fragment', changed([28, 0x20]), 'not a whole TCP segment'],
    ['a later fragment', changed([29, 0x10]), 'not a whole TCP segment'],
    ['IPv6', changed([20, 0x86], [21, 0xdd]), 'not IPv4'],
    ['ARP', changed([20, 0x08], [21, 0x06]), 'not IPv4'],
    ['a length beyond the frame', changed([25, 0xff]), 'wrong lengths'],
    ['an IP header that is too short', changed([22, 0x44]), 'wrong lengths'],
    ['no room for TCP', changed([25, 0x20]), 'wrong lengths'],
    ['a frame cut inside the IP header', SYN_ACK.subarray(0, 41), 'too short'],
    ['a frame cut inside the TCP header', SYN_ACK.subarray(0, 61), 'wrong lengths'],
    ['nothing', Buffer.alloc(0), 'too short'],
  ])('%s', (_what, datagram, reason) => {
    expect(relayDatagram(datagram, 'syn-acks')).toEqual({ kind: 'drop', reason });
  });
});

describe('where every packet is taken', () => {
  /** A UDP datagram of three bytes whose checksum field holds nonsense. */
  const UDP = Buffer.concat([
    SYN_ACK.subarray(0, 22),
    Buffer.from('4500001f000040004011263c0a63000a0a630014', 'hex'),
    Buffer.from('0035d903000bffff616263', 'hex'),
  ]);

  test.each([
    ['a SYN', changed([FLAGS, 0x02]), { protocol: 6, sourcePort: 443, destinationPort: 40000, tcpFlags: 0x02 }],
    ['an ACK', changed([FLAGS, 0x10]), { protocol: 6, sourcePort: 443, destinationPort: 40000, tcpFlags: 0x10 }],
    ['UDP', UDP, { protocol: 17, sourcePort: 53, destinationPort: 55555, tcpFlags: 0 }],
    ['a later fragment, which has no ports', changed([29, 0x10]), { protocol: 6, sourcePort: 0, destinationPort: 0, tcpFlags: 0 }],
    ['another protocol', changed([31, 1]), { protocol: 1, sourcePort: 0, destinationPort: 0, tcpFlags: 0 }],
  ])('%s goes on, with its identity', (_what, datagram, identity) => {
    const decision = relayDatagram(datagram, 'all');
    if (decision.kind !== 'delay') throw new Error(decision.reason);
    expect(decision.packet).toEqual({ source: 0x0a63000a, destination: 0x0a630014, ...identity });
  });

  test('UDP gets its checksum too', () => {
    const decision = relayDatagram(UDP, 'all');
    if (decision.kind !== 'delay') throw new Error(decision.reason);
    // By hand: 0a63+000a+0a63+0014 + 0011+000b + 0035+d903+000b+6162+6300 = 1b2a5 → b2a6 → 4d59.
    expect(decision.bytes.readUInt16BE(48).toString(16)).toBe('4d59');
  });

  test('a fragment keeps the checksum that it has', () => {
    const fragment = changed([29, 0x10]);
    const decision = relayDatagram(fragment, 'all');
    if (decision.kind !== 'delay') throw new Error(decision.reason);
    expect(decision.bytes.subarray(20)).toEqual(fragment.subarray(20));
  });

  test.each([
    ['IPv6', changed([20, 0x86], [21, 0xdd]), 'not IPv4'],
    ['a TCP header that is cut', changed([25, 0x20]), 'wrong lengths'],
  ])('%s is dropped all the same', (_what, datagram, reason) => {
    expect(relayDatagram(datagram, 'all')).toEqual({ kind: 'drop', reason });
  });
});

test('the network identifier is read from the VXLAN header', () => {
  expect(networkIdOf(SYN_ACK)).toBe(7);
  expect(networkIdOf(SYN_ACK.subarray(0, 7))).toBeUndefined();
});

test('whatever arrives, nothing is thrown, and what goes on has a right checksum', () => {
  const noise = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
  const mangled = fc
    .array(fc.tuple(fc.nat(SYN_ACK.length - 1), fc.nat(255)), { maxLength: 8 })
    .map((changes) => changed(...changes.filter(([at]) => at !== 22)));
  fc.assert(
    fc.property(fc.oneof(noise, mangled), (datagram) => {
      const decision = relayDatagram(datagram, 'syn-acks');
      if (decision.kind === 'delay' && datagram[22] === 0x45) expect(checksumHolds(decision.bytes)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('an odd segment is summed as if a zero followed', () => {
  const address = Buffer.from([10, 0, 0, 1]);
  const even = Buffer.concat([Buffer.alloc(20), Buffer.from([0xab, 0])]);
  const odd = even.subarray(0, 21);
  // One byte less in the pseudo-header's length is one more in the complement.
  expect(tcpChecksum(address, address, odd)).toBe(tcpChecksum(address, address, even) + 1);
});
