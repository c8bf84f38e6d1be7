import type { IncomingHttpHeaders } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import { failure, ProbeError, type ProbeFailure, timeoutError } from './failure.ts';
import { type FinishedPhases, PhaseWatch, type TimeLimit } from './phase-watch.ts';

/** A GET over HTTPS. */
export interface TimedRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly limit: TimeLimit;
}

/** An answer whose body was read to its end, whatever its status says. */
export interface TimedResponse extends FinishedPhases {
  readonly kind: 'answered';
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Absent on a kept connection. */
  readonly tlsResumed?: boolean;
  readonly localAddress: string;
  readonly remoteAddress: string;
}

let sharedContext: SecureContext | undefined;

/**
 * The process's default trust, read once. Reading 150 root certificates takes tens of milliseconds; done inside the first
 * request it would count as name resolution, so callers do it before they start a clock.
 */
export function defaultTrust(): SecureContext {
  sharedContext ??= createSecureContext();
  return sharedContext;
}

/** An agent for one connection: no session is ever offered again, no address raced, verification always on. */
export function singleConnectionAgent(trust: SecureContext): Agent {
  return new Agent({
    keepAlive: true,
    maxSockets: 1,
    maxFreeSockets: 1,
    maxCachedSessions: 0,
    secureContext: trust,
    rejectUnauthorized: true,
    family: 4,
    autoSelectFamily: false,
  });
}

/**
 * Sends the request and reads the whole answer. On a new connection: `dns` (absent for an address) → `connect` → `tls` →
 * `ttfb` (begins with writing the request) → `body`. With `kept` the agent's one idle socket is used or nothing is: `ttfb`, `body`.
 * Never rejects and never tries twice.
 */
export function timedRequest(request: TimedRequest, agent: Agent, kept: boolean): Promise<TimedResponse | ProbeFailure> {
  return new Promise((resolve) => {
    const { url, headers, limit } = request;
    let socket: TLSSocket | undefined;
    let addresses: { readonly localAddress: string; readonly remoteAddress: string } | undefined;
    let tlsResumed: boolean | undefined;
    const watch = new PhaseWatch(firstPhase(url.hostname, kept), limit, (phase) => fail(timeoutError(phase, limit.milliseconds)));
    const outgoing = httpsRequest({
      hostname: url.hostname,
      port: url.port === '' ? 443 : Number(url.port),
      path: `${url.pathname}${url.search}`,
      method: 'GET',
      headers,
      agent,
      servername: isIP(url.hostname) === 0 ? url.hostname : '',
      family: 4,
    });
    let settled = false;

    function settle(outcome: TimedResponse | ProbeFailure): void {
      settled = true;
      resolve(outcome);
    }
    function fail(error: Error): void {
      if (settled) return;
      settle(failure(error, watch.abandon(), { kept, remoteAddress: addresses?.remoteAddress ?? socket?.remoteAddress }));
      outgoing.destroy();
    }

    outgoing.on('error', fail);
    outgoing.on('socket', (assigned) => {
      socket = assigned as TLSSocket;
      if (outgoing.reusedSocket !== kept) fail(new ProbeError('conn-stale', 'the kept connection was gone'));
      else if (kept) addresses = addressesOf(socket);
      else {
        stampConnection(socket, watch, (secured) => {
          tlsResumed = secured.isSessionReused();
          addresses = addressesOf(secured);
        });
      }
    });
    outgoing.on('response', (response) => {
      watch.next('body');
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', fail);
      response.on('end', () => {
        if (settled || addresses === undefined) return;
        if (!response.complete) return fail(new ProbeError(kept ? 'conn-stale' : 'reset', 'the answer was cut off'));
        settle({
          kind: 'answered',
          ...watch.finish(),
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks),
          ...(tlsResumed === undefined ? {} : { tlsResumed }),
          ...addresses,
        });
      });
    });
    outgoing.end();
  });
}

function firstPhase(hostname: string, kept: boolean): 'ttfb' | 'dns' | 'connect' {
  if (kept) return 'ttfb';
  return isIP(hostname) === 0 ? 'dns' : 'connect';
}

function stampConnection(socket: TLSSocket, watch: PhaseWatch, secured: (socket: TLSSocket) => void): void {
  socket.once('lookup', (error: Error | null) => {
    if (!error) watch.next('connect');
  });
  socket.once('connect', () => watch.next('tls'));
  socket.once('secureConnect', () => {
    watch.next('ttfb');
    secured(socket);
  });
}

/** Both ends of a connected socket. */
export function addressesOf(socket: Socket): { readonly localAddress: string; readonly remoteAddress: string } {
  return { localAddress: socket.localAddress ?? '', remoteAddress: socket.remoteAddress ?? '' };
}
