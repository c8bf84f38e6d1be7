/**
 * Runs inside a namespace, opens one socket there, hands it to the process that asked, and ends. The socket
 * stays in the namespace although its owner is outside.
 */
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

const [protocol, address, portText] = process.argv.slice(2);
const port = Number(portText);

function report(error: Error): never {
  process.send?.({ failed: error.message }, () => process.exit(1));
  throw error;
}

if (protocol === 'udp') {
  const socket = createSocket({ type: 'udp4' });
  socket.once('error', report);
  socket.bind({ port, ...(address === undefined ? {} : { address }) }, () => {
    process.send?.({ listening: true }, socket, { keepOpen: false }, () => process.disconnect?.());
  });
} else {
  const server = createServer();
  server.once('error', report);
  server.listen({ port, backlog: 511, ...(address === undefined ? {} : { host: address }) }, () => {
    process.send?.({ listening: true }, server, { keepOpen: false }, () => process.disconnect?.());
  });
}
