import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer, type IncomingMessage, Agent as PlainAgent, request as plainRequest, type RequestListener } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nanoseconds } from '../../harness/domain/nanoseconds.ts';
import type { ClientTimings } from '../../harness/domain/sample.ts';
import { newClientTimer } from '../../harness/drive/client-timing.ts';
import { newLoopbackCertificate } from '../support/loopback-certificate.ts';
import { type LoopbackServer, newHttpsServer } from '../support/loopback-server.ts';

const origin = process.hrtime.bigint();
const timer = newClientTimer(() => nanoseconds(Number(process.hrtime.bigint() - origin)));

/** True where Node tells of a request when it is made, and not only when it has its socket. */
let announced = false;
let port = 0;
const waiting: (() => void)[] = [];
const answer: RequestListener = (request, response) => {
  request.resume();
  request.once('end', () => {
    if (request.url === '/held') waiting.push(() => response.end('held'));
    else if (request.url === '/cut') response.write('half', () => response.destroy());
    else if (request.headers['content-type'] === undefined) response.end('hello');
    else response.end('{"from":"the function"}');
  });
};
const server = createServer(answer);

beforeAll(async () => {
  const note = (): void => {
    announced = true;
  };
  subscribe('http.client.request.created', note);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
  await post('/', new PlainAgent());
  unsubscribe('http.client.request.created', note);
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

/** One POST, read to its end. Rejects when the connection fails. */
function post(path: string, agent: PlainAgent, host = '127.0.0.1', at = port): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = plainRequest({ host, port: at, path, agent, method: 'POST' }, (response) => read(response).then(resolve, reject));
    outgoing.on('error', reject);
    outgoing.end('body');
  });
}

