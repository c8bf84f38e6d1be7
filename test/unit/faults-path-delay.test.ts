import { describe, expect, test } from 'vitest';
import { fabricPlaces } from '../../infra/lab/faults/fabric-places.ts';
import { type Netem, netemArguments } from '../../infra/lab/faults/netem.ts';
import { formatFlags, newPathDelay } from '../../infra/lab/faults/path-delay.ts';
import { delayedPlaces, type PathPlace } from '../../infra/lab/faults/path-places.ts';
import type { RelayHost } from '../../infra/lab/faults/relay-host.ts';
import { newLedger } from '../../infra/lab/realise/network/ledger.ts';

function place(name: PathPlace['name'], id: string, kind: PathPlace['kind'] = 'router'): PathPlace {
  return { name, id, namespace: `ns-${id}`, kind, exits: [{ namespace: `ns-${id}`, device: 'eth0' }] };
}
const DEFAULT = place('default', 'default');
const FIRST = place('nat', 'nat-0a');
const SECOND = place('nat', 'nat-0b');
const ENDPOINT = place('endpoint', 'vpce-0c', 'host');

describe('which places a set of delays speaks of', () => {
  test.each([
    ['none', {}, []],
    [
      'a name means all of its kind',
      { nat: { roundTripMs: 2 } },
      [
        [FIRST, 2],
        [SECOND, 2],
      ],
    ],
    [
      '0 is a delay too: the way without the wait',
      { default: { roundTripMs: 0 }, endpoint: { roundTripMs: 1 } },
      [
        [DEFAULT, 0],
        [ENDPOINT, 1],
      ],
    ],
    [
      'an id goes before its name',
      { nat: { roundTripMs: 2 }, 'nat-0b': { roundTripMs: 0.5 } },
      [
        [FIRST, 2],
        [SECOND, 0.5],
      ],
    ],
    ['an id alone leaves the others alone', { 'nat-0b': { roundTripMs: 3 } }, [[SECOND, 3]]],
    ['an id that is gone', { 'nat-0f': { roundTripMs: 3 } }, []],
  ] as const)('%s', (_why, delays, expected) => {
    const found = delayedPlaces(delays, [DEFAULT, FIRST, SECOND, ENDPOINT]);
    expect(found).toEqual(expected.map(([one, roundTripMs]) => ({ ...one, roundTripMs })));
  });
});

test('the network gives default mode, NAT gateways and endpoints, with every device by which packets leave them', () => {
  const ledger = newLedger();
  ledger.vpcs.set('vpc-1', { id: 'vpc-1', router: 'vpc-1' } as never);
  ledger.natGateways.set('nat-1', { id: 'nat-1', namespace: 'nat-1' } as never);
  ledger.endpoints.set('vpce-1', { id: 'vpce-1', namespace: 'vpce-1', vpcId: 'vpc-1', device: 'p3' } as never);
  expect(fabricPlaces({ ledger })).toEqual([
    { name: 'default', id: 'default', namespace: 'aws-nat', kind: 'router', exits: [{ namespace: 'aws-nat', device: 'eth0' }] },
    { name: 'nat', id: 'nat-1', namespace: 'nat-1', kind: 'router', exits: [{ namespace: 'nat-1', device: 'eth0' }] },
    {
      ...{ name: 'endpoint', id: 'vpce-1', namespace: 'vpce-1', kind: 'host' },
      exits: [
        { namespace: 'vpce-1', device: 'eth0' },
        { namespace: 'vpc-1', device: 'p3' },
      ],
    },
  ]);
});

interface Asked {
  readonly netem: string[];
  readonly relay: string[];
}

/** A knob whose kernel has netem or not; everything that it is asked for is kept. */
function newKnob(hasNetem: boolean) {
  const asked: Asked = { netem: [], relay: [] };
  const netem: Netem = {
    works: async ({ namespace }) => {
      asked.netem.push(`try ${namespace}`);
      return hasNetem;
    },
    set: async ({ namespace, device }, delayMs) => void asked.netem.push(`${namespace} ${device} ${delayMs}`),
    clear: async ({ namespace, device }) => void asked.netem.push(`no ${namespace} ${device}`),
  };
  const relay: RelayHost = {
    apply: async (user, places) => {
      asked.relay.push(`${user}: ${places.map(({ namespace, takes, delayMs }) => `${namespace} ${takes} ${delayMs}`).join(', ')}`);
      return places.map((detour, i) => ({ ...detour, networkId: 10 + i }));
    },
    ask: async () => undefined,
  };
  return { knob: newPathDelay(relay, netem), asked };
}

describe('with netem', () => {
  test('half of the round trip is set on every exit, and what is no longer named is cleared', async () => {
    const { knob, asked } = newKnob(true);
    await knob.apply({ default: { roundTripMs: 0 }, nat: { roundTripMs: 5 } }, [DEFAULT, FIRST]);
    await knob.apply({ nat: { roundTripMs: 1 } }, [DEFAULT, FIRST]);
    await knob.apply({}, [DEFAULT, FIRST]);
    const first = ['try ns-default', 'ns-default eth0 0', 'ns-nat-0a eth0 2.5'];
    expect(asked.netem).toEqual([...first, 'try ns-nat-0a', 'ns-nat-0a eth0 0.5', 'no ns-default eth0', 'no ns-nat-0a eth0']);
    expect(asked.relay).toEqual([]);
  });

  test('nothing achieved is claimed: netem keeps no record', async () => {
    const { knob } = newKnob(true);
    await knob.apply({ nat: { roundTripMs: 2 } }, [FIRST]);
    expect(await knob.achieved(0, false)).toEqual({ means: 'netem', packets: [], next: 0, lost: 0 });
    expect(knob.describe()).toBe(
      "Injected path delay, an input: nat (nat-0a) +2 ms a round trip, half of it each way, by the kernel's netem, which keeps no record of what it achieved.",
    );
  });

  test('the delay is written in microseconds, fractions included', () => {
    const words = netemArguments({ namespace: 'nat-1', device: 'eth0' }, 0.25);
    expect(words.join(' ')).toBe('-n nat-1 qdisc replace dev eth0 root netem delay 250us');
  });
});

describe('without netem', () => {
  test('the relay takes every packet of the places, each for half of the round trip', async () => {
    const { knob, asked } = newKnob(false);
    await knob.apply({ default: { roundTripMs: 0 }, nat: { roundTripMs: 5 } }, [DEFAULT, FIRST]);
    await knob.apply({}, [DEFAULT, FIRST]);
    expect(asked.relay).toEqual(['path: ns-default all 0, ns-nat-0a all 2.5', 'path: ']);
    expect(knob.describe()).toBeUndefined();
  });

  test('nothing is started for a lab that asks for no delay', async () => {
    const { knob, asked } = newKnob(false);
    await knob.apply({}, [DEFAULT, FIRST]);
    expect(asked).toEqual({ netem: [], relay: [] });
  });
});

test.each([
  [0x02, 'SYN'],
  [0x12, 'SYN+ACK'],
  [0x11, 'FIN+ACK'],
  [0x14, 'RST+ACK'],
  [0x18, 'PSH+ACK'],
  [0xc2, 'SYN'],
  [0, ''],
])('flags %i read %s', (bits, text) => {
  expect(formatFlags(bits)).toBe(text);
});
