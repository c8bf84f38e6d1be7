import { writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TARGETS } from '../../harness/domain/target.ts';
import { newLoopbackCertificate } from '../support/loopback-certificate.ts';
import { type LoopbackServer, newHttpsServer } from '../support/loopback-server.ts';
import { newProbeEnvironment, type ProbeEnvironment, type UnpackedProbe, unpackProbe } from '../support/probe-environment.ts';

const NONCE = 'deadbeef'.repeat(4);
let probe: UnpackedProbe;
let server: LoopbackServer;
let environment: ProbeEnvironment;
let env: Readonly<Record<string, string>>;

const answer: RequestListener = (request, response) => {
  if (request.url === '/echo') response.end(' 203.0.113.7\n');
  else if (request.url === '/odd-echo') response.end('<html>');
  else response.writeHead(Number(request.url?.slice(1))).end('x'.repeat(2000));
};

beforeAll(async () => {
  const certificate = await newLoopbackCertificate();
  probe = await unpackProbe();
  server = await newHttpsServer(certificate, answer);
  const trusted = join(probe.folder, 'trusted.pem');
  await writeFile(trusted, certificate.cert);
  env = { LNB_NONCE: NONCE, NODE_EXTRA_CA_CERTS: trusted, NODE_TLS_REJECT_UNAUTHORIZED: '1' };
  environment = await newProbeEnvironment(probe, 'internet', env);
});
afterAll(async () => {
  await environment.stop();
  await server.close();
  await probe.remove();
});

function event(path: string, change: object = {}) {
  const base = `https://localhost:${server.port}`;
  const target = { kind: 'internet', url: `${base}${path}`, echoUrl: `${base}/echo` };
  return { version: 2, callId: 'c-7', connection: 'new', keep: false, prove: false, phaseTimeoutMs: 5000, target, ...change };
}

test.each(TARGETS)('loading the %s handler opens no socket, resolves no name and leaves no timer', async (target) => {
  const fresh = await newProbeEnvironment(probe, target, { ...env, AWS_REGION: 'eu-west-1' });
  await fresh.stop();
  expect(fresh.loaded.opened).toBe(0);
  expect(fresh.loaded.resources.filter((resource) => /TCP|UDP|TLS|AddrInfo|Timeout|Immediate/.test(resource))).toEqual([]);
});

test('the first answer says so, with the spans around module load; the second has neither, in the same environment', async () => {
  const fresh = await newProbeEnvironment(probe, 'internet', env);
  const first = await fresh.invoke(event('/200', { keep: true }));
  const second = await fresh.invoke(event('/200', { connection: 'reused' }));
  await fresh.stop();
  expect(first).toMatchObject({ version: 2, callId: 'c-7', nonce: NONCE, first: true, requestId: 'request-1', logStream: 'stream-1' });
  expect(first.moduleNs).toBeGreaterThan(0);
  expect(first.initGapNs).toBeGreaterThan(0);
  expect(first.environmentId).toMatch(/^[0-9a-f]{32}$/);
  expect(second).toMatchObject({ first: false, environmentId: first.environmentId, result: { kind: 'ok' } });
  expect(second).not.toHaveProperty('moduleNs');
  expect(second).not.toHaveProperty('initGapNs');
  expect(second).not.toHaveProperty('proof');
});

test.each([
  [200, 'ok'],
  [404, 'ok'],
  [403, 'ok'],
  [500, 'error'],
  [503, 'error'],
])('HTTP %i is %s: any status below 500 shows that the target answered', async (status, kind) => {
  const { result } = await environment.invoke(event(`/${status}`));
  expect(result.kind).toBe(kind);
  if (result.kind === 'error') {
    expect(result).toMatchObject({ class: 'protocol', phase: 'ttfb', message: `HTTP ${status}`, remoteAddress: '127.0.0.1' });
    expect(Object.keys(result.phases)).toEqual(['dns', 'connect', 'tls']);
  }
});

