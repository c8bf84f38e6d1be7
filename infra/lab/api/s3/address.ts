import { Refusal } from '../../refusal.ts';
import { splitTarget } from '../canonical.ts';

/** What a request's URL and Host header point at. */
export interface S3Address {
  /** Absent: the service itself. */
  readonly bucket?: string;
  /** Absent: the bucket itself. Never empty. */
  readonly key?: string;
  /** Query parameters, decoded; a bare name has an empty value. */
  readonly query: ReadonlyMap<string, string>;
}

/** AWS: "The name for a key is a sequence of Unicode characters whose UTF-8 encoding is up to 1,024 bytes long." */
const MAX_KEY_BYTES = 1024;

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Refusal('InvalidURI', 400, "Couldn't parse the specified URI.");
  }
}

function parseQuery(text: string): ReadonlyMap<string, string> {
  const query = new Map<string, string>();
  for (const pair of text.split('&').filter((part) => part !== '')) {
    const [name = '', ...value] = pair.replaceAll('+', ' ').split('=');
    query.set(decode(name), decode(value.join('=')));
  }
  return query;
}

/** `bucket.s3.<region>.amazonaws.com`, `bucket.s3.amazonaws.com`. */
const PUBLIC_HOST = /^(.+)\.s3(?:\.[a-z0-9-]+)?\.amazonaws\.com$/;
/** `bucket.bucket.vpce-….s3.<region>.vpce.amazonaws.com`: the second `bucket` is a word, by which S3 tells it from an access point. */
const ENDPOINT_HOST = /^(.+)\.bucket\.vpce-[a-z0-9-]+\.s3\.[a-z0-9-]+\.vpce\.amazonaws\.com$/;

/** The bucket that a host names; undefined where it names none: path style. */
function bucketOfHost(host: string): string | undefined {
  const name = host.toLowerCase().replace(/:\d+$/, '');
  return (ENDPOINT_HOST.exec(name) ?? PUBLIC_HOST.exec(name))?.[1];
}

/**
 * Reads bucket, key and query. The path is taken as it came: `..`, doubled and leading slashes are part of a key, so no URL
 * parser may touch it. Throws InvalidURI, KeyTooLongError.
 */
export function parseAddress(target: string, host: string): S3Address {
  const { path, query: queryText } = splitTarget(target);
  const query = parseQuery(queryText);
  const rest = path.startsWith('/') ? path.slice(1) : path;
  const virtualHost = bucketOfHost(host);
  const slash = rest.indexOf('/');
  const bucket = virtualHost ?? decode(slash < 0 ? rest : rest.slice(0, slash));
  const key = decode(virtualHost === undefined ? (slash < 0 ? '' : rest.slice(slash + 1)) : rest);
  const keyBytes = Buffer.byteLength(key);
  if (keyBytes > MAX_KEY_BYTES) {
    const detail = { Size: String(keyBytes), MaxSizeAllowed: String(MAX_KEY_BYTES) };
    throw new Refusal('KeyTooLongError', 400, 'Your key is too long', detail);
  }
  if (bucket === '') return { query };
  return key === '' ? { bucket, query } : { bucket, key, query };
}
