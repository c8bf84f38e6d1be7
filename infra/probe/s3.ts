// biome-ignore assist/source/organizeImports: it stamps the begin of the module load, so it must be evaluated first
import './module-begin.ts';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { ProbeEvent, ProbeProof, ProbeResult, S3ProbeTarget } from '../../harness/domain/probe-wire.ts';
import type { EventFor } from './event.ts';
import { formatMessage, type ProbeFailure } from './failure.ts';
import { failedProof, newHandler } from './handler.ts';
import { HttpsConnections } from './https-connections.ts';
import { okResult, refusedResult } from './http-result.ts';
import type { TimeLimit } from './phase-watch.ts';
import { S3Transport } from './s3-transport.ts';
import type { TimedResponse } from './timed-request.ts';

const connections = new HttpsConnections();
const transport = new S3Transport();
interface Endpoint {
  readonly protocol: 'https:';
  readonly hostname: string;
  readonly path: '/';
}

/** A region's two clients: one for its own endpoint, one for the interface endpoint that the event names. */
interface Clients {
  readonly regional: S3Client;
  readonly addressed: S3Client;
}

const clients = new Map<string, Clients>();
let addressedName = '';
const ownRegion = process.env['AWS_REGION'];
// Both in every function: whichever an event asks for, its cold call makes none, and all have loaded the same.
if (ownRegion !== undefined) clientsFor(ownRegion);

function clientFor({ region, endpointName }: S3ProbeTarget): S3Client {
  const { regional, addressed } = clientsFor(region);
  if (endpointName === undefined) return regional;
  addressedName = endpointName;
  return addressed;
}

function clientsFor(region: string): Clients {
  const known = clients.get(region);
  if (known) return known;
  const made = { regional: newClient(region), addressed: newClient(region, addressedEndpoint) };
  clients.set(region, made);
  return made;
}

/** `bucket.` says what is asked for; the client puts the bucket's own name before it. */
async function addressedEndpoint(): Promise<Endpoint> {
  return { protocol: 'https:', hostname: `bucket.${addressedName}`, path: '/' };
}

/** One attempt, credentials from the environment: nothing that could take another way. */
function newClient(region: string, endpoint?: () => Promise<Endpoint>): S3Client {
  return new S3Client({
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    maxAttempts: 1,
    followRegionRedirects: false,
    requestHandler: transport.requestHandler,
    responseChecksumValidation: 'WHEN_SUPPORTED',
    credentials: environmentCredentials,
  });
}

async function environmentCredentials() {
  const accessKeyId = process.env['AWS_ACCESS_KEY_ID'];
  const secretAccessKey = process.env['AWS_SECRET_ACCESS_KEY'];
  const sessionToken = process.env['AWS_SESSION_TOKEN'];
  if (!accessKeyId || !secretAccessKey) throw new Error('the environment holds no AWS credentials');
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
}

async function operate(event: EventFor<'s3'>): Promise<{ readonly result: ProbeResult }> {
  const limit: TimeLimit = { milliseconds: event.phaseTimeoutMs, bounds: 'each-phase' };
  return { result: await getObject(event, event.target.key, limit, event) };
}

/** One read a proof object, each on a connection of its own: what may be read names the way by which the request came. */
async function prove(event: EventFor<'s3'>): Promise<ProbeProof> {
  const { vpcEndpoint, interfaceEndpoint, sourceIp, neither } = event.target.proofKeys;
  const readable: boolean[] = [];
  for (const key of [vpcEndpoint, interfaceEndpoint, sourceIp, neither]) {
    const limit: TimeLimit = { milliseconds: event.phaseTimeoutMs, bounds: 'whole' };
    const result = await getObject(event, key, limit, { connection: 'new', keep: false });
    if (result.kind === 'error' && result.class !== 'denied') return failedProof(result);
    readable.push(result.kind === 'ok');
  }
  const [gateway = false, privateLink = false, nat = false, otherwise = false] = readable;
  return { kind: 's3', vpcEndpoint: gateway, interfaceEndpoint: privateLink, sourceIp: nat, neither: otherwise };
}

async function getObject(
  event: EventFor<'s3'>,
  key: string,
  limit: TimeLimit,
  connection: Pick<ProbeEvent, 'connection' | 'keep'>,
): Promise<ProbeResult> {
  const client = clientFor(event.target);
  const { outcome, error } = await transport.carry(
    (request) => connections.request(connection, { ...request, limit }),
    async () => {
      const object = await client.send(new GetObjectCommand({ Bucket: event.target.bucket, Key: key }));
      await object.Body?.transformToByteArray();
    },
  );
  if (outcome === undefined) throw error ?? new Error('the S3 client sent no request');
  return outcome.kind === 'error' ? outcome : judge(outcome, error);
}

function judge(response: TimedResponse, error: unknown): ProbeResult {
  if (response.status === 403) return refusedResult(response, 'denied', `HTTP 403 ${errorName(error)}`);
  if (response.status !== 200) return refusedResult(response, 'protocol', `HTTP ${response.status} ${errorName(error)}`);
  return error === undefined ? okResult(response) : unreadable(response, error);
}

/** A 200 that the client could not make sense of, e.g. a wrong checksum. */
function unreadable(response: TimedResponse, error: unknown): ProbeFailure {
  const { body: _body, ...before } = response.phases;
  return {
    kind: 'error',
    class: 'protocol',
    phase: 'body',
    message: formatMessage(error),
    phases: before,
    elapsedNs: response.totalNs,
    remoteAddress: response.remoteAddress,
  };
}

function errorName(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

/** Lambda handler `s3.handler`. */
export const handler = newHandler({ kind: 's3', operate, prove });
