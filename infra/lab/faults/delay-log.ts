import type { PacketIdentity } from './relay-packet.ts';

/** One packet that went through the relay. */
export interface RelayedPacket extends PacketIdentity {
  /** The VXLAN device that it came by. */
  readonly networkId: number;
  /** When the relay's program had it, on the machine's monotonic clock (what `process.hrtime` reads in every process), nanoseconds. */
  readonly receivedNs: number;
  /** What it was to be held back for, nanoseconds. */
  readonly askedNs: number;
  /** Received → about to be handed to the kernel again, nanoseconds. */
  readonly achievedNs: number;
  /**
   * How long the handing over took, nanoseconds: in that one system call the kernel carries the packet on to its receiver, who can
   * have it somewhat before the call returns.
   */
  readonly sendNs: number;
}

/** Some of the log, from where a reader was. */
export interface LogPage {
  readonly packets: readonly RelayedPacket[];
  /** Where to go on reading. */
  readonly next: number;
  /** Packets since where the reader was that newer ones have pushed out. */
  readonly lost: number;
}

/** The last packets of the relay. */
export interface DelayLog {
  record(packet: RelayedPacket): void;
  /** Packets from number `since` on, 0 being the first ever; with `handshakes` only those with TCP's SYN flag. */
  read(since: number, handshakes: boolean): LogPage;
}

/** Kept packets: some 30 of them a probe call on a new connection, 60 bytes each. */
export const KEPT_PACKETS = 65_536;
const SYN = 0x02;

/** A log in memory that never grows: `kept` packets, 1 or more. */
export function newDelayLog(kept = KEPT_PACKETS): DelayLog {
  const [received, asked] = [new Float64Array(kept), new Float64Array(kept)];
  const [achieved, sending] = [new Float64Array(kept), new Float64Array(kept)];
  const [network, source, destination] = [new Uint32Array(kept), new Uint32Array(kept), new Uint32Array(kept)];
  const [sourcePort, destinationPort] = [new Uint16Array(kept), new Uint16Array(kept)];
  const [protocol, flags] = [new Uint8Array(kept), new Uint8Array(kept)];
  let count = 0;
  const at = (place: number): RelayedPacket => ({
    networkId: network[place] ?? 0,
    protocol: protocol[place] ?? 0,
    source: source[place] ?? 0,
    destination: destination[place] ?? 0,
    sourcePort: sourcePort[place] ?? 0,
    destinationPort: destinationPort[place] ?? 0,
    tcpFlags: flags[place] ?? 0,
    receivedNs: received[place] ?? 0,
    askedNs: asked[place] ?? 0,
    achievedNs: achieved[place] ?? 0,
    sendNs: sending[place] ?? 0,
  });
  return {
    record: (packet) => {
      const place = count % kept;
      network[place] = packet.networkId;
      protocol[place] = packet.protocol;
      source[place] = packet.source;
      destination[place] = packet.destination;
      sourcePort[place] = packet.sourcePort;
      destinationPort[place] = packet.destinationPort;
      flags[place] = packet.tcpFlags;
      received[place] = packet.receivedNs;
      asked[place] = packet.askedNs;
      achieved[place] = packet.achievedNs;
      sending[place] = packet.sendNs;
      count += 1;
    },
    read: (since, handshakes) => {
      const first = Math.max(since, count - kept, 0);
      const packets: RelayedPacket[] = [];
      for (let number = first; number < count; number++) {
        const place = number % kept;
        if (!handshakes || ((flags[place] ?? 0) & SYN) !== 0) packets.push(at(place));
      }
      return { packets, next: count, lost: Math.max(0, Math.min(first, count) - since) };
    },
  };
}
