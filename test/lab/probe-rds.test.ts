import { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ProbeAnswer, ProbeEvent, RdsProbeTarget } from '../../harness/domain/probe-wire.ts';
import { NONCE_VARIABLE } from '../../harness/domain/probe-wire.ts';
import { PostgresSession } from '../../infra/probe/postgres-session.ts';
import { handler } from '../../infra/probe/rds.ts';
import { type LoopbackCertificate, newLoopbackCertificate } from '../support/loopback-certificate.ts';
import { type LoopbackPostgres, newLoopbackPostgres, POSTGRES_PASSWORD, POSTGRES_USER } from '../support/loopback-postgres.ts';
import { type LoopbackServer, newTcpServer } from '../support/loopback-server.ts';

let certificate: LoopbackCertificate;
let postgres: LoopbackPostgres;
const servers: LoopbackServer[] = [];

beforeAll(async () => {
  process.env[NONCE_VARIABLE] = '0'.repeat(32);
  certificate = await newLoopbackCertificate();
  postgres = await newLoopbackPostgres(certificate);
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
  await postgres.stop();
});

function target(change: Partial<RdsProbeTarget> = {}): RdsProbeTarget {
  return {
    kind: 'rds',
    host: 'localhost',
    port: postgres.port,
    database: 'postgres',
    user: POSTGRES_USER,
    password: POSTGRES_PASSWORD,
    caPem: certificate.cert,
    ...change,
  };
}
function call(change: Partial<ProbeEvent> = {}, where: Partial<RdsProbeTarget> = {}): Promise<ProbeAnswer> {
  const event = {
    version: 2,
    callId: 'c',
    connection: 'new',
    keep: false,
    prove: false,
    phaseTimeoutMs: 5000,
    target: target(where),
    ...change,
  };
  return handler(event, { awsRequestId: 'request-1', logStreamName: 'stream-1' });
}
const sum = (phases: object) => Object.values(phases).reduce((total: number, one: number) => total + one, 0);

test('a new connection: dns, connect, tls, auth, query, which sum to the total; the server names the client address', async () => {
  const { result, proof } = await call({ prove: true });
  expect(result).toMatchObject({ kind: 'ok', tlsResumed: false, localAddress: '127.0.0.1', remoteAddress: '127.0.0.1' });
  if (result.kind !== 'ok') return;
  expect(Object.keys(result.phases)).toEqual(['dns', 'connect', 'tls', 'auth', 'query']);
  expect(sum(result.phases)).toBe(result.totalNs);
  for (const phase of Object.values(result.phases)) expect(phase).toBeGreaterThan(0);
  expect(proof).toEqual({ kind: 'rds', seenAddress: '127.0.0.1' });
});

test('the kept connection: query alone', async () => {
  await call({ keep: true });
  const { result } = await call({ connection: 'reused' });
  expect(result).toMatchObject({ kind: 'ok', remoteAddress: '127.0.0.1' });
  if (result.kind !== 'ok') return;
  expect(Object.keys(result.phases)).toEqual(['query']);
  expect(result.phases.query).toBe(result.totalNs);
  expect(result).not.toHaveProperty('tlsResumed');
});

test('a kept connection that the server ended is stale, once and again, with no new one opened', async () => {
  const limit = { milliseconds: 5000, bounds: 'each-phase' } as const;
  const { session } = await PostgresSession.open(target(), limit);
  await endSessions();
  expect((await session?.queryAgain(limit))?.result).toMatchObject({ kind: 'error', class: 'conn-stale', phase: 'query' });
  expect((await session?.queryAgain(limit))?.result).toMatchObject({ kind: 'error', class: 'conn-stale', elapsedNs: 0 });
});

