import { closeSync, createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Refusal } from '../../refusal.ts';
import { type Checksum, checksumHeader } from './checksum.ts';
import { type S3Exchange, sendEmpty } from './exchange.ts';
import { type OpenObject, readBody, STORED_HEADERS, type StoredObject } from './object-file.ts';
import { planPayload, receivePayload } from './payload.ts';
import { type ByteRange, parseRange } from './range.ts';

const META_PREFIX = 'x-amz-meta-';
/** AWS: "the user-defined metadata is limited to 2 KB in size", names and values together. */
const MAX_METADATA_BYTES = 2048;
/** Up to here one read and one write are quicker than a stream. */
const SINGLE_READ_BYTES = 256 * 1024;

function checksumHeaders(checksum: Checksum): Readonly<Record<string, string>> {
  return { [checksumHeader(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': 'FULL_OBJECT' };
}

/** `aws-chunked` says how the body travelled, not what it is. */
function lastingEncodings(value: string): string {
  const encodings = value.split(',').map((part) => part.trim());
  return encodings.filter((encoding) => encoding.toLowerCase() !== 'aws-chunked').join(',');
}

function storedHeaders(headers: ReadonlyMap<string, string>): StoredObject['headers'] {
  const stored: { [name in (typeof STORED_HEADERS)[number]]?: string } = {};
  for (const name of STORED_HEADERS) {
    const value = headers.get(name);
    const lasting = value !== undefined && name === 'content-encoding' ? lastingEncodings(value) : value;
    if (lasting !== undefined && lasting !== '') stored[name] = lasting;
  }
  return stored;
}

function userMetadata(headers: ReadonlyMap<string, string>): Record<string, string> {
  const entries = [...headers].filter(([name]) => name.startsWith(META_PREFIX));
  const metadata = entries.map(([name, value]) => [name.slice(META_PREFIX.length), value] as const);
  const bytes = metadata.reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value), 0);
  if (bytes <= MAX_METADATA_BYTES) return Object.fromEntries(metadata);
  const detail = { Size: String(bytes), MaxSizeAllowed: String(MAX_METADATA_BYTES) };
  throw new Refusal('MetadataTooLarge', 400, 'Your metadata headers exceed the maximum allowed metadata size', detail);
}

/** PutObject: nothing is visible before the whole body has arrived and been found right. */
export async function putObject(exchange: S3Exchange): Promise<void> {
  const { request, response, headers, operation, store } = exchange;
  const plan = planPayload(headers, exchange.auth.payload);
  const metadata = userMetadata(headers);
  const upload = store.newUpload();
  try {
    const received = await receivePayload(request, plan, upload.write);
    upload.commit(operation.bucket, {
      key: operation.key,
      sizeBytes: received.sizeBytes,
      etag: received.md5,
      lastModified: exchange
        .now()
        .toISOString()
        .replace(/\.\d+Z$/, '.000Z'),
      checksum: received.checksum,
      headers: storedHeaders(headers),
      userMetadata: metadata,
    });
    sendEmpty(response, 200, { etag: `"${received.md5}"`, ...checksumHeaders(received.checksum) });
  } finally {
    upload.discard();
  }
}

/** A bucket that never had versions knows one version of each object: `null`. */
function checkVersion(exchange: S3Exchange): void {
  const version = exchange.operation.query.get('versionId');
  if (version === undefined || version === 'null') return;
  const detail = { ArgumentName: 'versionId', ArgumentValue: version };
  throw new Refusal('InvalidArgument', 400, 'Invalid version id specified', detail);
}

function objectHeaders(object: StoredObject, range: ByteRange | undefined, withChecksum: boolean): Readonly<Record<string, string>> {
  const metadata = Object.entries(object.userMetadata).map(([name, value]) => [`${META_PREFIX}${name}`, value] as const);
  return {
    'content-type': 'binary/octet-stream',
    ...object.headers,
    ...Object.fromEntries(metadata),
    'accept-ranges': 'bytes',
    etag: `"${object.etag}"`,
    'last-modified': new Date(object.lastModified).toUTCString(),
    'content-length': String(range ? range.end - range.start + 1 : object.sizeBytes),
    ...(range ? { 'content-range': `bytes ${range.start}-${range.end}/${object.sizeBytes}` } : {}),
    // The stored checksum is of the whole object.
    ...(withChecksum && !range ? checksumHeaders(object.checksum) : {}),
  };
}

/** A client that goes away in the middle is no error of the server. */
async function streamBody(exchange: S3Exchange, descriptor: number, range: ByteRange): Promise<void> {
  const body = createReadStream('', { fd: descriptor, autoClose: false, ...range });
  try {
    await pipeline(body, exchange.response);
  } catch {
    exchange.response.destroy();
  }
}

async function sendObject(exchange: S3Exchange, open: OpenObject): Promise<void> {
  const { object } = open;
  const { request, response, headers } = exchange;
  const range = parseRange(headers.get('range'), object.sizeBytes);
  const withChecksum = headers.get('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED';
  const bounds = range ?? { start: 0, end: object.sizeBytes - 1 };
  const bytes = bounds.end - bounds.start + 1;
  const head = objectHeaders(object, range, withChecksum);
  if (request.method === 'HEAD') {
    response.writeHead(range ? 206 : 200, head).end();
    return;
  }
  const small = bytes <= SINGLE_READ_BYTES ? readBody(open, bounds.start, bytes) : undefined;
  response.writeHead(range ? 206 : 200, head);
  if (small) response.end(small);
  else await streamBody(exchange, open.descriptor, bounds);
}

/** GetObject and HeadObject. */
export async function getObject(exchange: S3Exchange): Promise<void> {
  checkVersion(exchange);
  const { bucket, key } = exchange.operation;
  const open = exchange.store.openObject(bucket, key);
  if (!open) throw new Refusal('NoSuchKey', 404, 'The specified key does not exist.', { Key: key });
  try {
    await sendObject(exchange, open);
  } finally {
    closeSync(open.descriptor);
  }
}

/** DeleteObject: also for a key that does not exist, as S3 has it. */
export function deleteObject(exchange: S3Exchange): void {
  checkVersion(exchange);
  exchange.store.deleteObject(exchange.operation.bucket, exchange.operation.key);
  sendEmpty(exchange.response, 204);
}
