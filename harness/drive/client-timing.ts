import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { elapsed, type Nanoseconds } from '../domain/nanoseconds.ts';
import type { ClientTimings } from '../domain/sample.ts';

/** Instants of one HTTP request on the driver's clock; each is absent when it did not happen. */
interface Stamps {
  requested?: Nanoseconds;
  socket?: Nanoseconds;
  lookup?: Nanoseconds;
  connected?: Nanoseconds;
  secured?: Nanoseconds;
  written?: Nanoseconds;
  head?: Nanoseconds;
  ended?: Nanoseconds;
}

/** What was timed, and what the timed work gave. */
export interface Timed<T> {
  readonly value: T;
  readonly timings: ClientTimings;
  readonly startedAt: Nanoseconds;
  readonly endedAt: Nanoseconds;
}

/** Times one SDK call at a time or many: each call's HTTP request is found by its asynchronous context. */
export interface ClientTimer {
  time<T>(work: () => Promise<T>): Promise<Timed<T>>;
}

const currentCall = new AsyncLocalStorage<{ readonly stamps: Stamps; readonly now: () => Nanoseconds }>();
let subscribed = false;

function watchSocket(socket: Socket & { readonly encrypted?: boolean }, stamps: Stamps, now: () => Nanoseconds): void {
  stamps.socket = now();
  if (!socket.connecting) return;
  socket.once('lookup', () => {
    stamps.lookup = now();
  });
  socket.once('connect', () => {
    stamps.connected = now();
  });
  socket.once('secureConnect', () => {
    stamps.secured = now();
  });
}

/** Only a call's first request is timed: with one attempt there is no second. */
function watchRequest(message: unknown): void {
  const call = currentCall.getStore();
  if (call === undefined || call.stamps.requested !== undefined) return;
  const { stamps, now } = call;
  const { request } = message as { readonly request: ClientRequest };
  stamps.requested = now();
  if (request.socket) watchSocket(request.socket, stamps, now);
  else request.once('socket', (socket) => watchSocket(socket, stamps, now));
  request.once('finish', () => {
    stamps.written = now();
  });
  request.once('response', (response: IncomingMessage) => {
    stamps.head = now();
    response.once('end', () => {
      stamps.ended = now();
    });
  });
}

/**
 * Contiguous parts from the stamps: each part runs from the last stamp before it, so they sum to the total
 * exactly. A part whose end was not stamped, or came out of order, is absent and its time stays in the next one.
 */
function partsOf(stamps: Stamps, startedAt: Nanoseconds, endedAt: Nanoseconds): ClientTimings {
  const total = elapsed(startedAt, endedAt);
  if (stamps.requested === undefined || stamps.ended === undefined) return { total };
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

/** A timer on the given monotonic clock, hooked into Node's public `http.client.request.start` channel. */
export function newClientTimer(now: () => Nanoseconds): ClientTimer {
  if (!subscribed) {
    subscribe('http.client.request.start', watchRequest);
    subscribed = true;
  }
  return {
    time: (work) =>
      currentCall.run({ stamps: {}, now }, async () => {
        const stamps = currentCall.getStore()?.stamps ?? {};
        const startedAt = now();
        const value = await work();
        const endedAt = now();
        return { value, timings: partsOf(stamps, startedAt, endedAt), startedAt, endedAt };
      }),
  };
}