/** Ends every other session, from a session of its own. */
async function endSessions(): Promise<void> {
  const { Client } = await import('pg');
  const { user, password, database, host, port, caPem } = target();
  const client = new Client({ user, password, database, host, port, ssl: { ca: caPem } });
  await client.connect();
  await client.query(
    'select pg_terminate_backend(pid, 5000) from pg_stat_activity where pid <> pg_backend_pid() and client_addr is not null',
  );
  await client.end();
}

interface FailureRow {
  readonly reason: string;
  readonly class: string;
  readonly phase: string;
  readonly ended: readonly string[];
  readonly run: () => Promise<ProbeAnswer>;
}
const FAILURES: readonly FailureRow[] = [
  {
    reason: 'a wrong password',
    class: 'denied',
    phase: 'auth',
    ended: ['dns', 'connect', 'tls'],
    run: () => call({}, { password: 'wrong' }),
  },
  {
    reason: 'a database that is not there',
    class: 'protocol',
    phase: 'auth',
    ended: ['dns', 'connect', 'tls'],
    run: () => call({}, { database: 'nowhere' }),
  },
  {
    reason: 'a certificate of a foreign authority',
    class: 'tls',
    phase: 'tls',
    ended: ['dns', 'connect'],
    run: async () => call({}, { caPem: (await newLoopbackCertificate()).cert }),
  },
  {
    reason: 'a certificate of the right authority for another name',
    class: 'tls',
    phase: 'tls',
    ended: ['dns', 'connect'],
    run: async () => {
      const other = await newLoopbackCertificate(['elsewhere.test']);
      const server = await tcpServer((socket) =>
        socket.once('data', () => {
          socket.write('S');
          new TLSSocket(socket, { isServer: true, key: other.key, cert: other.cert }).on('error', () => {});
        }),
      );
      return call({}, { port: server.port, caPem: other.cert });
    },
  },
  {
    reason: 'a server without TLS',
    class: 'tls',
    phase: 'tls',
    ended: ['dns', 'connect'],
    run: async () => call({}, { port: (await tcpServer((socket) => socket.once('data', () => socket.write('N')))).port }),
  },
  {
    reason: 'a server that never answers',
    class: 'timeout',
    phase: 'tls',
    ended: ['dns', 'connect'],
    run: async () => call({ phaseTimeoutMs: 150 }, { port: (await tcpServer(() => {})).port }),
  },
  {
    reason: 'a reset before TLS',
    class: 'reset',
    phase: 'tls',
    ended: ['dns', 'connect'],
    run: async () => call({}, { port: (await tcpServer((socket) => socket.once('data', () => socket.resetAndDestroy()))).port }),
  },
  {
    reason: 'a server that hangs up without a word',
    class: 'reset',
    phase: 'tls',
    ended: ['dns', 'connect'],
    run: async () => call({}, { port: (await tcpServer((socket) => socket.once('data', () => socket.end()))).port }),
  },
  {
    reason: 'nothing listens',
    class: 'refused',
    phase: 'connect',
    ended: ['dns'],
    run: async () => {
      const server = await newTcpServer(() => {});
      await server.close();
      return call({}, { port: server.port });
    },
  },
];

async function tcpServer(accept: Parameters<typeof newTcpServer>[0]): Promise<LoopbackServer> {
  const server = await newTcpServer(accept);
  servers.push(server);
  return server;
}

test.each(FAILURES)('$reason: $class in $phase', async ({ class: expectedClass, phase, ended, run }) => {
  const { result } = await run();
  expect(result).toMatchObject({ kind: 'error', class: expectedClass, phase });
  if (result.kind === 'error') expect(Object.keys(result.phases)).toEqual(ended);
});

test('a failed operation gives a failed proof for the same reason', async () => {
  const { result, proof } = await call({ prove: true }, { password: 'wrong' });
  expect(result).toMatchObject({ kind: 'error' });
  if (result.kind === 'error') {
    expect(proof).toEqual({ kind: 'failed', class: 'denied', phase: 'auth', message: result.message });
    expect(result.message).toContain('28P01');
  }
});
