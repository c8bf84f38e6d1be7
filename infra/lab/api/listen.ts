import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The API could not listen. */
export class ListenError extends Error {
  readonly kind: 'port-taken' | 'not-permitted' | 'no-such-address';
  readonly host: string;
  readonly port: number;

  constructor(kind: ListenError['kind'], host: string, port: number) {
    super(`cannot listen on ${host}:${port}: ${kind}`);
    this.name = 'ListenError';
    this.kind = kind;
    this.host = host;
    this.port = port;
  }
}

/** Listens; resolves with the port that was taken. Throws `ListenError`. */
export function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const kind = LISTEN_KINDS[error.code ?? ''];
      reject(kind === undefined ? error : new ListenError(kind, host, port));
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

const LISTEN_KINDS: Readonly<Record<string, ListenError['kind']>> = {
  EADDRINUSE: 'port-taken',
  EACCES: 'not-permitted',
  EADDRNOTAVAIL: 'no-such-address',
};
