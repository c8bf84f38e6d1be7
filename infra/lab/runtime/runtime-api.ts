import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';

/** A call as it goes out with the answer to `/next`. */
export interface HandOut {
  readonly requestId: string;
  /** Milliseconds since the epoch. */
  readonly deadlineMs: number;
  readonly functionArn: string;
  readonly payload: string;
}

/** Answers the environment's open `/next`. */
export type Deliver = (call: HandOut) => void;

/** An answer of the environment, with when its first byte and its last were here (monotonic clock, ns). */
export interface Answer {
  readonly requestId: string;
  readonly body: string;
  readonly begunNs: bigint;
  readonly completeNs: bigint;
}

/** What the environment in a slot does, as seen at its Runtime API. The boolean answers say whether it was its turn. */
export interface RuntimeApiEvents {
  polled(deliver: Deliver): boolean;
  responded(answer: Answer): boolean;
  failed(answer: Answer): boolean;
  initFailed(errorType: string, body: string): boolean;
  /** Bearer token of the metadata endpoint. */
  readonly metadataToken: string;
}

/** One slot's Runtime API, which outlives the environments that use it. */
export interface RuntimeApi {
  /** `host:port` as seen inside the namespace. */
  readonly address: string;
  /** Forgets what an ended environment left on the wire. */
  dropConnections(): void;
  close(): void;
}

/** Largest answer of a function: 6 MB and some room for the envelope (Lambda developer guide, "quotas"). */
export const RESPONSE_LIMIT_BYTES = 6_291_556;
const INVOCATION = /^\/2018-06-01\/runtime\/invocation\/([\w-]+)\/(response|error)$/;
const METADATA_PATH = '/2026-01-15/metadata/execution-environment';

/** Serves the Runtime API (2018-06-01) and the metadata endpoint (2026-01-15) on a listening server; `current` is who is in the slot. */
export function serveRuntimeApi(
  server: Server,
  zoneId: string,
  monotonicNs: () => bigint,
  current: () => RuntimeApiEvents | undefined,
): RuntimeApi {
  const sockets = new Set<Socket>();
  // A frozen environment keeps its connection for as long as it lives.
  const http = createServer({ keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 }, (request, response) => {
    const events = current();
    if (events === undefined) reply(response, 403, { errorType: 'InvalidStateTransition', errorMessage: 'no environment' });
    else route(request, response, events, zoneId, monotonicNs);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.setNoDelay(true);
    http.emit('connection', socket);
  });
  const { address, port } = server.address() as AddressInfo;
  const dropConnections = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    address: `${address}:${port}`,
    dropConnections,
    close() {
      dropConnections();
      server.close();
    },
  };
}

function route(
  request: IncomingMessage,
  response: ServerResponse,
  events: RuntimeApiEvents,
  zoneId: string,
  monotonicNs: () => bigint,
): void {
  const { method, url = '' } = request;
  switch (method === 'POST' ? method : `${method} ${url}`) {
    case 'POST':
      takePost(request, response, events, monotonicNs);
      return;
    case 'GET /2018-06-01/runtime/invocation/next':
      if (!events.polled((call) => handOut(response, call))) {
        reply(response, 403, { errorType: 'InvalidStateTransition', errorMessage: 'Transition to Ready is not allowed' });
      }
      return;
    case `GET ${METADATA_PATH}`:
      replyMetadata(request, response, events, zoneId);
      return;
    default:
      reply(response, 404, { errorType: 'NotFound', errorMessage: `${method} ${url}` });
  }
}

function takePost(request: IncomingMessage, response: ServerResponse, events: RuntimeApiEvents, monotonicNs: () => bigint): void {
  const begunNs = monotonicNs();
  readBody(request, (body) => {
    const taken = dispatchPost(request, events, { body, begunNs, completeNs: monotonicNs() });
    const tooLarge = Buffer.byteLength(body) > RESPONSE_LIMIT_BYTES;
    if (!taken) reply(response, 400, { errorType: 'InvalidRequestID', errorMessage: 'Invalid request ID' });
    else if (tooLarge) reply(response, 413, { errorType: 'RequestEntityTooLarge', errorMessage: 'Exceeded maximum allowed payload size' });
    else reply(response, 202, { status: 'OK' });
  });
}

function dispatchPost(request: IncomingMessage, events: RuntimeApiEvents, answer: Omit<Answer, 'requestId'>): boolean {
  const { url = '' } = request;
  const [, requestId, what] = INVOCATION.exec(url) ?? [];
  if (requestId !== undefined) {
    return what === 'response' ? events.responded({ ...answer, requestId }) : events.failed({ ...answer, requestId });
  }
  if (url !== '/2018-06-01/runtime/init/error') return false;
  return events.initFailed(String(request.headers['lambda-runtime-function-error-type'] ?? 'Runtime.Unknown'), answer.body);
}

function readBody(request: IncomingMessage, done: (body: string) => void): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.once('end', () => done(Buffer.concat(chunks).toString('utf8')));
}

function handOut(response: ServerResponse, call: HandOut): void {
  response.writeHead(200, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(call.payload),
    'Lambda-Runtime-Aws-Request-Id': call.requestId,
    'Lambda-Runtime-Deadline-Ms': call.deadlineMs,
    'Lambda-Runtime-Invoked-Function-Arn': call.functionArn,
  });
  response.end(call.payload);
}

/** Shape and token of the Lambda developer guide, "Using the Lambda metadata endpoint". */
function replyMetadata(request: IncomingMessage, response: ServerResponse, events: RuntimeApiEvents, zoneId: string): void {
  if (request.headers.authorization !== `Bearer ${events.metadataToken}`) {
    reply(response, 401, { errorType: 'Unauthorized', errorMessage: 'a bearer token is wanted' });
  } else {
    reply(response, 200, { AvailabilityZoneID: zoneId }, { 'Cache-Control': 'private, max-age=43200, immutable' });
  }
}

function reply(response: ServerResponse, status: number, body: object, headers: Readonly<Record<string, string>> = {}): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text), ...headers });
  response.end(text);
}
