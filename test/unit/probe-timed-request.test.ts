import type { RequestListener, ServerResponse } from 'node:http';
import { createSecureContext } from 'node:tls';
import { afterEach, beforeAll, expect, test } from 'vitest';
import type { ProbeErrorClass, ProbePhase } from '../../harness/domain/probe-wire.ts';
import type { ProbeFailure } from '../../infra/probe/failure.ts';
import { HttpsConnections } from '../../infra/probe/https-connections.ts';
import type { TimedRequest, TimedResponse } from '../../infra/probe/timed-request.ts';
import { type LoopbackCertificate, newLoopbackCertificate } from '../support/loopback-certificate.ts';
import { type LoopbackServer, newHttpsServer, newTcpServer } from '../support/loopback-server.ts';

const NEW = { connection: 'new', keep: false } as const;
const KEEP = { connection: 'new', keep: true } as const;
const REUSED = { connection: 'reused', keep: false } as const;

let certificate: LoopbackCertificate;
const servers: LoopbackServer[] = [];

beforeAll(async () => {
  certificate = await newLoopbackCertificate();
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const ok: RequestListener = (_request, response) => response.end('hello');

async function httpsServer(answer: RequestListener = ok, shown = certificate): Promise<LoopbackServer> {
  const server = await newHttpsServer(shown, answer);
  servers.push(server);
  return server;
}
function connections(trusted = certificate): HttpsConnections {
  const context = createSecureContext({ ca: trusted.cert });
  return new HttpsConnections(() => context);
}
function get(port: number, host = 'localhost', milliseconds = 5000, bounds: 'each-phase' | 'whole' = 'each-phase'): TimedRequest {
  return { url: new URL(`https://${host}:${port}/x?y=1`), headers: {}, limit: { milliseconds, bounds } };
}
function answered(outcome: TimedResponse | ProbeFailure): TimedResponse {
  if (outcome.kind === 'error') throw new Error(`${outcome.class} in ${outcome.phase}: ${outcome.message}`);
  return outcome;
}
const sum = (phases: object) => Object.values(phases).reduce((total: number, one: number) => total + one, 0);

test('a new connection has five phases that sum to the total, and both addresses', async () => {
  const { port } = await httpsServer();
  const outcome = answered(await connections().request(NEW, get(port)));
  expect(Object.keys(outcome.phases)).toEqual(['dns', 'connect', 'tls', 'ttfb', 'body']);
  expect(sum(outcome.phases)).toBe(outcome.totalNs);
  expect(outcome).toMatchObject({ status: 200, tlsResumed: false, localAddress: '127.0.0.1', remoteAddress: '127.0.0.1' });
  expect(outcome.body.toString()).toBe('hello');
});

test('an address needs no resolver: no dns phase', async () => {
  const { port } = await httpsServer();
  const outcome = answered(await connections().request(NEW, get(port, '127.0.0.1')));
  expect(Object.keys(outcome.phases)).toEqual(['connect', 'tls', 'ttfb', 'body']);
});

test('every new connection is its own socket with a full handshake, and is closed after', async () => {
  const server = await httpsServer();
  const own = connections();
  for (let round = 1; round <= 5; round += 1) {
    expect(answered(await own.request(round === 2 ? KEEP : NEW, get(server.port))).tlsResumed).toBe(false);
    expect(server.connections()).toBe(round);
  }
});

test('the kept connection is used again: first byte and body only, nothing about the handshake', async () => {
  const server = await httpsServer();
  const own = connections();
  answered(await own.request(KEEP, get(server.port)));
  for (let round = 0; round < 3; round += 1) {
    const outcome = answered(await own.request(REUSED, get(server.port)));
    expect(Object.keys(outcome.phases)).toEqual(['ttfb', 'body']);
    expect(sum(outcome.phases)).toBe(outcome.totalNs);
    expect(outcome).not.toHaveProperty('tlsResumed');
    expect(outcome.remoteAddress).toBe('127.0.0.1');
  }
  expect(server.connections()).toBe(1);
});

test('a new connection in between leaves the kept one alone', async () => {
  const server = await httpsServer();
  const own = connections();
  await own.request(KEEP, get(server.port));
  await own.request(NEW, get(server.port));
  expect(answered(await own.request(REUSED, get(server.port))).status).toBe(200);
  expect(server.connections()).toBe(2);
});

test('time spent by the server lands in the phase named after it', async () => {
  const late = async (response: ServerResponse) => {
    await new Promise((resolve) => setTimeout(resolve, 60));
    response.writeHead(200, { 'content-length': '4' });
    response.write('ab');
    await new Promise((resolve) => setTimeout(resolve, 120));
    response.end('cd');
  };
  const { port } = await httpsServer((_request, response) => void late(response));
  const { phases } = answered(await connections().request(NEW, get(port)));
  expect(phases.ttfb).toBeGreaterThanOrEqual(59_000_000);
  expect(phases.body).toBeGreaterThanOrEqual(119_000_000);
  expect((phases.dns ?? 0) + (phases.connect ?? 0)).toBeLessThan(phases.ttfb ?? 0);
});

interface FailureRow {
  readonly reason: string;
  readonly class: ProbeErrorClass;
  readonly phase: ProbePhase;
  readonly ended: readonly ProbePhase[];
  readonly run: () => Promise<TimedResponse | ProbeFailure>;
}
const FAILURES: readonly FailureRow[] = [
  {
    reason: 'nothing listens',
    class: 'refused',
    phase: 'connect',
    ended: ['dns'],
    run: async () => {
      const server = await newTcpServer(() => {});
      await server.close();
      return connections().request(NEW, get(server.port));
    },
  },
  {
    reason: 'TCP is accepted, TLS never answered',
    class: 'timeout',
    phase: 'tls',
    ended: ['dns', 'connect'],
    run: async () => connections().request(NEW, get((await tcpServer(() => {})).port, 'localhost', 150)),
  },
  {
    reason: 'a reset inside the handshake',
    class: 'reset',
    phase: 'tls',
    ended: ['dns', 'connect'],
    run: async () =>
      connections().request(NEW, get((await tcpServer((socket) => socket.once('data', () => socket.resetAndDestroy()))).port)),
  },
  {
    reason: 'the peer speaks plain text',
    class: 'tls',
    phase: 'tls',
    ended: ['dns', 'connect'],
    run: async () => connections().request(NEW, get((await tcpServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))).port)),
  },
  {
    reason: 'a certificate of a foreign authority',
    class: 'tls',
    phase: 'tls',
    ended: ['dns', 'connect'],
    run: async () => connections(await newLoopbackCertificate()).request(NEW, get((await httpsServer()).port)),
  },
  {
    reason: 'a certificate for another name',
    class: 'tls',
    phase: 'tls',
    ended: ['dns', 'connect'],
    run: async () => {
      const other = await newLoopbackCertificate(['elsewhere.test']);
      return connections(other).request(NEW, get((await httpsServer(ok, other)).port));
    },
  },
  {
    reason: 'an expired certificate',
    class: 'tls',
    phase: 'tls',
    ended: ['dns', 'connect'],
    run: async () => {
      const expired = await newLoopbackCertificate(['localhost'], -1000);
      return connections(expired).request(NEW, get((await httpsServer(ok, expired)).port));
    },
  },
  {
    reason: 'no response head',
    class: 'timeout',
    phase: 'ttfb',
    ended: ['dns', 'connect', 'tls'],
    run: async () => connections().request(NEW, get((await httpsServer(() => {})).port, 'localhost', 150)),
  },
  {
    reason: 'the peer goes instead of answering',
    class: 'reset',
    phase: 'ttfb',
    ended: ['dns', 'connect', 'tls'],
    run: async () => connections().request(NEW, get((await httpsServer((request) => request.socket.destroy())).port)),
  },
  {
    reason: 'what comes back is no HTTP',
    class: 'protocol',
    phase: 'ttfb',
    ended: ['dns', 'connect', 'tls'],
    run: async () => connections().request(NEW, get((await httpsServer((request) => request.socket.end('nonsense\r\n\r\n'))).port)),
  },
  {
    reason: 'the body stops in the middle',
    class: 'timeout',
    phase: 'body',
    ended: ['dns', 'connect', 'tls', 'ttfb'],
    run: async () => connections().request(NEW, get((await httpsServer(partOfABody)).port, 'localhost', 150)),
  },
  {
    reason: 'the connection ends before the body does',
    class: 'reset',
    phase: 'body',
    ended: ['dns', 'connect', 'tls', 'ttfb'],
    run: async () =>
      connections().request(
        NEW,
        get(
          (
            await httpsServer((request, response) => {
              partOfABody(request, response);
              setImmediate(() => request.socket.destroy());
            })
          ).port,
        ),
      ),
  },
];

