import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { elapsed, type Nanoseconds } from '../domain/nanoseconds.ts';
import type { ClientTimings } from '../domain/sample.ts';

/** Instants of one HTTP request on the driver's clock; each is absent when it did not happen. */
interface Stamps {
  readonly requested: Nanoseconds;
  socket?: Nanoseconds;
  lookup?: Nanoseconds;
  connected?: Nanoseconds;
  secured?: Nanoseconds;
  written?: Nanoseconds;
  head?: Nanoseconds;
  ended?: Nanoseconds;
}

type Now = () => Nanoseconds;

/** What was timed, and what the timed work gave. */
export interface Timed<T> {
  readonly value: T;
  readonly timings: ClientTimings;
  readonly startedAt: Nanoseconds;
  readonly endedAt: Nanoseconds;
  /** From `startedAt` to `endedAt` every instant at which it was seen to go on, in the order of time. */
  readonly instants: readonly Nanoseconds[];
}

/**
 * Times one SDK call at a time or many. A call that begins while none is out owns the requests that are made meanwhile; one that begins
 * beside another is told from it by its asynchronous context, which Node 20 makes every promise of the process pay for.
 */
export interface ClientTimer {
  /** Rejects as `work` does; then nothing was timed. */
  time<T>(work: () => Promise<T>): Promise<Timed<T>>;
}

/** A call that is out, and the request that it made last. */
interface CurrentCall {
  readonly now: Now;
  request?: ClientRequest;
  stamps?: Stamps;
  /** Two requests were out at once without a context to tell whose they are: neither is taken for the call's. */
  doubtful?: boolean;
}

interface Watched {
  readonly stamps: Stamps;
  readonly now: Now;
}

const currentCall = new AsyncLocalStorage<CurrentCall>();
const watched = new WeakMap<ClientRequest, Watched>();
/** The call that is out without a context of its own. */
let plainCall: CurrentCall | undefined;
let subscribed = false;

function watchConnecting(socket: Socket, stamps: Stamps, now: Now): void {
  if (!socket.connecting) return;
  socket.once('lookup', () => {
    stamps.lookup = now();
  });
  // Before the listener that hands the waiting request to the kernel: connected comes before written.
  socket.prependOnceListener('connect', () => {
    stamps.connected = now();
  });
  socket.prependOnceListener('secureConnect', () => {
    stamps.secured = now();
  });
}

/** Whether the call's last request still waits for something. */
function isOut({ request, stamps }: CurrentCall): boolean {
  return request !== undefined && !request.destroyed && stamps?.ended === undefined;
}

/**
 * A call's last request is the one that counts: with one attempt, what comes before it is a fetch of credentials. `created` is
 * published when a request is made (Node 22.12 and later), `start` when it got its socket.
 */
function watchRequest(message: unknown): void {
  const call = currentCall.getStore() ?? plainCall;
  const { request } = message as { readonly request: ClientRequest };
  if (call === undefined || call.request === request || call.doubtful) return;
  if (call === plainCall && isOut(call)) {
    call.doubtful = true;
    delete call.stamps;
    return;
  }
  const { now } = call;
  const stamps: Stamps = { requested: now() };
  call.request = request;
  call.stamps = stamps;
  watched.set(request, { stamps, now });
  if (request.socket) watchConnecting(request.socket, stamps, now);
  else {
    request.once('socket', (socket) => {
      stamps.socket = now();
      watchConnecting(socket, stamps, now);
    });
  }
  request.once('finish', () => {
    // An answer may come before the whole request was sent; the rest of it is no part of its own then.
    if (stamps.head === undefined) stamps.written = now();
  });
}

/** The channel is used, not the request's event: a listener there would make Node believe that somebody reads the body. */
function watchResponse(message: unknown): void {
  const { request, response } = message as { readonly request: ClientRequest; readonly response: IncomingMessage };
  const found = watched.get(request);
  if (found === undefined) return;
  const { stamps, now } = found;
  stamps.head = now();
  response.once('end', () => {
    stamps.ended = now();
  });
}

/**
 * Contiguous parts from the stamps: each part runs from the last stamp before it, so they sum to the total
 * exactly. A part whose end was not stamped, or came out of order, is absent and its time stays in the next one.
 */
function partsOf(stamps: Stamps | undefined, startedAt: Nanoseconds, endedAt: Nanoseconds): ClientTimings {
  const total = elapsed(startedAt, endedAt);
  if (stamps?.ended === undefined) return { total };
  const parts: Partial<Record<keyof ClientTimings, Nanoseconds>> = {};
  let last = stamps.requested;
  const order = [
    ['wait', stamps.socket],
    ['dns', stamps.lookup],
    ['connect', stamps.connected],
    ['tls', stamps.secured],
    ['write', stamps.written],
    ['ttfb', stamps.head],
    ['body', stamps.ended],
  ] as const;
  for (const [name, at] of order) {
    if (at === undefined || at < last || at > stamps.ended) continue;
    parts[name] = elapsed(last, at);
    last = at;
  }
  const network = elapsed(stamps.requested, stamps.ended);
  return { total, sdk: elapsed(network, total), ...parts };
}

/** Stamps of what came late, after the answer, lie outside and are left out. */
function instantsOf(stamps: Stamps | undefined, startedAt: Nanoseconds, endedAt: Nanoseconds): readonly Nanoseconds[] {
  const between = Object.values(stamps ?? {}).filter((at) => at > startedAt && at < endedAt);
  return [startedAt, ...between.sort((a, b) => a - b), endedAt];
}

function subscribeOnce(): void {
  if (subscribed) return;
  subscribed = true;
  subscribe('http.client.request.created', watchRequest);
  subscribe('http.client.request.start', watchRequest);
  subscribe('http.client.response.finish', watchResponse);
}

async function timeCall<T>(call: CurrentCall, work: () => Promise<T>): Promise<Timed<T>> {
  const { now } = call;
  const startedAt = now();
  const value = await work();
  const endedAt = now();
  const [timings, instants] = [partsOf(call.stamps, startedAt, endedAt), instantsOf(call.stamps, startedAt, endedAt)];
  return { value, timings, startedAt, endedAt, instants };
}

async function timePlainly<T>(call: CurrentCall, work: () => Promise<T>): Promise<Timed<T>> {
  plainCall = call;
  try {
    return await timeCall(call, work);
  } finally {
    plainCall = undefined;
  }
}

/**
 * A timer on the given monotonic clock, hooked into the public channels of Node's HTTP client. Before Node 22.12 nobody tells
 * when a request is made, only when it has its socket: `wait` is then absent, and its time in `sdk`.
 */
export function newClientTimer(now: Now): ClientTimer {
  subscribeOnce();
  return {
    time: (work) => {
      const call: CurrentCall = { now };
      return plainCall === undefined && currentCall.getStore() === undefined
        ? timePlainly(call, work)
        : currentCall.run(call, () => timeCall(call, work));
    },
  };
}
