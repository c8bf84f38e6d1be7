/**
 * The lab's DNS: one process, one UDP socket in each scope's namespace, one zone for all of them, as all see the same
 * public DNS. Not part of the control process, whose work would show up as lookup time.
 */
import type { RemoteInfo, Socket } from 'node:dgram';
import { openChannel } from '../kernel/channel.ts';
import { listenUdp } from '../kernel/listen.ts';
import type { DnsCounts, DnsRequests } from './requests.ts';
import { answerMessage, canonicalName, newZone, type Zone } from './zone.ts';

const PORT = 53;
const sockets = new Map<string, Socket>();
const records = new Map<string, string>();
let zone: Zone = newZone(records);
let answerDelayMs = 0;
const counts = { answered: 0, dropped: 0 };

function reply(socket: Socket, message: Buffer, peer: RemoteInfo): void {
  const result = answerMessage(zone, message);
  if (result.kind === 'drop') {
    counts.dropped++;
    return;
  }
  const send = () =>
    socket.send(result.bytes, peer.port, peer.address, () => {
      counts.answered++;
    });
  // A and AAAA are asked together, so both timers run side by side and a lookup takes the delay once.
  if (answerDelayMs > 0) setTimeout(() => isOpen(socket) && send(), answerDelayMs);
  else send();
}

function isOpen(socket: Socket): boolean {
  return [...sockets.values()].includes(socket);
}

async function serve({ namespace, scope, address }: DnsRequests['serve']): Promise<void> {
  if (sockets.has(scope)) throw new Error(`the resolver already serves ${scope}`);
  const socket = await listenUdp(namespace, address, PORT);
  socket.on('message', (message, peer) => reply(socket, message, peer));
  // A reply that cannot be delivered (its asker's namespace is gone) is the asker's loss only.
  socket.on('error', () => {});
  sockets.set(scope, socket);
}

function stop({ scope }: DnsRequests['stop']): void {
  sockets.get(scope)?.close();
  sockets.delete(scope);
}

function setRecord({ name, address }: DnsRequests['set-record']): void {
  records.set(canonicalName(name), address);
  zone = newZone(records);
}

function removeRecord({ name }: DnsRequests['remove-record']): void {
  records.delete(canonicalName(name));
  zone = newZone(records);
}

openChannel(process, {
  serve,
  stop,
  'set-record': setRecord,
  'remove-record': removeRecord,
  delay: ({ answerMs }: DnsRequests['delay']) => {
    answerDelayMs = answerMs;
  },
  counts: (): DnsCounts => ({ ...counts }),
});
// The end of the control process is the end of this one.
process.on('disconnect', () => process.exit(0));
