import { describe, expect, it } from 'vitest';
import type { Nanoseconds } from '../../harness/domain/nanoseconds.ts';
import type { Sample } from '../../harness/domain/sample.ts';
import { calibratedCalls, type HeldPacket, heldFor } from '../../harness/run/achieved-delays.ts';
import { newReportedSample } from '../support/reported-sample.ts';

const WEB = '198.51.100.10:443';
const NAT_SIDE = '203.0.113.1:40000';

function packet(parts: Partial<HeldPacket>): HeldPacket {
  return {
    place: 'nat',
    flags: 'SYN',
    source: '10.0.1.4:40000',
    destination: WEB,
    receivedNs: 1_000,
    achievedNs: 500,
    sendNs: 7,
    ...parts,
  };
}
const SYN = packet({});
const ANSWER = packet({ flags: 'SYN+ACK', source: WEB, destination: NAT_SIDE, receivedNs: 1_700, achievedNs: 600, sendNs: 30 });

function watched(scenario = 'vpc-nat', fromNs = 900, toNs = 5_000) {
  const sample = newReportedSample({ call: { scenario, target: 'internet', round: 3 } });
  return { sample, fromNs, toNs };
}

describe('what a connect was held for', () => {
  it('is the time from its SYN’s arrival to its SYN-ACK’s departure, the sending included', () => {
    expect(heldFor(watched(), [SYN, ANSWER])).toBe(1_330);
  });

  it.each([
    ['no SYN', [ANSWER]],
    ['no SYN-ACK', [SYN]],
    ['a SYN that was sent again', [SYN, packet({ receivedNs: 1_200 }), ANSWER]],
    ['a SYN-ACK that was sent again', [SYN, ANSWER, { ...ANSWER, receivedNs: 2_000 }]],
    ['another path’s packets', [SYN, ANSWER].map((one) => ({ ...one, place: 'default' }))],
    ['packets before the call', [SYN, ANSWER].map((one) => ({ ...one, receivedNs: 800 }))],
    ['packets after the call', [SYN, ANSWER].map((one) => ({ ...one, receivedNs: 5_001 }))],
    ['a connection to something else', [packet({ destination: '198.51.100.10:5432' }), ANSWER]],
  ])('is unknown with %s', (_why, packets) => {
    expect(heldFor(watched(), packets)).toBeNull();
  });

  it('is found among other packets', () => {
    const others = [packet({ flags: 'FIN+ACK' }), packet({ place: 'default' }), packet({ receivedNs: 100 }), packet({ receivedNs: 9_000 })];
    expect(heldFor(watched(), [...others, SYN, ANSWER])).toBe(1_330);
  });
});

it('keeps the calls of one scenario that have a connect, and null where its packets are not there', () => {
  const withConnect = (connect: number | undefined): Sample => ({
    ...newReportedSample({ call: { scenario: 'vpc-nat', target: 'internet', round: 3 } }),
    fn: { total: 9 as Nanoseconds, phases: connect === undefined ? {} : { connect: connect as Nanoseconds } },
  });
  const calls = [
    { sample: withConnect(7), fromNs: 900, toNs: 5_000 },
    { sample: withConnect(8), fromNs: 6_000, toNs: 7_000 },
    { sample: withConnect(undefined), fromNs: 900, toNs: 5_000 },
    watched('default'),
  ];
  expect(calibratedCalls('vpc-nat', calls, [SYN, ANSWER])).toEqual({ round: [3, 3], connectNs: [7, 8], achievedNs: [1_330, null] });
});
