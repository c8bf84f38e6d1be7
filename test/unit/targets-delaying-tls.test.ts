import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { request } from 'node:https';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { TLSSocket } from 'node:tls';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type CertificateAuthority, issue, newCertificateAuthority } from '../../infra/lab/certificates.ts';
import type { PhaseDelays } from '../../infra/lab/faults/knobs.ts';
import { newTlsFront, type TlsFront } from '../../infra/lab/targets/delaying-tls.ts';

const DELAY_MS = 30;
const CALLS = 9;
type Phase = 'connect' | 'tls' | 'ttfb' | 'body';

let authority: CertificateAuthority;
let listener: Server;
let front: TlsFront;
let delays: PhaseDelays = {};
let handler: (request: IncomingMessage, response: ServerResponse) => void = () => {};

beforeAll(async () => {
  authority = await newCertificateAuthority('Test CA', new Date());
  const certs = [await issue(authority, ['first.test']), await issue(authority, ['*.second.test'])];
  front = newTlsFront({ certs, delays: () => delays, onRequest: (asked, response) => handler(asked, response) });
  listener = createServer();
  front.attach(listener);
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
});
beforeEach(() => {
  delays = {};
  handler = (_request, response) => void response.end('twelve bytes');
});
afterAll(() => {
  front.close();
  listener.close();
});

function port(): number {
  return (listener.address() as AddressInfo).port;
}

interface Exchange {
  readonly phasesMs: Readonly<Record<Phase, number>>;
  readonly body: string;
  readonly head: IncomingMessage['headers'];
  readonly rawHead: IncomingMessage;
}

/** One request on a connection of its own, with the stamps that a probe takes. */
async function exchange(method = 'GET', serverName = 'first.test'): Promise<Exchange> {
  const started = performance.now();
  const asked = request({ host: '127.0.0.1', port: port(), servername: serverName, ca: authority.certificatePem, agent: false, method });
  const stamps: Record<string, number> = {};
  asked.once('socket', (socket) => {
    socket.once('connect', () => {
      stamps['connect'] = performance.now();
    });
    socket.once('secureConnect', () => {
      stamps['tls'] = performance.now();
    });
  });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  stamps['ttfb'] = performance.now();
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const ended = performance.now();
  const { connect: connected = 0, tls = 0, ttfb = 0 } = stamps;
  return {
    phasesMs: { connect: connected - started, tls: tls - connected, ttfb: ttfb - tls, body: ended - ttfb },
    body: Buffer.concat(chunks).toString(),
    head: response.headers,
    rawHead: response,
  };
}

async function medians(): Promise<Record<Phase, number>> {
  const seen: Record<Phase, number[]> = { connect: [], tls: [], ttfb: [], body: [] };
  for (let call = 0; call < CALLS; call++) {
    const { phasesMs } = await exchange();
    for (const phase of Object.keys(seen) as Phase[]) seen[phase].push(phasesMs[phase]);
  }
  const middle = (values: number[]) => values.sort((left, right) => left - right)[Math.floor(CALLS / 2)] ?? Number.NaN;
  return { connect: middle(seen.connect), tls: middle(seen.tls), ttfb: middle(seen.ttfb), body: middle(seen.body) };
}

describe('each knob moves its own phase alone (medians)', () => {
  test.each([
    ['tlsHandshake', 'tls'],
    ['firstByte', 'ttfb'],
    ['lastByte', 'body'],
  ] as const)('%s → %s', async (knob, moved) => {
    const before = await medians();
    delays = { [knob]: DELAY_MS };
    const after = await medians();
    for (const phase of Object.keys(before) as Phase[]) {
      const rise = after[phase] - before[phase];
      if (phase === moved) expect(rise, phase).toBeGreaterThan(DELAY_MS - 5);
      else expect(rise, phase).toBeLessThan(DELAY_MS / 2);
    }
  });
});

