import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AccessKey, Account } from '../account/identity.ts';
import type { Authority } from '../authorization/authority.ts';
import type { Countdown } from '../faults/countdown.ts';
import { newLogPages } from '../faults/log-pages.ts';
import { Refusal } from '../refusal.ts';
import type { FunctionService, LogService } from '../runtime/service.ts';
import type { StackService } from '../stack/service.ts';
import { answerAdmin, LAB_PATH, type LabAdmin } from './admin.ts';
import { formatAuthRefusal } from './auth-refusal.ts';
import { BODY_BYTES, BodyTooLarge, ClientGone, readBody } from './body.ts';
import { applyCallFault, type CallFaults, CutConnection, newCallFaults } from './call-faults.ts';
import { parseSignedRequest, splitTarget } from './canonical.ts';
import { newCloudFormationService } from './cloudformation.ts';
import { newLambdaService } from './lambda.ts';
import { listen } from './listen.ts';
import { newLogsService } from './logs.ts';
import { type AskedRequest, addressedService, operationNameOf } from './operation-name.ts';
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
  /** How often each fault of the knobs was met. */
  readonly countdown: Countdown;
  /** Asked before each call but S3's, which asks for each key. */
  readonly authority: Pick<Authority, 'checkCall'>;
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

type RequestHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** What every request is handled with. */
interface Desk {
  readonly options: ApiOptions;
  /** Asked at each request: keys may expire. */
  readonly keyring: () => Keyring;
  readonly faults: CallFaults;
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
    tailBytes: () => admin.knobs().tailBytes,
    monotonicMs: () => clock.monotonicMs(),
  });
  const desk: Desk = {
    options,
    keyring: () => keyringOf(options),
    faults: newCallFaults(() => admin.knobs().callFaults, options.countdown),
    services: {
      ...options.services.wire,
      cloudformation: newCloudFormationService(options.services.stacks),
      sts: newStsService(account),
      logs: newLogsService(options.services.logs, account, newLogPages(admin.knobs)),
      lambda: functions,
    },
  };
  return async (request, response) => {
    const exchange = { request, response, requestId: options.newRequestId(), ...splitTarget(request.url ?? '/') };
    response.sendDate = false;
    response.setHeader('date', new Date(clock.epochMs()).toUTCString());
    response.setHeader('x-amzn-RequestId', exchange.requestId);
    const service = parseScopeService(request.headers.authorization);
    if (exchange.path.startsWith(LAB_PATH)) return handleAdmin(admin, exchange);
    try {
      if (service !== undefined && desk.faults.cutsBeforeBody(service, operationNameOf(service, asked(exchange)))) {
        throw new CutConnection('before-body');
      }
      await (service === 's3' ? handleS3(desk, exchange) : handleWire(desk, exchange, service));
    } catch (error) {
      if (!(error instanceof CutConnection)) throw error;
      cut(request, error);
    }
  };
}

function keyringOf({ account, keys, admin }: ApiOptions): Keyring {
  const { credentialsExpireAt } = admin.knobs();
  const keyring = { region: account.region, keys };
  return credentialsExpireAt === undefined ? keyring : { ...keyring, expireAtMs: Date.parse(credentialsExpireAt) };
}

function asked({ request, path, query }: Exchange, body?: Buffer): AskedRequest {
  const { method = 'GET', headers } = request;
  return { method, path, query, headers, ...(body === undefined ? {} : { body }) };
}

/** A reset where the client may still be writing, an orderly end without an answer elsewhere. */
function cut(request: IncomingMessage, { when }: CutConnection): void {
  if (when === 'before-body') request.socket.resetAndDestroy();
  else request.socket.destroy();
}

async function handleAdmin(admin: LabAdmin, { request, response, path, query }: Exchange): Promise<void> {
  const token = request.headers['x-lab-token'];
  const body = await readBody(request);
  send(response, await answerAdmin(admin, request.method ?? '', path, typeof token === 'string' ? token : undefined, body, query));
}

async function handleS3({ options, keyring, faults }: Desk, exchange: Exchange): Promise<void> {
  const { request, response, requestId } = exchange;
  const { s3 } = options.services;
  try {
    const verified = verifySignature(parseSignedRequest(request), keyring(), options.clock.epochMs(), 's3');
    const effect = faults.next('s3', operationNameOf('s3', asked(exchange)));
    if (effect?.kind === 'cut') await readBody(request);
    if (effect !== undefined) applyCallFault(effect, 's3');
    await s3.handle(request, response, { ...verified, requestId });
  } catch (error) {
    if (error instanceof CutConnection || error instanceof ClientGone) throw error;
    if (!(error instanceof Refusal)) options.onFault(error);
    const refusal = error instanceof Refusal ? error : new Refusal('InternalError', 500, 'The lab failed: see its log.');
    if (response.headersSent) response.destroy();
    else s3.refuse(request, response, refusal, requestId);
  }
}

async function handleWire(desk: Desk, exchange: Exchange, scopeService: string | undefined): Promise<void> {
  const { request, response, requestId, path, query } = exchange;
  let dialect = dialectOf(scopeService, request.headers, path);
  try {
    const body = await readBody(request);
    const asking = asked(exchange, body);
    const addressed = addressedService(asking) ?? scopeService;
    dialect = dialectOf(addressed, request.headers, path);
    if (addressed !== scopeService) requireScope(scopeService, addressed, dialect);
    const { key, scope } = verifySignature(parseSignedRequest(request, body), desk.keyring(), desk.options.clock.epochMs(), dialect);
    const operation = operationNameOf(scope.service, asking);
    desk.options.authority.checkCall(key.principalArn, scope.service, operation, asking, dialect);
    const effect = desk.faults.next(scope.service, operation);
    if (effect !== undefined) applyCallFault(effect, scope.service);
    const service = Object.hasOwn(desk.services, scope.service) ? desk.services[scope.service] : undefined;
    if (service === undefined) throw refuseUnknown(dialect, `The lab does not realise the service ${scope.service}.`);
    const method = request.method ?? 'GET';
    const answer = await service({ method, path, query, headers: request.headers, body, caller: key, requestId });
    if (effect !== undefined) throw new CutConnection('after-effect');
    send(response, answer);
  } catch (error) {
    if (error instanceof ClientGone || error instanceof CutConnection) throw error;
    send(response, formatRefusal(refusalOf(error, dialect, desk.options.onFault), dialect, requestId));
  }
}

/** A scope of another service than the request is made for is refused before the signature, as AWS does. */
function requireScope(scopeService: string | undefined, expected: string | undefined, dialect: Dialect): void {
  if (scopeService === undefined || expected === undefined) return;
  throw formatAuthRefusal({ kind: 'wrong-service', expected }, dialect);
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
