import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** A request as SigV4 sees it. */
export interface SignedRequest {
  readonly method: string;
  /** Request target as on the wire: path and query, percent-encoded by the client. */
  readonly target: string;
  /** Lower-case name → value; the values of a repeated header joined with `,` in their order. */
  readonly headers: ReadonlyMap<string, string>;
  /** Absent for S3, whose body is read after the signature was verified. */
  readonly body?: Uint8Array;
}

/** Reads what a signature covers from a raw request. `body` as in `SignedRequest`. */
export function parseSignedRequest(request: IncomingMessage, body?: Uint8Array): SignedRequest {
  const headers = new Map<string, string>();
  const raw = request.rawHeaders;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = (raw[i] ?? '').toLowerCase();
    const value = raw[i + 1] ?? '';
    const earlier = headers.get(name);
    headers.set(name, earlier === undefined ? value : `${earlier.trim()},${value.trim()}`);
  }
  const common = { method: request.method ?? 'GET', target: request.url ?? '/', headers };
  return body === undefined ? common : { ...common, body };
}

/** Lower-case hex SHA-256. */
export function sha256Hex(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex');
}

const PLAIN_PATH = /^[A-Za-z0-9\-._~/]*$/;

function percent(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

function encodeCharacter(character: string): string {
  return [...Buffer.from(character, 'utf8')].map(percent).join('');
}

/** Brings percent-encoded text into the one spelling SigV4 wants: unreserved characters plain, all else `%XX` in upper case. */
function respell(text: string, keepSlash: boolean): string {
  return text.replace(/%([0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~]/gu, (match, hex: string | undefined) => {
    if (hex === undefined) return keepSlash && match === '/' ? '/' : encodeCharacter(match);
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return /[A-Za-z0-9\-._~]/.test(character) ? character : `%${hex.toUpperCase()}`;
  });
}

function withoutDotSegments(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') kept.pop();
    else kept.push(segment);
  }
  const tail = kept.length > 0 && path.endsWith('/') ? '/' : '';
  return `/${kept.join('/')}${tail}`;
}

/**
 * The canonical URI. S3 signs the path encoded once and unnormalised, every other service the normalised path with
 * each `%` of the wire encoded again (AWS, "Create a canonical request").
 */
export function formatCanonicalPath(path: string, service: string): string {
  if (service === 's3') return PLAIN_PATH.test(path) ? path || '/' : respell(path, true);
  const normal = withoutDotSegments(path);
  return PLAIN_PATH.test(normal) ? normal : normal.replace(/[^A-Za-z0-9\-._~/]/gu, encodeCharacter);
}

/** The canonical query string: each name and value respelled, sorted by name, then by value; a bare name gets `=`. */
export function formatCanonicalQuery(query: string): string {
  if (query === '') return '';
  const pairs = query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      const name = equals < 0 ? pair : pair.slice(0, equals);
      return [respell(name, false), equals < 0 ? '' : respell(pair.slice(equals + 1), false)] as const;
    });
  pairs.sort((a, b) => compareText(a[0], b[0]) || compareText(a[1], b[1]));
  return pairs.map(([name, value]) => `${name}=${value}`).join('&');
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Splits a request target into its path and its query, the query without `?`. */
export function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const mark = target.indexOf('?');
  return mark < 0 ? { path: target, query: '' } : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}

/** Trims a header's value and folds runs of blanks into one, as SigV4 signs it. */
function foldBlanks(value: string): string {
  return value.trim().replace(/\s+/g, ' ');
}

/**
 * The canonical request over the named headers, which must all be present (an absent one is signed as empty).
 * `payloadHash` is the last line: a hex hash or one of S3's words.
 */
export function formatCanonicalRequest(
  request: SignedRequest,
  service: string,
  signedHeaders: readonly string[],
  payloadHash: string,
): string {
  const { path, query } = splitTarget(request.target);
  const headers = signedHeaders.map((name) => `${name}:${foldBlanks(request.headers.get(name) ?? '')}\n`);
  return [
    request.method,
    formatCanonicalPath(path, service),
    formatCanonicalQuery(query),
    headers.join(''),
    signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
}