const partOfABody: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-length': '100' });
  response.write('only this');
};
async function tcpServer(accept: Parameters<typeof newTcpServer>[0]): Promise<LoopbackServer> {
  const server = await newTcpServer(accept);
  servers.push(server);
  return server;
}

test.each(FAILURES)('$reason: $class in $phase', async ({ class: expectedClass, phase, ended, run }) => {
  const outcome = await run();
  expect(outcome).toMatchObject({ kind: 'error', class: expectedClass, phase });
  if (outcome.kind !== 'error') return;
  expect(Object.keys(outcome.phases)).toEqual(ended);
  expect(outcome.elapsedNs).toBeGreaterThanOrEqual(sum(outcome.phases));
});

test('a proof request is bounded as a whole: phases that are short one by one do not add up to more', async () => {
  const slow: RequestListener = (_request, response) => void setTimeout(() => partOfABody(_request, response), 150);
  const { port } = await httpsServer(slow);
  const outcome = await connections().request(NEW, get(port, 'localhost', 250, 'whole'));
  expect(outcome).toMatchObject({ kind: 'error', class: 'timeout', phase: 'body' });
  if (outcome.kind === 'error') expect(outcome.elapsedNs).toBeLessThan(400_000_000);
});

test('without a kept connection a reused call is stale, with nothing sent', async () => {
  expect(await connections().request(REUSED, get(1))).toMatchObject({ kind: 'error', class: 'conn-stale', elapsedNs: 0, phases: {} });
});