test('the proof is the address that the echo saw, on a connection of its own', async () => {
  const before = server.connections();
  const { result, proof } = await environment.invoke(event('/200', { prove: true, keep: true }));
  expect(result.kind).toBe('ok');
  expect(proof).toEqual({ kind: 'internet', seenAddress: '203.0.113.7' });
  expect(server.connections() - before).toBe(2);
});

test('an echo that is no address is a failed proof', async () => {
  const target = { kind: 'internet', url: `https://localhost:${server.port}/200`, echoUrl: `https://localhost:${server.port}/odd-echo` };
  const { proof } = await environment.invoke(event('/200', { prove: true, target }));
  expect(proof).toMatchObject({ kind: 'failed', class: 'protocol', phase: 'body' });
});

test('no proof is tried where the operation itself failed', async () => {
  const { proof } = await environment.invoke(event('/500', { prove: true }));
  expect(proof).toEqual({ kind: 'failed', class: 'protocol', phase: 'ttfb', message: 'HTTP 500' });
});

test('a kept connection that the server closed while the environment was frozen is stale, and no other is opened', async () => {
  await environment.invoke(event('/200', { keep: true }));
  const before = server.connections();
  environment.freeze();
  server.hangUp();
  environment.thaw();
  const { result } = await environment.invoke(event('/200', { connection: 'reused' }));
  expect(result).toMatchObject({ kind: 'error', class: 'conn-stale', phase: 'ttfb' });
  expect(server.connections()).toBe(before);
});

test('verification cannot be switched off from outside', async () => {
  const open = await newProbeEnvironment(probe, 'internet', { LNB_NONCE: NONCE, NODE_TLS_REJECT_UNAUTHORIZED: '0', NODE_NO_WARNINGS: '1' });
  const { result } = await open.invoke(event('/200'));
  await open.stop();
  expect(result).toMatchObject({ kind: 'error', class: 'tls', phase: 'tls' });
});

test('a malformed event and a function without its nonce are thrown, by name', async () => {
  await expect(environment.invoke(event('/200', { phaseTimeoutMs: 1 }))).rejects.toThrow('event field phaseTimeoutMs');
  const bare = await newProbeEnvironment(probe, 'internet', {});
  await expect(bare.invoke(event('/200'))).rejects.toThrow('LNB_NONCE');
  await bare.stop();
});

describe('the zone', () => {
  const TOKEN = 'token-1';
  const asked: string[] = [];
  let zone: string | undefined;
  let metadata: Server;
  beforeAll(async () => {
    metadata = createServer((request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
      if (zone !== undefined) response.end(JSON.stringify({ AvailabilityZoneID: zone }));
    });
    await new Promise<void>((resolve) => metadata.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    metadata.closeAllConnections();
    metadata.close();
  });
  const answersOf = async (prove: boolean) => {
    const address = `127.0.0.1:${(metadata.address() as AddressInfo).port}`;
    const fresh = await newProbeEnvironment(probe, 'internet', {
      ...env,
      AWS_LAMBDA_METADATA_API: address,
      AWS_LAMBDA_METADATA_TOKEN: TOKEN,
    });
    const answers = [await fresh.invoke(event('/200', { prove })), await fresh.invoke(event('/200', { prove }))];
    await fresh.stop();
    return answers.map(({ azId }) => azId);
  };

  test('is told with a proof, after one question in an environment, with its token', async () => {
    zone = 'euc1-az2';
    asked.length = 0;
    expect(await answersOf(true)).toEqual(['euc1-az2', 'euc1-az2']);
    expect(asked).toEqual([`GET /2026-01-15/metadata/execution-environment Bearer ${TOKEN}`]);
  });

  test('is never asked for in a call that is measured', async () => {
    asked.length = 0;
    expect(await answersOf(false)).toEqual([undefined, undefined]);
    expect(asked).toEqual([]);
  });

  test.each([['<script>'], [undefined]])('is absent when the endpoint says %s', async (said) => {
    zone = said;
    expect(await answersOf(true)).toEqual([undefined, undefined]);
  });

  test('is absent where there is no such endpoint', async () => {
    expect(await environment.invoke(event('/200', { prove: true }))).not.toHaveProperty('azId');
  });
});
