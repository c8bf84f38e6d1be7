import { createHmac, timingSafeEqual } from 'node:crypto';
import type { AccessKey } from '../account/identity.ts';
import { type AuthDialect, type AuthFailure, formatAuthRefusal } from './auth-refusal.ts';
import { formatCanonicalRequest, type SignedRequest, sha256Hex, splitTarget } from './canonical.ts';
import type { PayloadSeal, SignatureScope, VerifiedSignature } from './signature.ts';

const ALGORITHM = 'AWS4-HMAC-SHA256';

/** Who may sign, and for which region. */
export interface Keyring {
  readonly region: string;
  readonly keys: readonly AccessKey[];
  /** From then on (epoch milliseconds) all keys are expired; absent: never. */
  readonly expireAtMs?: number;
}

/** The parts of an `Authorization` header of SigV4. */
interface Authorization {
  readonly accessKeyId: string;
  readonly scope: SignatureScope;
  /** Lower-case, as listed by the client. */
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

class AuthFailed extends Error {
  readonly failure: AuthFailure;
  constructor(failure: AuthFailure) {
    super(failure.kind);
    this.failure = failure;
  }
}

/**
 * Verifies the SigV4 header signature of a request at `nowMs` (epoch milliseconds). Without `request.body` the service must be
 * S3, whose handler holds the body against the returned seal. Skew allowed: 15 min for S3, 5 min elsewhere.
 * Throws `Refusal` in the words of `dialect`; presigned requests and algorithms other than AWS4-HMAC-SHA256 are refused by name.
 */
export function verifySignature(request: SignedRequest, keyring: Keyring, nowMs: number, dialect: AuthDialect): VerifiedSignature {
  try {
    return verify(request, keyring, nowMs, dialect);
  } catch (error) {
    if (error instanceof AuthFailed) throw formatAuthRefusal(error.failure, dialect);
    throw error;
  }
}

/** The service named by the credential scope of a request, or undefined where it carries no readable SigV4 header. */
export function parseScopeService(authorization: string | undefined): string | undefined {
  return /\bCredential=[^/,\s]+\/\d+\/[^/,\s]*\/([^/,\s]+)\/aws4_request/.exec(authorization ?? '')?.[1];
}

function verify(request: SignedRequest, keyring: Keyring, nowMs: number, dialect: AuthDialect): VerifiedSignature {
  const authorization = parseAuthorization(request);
  const { scope } = authorization;
  if ((dialect === 's3') !== (scope.service === 's3')) {
    throw new AuthFailed({ kind: 'malformed', what: `Credential should be scoped to correct service, not '${scope.service}'.` });
  }
  const key = keyring.keys.find((candidate) => candidate.accessKeyId === authorization.accessKeyId);
  if (key === undefined) throw new AuthFailed({ kind: 'unknown-key', accessKeyId: authorization.accessKeyId });
  if (request.headers.get('x-amz-security-token') !== key.sessionToken) throw new AuthFailed({ kind: 'wrong-token' });
  if (keyring.expireAtMs !== undefined && nowMs >= keyring.expireAtMs) throw new AuthFailed({ kind: 'expired' });
  if (scope.region !== keyring.region) throw new AuthFailed({ kind: 'wrong-region', got: scope.region, expected: keyring.region });
  requireSigned(request, authorization.signedHeaders);
  const timestamp = parseTimestamp(request, scope);
  requireFresh(timestamp, nowMs, scope.service);
  const payloadHash = payloadHashOf(request, scope.service);
  const signingKey = deriveSigningKey(key.secretAccessKey, scope);
  const canonicalRequest = formatCanonicalRequest(request, scope.service, authorization.signedHeaders, payloadHash);
  const stringToSign = [ALGORITHM, timestamp, formatScope(scope), sha256Hex(canonicalRequest)].join('\n');
  const expected = createHmac('sha256', signingKey).update(stringToSign).digest('hex');
  if (!sameText(expected, authorization.signature)) throw new AuthFailed({ kind: 'wrong-signature', canonicalRequest, stringToSign });
  const seed = { signature: authorization.signature, signingKey, timestamp, scope };
  return { key, scope, payload: parseSeal(payloadHash, seed) };
}

/** `<date>/<region>/<service>/aws4_request`. */
export function formatScope(scope: SignatureScope): string {
  return `${scope.date}/${scope.region}/${scope.service}/aws4_request`;
}

/** The signing key of a scope (AWS, "Calculate the signature": four nested HMACs). */
export function deriveSigningKey(secretAccessKey: string, scope: SignatureScope): Uint8Array {
  let key: Buffer = Buffer.from(`AWS4${secretAccessKey}`, 'utf8');
  for (const part of [scope.date, scope.region, scope.service, 'aws4_request']) key = createHmac('sha256', key).update(part).digest();
  return key;
}

function parseAuthorization(request: SignedRequest): Authorization {
  const header = request.headers.get('authorization');
  if (header === undefined) {
    const presigned = /(^|&)X-Amz-(Algorithm|Signature)=/i.test(splitTarget(request.target).query);
    throw new AuthFailed({ kind: presigned ? 'presigned' : 'missing' });
  }
  const algorithm = header.split(/\s/, 1)[0] ?? '';
  if (algorithm !== ALGORITHM) throw new AuthFailed({ kind: 'algorithm', name: algorithm });
  const parts = new Map(
    header
      .slice(algorithm.length)
      .split(',')
      .map((part) => [part.slice(0, part.indexOf('=')).trim(), part.slice(part.indexOf('=') + 1).trim()] as const),
  );
  const need = (name: string): string => {
    const value = parts.get(name);
    if (value === undefined || value === '')
      throw new AuthFailed({ kind: 'malformed', what: `Authorization header requires '${name}' parameter.` });
    return value;
  };
  const [accessKeyId, date, region, service, end, ...more] = need('Credential').split('/');
  if (!accessKeyId || !date || region === undefined || !service || end !== 'aws4_request' || more.length > 0) {
    throw new AuthFailed({ kind: 'malformed', what: 'Credential must be <access key>/<YYYYMMDD>/<region>/<service>/aws4_request.' });
  }
  const signedHeaders = need('SignedHeaders').toLowerCase().split(';');
  return { accessKeyId, scope: { date, region, service }, signedHeaders, signature: need('Signature') };
}

/** `host` and all `x-amz-*` headers must be covered, and every header named as signed be there. */
function requireSigned(request: SignedRequest, signedHeaders: readonly string[]): void {
  const signed = new Set(signedHeaders);
  const bare = [...request.headers.keys()].filter((name) => name.startsWith('x-amz-') && !signed.has(name));
  if (!signed.has('host')) bare.unshift('host');
  if (bare.length > 0) throw new AuthFailed({ kind: 'unsigned-headers', names: bare });
  const absent = signedHeaders.filter((name) => !request.headers.has(name));
  if (absent.length > 0) throw new AuthFailed({ kind: 'malformed', what: `Signed header '${absent[0]}' is not in the request.` });
}

/** `YYYYMMDDTHHMMSSZ` from `x-amz-date`, else from `date`; must fall on the scope's day. */
function parseTimestamp(request: SignedRequest, scope: SignatureScope): string {
  const date = request.headers.get('date');
  const dateMs = Date.parse(date ?? '');
  const timestamp = request.headers.get('x-amz-date') ?? (Number.isNaN(dateMs) ? '' : formatTimestamp(dateMs));
  if (!/^\d{8}T\d{6}Z$/.test(timestamp) || Number.isNaN(parseTimestampMs(timestamp))) {
    throw new AuthFailed({
      kind: 'malformed',
      what: "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    });
  }
  if (!timestamp.startsWith(scope.date)) {
    throw new AuthFailed({ kind: 'malformed', what: `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date.` });
  }
  return timestamp;
}

function formatTimestamp(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:]|\.\d{3}/g, '');
}

function parseTimestampMs(timestamp: string): number {
  return Date.parse(timestamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

function requireFresh(timestamp: string, nowMs: number, service: string): void {
  const minutes = service === 's3' ? 15 : 5;
  const aheadMs = parseTimestampMs(timestamp) - nowMs;
  if (Math.abs(aheadMs) <= minutes * 60_000) return;
  throw new AuthFailed({ kind: 'skew', signed: timestamp, server: formatTimestamp(nowMs), early: aheadMs > 0, minutes });
}

/** The last line of the canonical request. Outside S3 the body is here, so its own hash counts and a differing header is refused. */
function payloadHashOf(request: SignedRequest, service: string): string {
  const declared = request.headers.get('x-amz-content-sha256');
  if (service === 's3') {
    if (declared === undefined)
      throw new AuthFailed({ kind: 'malformed', what: 'Missing required header for this request: x-amz-content-sha256' });
    return declared;
  }
  if (request.body === undefined) throw new Error(`the body of a signed ${service} request was not read`);
  const actual = sha256Hex(request.body);
  if (declared !== undefined && declared !== actual) throw new AuthFailed({ kind: 'payload-mismatch' });
  return actual;
}

function parseSeal(payloadHash: string, seed: Extract<PayloadSeal, { kind: 'chunked-signed' }>['seed']): PayloadSeal {
  switch (payloadHash) {
    case 'UNSIGNED-PAYLOAD':
      return { kind: 'unsigned' };
    case 'STREAMING-UNSIGNED-PAYLOAD-TRAILER':
      return { kind: 'chunked-unsigned-trailer' };
    case 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD':
      return { kind: 'chunked-signed', trailer: false, seed };
    case 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER':
      return { kind: 'chunked-signed', trailer: true, seed };
    default:
      if (/^[0-9a-f]{64}$/.test(payloadHash)) return { kind: 'sha256', hex: payloadHash };
      throw new AuthFailed({
        kind: 'malformed',
        what: `x-amz-content-sha256 '${payloadHash}' is neither a SHA-256 nor a mode the lab realises.`,
      });
  }
}

function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
