/** The path-delay knob on the real fabric: what a client's connects take beside what the relay says it did; prints both. */
import { fabricPlaces } from '../../../infra/lab/faults/fabric-places.ts';
import type { AchievedDelay } from '../../../infra/lab/faults/path-delay.ts';
import { newPathDelay } from '../../../infra/lab/faults/path-delay.ts';
import type { PathDelays } from '../../../infra/lab/faults/path-places.ts';
import { newRelayHost } from '../../../infra/lab/faults/relay-host.ts';
import { newSynAckDelay } from '../../../infra/lab/faults/syn-ack-delay.ts';
import { openChannel } from '../../../infra/lab/kernel/channel.ts';
import { mountLabFolders } from '../../../infra/lab/kernel/lab-mounts.ts';
import { listNamespaces } from '../../../infra/lab/kernel/namespace.ts';
import { spawnLabProcess } from '../../../infra/lab/kernel/node-process.ts';
import { makeVpcWithNat, startNetworkLab } from './network-lab.ts';

const PASSES = 4;
const CALLS = 8;
const ASKED_MS = [0, 1, 5] as const;
const SYN_ACK_MS = 30;

mountLabFolders();
const lab = await startNetworkLab();
const { fabric, make } = lab;
const vpc = await makeVpcWithNat(lab, 'a');
const endpoint = await make('AWS::EC2::VPCEndpoint', {
  VpcId: vpc.vpcId,
  ServiceName: 'com.amazonaws.us-east-1.s3',
  VpcEndpointType: 'Gateway',
  RouteTableIds: [vpc.privateTableId],
});
const inVpc = await fabric.attach({ subnetId: vpc.privateSubnetId, securityGroupIds: [vpc.groupId], description: 'function' });
const byDefault = await fabric.attach({ securityGroupIds: [], description: 'function' });
const clients = {
  inVpc: openChannel(spawnLabProcess('https-client', { namespace: inVpc.namespace })),
  byDefault: openChannel(spawnLabProcess('https-client', { namespace: byDefault.namespace })),
};
const { web, s3 } = fabric.publicHosts;
const ways = {
  default: [clients.byDefault, { address: web.address, port: 443 }],
  nat: [clients.inVpc, { address: web.address, port: 443 }],
  endpoint: [clients.inVpc, { address: s3.address, port: 443 }],
} as const;
type Way = keyof typeof ways;
const WAYS = Object.keys(ways) as Way[];

const relay = newRelayHost();
const knob = newPathDelay(relay);
const apply = (delays: PathDelays): Promise<void> => knob.apply(delays, fabricPlaces(fabric.context));
const connect = (way: Way, calls: number): Promise<number[]> => {
  const [client, to] = ways[way];
  return client.request<number[]>('connect', { ...to, calls });
};

/** Waits until a connection's packets have come to rest: FINs go after the connect. */
async function settled(): Promise<number> {
  for (let last = -1; ; ) {
    const { next } = await knob.achieved(0, true);
    if (next === last) return next;
    last = next;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

interface Seen {
  readonly connectMs: number[];
  /** SYNs and SYN-ACKs. */
  readonly handshakes: AchievedDelay[];
  /** Packets of every kind, those of the closes too. */
  packets: number;
}

async function observe(way: Way, seen: Seen): Promise<void> {
  const since = await settled();
  seen.connectMs.push(...(await connect(way, CALLS)));
  await settled();
  seen.handshakes.push(...(await knob.achieved(since, true)).packets);
  seen.packets += (await knob.achieved(since, false)).packets.length;
}

const atOnce = (ms: number): PathDelays => Object.fromEntries(WAYS.map((way) => [way, { roundTripMs: ms }]));
await apply(atOnce(0));
for (const way of WAYS) await connect(way, 4 * CALLS);
const runs = Object.fromEntries(
  ASKED_MS.map((ms) => [ms, Object.fromEntries(WAYS.map((way): [Way, Seen] => [way, { connectMs: [], handshakes: [], packets: 0 }]))]),
) as unknown as Record<number, Record<Way, Seen>>;
for (let pass = 0; pass < PASSES; pass++) {
  for (const ms of ASKED_MS) {
    await apply(atOnce(ms));
    for (const way of WAYS) {
      const seen = runs[ms]?.[way];
      if (seen) await observe(way, seen);
    }
  }
}
const described = knob.describe();
const greetings = await Promise.all([
  lab.dial(byDefault.namespace, [{ address: web.address, port: 443 }]),
  lab.dial(inVpc.namespace, [{ address: web.address, port: 443 }]),
  lab.dial(inVpc.namespace, [{ address: s3.address, port: 443 }]),
]);

// One gateway by its id goes before its name; the other places are left alone.
await apply({ [vpc.natId]: { roundTripMs: 8 }, nat: { roundTripMs: 50 } });
const byId = { default: await connect('default', 5), nat: await connect('nat', 5) };

const synAck = newSynAckDelay(relay);
await synAck.apply(SYN_ACK_MS, [endpoint.physicalId]);
await apply({ endpoint: { roundTripMs: 10 } });
const withSynAck = await connect('endpoint', 5);
await apply({});
const synAckAlone = await connect('endpoint', 5);
await synAck.close();
const plain = Object.fromEntries(await Promise.all(WAYS.map(async (way) => [way, await connect(way, 5)] as const)));

const observed = {
  runs,
  described,
  greetings,
  elastic: vpc.elasticAddress,
  byId,
  withSynAck,
  synAckAlone,
  plain,
  means: (await knob.achieved(0, true)).means,
};
process.stdout.write(`${JSON.stringify({ ...observed, after: listNamespaces().filter((name) => name.startsWith('delay')) })}\n`);
process.exit(0);