describe('the last byte held back leaves the response as it was', () => {
  const headOf = ({ head }: Exchange) => ({ length: head['content-length'], coding: head['transfer-encoding'] });
  const inParts =
    (last: string | undefined, ...parts: readonly string[]) =>
    (response: ServerResponse) => {
      for (const part of parts) response.write(part);
      response.end(last);
    };
  test.each([
    ['a body given to end', 'GET', inParts('hello')],
    ['a body in parts', 'GET', inParts('lo', 'he', 'l')],
    ['parts and an empty end', 'GET', inParts(undefined, 'hel', 'lo')],
    ['an announced length', 'GET', (response: ServerResponse) => inParts('o', 'hell')(response.setHeader('content-length', 5))],
    ['writeHead before end', 'GET', (response: ServerResponse) => response.writeHead(200, { 'content-length': '5' }).end('hello')],
    ['one byte', 'GET', inParts('h')],
    ['text in another encoding', 'GET', (response: ServerResponse) => response.end('68656c6c6f', 'hex')],
    ['no body', 'GET', (response: ServerResponse) => response.writeHead(204).end()],
    ['an empty body', 'GET', inParts('')],
    ['HEAD', 'HEAD', (response: ServerResponse) => response.writeHead(200, { 'content-length': '5' }).end()],
  ] as const)('%s', async (_case, method, write) => {
    handler = (_request, response) => void write(response);
    const plain = await exchange(method);
    delays = { lastByte: 1 };
    const held = await exchange(method);
    expect(held.body).toBe(plain.body);
    expect(held.rawHead.statusCode).toBe(plain.rawHead.statusCode);
    expect(headOf(held)).toEqual(headOf(plain));
  });
});

async function secureSocket(serverName: string | undefined, maxVersion: 'TLSv1.2' | 'TLSv1.3' = 'TLSv1.3'): Promise<TLSSocket> {
  const name = serverName === undefined ? {} : { servername: serverName };
  const socket = connectTls({
    host: '127.0.0.1',
    port: port(),
    ca: authority.certificatePem,
    maxVersion,
    checkServerIdentity: () => undefined,
    ...name,
  });
  await once(socket, 'secureConnect');
  return socket;
}

describe('TLS', () => {
  test.each([
    ['first.test', 'first.test', 'by its exact name'],
    ['x.second.test', '*.second.test', 'by a wildcard'],
    ['unknown.test', 'first.test', 'an unknown name gets the first, which the client then refuses'],
    [undefined, 'first.test', 'a client that names none gets the first'],
  ])('asked for %s serves %s: %s', async (asked: string | undefined, served: string, _why: string) => {
    const socket = await secureSocket(asked);
    expect(socket.getPeerCertificate().subjectaltname).toBe(`DNS:${served}`);
    socket.destroy();
  });

  test.each(['TLSv1.2', 'TLSv1.3'] as const)('speaks %s', async (version) => {
    const socket = await secureSocket('first.test', version);
    expect(socket.getProtocol()).toBe(version);
    socket.destroy();
  });
});

describe('broken clients', () => {
  test('a reset while held, garbage instead of TLS, garbage inside TLS: the next client is served', async () => {
    delays = { tlsHandshake: 5 };
    const resetting = connect(port(), '127.0.0.1');
    await once(resetting, 'connect');
    resetting.resetAndDestroy();
    delays = {};
    const noTls = connect(port(), '127.0.0.1');
    noTls.on('error', () => {});
    noTls.end('GET / HTTP/1.1\r\n\r\n');
    await once(noTls, 'close');
    const noHttp = await secureSocket('first.test');
    noHttp.on('error', () => {});
    noHttp.end('\0\0\0not http\r\n\r\n');
    noHttp.resume();
    await once(noHttp, 'close');
    const leaving = await secureSocket('first.test');
    delays = { firstByte: 5 };
    leaving.write('GET / HTTP/1.1\r\nhost: first.test\r\n\r\n', () => leaving.destroy());
    await once(leaving, 'close');
    expect((await exchange()).body).toBe('twelve bytes');
  });

  test('no certificate is an error at once', () => {
    expect(() => newTlsFront({ certs: [], delays: () => ({}), onRequest: () => {} })).toThrow('needs a certificate');
  });
});
