import { Refusal } from '../../refusal.ts';
import type { StoredObject } from './object-file.ts';

/** What a listing asks for. */
export interface ListingRequest {
  readonly prefix: string;
  /** Empty: no grouping. */
  readonly delimiter: string;
  /** 0 … 1000. */
  readonly maxKeys: number;
  /** Only keys after this one; absent: all. */
  readonly startAfter?: string;
  /** The page before ended with this key or common prefix: only entries after it; absent: the first page. */
  readonly resumeAfter?: string;
}

export type ListingEntry =
  | { readonly kind: 'object'; readonly object: StoredObject }
  /** All keys that begin with it, up to and with the delimiter, as one. */
  | { readonly kind: 'prefix'; readonly prefix: string };

/** One page. */
export interface ListingPage {
  readonly entries: readonly ListingEntry[];
  /** The last entry's key or prefix, where more follows: `resumeAfter` of the next page. */
  readonly next?: string;
}

/** AWS: a listing returns at most so many keys at a time, whatever is asked. */
const MAX_KEYS = 1000;

/** Reads `max-keys` and its like: absent is 1000, more than that is cut. Throws InvalidArgument. */
export function parseMaxKeys(text: string | undefined, name: string): number {
  if (text === undefined) return MAX_KEYS;
  if (/^\d{1,9}$/.test(text)) return Math.min(Number(text), MAX_KEYS);
  throw new Refusal('InvalidArgument', 400, `Provided ${name} not an integer or within integer range`, {
    ArgumentName: name,
    ArgumentValue: text,
  });
}

function isAfter(left: string, right: string): boolean {
  return Buffer.compare(Buffer.from(left), Buffer.from(right)) > 0;
}

/** The common prefix that a key falls under; undefined when the delimiter does not occur after the prefix. */
function commonPrefix(key: string, request: ListingRequest): string | undefined {
  if (request.delimiter === '') return undefined;
  const at = key.indexOf(request.delimiter, request.prefix.length);
  return at < 0 ? undefined : key.slice(0, at + request.delimiter.length);
}

function isPast(key: string, request: ListingRequest): boolean {
  const { startAfter, resumeAfter } = request;
  if (startAfter !== undefined && !isAfter(key, startAfter)) return false;
  return resumeAfter === undefined || isAfter(commonPrefix(key, request) ?? key, resumeAfter);
}

/** Cuts one page out of a bucket's objects, which come in the order of their keys' UTF-8 bytes. */
export function listPage(objects: readonly StoredObject[], request: ListingRequest): ListingPage {
  const entries: ListingEntry[] = [];
  let last: string | undefined;
  for (const object of objects) {
    if (!object.key.startsWith(request.prefix) || !isPast(object.key, request)) continue;
    const prefix = commonPrefix(object.key, request);
    if (prefix !== undefined && prefix === last) continue;
    if (entries.length === request.maxKeys) return last === undefined ? { entries } : { entries, next: last };
    entries.push(prefix === undefined ? { kind: 'object', object } : { kind: 'prefix', prefix });
    last = prefix ?? object.key;
  }
  return { entries };
}

/** An opaque token for the next page of ListObjectsV2. */
export function formatContinuationToken(after: string): string {
  return Buffer.from(JSON.stringify({ after })).toString('base64url');
}

/** Reads a token back. Throws InvalidArgument for what is none. */
export function parseContinuationToken(token: string): string {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    if (typeof value === 'object' && value !== null && 'after' in value && typeof value.after === 'string') return value.after;
  } catch {
    // Falls through to the one refusal.
  }
  const detail = { ArgumentName: 'continuation-token', ArgumentValue: token };
  throw new Refusal('InvalidArgument', 400, 'The continuation token provided is incorrect', detail);
}
