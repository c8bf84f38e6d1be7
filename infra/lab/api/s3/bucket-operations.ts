import { Refusal } from '../../refusal.ts';
import { type DeleteEntry, parseDeleteRequest } from './delete-request.ts';
import { accessDenied, type S3Exchange, sendDocument, sendEmpty } from './exchange.ts';
import { formatContinuationToken, type ListingPage, listPage, parseContinuationToken, parseMaxKeys } from './listing.ts';
import type { StoredObject } from './object-file.ts';
import { planPayload, receivePayload } from './payload.ts';
import { resourceArn } from './policy.ts';
import { element, type XmlElement } from './xml.ts';

/** A batch of 1000 keys of 1024 bytes, each byte written as a reference, stays below it. */
const MAX_BATCH_BYTES = 8 * 1024 * 1024;

/** `encoding-type=url`: keys percent-encoded, for XML cannot carry them all. */
function keyWriter(exchange: S3Exchange): (key: string) => string {
  const encoding = exchange.operation.query.get('encoding-type');
  if (encoding === undefined) return (key) => key;
  if (encoding !== 'url')
    throw new Refusal('InvalidArgument', 400, 'Invalid Encoding Method specified in Request', { ArgumentValue: encoding });
  return (key) => encodeURIComponent(key).replaceAll('%2F', '/');
}

function optional(name: string, value: string | undefined): readonly XmlElement[] {
  return value === undefined ? [] : [element(name, value)];
}

function objectFields(object: StoredObject, write: (key: string) => string, version: readonly XmlElement[]): readonly XmlElement[] {
  return [
    element('Key', write(object.key)),
    ...version,
    element('LastModified', object.lastModified),
    element('ETag', `"${object.etag}"`),
    element('ChecksumAlgorithm', object.checksum.algorithm),
    element('ChecksumType', 'FULL_OBJECT'),
    element('Size', object.sizeBytes),
    element('StorageClass', 'STANDARD'),
  ];
}

interface Listing {
  readonly page: ListingPage;
  readonly maxKeys: number;
  readonly write: (key: string) => string;
}

function list(
  exchange: S3Exchange,
  positions: { readonly startAfter?: string | undefined; readonly resumeAfter?: string | undefined },
): Listing {
  const { query, bucket } = exchange.operation;
  const maxKeys = parseMaxKeys(query.get('max-keys'), 'max-keys');
  const { startAfter, resumeAfter } = positions;
  const page = listPage(exchange.store.listObjects(bucket), {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    maxKeys,
    ...(startAfter === undefined ? {} : { startAfter }),
    ...(resumeAfter === undefined ? {} : { resumeAfter }),
  });
  return { page, maxKeys, write: keyWriter(exchange) };
}

/** What both listings say of themselves, and the common prefixes. */
function sharedFields(
  exchange: S3Exchange,
  { page, maxKeys, write }: Listing,
): { readonly head: XmlElement[]; readonly prefixes: XmlElement[] } {
  const { query, bucket } = exchange.operation;
  const delimiter = query.get('delimiter');
  return {
    head: [
      element('Name', bucket),
      element('Prefix', write(query.get('prefix') ?? '')),
      element('MaxKeys', maxKeys),
      ...optional('Delimiter', delimiter === undefined ? undefined : write(delimiter)),
      ...optional('EncodingType', query.get('encoding-type')),
      element('IsTruncated', page.next !== undefined),
    ],
    prefixes: page.entries.flatMap((entry) =>
      entry.kind === 'prefix' ? [element('CommonPrefixes', [element('Prefix', write(entry.prefix))])] : [],
    ),
  };
}

/** ListObjectsV2. */
export function listObjects(exchange: S3Exchange): void {
  const { query } = exchange.operation;
  const token = query.get('continuation-token');
  const startAfter = query.get('start-after');
  const resumeAfter = token === undefined ? undefined : parseContinuationToken(token);
  const listing = list(exchange, { startAfter, resumeAfter });
  const { page, write } = listing;
  const { head, prefixes } = sharedFields(exchange, listing);
  const owner = query.get('fetch-owner') === 'true' ? [element('Owner', [element('ID', exchange.accountId)])] : [];
  const contents = page.entries.flatMap((entry) =>
    entry.kind === 'object' ? [element('Contents', [...objectFields(entry.object, write, []), ...owner])] : [],
  );
  const next = page.next === undefined ? undefined : formatContinuationToken(page.next);
  sendDocument(
    exchange.response,
    element('ListBucketResult', [
      ...head,
      element('KeyCount', page.entries.length),
      ...optional('StartAfter', startAfter === undefined ? undefined : write(startAfter)),
      ...optional('ContinuationToken', token),
      ...optional('NextContinuationToken', next),
      ...contents,
      ...prefixes,
    ]),
  );
}

