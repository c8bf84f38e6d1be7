import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
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
    new Exchange(request, kept, resolve).send(agent);
  });
}

/** One request on its way. */
class Exchange {
  readonly #request: TimedRequest;
  readonly #kept: boolean;
  readonly #resolve: (outcome: TimedResponse | ProbeFailure) => void;
  readonly #watch: PhaseWatch;
  #outgoing: ClientRequest | undefined;
  #socket: TLSSocket | undefined;
  #addresses: SocketAddresses | undefined;
  #tlsResumed: boolean | undefined;
  #settled = false;

  constructor(request: TimedRequest, kept: boolean, resolve: (outcome: TimedResponse | ProbeFailure) => void) {
    const { url, limit } = request;
    this.#request = request;
    this.#kept = kept;
    this.#resolve = resolve;
    this.#watch = new PhaseWatch(firstPhase(url.hostname, kept), limit, (phase) => this.#fail(timeoutError(phase, limit.milliseconds)));
  }

  send(agent: Agent): void {
    const { url, headers } = this.#request;
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
    this.#outgoing = outgoing;
    outgoing.on('error', (error) => this.#fail(error));
    outgoing.on('socket', (socket) => this.#assigned(socket as TLSSocket, outgoing.reusedSocket));
    outgoing.on('response', (response) => this.#read(response));
    outgoing.end();
  }

  #assigned(socket: TLSSocket, reused: boolean): void {
    this.#socket = socket;
    if (reused !== this.#kept) this.#fail(new ProbeError('conn-stale', 'the kept connection was gone'));
    else if (reused) this.#addresses = addressesOf(socket);
    else this.#stampConnection(socket);
  }

  #stampConnection(socket: TLSSocket): void {
    socket.once('lookup', (error: Error | null) => {
      if (!error) this.#watch.next('connect');
    });
    socket.once('connect', () => this.#watch.next('tls'));
    socket.once('secureConnect', () => {
      this.#watch.next('ttfb');
      this.#tlsResumed = socket.isSessionReused();
      this.#addresses = addressesOf(socket);
    });
  }

  #read(response: IncomingMessage): void {
    this.#watch.next('body');
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('error', (error) => this.#fail(error));
    response.on('end', () => {
      if (response.complete) this.#succeed(response, chunks);
      else this.#fail(new ProbeError(this.#kept ? 'conn-stale' : 'reset', 'the answer was cut off'));
    });
  }

  #succeed(response: IncomingMessage, chunks: readonly Buffer[]): void {
    if (this.#settled || this.#addresses === undefined) return;
    this.#settled = true;
    this.#resolve({
      kind: 'answered',
      ...this.#watch.finish(),
      status: response.statusCode ?? 0,
      headers: response.headers,
      body: Buffer.concat(chunks),
      ...(this.#tlsResumed === undefined ? {} : { tlsResumed: this.#tlsResumed }),
      ...this.#addresses,
    });
  }

  #fail(error: Error): void {
    if (this.#settled) return;
    this.#settled = true;
    const remoteAddress = this.#addresses?.remoteAddress ?? this.#socket?.remoteAddress;
    this.#resolve(failure(error, this.#watch.abandon(), { kept: this.#kept, remoteAddress }));
    this.#outgoing?.destroy();
  }
}

function firstPhase(hostname: string, kept: boolean): 'ttfb' | 'dns' | 'connect' {
  if (kept) return 'ttfb';
  return isIP(hostname) === 0 ? 'dns' : 'connect';
}

/** The two ends of a connection. */
export interface SocketAddresses {
  readonly localAddress: string;
  readonly remoteAddress: string;
}

/** Both ends of a connected socket. */
export function addressesOf(socket: Socket): SocketAddresses {
  return { localAddress: socket.localAddress ?? '', remoteAddress: socket.remoteAddress ?? '' };
}
