/** Runs in the client's namespace: does the steps of its argument against S3 over TLS, and prints the outcomes. */
import { Agent } from 'node:https';
import { connect, type LookupFunction } from 'node:net';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

export interface S3Step {
  readonly name: string;
  /** Address that every name resolves to. */
  readonly address: string;
  readonly kind: 'get' | 'put' | 'noise' | 'medians';
  readonly key: string;
  readonly caPem: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };
  readonly bucket: string;
}

export type S3Outcome =
  | { readonly kind: 'ok'; readonly bytes: number; readonly sockets: number }
  | { readonly kind: 'error'; readonly name: string; readonly code?: string }
  | { readonly kind: 'medians'; readonly firstMs: number; readonly reusedMs: number };

function newClient(step: S3Step): { readonly client: S3Client; readonly sockets: () => number } {
  let sockets = 0;
  const lookup: LookupFunction = (_name, options, done) => {
    sockets++;
    if (options.all) done(null, [{ address: step.address, family: 4 }]);
    else done(null, step.address, 4);
  };
  const httpsAgent = new Agent({ keepAlive: true, ca: step.caPem, lookup, maxCachedSessions: 0 });
  const client = new S3Client({
    region: 'us-east-1',
    credentials: step.credentials,
    maxAttempts: 1,
    requestHandler: { httpsAgent, connectionTimeout: 2000 },
  });
  return { client, sockets: () => sockets };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function get(client: S3Client, step: S3Step): Promise<number> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: step.bucket, Key: step.key }));
  return (await Body?.transformToByteArray())?.length ?? -1;
}

/** A call on a new connection, then one on the same; the virtual-host name in both. */
async function medians(step: S3Step): Promise<S3Outcome> {
  const first: number[] = [];
  const reused: number[] = [];
  for (let round = 0; round < 15; round++) {
    const { client } = newClient(step);
    for (const times of [first, reused]) {
      const start = performance.now();
      await get(client, step);
      times.push(performance.now() - start);
    }
    client.destroy();
  }
  return { kind: 'medians', firstMs: median(first), reusedMs: median(reused) };
}

/** Speaks what is no TLS, and hangs up. */
function noise(step: S3Step): Promise<S3Outcome> {
  return new Promise((resolve) => {
    const socket = connect(443, step.address, () => socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n'));
    socket.on('error', () => {});
    socket.on('data', () => {});
    socket.on('close', () => resolve({ kind: 'ok', bytes: 0, sockets: 1 }));
  });
}

async function perform(step: S3Step): Promise<S3Outcome> {
  if (step.kind === 'noise') return noise(step);
  if (step.kind === 'medians') return medians(step);
  const { client, sockets } = newClient(step);
  try {
    if (step.kind === 'put') {
      const Body = Buffer.alloc(8 * 1024 * 1024 + 1, 'x');
      await client.send(new PutObjectCommand({ Bucket: step.bucket, Key: step.key, Body }));
    }
    const bytes = [await get(client, step), await get(client, step)][1] ?? -1;
    return { kind: 'ok', bytes, sockets: sockets() };
  } catch (error) {
    const { name, code } = error as { readonly name: string; readonly code?: string };
    return { kind: 'error', name, ...(code === undefined ? {} : { code }) };
  } finally {
    client.destroy();
  }
}

const steps = JSON.parse(process.env['TEST_STEPS'] ?? '[]') as readonly S3Step[];
const outcomes: Record<string, S3Outcome> = {};
for (const step of steps) outcomes[step.name] = await perform(step);
process.stdout.write(`${JSON.stringify(outcomes)}\n`);
