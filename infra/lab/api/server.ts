import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AccessKey, Account } from '../account/identity.ts';
import { Refusal } from '../refusal.ts';
import type { FunctionService, LogService } from '../runtime/service.ts';
import type { StackService } from '../stack/service.ts';
import { answerAdmin, LAB_PATH, type LabAdmin } from './admin.ts';
import { BODY_BYTES, BodyTooLarge, ClientGone, readBody } from './body.ts';
import { parseSignedRequest, splitTarget } from './canonical.ts';
import { newCloudFormationService } from './cloudformation.ts';
import { newLambdaService } from './lambda.ts';
import { newLogsService } from './logs.ts';
import { type Dialect, dialectOf, formatRefusal, refuseInternal, refuseTooLarge, refuseUnknown } from './protocol/dialect.ts';
import type { WireAnswer, WireService } from './protocol/wire.ts';
import type { S3Handler } from './s3-handler.ts';
import { type Keyring, parseScopeService, verifySignature } from './sigv4.ts';
import { newStsService } from './sts.ts';

/** The two clocks of the API, in milliseconds. */
export interface ApiClock {
  /** Since 1970: signatures and the `date` header. */
  epochMs(): number;
  /** Never goes back: rates. */
  monotonicMs(): number;
}

/** What stands behind the wire. */
export interface ApiServices {
  readonly stacks: StackService;
  readonly functions: FunctionService;
  readonly logs: LogService;
  readonly s3: S3Handler;
  /** Further services, complete, by their signing name. */
  readonly wire: Readonly<Record<string, WireService>>;
}

/** What `startApi` is given. */
export interface ApiOptions {
  /** A loopback address. */
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  readonly account: Account;
  readonly keys: readonly AccessKey[];
  readonly services: ApiServices;
  readonly admin: LabAdmin;
  readonly clock: ApiClock;
  readonly newRequestId: () => string;
  /** Told of every error that is not a `Refusal`: a fault of the lab, answered with a 500. */
  readonly onFault: (error: unknown) => void;
}

/** The API while it listens. */
export interface RunningApi {
  /** The port that was really taken. */
  readonly port: number;
  /** Ends all connections. */
  close(): Promise<void>;
}

/** The API could not listen. */
export class ListenError extends Error {
  readonly kind: 'port-taken' | 'not-permitted' | 'no-such-address';
  readonly host: string;
  readonly port: number;

  constructor(kind: ListenError['kind'], host: string, port: number) {
    super(`cannot listen on ${host}:${port}: ${kind}`);
    this.name = 'ListenError';
    this.kind = kind;
    this.host = host;
    this.port = port;
  }
}

/** Idle connections stay open this long, so that a client's turns reuse them (Node's own 5 s would cut them). */
const KEEP_ALIVE_MS = 120_000;

/** Starts the lab's AWS API: all services on one port, told apart by the service in the signature's scope. Throws `ListenError`. */
export async function startApi(options: ApiOptions): Promise<RunningApi> {
  const handle = newRequestHandler(options);
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, noDelay: true }, (request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (!(error instanceof ClientGone)) options.onFault(error);
      response.destroy();
    });
  });
  const port = await listen(server, options.host, options.port);
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const kind = LISTEN_KINDS[error.code ?? ''];
      reject(kind === undefined ? error : new ListenError(kind, host, port));
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

const LISTEN_KINDS: Readonly<Record<string, ListenError['kind']>> = {
  EADDRINUSE: 'port-taken',
  EACCES: 'not-permitted',
  EADDRNOTAVAIL: 'no-such-address',
};

type RequestHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** What every request is handled with. */
interface Desk {
  readonly options: ApiOptions;
  readonly keyring: Keyring;
  /** By the service's signing name. */
  readonly services: Readonly<Record<string, WireService>>;
}

/** One request under way. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  readonly path: string;
  readonly query: string;
}

function newRequestHandler(options: ApiOptions): RequestHandler {
  const { account, admin, clock } = options;
  const functions = newLambdaService(options.services.functions, {
    account,
    controlPerSecond: () => admin.knobs().lambdaControlPerSecond,
    monotonicMs: () => clock.monotonicMs(),
  });
  const desk: Desk = {
    options,
    keyring: { region: account.region, keys: options.keys },
    services: {
      ...options.services.wire,
      cloudformation: newCloudFormationService(options.services.stacks),
      sts: newStsService(account),
      logs: newLogsService(options.services.logs, account),
      lambda: functions,
    },
  };
  return async (request, response) => {
    const exchange = { request, response, requestId: options.newRequestId(), ...splitTarget(request.url ?? '/') };
    response.sendDate = false;
    response.setHeader('date', new Date(clock.epochMs()).toUTCString());
    response.setHeader('x-amzn-RequestId', exchange.requestId);
    const service = parseScopeService(request.headers.authorization);
    if (exchange.path.startsWith(LAB_PATH)) await handleAdmin(admin, exchange);
    else if (service === 's3') await handleS3(desk, exchange);
    else await handleWire(desk, exchange, service);
  };
}

async function handleAdmin(admin: LabAdmin, { request, response, path, query }: Exchange): Promise<void> {
  const token = request.headers['x-lab-token'];
  const body = await readBody(request);
  send(response, await answerAdmin(admin, request.method ?? '', path, typeof token === 'string' ? token : undefined, body, query));
}

async function handleS3({ options, keyring }: Desk, { request, response, requestId }: Exchange): Promise<void> {
  const { s3 } = options.services;
  try {
    const verified = verifySignature(parseSignedRequest(request), keyring, options.clock.epochMs(), 's3');
    await s3.handle(request, response, { ...verified, requestId });
  } catch (error) {
    if (!(error instanceof Refusal)) options.onFault(error);
    const refusal = error instanceof Refusal ? error : new Refusal('InternalError', 500, 'The lab failed: see its log.');
    if (response.headersSent) response.destroy();
    else s3.refuse(request, response, refusal, requestId);
  }
}

async function handleWire(desk: Desk, exchange: Exchange, scopeService: string | undefined): Promise<void> {
  const { request, response, requestId, path, query } = exchange;
  const { options, keyring, services } = desk;
  const dialect = dialectOf(scopeService, request.headers, path);
  try {
    const body = await readBody(request);
    const auth = dialect === 'ec2' ? 'query' : dialect;
    const { key, scope } = verifySignature(parseSignedRequest(request, body), keyring, options.clock.epochMs(), auth);
    const service = Object.hasOwn(services, scope.service) ? services[scope.service] : undefined;
    if (service === undefined) throw refuseUnknown(dialect, `The lab does not realise the service ${scope.service}.`);
    const method = request.method ?? 'GET';
    send(response, await service({ method, path, query, headers: request.headers, body, caller: key, requestId }));
  } catch (error) {
    if (error instanceof ClientGone) throw error;
    send(response, formatRefusal(refusalOf(error, dialect, options.onFault), dialect, requestId));
  }
}

function refusalOf(error: unknown, dialect: Dialect, onFault: (error: unknown) => void): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof BodyTooLarge) return refuseTooLarge(dialect, BODY_BYTES);
  onFault(error);
  return refuseInternal(dialect);
}

/** Writes an answer in one piece. */
function send(response: ServerResponse, answer: WireAnswer): void {
  const length = typeof answer.body === 'string' ? Buffer.byteLength(answer.body) : answer.body.byteLength;
  response.writeHead(answer.status, { ...answer.headers, 'content-length': length });
  response.end(answer.body);
}
