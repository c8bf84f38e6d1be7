import { Refusal } from '../../refusal.ts';
import type { S3Action } from './action.ts';
import type { S3Address } from './address.ts';

/** The operations that the lab's S3 has. */
export type S3OperationKind =
  | 'PutObject'
  | 'GetObject'
  | 'HeadObject'
  | 'DeleteObject'
  | 'DeleteObjects'
  | 'ListObjectsV2'
  | 'ListObjectVersions'
  | 'ListMultipartUploads'
  | 'HeadBucket'
  | 'GetBucketLocation';

/** One request, recognised. */
export interface S3Operation {
  readonly kind: S3OperationKind;
  readonly bucket: string;
  /** Empty for operations on the bucket. */
  readonly key: string;
  readonly query: ReadonlyMap<string, string>;
  /** What the caller must be allowed to do; none for DeleteObjects, which asks for each key. */
  readonly action: S3Action | undefined;
}

interface Shape {
  readonly method: string;
  readonly on: 'object' | 'bucket';
  /** Query parameter that makes it this operation, with its value when that decides. */
  readonly marker?: readonly [name: string, value?: string];
  /** Further parameters that the operation understands. */
  readonly parameters: readonly string[];
  readonly action?: S3Action;
}

const LISTING = ['prefix', 'delimiter', 'max-keys', 'encoding-type'] as const;

/** Order counts: an operation with a marker stands before the one without. */
const SHAPES: Readonly<Record<S3OperationKind, Shape>> = {
  PutObject: { method: 'PUT', on: 'object', parameters: [], action: 's3:PutObject' },
  GetObject: { method: 'GET', on: 'object', parameters: ['versionId'], action: 's3:GetObject' },
  HeadObject: { method: 'HEAD', on: 'object', parameters: ['versionId'], action: 's3:GetObject' },
  DeleteObject: { method: 'DELETE', on: 'object', parameters: ['versionId'], action: 's3:DeleteObject' },
  DeleteObjects: { method: 'POST', on: 'bucket', marker: ['delete'], parameters: [] },
  ListObjectsV2: {
    method: 'GET',
    on: 'bucket',
    marker: ['list-type', '2'],
    parameters: [...LISTING, 'continuation-token', 'start-after', 'fetch-owner'],
    action: 's3:ListBucket',
  },
  ListObjectVersions: {
    method: 'GET',
    on: 'bucket',
    marker: ['versions'],
    parameters: [...LISTING, 'key-marker', 'version-id-marker'],
    action: 's3:ListBucketVersions',
  },
  ListMultipartUploads: {
    method: 'GET',
    on: 'bucket',
    marker: ['uploads'],
    parameters: [...LISTING.filter((name) => name !== 'max-keys'), 'max-uploads', 'key-marker', 'upload-id-marker'],
    action: 's3:ListBucketMultipartUploads',
  },
  GetBucketLocation: { method: 'GET', on: 'bucket', marker: ['location'], parameters: [], action: 's3:GetBucketLocation' },
  HeadBucket: { method: 'HEAD', on: 'bucket', parameters: [], action: 's3:ListBucket' },
};

/** `x-id` is the SDK's own note of the operation's name; S3 ignores it. */
const NEUTRAL_PARAMETERS = ['x-id'];

/** Headers `x-amz-…` that some operation here obeys, or whose only effect is obeyed already. `x-amz-meta-*` and checksums come on top. */
const KNOWN_AMZ_HEADERS = new Set([
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-security-token',
  'x-amz-user-agent',
  'x-amz-decoded-content-length',
  'x-amz-trailer',
  'x-amz-sdk-checksum-algorithm',
  'x-amz-checksum-mode',
  'x-amz-expected-bucket-owner',
]);

const CONDITIONAL_HEADERS = ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'];

function notImplemented(what: string): Refusal {
  const message = `A header or query you provided implies functionality that is not implemented: ${what}`;
  return new Refusal('NotImplemented', 501, message);
}

function refuseUnknownHeaders(headers: ReadonlyMap<string, string>): void {
  for (const name of headers.keys()) {
    const known = !name.startsWith('x-amz-') || KNOWN_AMZ_HEADERS.has(name) || /^x-amz-(meta|checksum)-./.test(name);
    if (!known || CONDITIONAL_HEADERS.includes(name)) throw notImplemented(`header ${name}`);
  }
}

function describeRequest(method: string, address: S3Address): string {
  const on = address.bucket === undefined ? 'the service' : address.key === undefined ? 'a bucket' : 'an object';
  const names = [...address.query.keys()].filter((name) => !NEUTRAL_PARAMETERS.includes(name));
  const claimed = address.query.get('x-id');
  return `${claimed === undefined ? '' : `${claimed}, `}${method} on ${on}${names.length > 0 ? ` with ${names.join(', ')}` : ''}`;
}

function fits(shape: Shape, method: string, address: S3Address): boolean {
  if (shape.method !== method || (shape.on === 'object') !== (address.key !== undefined)) return false;
  if (shape.marker === undefined) return true;
  const [name, value] = shape.marker;
  return value === undefined ? address.query.has(name) : address.query.get(name) === value;
}

function refuseUnknownParameters(shape: Shape, method: string, address: S3Address): void {
  const known = [...shape.parameters, ...NEUTRAL_PARAMETERS, ...(shape.marker ? [shape.marker[0]] : [])];
  const unknown = [...address.query.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined) throw notImplemented(describeRequest(method, address));
}

/** The permission is another one where a version is named. */
function versionedAction(action: S3Action | undefined): S3Action | undefined {
  if (action === 's3:GetObject') return 's3:GetObjectVersion';
  return action === 's3:DeleteObject' ? 's3:DeleteObjectVersion' : action;
}

/** The operation's name by method and address alone; undefined for what the lab's S3 does not have. */
export function operationKindOf(method: string, address: S3Address): S3OperationKind | undefined {
  const kinds = Object.keys(SHAPES) as S3OperationKind[];
  return address.bucket === undefined ? undefined : kinds.find((kind) => fits(SHAPES[kind], method, address));
}

/**
 * Recognises the operation. Throws NotImplemented naming whatever the lab's S3 does not have: an operation, a query parameter, an
 * `x-amz-` or conditional header. `headers` in lower case.
 */
export function parseOperation(method: string, address: S3Address, headers: ReadonlyMap<string, string>): S3Operation {
  const { bucket, key = '', query } = address;
  const kind = operationKindOf(method, address);
  if (kind === undefined || bucket === undefined) throw notImplemented(describeRequest(method, address));
  const shape = SHAPES[kind];
  refuseUnknownParameters(shape, method, address);
  refuseUnknownHeaders(headers);
  return { kind, bucket, key, query, action: query.has('versionId') ? versionedAction(shape.action) : shape.action };
}