async function read(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

/** Names of the parts that a call had, `wait` apart, which depends on Node's version; checks that they sum to the total exactly. */
function partsOf({ total, ...parts }: ClientTimings): string[] {
  const sum = Object.values(parts).reduce((whole, part) => whole + part, 0);
  expect(sum).toBe(total);
  expect(parts.wait !== undefined).toBe(announced);
  return Object.keys(parts).filter((name) => name !== 'wait');
}

describe('newClientTimer with node:http', () => {
  it('splits a call on a new connection, and one on a reused connection', async () => {
    const agent = new PlainAgent({ keepAlive: true });
    const first = await timer.time(() => post('/', agent));
    const second = await timer.time(() => post('/', agent));
    expect(first.value).toBe('hello');
    expect(partsOf(first.timings)).toEqual(['sdk', 'connect', 'write', 'ttfb', 'body']);
    expect(partsOf(second.timings)).toEqual(['sdk', 'write', 'ttfb', 'body']);
    expect(first.timings.total).toBe(first.endedAt - first.startedAt);
    expect(second.startedAt).toBeGreaterThanOrEqual(first.endedAt);
    agent.destroy();
  });

  it('has the lookup of a name, and the handshake of a secure connection', async () => {
    const certificate = await newLoopbackCertificate();
    const secure: LoopbackServer = await newHttpsServer(certificate, answer);
    const agent = new TlsAgent({ ca: certificate.cert, family: 4 });
    const get = (): Promise<string> =>
      new Promise((resolve, reject) => {
        const outgoing = tlsRequest({ host: 'localhost', port: secure.port, agent }, (response) => read(response).then(resolve, reject));
        outgoing.on('error', reject);
        outgoing.end();
      });
    const { timings } = await timer.time(get);
    expect(partsOf(timings)).toEqual(['sdk', 'dns', 'connect', 'tls', 'write', 'ttfb', 'body']);
    agent.destroy();
    await secure.close();
  });

  it('keeps two calls at the same time apart', async () => {
    const agent = new PlainAgent({ keepAlive: true });
    const slow = timer.time(() => post('/held', agent));
    await expect.poll(() => waiting.length).toBe(1);
    const fast = await timer.time(() => post('/', agent));
    for (const release of waiting.splice(0)) release();
    const held = await slow;
    expect([held.value, fast.value]).toEqual(['held', 'hello']);
    // Written before the fast one, answered after it.
    expect(held.timings.ttfb).toBeGreaterThan(fast.timings.ttfb ?? Number.POSITIVE_INFINITY);
    expect(partsOf(held.timings)).toEqual(partsOf(fast.timings));
    agent.destroy();
  });

  it('counts the queue of an agent with one socket to nobody else', async () => {
    const agent = new PlainAgent({ keepAlive: true, maxSockets: 1 });
    const both = await Promise.all([1, 2].map(() => timer.time(() => post('/', agent))));
    expect(both.map(({ timings }) => partsOf(timings))).toEqual([
      ['sdk', 'connect', 'write', 'ttfb', 'body'],
      ['sdk', 'write', 'ttfb', 'body'],
    ]);
    agent.destroy();
  });

  it('takes the last request of a call for the call: what comes before is a fetch of credentials', async () => {
    const [credentials, kept] = [new PlainAgent(), new PlainAgent({ keepAlive: true })];
    await post('/', kept);
    const { timings } = await timer.time(async () => {
      await post('/', credentials);
      return post('/', kept);
    });
    expect(partsOf(timings)).toEqual(['sdk', 'write', 'ttfb', 'body']);
    kept.destroy();
  });

  it.each([
    ['/cut', () => port, 'the connection breaks in the answer'],
    ['/', () => 1, 'nobody listens'],
  ])('gives only the total of a call that fails (%s): %s', async (path, at) => {
    const { value, timings } = await timer.time(() =>
      post(path, new PlainAgent(), '127.0.0.1', at()).catch((error: NodeJS.ErrnoException) => error.code),
    );
    expect(value).toMatch(/^ECONN/);
    expect(Object.keys(timings)).toEqual(['total']);
  });

  it('takes neither of two requests that were out at once: one may be somebody else’s', async () => {
    const agent = new PlainAgent({ keepAlive: true });
    const call = timer.time(async () => Promise.all([post('/held', agent), post('/', agent)]));
    await expect.poll(() => waiting.length).toBe(1);
    for (const release of waiting.splice(0)) release();
    const { value, timings, instants, startedAt, endedAt } = await call;
    expect(value).toEqual(['held', 'hello']);
    expect(Object.keys(timings)).toEqual(['total']);
    expect(instants).toEqual([startedAt, endedAt]);
    agent.destroy();
  });

  it('tells every instant at which the call went on, in the order of time', async () => {
    const agent = new PlainAgent();
    const { instants, startedAt, endedAt, timings } = await timer.time(() => post('/', agent));
    expect(instants[0]).toBe(startedAt);
    expect(instants.at(-1)).toBe(endedAt);
    expect([...instants].sort((a, b) => a - b)).toEqual(instants);
    // Request, socket, connection, written, head, end; the first two may be one.
    expect(instants.length).toBeGreaterThanOrEqual(partsOf(timings).length + 1);
    agent.destroy();
  });

  it('gives only the total of work that asks nobody', async () => {
    const { value, timings } = await timer.time(async () => 7);
    expect(value).toBe(7);
    expect(Object.keys(timings)).toEqual(['total']);
  });

  it('lets an answer that nobody reads go by, as Node does without a timer', async () => {
    const agent = new PlainAgent();
    const { timings } = await timer.time(async () => {
      const outgoing = plainRequest({ host: '127.0.0.1', port, agent, method: 'POST' });
      outgoing.end('body');
      await once(outgoing, 'close');
    });
    expect(partsOf(timings)).toContain('body');
  });

  it('leaves requests outside of a timed call alone', async () => {
    await expect(post('/', new PlainAgent())).resolves.toBe('hello');
  });

  it('fails as the work fails', async () => {
    await expect(timer.time(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });
});

describe('newClientTimer with the SDK', () => {
  it('splits Invoke, and leaves its own work in `sdk`', async () => {
    const client = new LambdaClient({
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
      maxAttempts: 1,
    });
    const invoke = () => client.send(new InvokeCommand({ FunctionName: 'probe', Payload: new TextEncoder().encode('{}') }));
    const first = await timer.time(invoke);
    const second = await timer.time(invoke);
    expect(new TextDecoder().decode(first.value.Payload)).toBe('{"from":"the function"}');
    expect(first.value.$metadata.attempts).toBe(1);
    expect(partsOf(first.timings)).toEqual(['sdk', 'connect', 'write', 'ttfb', 'body']);
    expect(partsOf(second.timings)).toEqual(['sdk', 'write', 'ttfb', 'body']);
    expect(first.timings.sdk).toBeGreaterThan(0);
    client.destroy();
  });
});