test('a kept connection that the server closed meanwhile is stale, and no other is opened', async () => {
  const server = await httpsServer();
  const own = connections();
  await own.request(KEEP, get(server.port));
  server.hangUp();
  const outcome = await own.request(REUSED, get(server.port));
  expect(outcome).toMatchObject({ kind: 'error', class: 'conn-stale', phase: 'ttfb' });
  expect(server.connections()).toBe(1);
  expect(await own.request(REUSED, get(server.port))).toMatchObject({ class: 'conn-stale', elapsedNs: 0 });
});

test('a kept connection that dies under the request is stale, without a second attempt', async () => {
  let requests = 0;
  const server = await httpsServer((request, response) => {
    requests += 1;
    if (requests === 1) response.end();
    else request.socket.destroy();
  });
  const own = connections();
  await own.request(KEEP, get(server.port));
  expect(await own.request(REUSED, get(server.port))).toMatchObject({ kind: 'error', class: 'conn-stale', phase: 'ttfb' });
  expect([requests, server.connections()]).toEqual([2, 1]);
});

test('a connection that the server said it would close is not taken for kept', async () => {
  const server = await httpsServer((_request, response) => response.setHeader('connection', 'close').end('bye'));
  const own = connections();
  answered(await own.request(KEEP, get(server.port)));
  expect(await own.request(REUSED, get(server.port))).toMatchObject({ kind: 'error', class: 'conn-stale', elapsedNs: 0 });
  expect(server.connections()).toBe(1);
});