/** ListObjectVersions of a bucket that never had versions: each object is its own version `null`. */
export function listVersions(exchange: S3Exchange): void {
  const { query } = exchange.operation;
  const marker = query.get('key-marker');
  const listing = list(exchange, { resumeAfter: marker === '' ? undefined : marker });
  const { page, write } = listing;
  const { head, prefixes } = sharedFields(exchange, listing);
  const version = [element('VersionId', 'null'), element('IsLatest', true)];
  const versions = page.entries.flatMap((entry) =>
    entry.kind === 'object'
      ? [element('Version', [...objectFields(entry.object, write, version), element('Owner', [element('ID', exchange.accountId)])])]
      : [],
  );
  const next = page.next === undefined ? [] : [element('NextKeyMarker', write(page.next)), element('NextVersionIdMarker', 'null')];
  const markers = [element('KeyMarker', write(marker ?? '')), element('VersionIdMarker', query.get('version-id-marker') ?? '')];
  sendDocument(exchange.response, element('ListVersionsResult', [...head, ...markers, ...next, ...versions, ...prefixes]));
}

/** ListMultipartUploads: none is ever open, since none can be begun. */
export function listMultipartUploads(exchange: S3Exchange): void {
  const { query, bucket } = exchange.operation;
  sendDocument(
    exchange.response,
    element('ListMultipartUploadsResult', [
      element('Bucket', bucket),
      element('KeyMarker', query.get('key-marker') ?? ''),
      element('UploadIdMarker', query.get('upload-id-marker') ?? ''),
      element('Prefix', query.get('prefix') ?? ''),
      element('MaxUploads', parseMaxKeys(query.get('max-uploads'), 'max-uploads')),
      element('IsTruncated', false),
    ]),
  );
}

/** HeadBucket. */
export function headBucket(exchange: S3Exchange): void {
  sendEmpty(exchange.response, 200, { 'x-amz-bucket-region': exchange.region, 'x-amz-access-point-alias': 'false' });
}

/** GetBucketLocation: `us-east-1` is written as nothing, as ever. */
export function getBucketLocation(exchange: S3Exchange): void {
  sendDocument(exchange.response, element('LocationConstraint', exchange.region === 'us-east-1' ? '' : exchange.region));
}

function deleteEntry(exchange: S3Exchange, { key, versionId }: DeleteEntry): XmlElement {
  const { bucket } = exchange.operation;
  const version = optional('VersionId', versionId);
  const action = versionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion';
  const refusal = (code: string, message: string): XmlElement =>
    element('Error', [element('Key', key), ...version, element('Code', code), element('Message', message)]);
  if (!exchange.isAllowed(action, key)) {
    return refusal('AccessDenied', accessDenied(exchange.auth.key.principalArn, action, resourceArn(bucket, key)).message);
  }
  if (versionId !== undefined && versionId !== 'null') return refusal('NoSuchVersion', 'The specified version does not exist.');
  exchange.store.deleteObject(bucket, key);
  return element('Deleted', [element('Key', key), ...version]);
}

/** DeleteObjects: each key on its own; a key that does not exist counts as deleted. */
export async function deleteObjects(exchange: S3Exchange): Promise<void> {
  const plan = planPayload(exchange.headers, exchange.auth.payload);
  if (plan.md5 === undefined && plan.headerChecksum === undefined && plan.trailer === undefined) {
    throw new Refusal('InvalidRequest', 400, 'Missing required header for this request: Content-MD5');
  }
  if (plan.expectedBytes > MAX_BATCH_BYTES) throw new Refusal('MaxMessageLengthExceeded', 400, 'Your request was too large.');
  const pieces: Uint8Array[] = [];
  await receivePayload(exchange.request, plan, (bytes) => void pieces.push(bytes));
  const { entries, quiet } = parseDeleteRequest(Buffer.concat(pieces).toString('utf8'));
  const results = entries.map((entry) => deleteEntry(exchange, entry));
  sendDocument(exchange.response, element('DeleteResult', quiet ? results.filter((result) => result.name === 'Error') : results));
}
