/**
 * The lab's internet: an HTTPS server whose socket lives in the namespace of a public host while the process stays
 * outside. A process of its own, so that nothing which a probe times waits for the control plane.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server } from 'node:net';
import type { PhaseDelays } from '../faults/knobs.ts';
import { openChannel } from '../kernel/channel.ts';
import { listenTcp } from '../kernel/listen.ts';
import { newTlsFront } from './delaying-tls.ts';
import { answerInternet, type InternetNames } from './internet-answer.ts';
import type { InternetRequests } from './internet-requests.ts';

const PORT = 443;
let delays: PhaseDelays = {};
let listener: Server | undefined;

function answer(names: InternetNames, request: IncomingMessage, response: ServerResponse): void {
  const { status, body } = answerInternet(names, {
    method: request.method ?? '',
    path: request.url ?? '',
    host: request.headers.host,
    peer: request.socket.remoteAddress ?? '',
  });
  request.resume();
  response.statusCode = status;
  response.setHeader('content-type', 'text/plain');
  response.setHeader('content-length', Buffer.byteLength(body));
  response.end(body);
}

async function start(request: InternetRequests['start']): Promise<void> {
  if (listener) throw new Error('the internet server is already started');
  const { namespace, address, certificates, names } = request;
  delays = request.delays;
  const front = newTlsFront({ certs: certificates, delays: () => delays, onRequest: (asked, response) => answer(names, asked, response) });
  listener = await listenTcp(namespace, address, PORT);
  // Its accept loop may fail for want of file descriptors; the next connection is another try.
  listener.on('error', () => {});
  front.attach(listener);
}

openChannel(process, {
  start,
  delays: (wanted: InternetRequests['delays']) => {
    delays = wanted;
  },
});
// The end of the control process is the end of this one.
process.on('disconnect', () => process.exit(0));
