import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import type { LoopbackCertificate } from './loopback-certificate.ts';

/** A server on 127.0.0.1 that is closed with all its connections. */
export interface LoopbackServer {
  readonly port: number;
  /** TCP connections accepted so far. */
  connections(): number;
  /** Ends every open connection from the server's side. */
  hangUp(): void;
  close(): Promise<void>;
}

/** Speaks HTTPS. */
export async function newHttpsServer(certificate: LoopbackCertificate, answer: RequestListener): Promise<LoopbackServer> {
  const server = createHttpsServer({ ...certificate, keepAlive: true, keepAliveTimeout: 60_000 }, answer);
  return listening(server);
}

/** Speaks whatever `accept` makes of a raw TCP connection. */
export async function newTcpServer(accept: (socket: Socket) => void): Promise<LoopbackServer> {
  return listening(createTcpServer(accept));
}

async function listening(server: ReturnType<typeof createTcpServer>): Promise<LoopbackServer> {
  const open = new Set<Socket>();
  let accepted = 0;
  server.on('connection', (socket: Socket) => {
    accepted += 1;
    open.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => open.delete(socket));
  });
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const hangUp = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => accepted,
    hangUp,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      hangUp();
      await closed;
    },
  };
}
