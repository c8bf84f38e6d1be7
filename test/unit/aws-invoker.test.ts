import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Secret } from '../../harness/domain/secret.ts';
import { DEFAULT_INVOCATION_BOUNDS, newInvocationClient, newInvoker } from '../../infra/aws/invoker.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const servers: Server[] = [];
const clients: { destroy(): void }[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await Promise.all(
    servers.splice(0).map((server) => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    }),
  );
});

async function listening(answer: Answer): Promise<{ readonly endpoint: string; readonly connections: () => number }> {
  let connections = 0;
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => answer(request, response));
  });
  server.on('connection', () => connections++);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, connections: () => connections };
}

function invokerFor(endpoint: string, bounds = DEFAULT_INVOCATION_BOUNDS) {
  const client = newInvocationClient(
    { region: 'us-east-1', endpoint, credentials: { accessKeyId: 'AKLAB', secretAccessKey: new Secret('hidden') } },
    bounds,
  );
  clients.push(client);
  return newInvoker(client);
}

const PAYLOAD = new TextEncoder().encode('{"callId":"c1"}');

function ok(response: ServerResponse, headers: Record<string, string>, body: string): void {
  response.writeHead(200, { 'x-amzn-requestid': 'req-1', ...headers }).end(body);
}

describe('an invocation', () => {
  it('asks for a synchronous call with Tail, once, and hands the payload back unread', async () => {
    const seen: IncomingMessage[] = [];
    const { endpoint } = await listening((request, response) => {
      seen.push(request);
      ok(response, { 'x-amz-log-result': 'VEFJTA==', 'x-amz-executed-version': '$LATEST' }, '{not json');
    });
    const outcome = await invokerFor(endpoint).invoke('lnb-f', PAYLOAD);
    expect(outcome).toMatchObject({ kind: 'answered', requestId: 'req-1', logTail: 'VEFJTA==' });
    expect(outcome).not.toHaveProperty('functionError');
    expect(Buffer.from(outcome.kind === 'answered' ? outcome.payload : []).toString()).toBe('{not json');
    expect(seen).toHaveLength(1);
    expect(seen[0]?.url).toBe('/2015-03-31/functions/lnb-f/invocations');
    expect(seen[0]?.headers).toMatchObject({
      'x-amz-invocation-type': 'RequestResponse',
      'x-amz-log-type': 'Tail',
      'amz-sdk-request': 'attempt=1; max=1',
    });
  });

  it('is answered, not failed, when the function failed', async () => {
    const { endpoint } = await listening((_, response) =>
      ok(response, { 'x-amz-function-error': 'Unhandled' }, '{"errorType":"Sandbox.Timedout"}'),
    );
    expect(await invokerFor(endpoint).invoke('f', PAYLOAD)).toMatchObject({ kind: 'answered', functionError: 'Unhandled' });
  });

  it('keeps its connection from call to call', async () => {
    const { endpoint, connections } = await listening((_, response) => ok(response, {}, '{}'));
    const invoker = invokerFor(endpoint);
    for (let call = 0; call < 3; call++) await invoker.invoke('f', PAYLOAD);
    expect(connections()).toBe(1);
  });
});

describe('a refused invocation', () => {
  const rows: readonly { readonly why: string; readonly answer: Answer; readonly expected: object }[] = [
    {
      why: '429 with its reason',
      answer: (_, response) =>
        response
          .writeHead(429, {
            'x-amzn-errortype': 'TooManyRequestsException',
            'content-type': 'application/json',
            'x-amzn-requestid': 'req-2',
          })
          .end('{"Type":"User","message":"Rate exceeded","Reason":"CallerRateLimitExceeded"}'),
      expected: { kind: 'throttled', reason: 'CallerRateLimitExceeded' },
    },
    {
      why: '429 without one',
      answer: (_, response) => response.writeHead(429, { 'x-amzn-errortype': 'TooManyRequestsException' }).end('{}'),
      expected: { kind: 'throttled', reason: 'TooManyRequestsException' },
    },
    {
      why: 'the function is not ready',
      answer: (_, response) =>
        response
          .writeHead(409, {
            'x-amzn-errortype': 'ResourceConflictException',
            'content-type': 'application/json',
            'x-amzn-requestid': 'req-3',
          })
          .end('{"message":"The function is Pending"}'),
      expected: { kind: 'failed', errorName: 'ResourceConflictException', message: 'The function is Pending', requestId: 'req-3' },
    },
    {
      why: 'the service itself failed',
      answer: (_, response) => response.writeHead(500, { 'x-amzn-errortype': 'ServiceException' }).end('{"message":"oops"}'),
      expected: { kind: 'failed', errorName: 'ServiceException' },
    },
    {
      why: 'the connection was reset',
      answer: (request) => request.socket.resetAndDestroy(),
      expected: { kind: 'failed', errorName: 'ECONNRESET' },
    },
  ];
  it.each(rows)('$why: one attempt, no throw', async ({ answer, expected }) => {
    let attempts = 0;
    const { endpoint } = await listening((request, response) => {
      attempts++;
      answer(request, response);
    });
    expect(await invokerFor(endpoint).invoke('f', PAYLOAD)).toMatchObject(expected);
    expect(attempts).toBe(1);
  });

  it('nobody listens', async () => {
    const { endpoint } = await listening(() => undefined);
    servers[0]?.closeAllConnections();
    await new Promise((resolve) => servers.splice(0)[0]?.close(resolve));
    expect(await invokerFor(endpoint).invoke('f', PAYLOAD)).toMatchObject({ kind: 'failed', errorName: 'ECONNREFUSED' });
  });

  it('gives up on an answer that does not come', async () => {
    const { endpoint } = await listening(() => undefined);
    const outcome = await invokerFor(endpoint, { connectMs: 1_000, answerMs: 50, sockets: 2 }).invoke('f', PAYLOAD);
    expect(outcome).toMatchObject({ kind: 'failed', errorName: 'TimeoutError' });
  });

  it('never shows the secret key', async () => {
    const { endpoint } = await listening((_, response) =>
      response.writeHead(403, { 'x-amzn-errortype': 'AccessDeniedException' }).end('{}'),
    );
    expect(JSON.stringify(await invokerFor(endpoint).invoke('f', PAYLOAD))).not.toContain('hidden');
  });
});
