/**
 * Holds SYN-ACKs back. They come in VXLAN from the namespaces whose knob is set and go back to where they came from, so the
 * kernels at both ends keep their own TCP.
 */
import type { Socket } from 'node:dgram';
import { openChannel } from '../kernel/channel.ts';
import { listenUdp } from '../kernel/listen.ts';
import { relayDatagram } from './relay-packet.ts';
import type { RelayCounts, RelayRequests } from './relay-requests.ts';

let delayMs = 0;
let socket: Socket | undefined;
const counts = { delayed: 0, dropped: 0 };

async function start({ namespace, address, port }: RelayRequests['start']): Promise<void> {
  if (socket) throw new Error('the relay is already started');
  const opened = await listenUdp(namespace, address, port);
  socket = opened;
  // A device that is gone refuses its packet; its connection is gone too.
  opened.on('error', () => {});
  opened.on('message', (datagram, device) => {
    const decision = relayDatagram(datagram);
    if (decision.kind === 'drop') {
      counts.dropped++;
      return;
    }
    counts.delayed++;
    // A VXLAN device receives on the port that it sends to, whatever port it sent from.
    setTimeout(() => opened.send(decision.bytes, port, device.address, () => {}), delayMs);
  });
}

openChannel(process, {
  start,
  delay: (wanted: RelayRequests['delay']) => {
    delayMs = wanted.delayMs;
  },
  counts: (): RelayCounts => ({ ...counts }),
});
// The end of the control process is the end of this one.
process.on('disconnect', () => process.exit(0));
