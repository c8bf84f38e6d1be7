// biome-ignore assist/source/organizeImports: it stamps the begin of the module load, so it must be evaluated first
import './module-begin.ts';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { ProbeEvent, ProbeProof, ProbeResult } from '../../harness/domain/probe-wire.ts';
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
const clients = new Map<string, S3Client>();
const ownRegion = process.env['AWS_REGION'];
if (ownRegion !== undefined) clientFor(ownRegion);

/** One attempt at the region's own endpoint, credentials from the environment: nothing that could take another way. */
function clientFor(region: string): S3Client {
  const known = clients.get(region);
  if (known) return known;
  const client = new S3Client({
    region,
    maxAttempts: 1,
    followRegionRedirects: false,
    requestHandler: transport.requestHandler,
    responseChecksumValidation: 'WHEN_SUPPORTED',
    credentials: environmentCredentials,
  });
  clients.set(region, client);
  return client;
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

/** Three reads, each on a connection of its own: what may be read names the way by which the request came. */
async function prove(event: EventFor<'s3'>): Promise<ProbeProof> {
  const { vpcEndpoint, sourceIp, neither } = event.target.proofKeys;
  const readable: boolean[] = [];
  for (const key of [vpcEndpoint, sourceIp, neither]) {
    const limit: TimeLimit = { milliseconds: event.phaseTimeoutMs, bounds: 'whole' };
    const result = await getObject(event, key, limit, { connection: 'new', keep: false });
    if (result.kind === 'error' && result.class !== 'denied') return failedProof(result);
    readable.push(result.kind === 'ok');
  }
  const [first = false, second = false, third = false] = readable;
  return { kind: 's3', vpcEndpoint: first, sourceIp: second, neither: third };
}

async function getObject(
  event: EventFor<'s3'>,
  key: string,
  limit: TimeLimit,
  connection: Pick<ProbeEvent, 'connection' | 'keep'>,
): Promise<ProbeResult> {
  const client = clientFor(event.target.region);
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
