import { get } from 'node:https';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';

/** What the function is asked to read. */
export interface LookAround {
  readonly bucket: string;
  readonly keys: readonly string[];
}

/** What it saw; a failure by its name, `silence` where nothing answered in time. */
export interface Seen {
  /** The caller's address as the internet sees it. */
  readonly address: string;
  /** The function's own address on that connection. */
  readonly localAddress?: string;
  readonly objects: Readonly<Record<string, string>>;
}

const PATIENCE_MS = 1_000;
/** Every read on a connection of its own: one that was opened before a route changed tells nothing of the route. */
const httpsAgent = { keepAlive: false };
const s3 = new S3Client({ maxAttempts: 1, requestHandler: { connectionTimeout: PATIENCE_MS, requestTimeout: PATIENCE_MS, httpsAgent } });

function callerAddress(): Promise<Pick<Seen, 'address' | 'localAddress'>> {
  return new Promise((resolve) => {
    const request = get('https://checkip.amazonaws.com/', { agent: false, timeout: PATIENCE_MS }, (response) => {
      const { localAddress = '' } = response.socket;
      let text = '';
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on('end', () => resolve({ address: text.trim(), localAddress }));
    });
    request.on('timeout', () => request.destroy(new Error('silence')));
    request.on('error', (error: NodeJS.ErrnoException) => resolve({ address: error.code ?? error.message }));
  });
}

async function read(bucket: string, key: string): Promise<string> {
  try {
    const { Body: body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return (await body?.transformToString()) ?? '';
  } catch (error) {
    const { name, code } = error as NodeJS.ErrnoException;
    // The SDK calls a reset a `TimeoutError` too, but leaves its code.
    return code ?? (name === 'TimeoutError' ? 'silence' : name);
  }
}

/** Lambda handler `look.handler`. */
export async function handler({ bucket, keys }: LookAround): Promise<Seen> {
  const reading = keys.map(async (key) => [key, await read(bucket, key)] as const);
  const [caller, objects] = await Promise.all([callerAddress(), Promise.all(reading)]);
  return { ...caller, objects: Object.fromEntries(objects) };
}
