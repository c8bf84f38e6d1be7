import { PutObjectCommand } from '@aws-sdk/client-s3';
import { codeKey, PROOF_KEYS, TIMED_KEY } from '../template/names.ts';
import type { DeployClients } from './options.ts';

/** Bytes of the object that S3 probes time. */
const TIMED_BYTES = 1024;

/**
 * Puts the functions' zip, the timed object and the proof objects into the run's bucket; returns the zip's key.
 * When it rejects, no upload is under way any more.
 */
export async function uploadObjects(
  s3: DeployClients['s3'],
  bucket: string,
  code: { readonly zip: Uint8Array; readonly sha256Hex: string },
  signal: AbortSignal,
): Promise<string> {
  const key = codeKey(code.sha256Hex);
  const put = (Key: string, Body: Uint8Array, ContentType: string) =>
    s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ContentType }), { abortSignal: signal });
  const text = (content: string) => new TextEncoder().encode(content);
  const uploads = await Promise.allSettled([
    put(key, code.zip, 'application/zip'),
    put(TIMED_KEY, text('lambda-network-bench\n'.repeat(TIMED_BYTES).slice(0, TIMED_BYTES)), 'text/plain'),
    ...Object.values(PROOF_KEYS).map((proof) => put(proof, text(`${proof}\n`), 'text/plain')),
  ]);
  const failed = uploads.find((upload) => upload.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return key;
}
