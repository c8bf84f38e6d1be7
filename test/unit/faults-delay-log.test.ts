import { expect, test } from 'vitest';
import { newDelayLog, type RelayedPacket } from '../../infra/lab/faults/delay-log.ts';

const SYN = 0x02;
const ACK = 0x10;

function packet(number: number, tcpFlags = SYN): RelayedPacket {
  const ends = { protocol: 6, source: 0xc6336401, destination: 0xffffffff, sourcePort: 443, destinationPort: 65_535 };
  return {
    ...ends,
    tcpFlags,
    networkId: 0xffffff,
    receivedNs: 5e12 + number,
    askedNs: 2_500_000,
    achievedNs: 2_500_000.5 + number,
    sendNs: 90_000 + number,
  };
}

test('what is read is what was recorded, from where the reader was', () => {
  const log = newDelayLog(8);
  expect(log.read(0, false)).toEqual({ packets: [], next: 0, lost: 0 });
  for (const number of [0, 1, 2]) log.record(packet(number));
  expect(log.read(1, false)).toEqual({ packets: [packet(1), packet(2)], next: 3, lost: 0 });
  expect(log.read(3, false)).toEqual({ packets: [], next: 3, lost: 0 });
});

test('handshakes are the packets with SYN', () => {
  const log = newDelayLog(8);
  for (const [number, flags] of [SYN, ACK, SYN | ACK, 1].entries()) log.record(packet(number, flags));
  expect(log.read(0, true)).toEqual({ packets: [packet(0), packet(2, SYN | ACK)], next: 4, lost: 0 });
});

test('it keeps the last packets only, and says how many a slow reader has missed', () => {
  const log = newDelayLog(4);
  for (let number = 0; number < 11; number++) log.record(packet(number));
  expect(log.read(2, false)).toEqual({ packets: [7, 8, 9, 10].map((number) => packet(number)), next: 11, lost: 5 });
});

test('a reader of an earlier log, which had more packets, begins where this one is', () => {
  const log = newDelayLog(4);
  log.record(packet(0));
  expect(log.read(1000, false)).toEqual({ packets: [], next: 1, lost: 0 });
});
