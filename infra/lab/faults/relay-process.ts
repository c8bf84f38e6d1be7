/**
 * Holds packets back. They come in VXLAN from the namespaces whose knob is set and go back to where they came from, so the
 * kernels at both ends keep their own TCP.
 */
import type { Socket } from 'node:dgram';
import { openChannel } from '../kernel/channel.ts';
import { listenUdp } from '../kernel/listen.ts';
import { newDelayLog } from './delay-log.ts';
import { networkIdOf, type RelayedKind, relayDatagram } from './relay-packet.ts';
import type { RelayCounts, RelayRequests } from './relay-requests.ts';
import { newRelaySchedule } from './relay-schedule.ts';

const NS_PER_MS = 1_000_000;

const now = (): number => Number(process.hrtime.bigint());
const schedule = newRelaySchedule({
  now,
  after: (milliseconds, task) => void setTimeout(task, milliseconds),
  soon: (task) => void setImmediate(task),
});
const log = newDelayLog();
const devices = new Map<number, { readonly takes: RelayedKind; readonly askedNs: number }>();
const counts: Record<RelayedKind, { delayed: number; dropped: number }> = {
  'syn-acks': { delayed: 0, dropped: 0 },
  all: { delayed: 0, dropped: 0 },
};
let started = false;

function relay(datagram: Buffer, out: Socket): void {
  const receivedNs = now();
  const networkId = networkIdOf(datagram) ?? 0;
  const device = devices.get(networkId);
  if (device === undefined) return;
  const { takes, askedNs } = device;
  const decision = relayDatagram(datagram, takes);
  if (decision.kind === 'drop') {
    counts[takes].dropped++;
    return;
  }
  counts[takes].delayed++;
  schedule.add(receivedNs + askedNs, () => {
    const sendingNs = now();
    out.send(decision.bytes);
    const sendNs = now() - sendingNs;
    log.record({ ...decision.packet, networkId, receivedNs, askedNs, achievedNs: sendingNs - receivedNs, sendNs });
  });
}

async function start({ namespace, address, devices: devicesAddress, port }: RelayRequests['start']): Promise<void> {
  if (started) throw new Error('the relay is already started');
  started = true;
  const [incoming, out] = await Promise.all([listenUdp(namespace, address, port), listenUdp(namespace, address, 0)]);
  // A device that is gone refuses its packet; its connection is gone too.
  incoming.on('error', () => {});
  out.on('error', () => {});
  // Connected, so that a send is one system call in the same turn. A VXLAN device receives on the port that it sends to.
  await new Promise<void>((resolve) => out.connect(port, devicesAddress, () => resolve()));
  incoming.on('message', (datagram) => relay(datagram, out));
}

openChannel(process, {
  start,
  hold: ({ networkId, takes, delayMs }: RelayRequests['hold']) => {
    devices.set(networkId, { takes, askedNs: Math.round(delayMs * NS_PER_MS) });
  },
  forget: ({ networkId }: RelayRequests['forget']) => {
    devices.delete(networkId);
  },
  counts: ({ takes }: RelayRequests['counts']): RelayCounts => ({ ...counts[takes] }),
  log: ({ since, handshakes }: RelayRequests['log']) => log.read(since, handshakes),
});
// The end of the control process is the end of this one.
process.on('disconnect', () => process.exit(0));
