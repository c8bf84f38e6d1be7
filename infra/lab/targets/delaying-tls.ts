import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { Server, Socket } from 'node:net';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { PhaseDelays } from '../faults/knobs.ts';
import { certificateFor, type ServerCertificate } from '../server-certificate.ts';
import { holdLastByte } from './late-last-byte.ts';

/** Node's 5 s would cut a kept connection between two turns of the driver. */
const KEEP_ALIVE_MS = 120_000;

/** An HTTPS server without a socket of its own: it serves the connections of the listeners that are attached. */
export interface TlsFront {
  /** Serves every connection that `server` accepts from now on. */
  attach(server: Server): void;
  /** Cuts all connections and refuses further ones; the attached servers stay the caller's to close. */
  close(): void;
}

export interface TlsFrontOptions {
  /** Chosen by the name that the client asks for; the first serves a client that names none or an unknown one. */
  readonly certs: readonly ServerCertificate[];
  readonly onRequest: (request: IncomingMessage, response: ServerResponse) => void;
  /** Asked anew for every connection and request: `tlsHandshake`, `firstByte` and `lastByte` are obeyed, the others are not its own. */
  readonly delays: () => PhaseDelays;
}

/** Runs `task` after `delayMs`, at once where there is no delay: an idle knob must not cost a turn of the loop. */
function after(delayMs: number | undefined, task: () => void): void {
  if (delayMs === undefined || delayMs <= 0) task();
  else setTimeout(task, delayMs);
}

function newContexts(certs: readonly ServerCertificate[]): (serverName: string) => SecureContext | undefined {
  const contexts = new Map(certs.map((cert) => [cert, createSecureContext({ key: cert.keyPem, cert: cert.certificatePem })]));
  return (serverName) => {
    const cert = certificateFor(certs, serverName) ?? certs[0];
    return cert && contexts.get(cert);
  };
}

/**
 * Makes the TLS side of the internet and S3 targets: HTTP/1.1 over TLS 1.2 and 1.3, session tickets as Node
 * gives them, connections kept for 120 s. Each delay knob holds one phase: `tlsHandshake` the accepted connection before TLS
 * starts, `firstByte` the request before the handler sees it, `lastByte` the last byte of the body. No error of
 * a connection leaves this function. Throws when there is no certificate.
 */
export function newTlsFront(options: TlsFrontOptions): TlsFront {
  const [first] = options.certs;
  if (!first) throw new Error('a TLS front needs a certificate');
  const contextOf = newContexts(options.certs);
  const open = new Set<Socket>();
  let closed = false;

  const https = createServer(
    {
      key: first.keyPem,
      cert: first.certificatePem,
      minVersion: 'TLSv1.2',
      keepAliveTimeout: KEEP_ALIVE_MS,
      SNICallback: (name, done) => done(null, contextOf(name)),
    },
    (request, response) => {
      request.on('error', () => {});
      response.on('error', () => {});
      after(options.delays().firstByte, () => {
        const { lastByte } = options.delays();
        if (lastByte !== undefined && lastByte > 0) holdLastByte(response, lastByte);
        options.onRequest(request, response);
      });
    },
  );
  https.on('tlsClientError', (_error, socket) => socket.destroy());

  const accept = (socket: Socket): void => {
    if (closed) {
      socket.destroy();
      return;
    }
    open.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.once('close', () => open.delete(socket));
    after(options.delays().tlsHandshake, () => {
      if (!socket.destroyed) https.emit('connection', socket);
    });
  };
  return {
    attach: (server) => void server.on('connection', accept),
    close: () => {
      closed = true;
      for (const socket of open) socket.destroy();
    },
  };
}
