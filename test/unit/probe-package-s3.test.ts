import { writeFile } from 'node:fs/promises';
import type { IncomingMessage, RequestListener } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newLoopbackCertificate } from '../support/loopback-certificate.ts';
import { type LoopbackServer, newHttpsServer } from '../support/loopback-server.ts';
import { newProbeEnvironment, type ProbeEnvironment, type UnpackedProbe, unpackProbe } from '../support/probe-environment.ts';

const KIB = 'k'.repeat(1024);
let probe: UnpackedProbe;
let server: LoopbackServer;
let environment: ProbeEnvironment;
const requests: IncomingMessage[] = [];

const answer: RequestListener = (request, response) => {
  requests.push(request);
  const path = new URL(request.url ?? '/', 'https://x').pathname;
  switch (path) {
    case '/bucket/readable':
      return void response.end(KIB);
    case '/bucket/wrong-checksum':
      return void response.writeHead(200, { 'x-amz-checksum-crc32': 'AAAAAA==' }).end(KIB);
    case '/bucket/cut-off':
      response.writeHead(200, { 'content-length': '1024' }).write('k');
      return void setImmediate(() => request.socket.destroy());
    case '/bucket/elsewhere':
      return void response
        .writeHead(301, { 'x-amz-bucket-region': 'eu-central-1' })
        .end('<Error><Code>PermanentRedirect</Code><Message>elsewhere</Message></Error>');
    case '/bucket/busy':
      return void response.writeHead(503).end('<Error><Code>SlowDown</Code><Message>slow down</Message></Error>');
    case '/bucket/missing':
      return void response.writeHead(404).end('<Error><Code>NoSuchKey</Code><Message>no such key</Message></Error>');
    default:
      return void response.writeHead(403).end('<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>');
  }
};

beforeAll(async () => {
  const certificate = await newLoopbackCertificate();
  probe = await unpackProbe();
  server = await newHttpsServer(certificate, answer);
  const trusted = join(probe.folder, 'trusted.pem');
  await writeFile(trusted, certificate.cert);
  environment = await newProbeEnvironment(probe, 's3', {
    LNB_NONCE: '0'.repeat(32),
    NODE_EXTRA_CA_CERTS: trusted,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'AKIDTEST',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_SESSION_TOKEN: 'token-1',
    AWS_ENDPOINT_URL_S3: `https://127.0.0.1:${server.port}`,
    NODE_NO_WARNINGS: '1',
  });
});
afterAll(async () => {
  await environment.stop();
  await server.close();
  await probe.remove();
});

function event(
  key: string,
  change: object = {},
  proofKeys = { vpcEndpoint: 'a', interfaceEndpoint: 'd', sourceIp: 'b', neither: 'readable' },
) {
  const target = { kind: 's3', region: 'eu-west-1', bucket: 'bucket', key, proofKeys };
  return { version: 2, callId: 'c', connection: 'new', keep: false, prove: false, phaseTimeoutMs: 5000, target, ...change };
}
const sum = (phases: object) => Object.values(phases).reduce((total: number, one: number) => total + one, 0);

test('a GetObject is one signed GET whose network phases sum to the total', async () => {
  requests.length = 0;
  const { result } = await environment.invoke(event('readable'));
  expect(result).toMatchObject({ kind: 'ok', tlsResumed: false, remoteAddress: '127.0.0.1' });
  if (result.kind !== 'ok') return;
  expect(Object.keys(result.phases)).toEqual(['connect', 'tls', 'ttfb', 'body']);
  expect(sum(result.phases)).toBe(result.totalNs);
  expect(requests).toHaveLength(1);
  expect(requests[0]).toMatchObject({ method: 'GET' });
  expect(requests[0]?.headers['authorization']).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIDTEST\/\d{8}\/eu-west-1\/s3\/aws4_request/);
  expect(requests[0]?.headers['x-amz-security-token']).toBe('token-1');
});

test('the kept connection carries the next GetObject', async () => {
  const before = server.connections();
  await environment.invoke(event('readable', { keep: true }));
  const { result } = await environment.invoke(event('readable', { connection: 'reused' }));
  expect(result.kind === 'ok' && Object.keys(result.phases)).toEqual(['ttfb', 'body']);
  expect(server.connections() - before).toBe(1);
});

test.each([
  ['forbidden', 'denied', 'ttfb', 'HTTP 403 AccessDenied', 'the policy said no'],
  ['missing', 'protocol', 'ttfb', 'HTTP 404 NoSuchKey', 'an answer, but not the object'],
  ['elsewhere', 'protocol', 'ttfb', 'HTTP 301 PermanentRedirect', 'another region is not followed'],
  ['busy', 'protocol', 'ttfb', 'HTTP 503 SlowDown', 'one attempt and no retry'],
  ['cut-off', 'reset', 'body', '', 'a 200 whose body is not complete is not ok'],
  ['wrong-checksum', 'protocol', 'body', '', 'a body that is not what was stored'],
])('%s is %s in %s with one request (%s: %s)', async (key, errorClass, phase, message) => {
  requests.length = 0;
  const { result } = await environment.invoke(event(key));
  expect(result).toMatchObject({ kind: 'error', class: errorClass, phase });
  if (result.kind === 'error') expect(result.message).toContain(message);
  expect(requests).toHaveLength(1);
});

test.each([
  [
    { vpcEndpoint: 'readable', interfaceEndpoint: 'd', sourceIp: 'b', neither: 'c' },
    { vpcEndpoint: true, interfaceEndpoint: false, sourceIp: false, neither: false },
    'the gateway endpoint',
  ],
  [
    { vpcEndpoint: 'a', interfaceEndpoint: 'd', sourceIp: 'readable', neither: 'c' },
    { vpcEndpoint: false, interfaceEndpoint: false, sourceIp: true, neither: false },
    'the NAT address',
  ],
  [
    { vpcEndpoint: 'a', interfaceEndpoint: 'd', sourceIp: 'b', neither: 'c' },
    { vpcEndpoint: false, interfaceEndpoint: false, sourceIp: false, neither: false },
    'none: left to the driver to judge',
  ],
  [
    { vpcEndpoint: 'a', interfaceEndpoint: 'readable', sourceIp: 'b', neither: 'c' },
    { vpcEndpoint: false, interfaceEndpoint: true, sourceIp: false, neither: false },
    'the interface endpoint',
  ],
])('four proof reads on connections of their own name the way: %j', async (proofKeys, seen) => {
  const before = server.connections();
  const { proof } = await environment.invoke(event('readable', { prove: true }, proofKeys));
  expect(proof).toEqual({ kind: 's3', ...seen });
  expect(server.connections() - before).toBe(5);
});

test('a proof object that fails in any other way than 403 is a failed proof, not a "no"', async () => {
  const { proof } = await environment.invoke(
    event('readable', { prove: true }, { vpcEndpoint: 'a', interfaceEndpoint: 'd', sourceIp: 'missing', neither: 'readable' }),
  );
  expect(proof).toMatchObject({ kind: 'failed', class: 'protocol', phase: 'ttfb', message: 'HTTP 404 NoSuchKey' });
});

test('a function without credentials is thrown: that is no matter of the network', async () => {
  const bare = await newProbeEnvironment(probe, 's3', { LNB_NONCE: '0'.repeat(32), AWS_REGION: 'eu-west-1', NODE_NO_WARNINGS: '1' });
  await expect(bare.invoke(event('readable'))).rejects.toThrow('no AWS credentials');
  await bare.stop();
});
