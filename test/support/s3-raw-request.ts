import { createHash, createHmac } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import type { AccessKey } from '../../infra/lab/account/identity.ts';

/** An answer, whole. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A request that is signed here, by code of the test's own, and sent as it stands. */
export interface RawRequest {
  readonly method: string;
  /** Encoded path. */
  readonly path: string;
  /** Encoded query, sorted, without `?`. */
  readonly query?: string;
  readonly host?: string;
  /** Value of `x-amz-content-sha256`; absent: the body's hash. */
  readonly seal?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

function sha256(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: string | Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** Adds the headers that a signature needs, and the signature. */
export function signRaw(raw: RawRequest, host: string, key: AccessKey, region: string) {
  const timestamp = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const seal = raw.seal ?? sha256(raw.body ?? '');
  const headers: Record<string, string> = { host, 'x-amz-date': timestamp, 'x-amz-content-sha256': seal, ...raw.headers };
  if (key.sessionToken) headers['x-amz-security-token'] = key.sessionToken;
  const names = Object.keys(headers).sort();
  const signedHeaders = names.join(';');
  const query = (raw.query ?? '').split('&').filter(Boolean);
  const canonicalQuery = query.map((pair) => (pair.includes('=') ? pair : `${pair}=`)).join('&');
  const lines = names.map((name) => `${name}:${headers[name]}\n`).join('');
  const canonical = [raw.method, raw.path, canonicalQuery, lines, signedHeaders, seal].join('\n');
  const day = timestamp.slice(0, 8);
  const scope = `${day}/${region}/s3/aws4_request`;
  const signingKey = ['aws4_request', 's3', region, day].reduceRight<string | Buffer>(
    (k, part) => hmac(k, part),
    `AWS4${key.secretAccessKey}`,
  );
  const signature = hmac(signingKey, ['AWS4-HMAC-SHA256', timestamp, scope, sha256(canonical)].join('\n')).toString('hex');
  headers['authorization'] =
    `AWS4-HMAC-SHA256 Credential=${key.accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
  return { headers, signature, signingKey, timestamp, scope };
}

/** Wraps `parts` as aws-chunked; each chunk signed on top of the last, when `signed` is what `signRaw` gave. */
export function formatChunks(
  parts: readonly Uint8Array[],
  trailers: readonly string[],
  signed?: { readonly signature: string; readonly signingKey: string | Uint8Array; readonly timestamp: string; readonly scope: string },
): Buffer {
  let previous = signed?.signature ?? '';
  const sign = (algorithm: string, ...rest: readonly string[]): string => {
    const text = [algorithm, signed?.timestamp, signed?.scope, previous, ...rest].join('\n');
    previous = hmac(signed?.signingKey ?? '', text).toString('hex');
    return previous;
  };
  const chunks = [...parts, Buffer.alloc(0)].map((part) => {
    const suffix = signed ? `;chunk-signature=${sign('AWS4-HMAC-SHA256-PAYLOAD', sha256(''), sha256(part))}` : '';
    return Buffer.concat([Buffer.from(`${part.length.toString(16)}${suffix}\r\n`), part, Buffer.from(part.length > 0 ? '\r\n' : '')]);
  });
  const lines = trailers.map((line) => `${line}\r\n`);
  if (signed && trailers.length > 0) {
    lines.push(`x-amz-trailer-signature:${sign('AWS4-HMAC-SHA256-TRAILER', sha256(trailers.map((line) => `${line}\n`).join('')))}\r\n`);
  }
  return Buffer.concat([...chunks, Buffer.from(`${lines.join('')}\r\n`)]);
}

/** Sends bytes and headers as they are; with `cutAfter`, only so many bytes of the body, then the connection is cut. */
export function sendRaw(
  endpoint: string,
  raw: Pick<RawRequest, 'method' | 'path' | 'query' | 'body'>,
  headers: Readonly<Record<string, string>>,
  cutAfter?: number,
): Promise<RawAnswer> {
  const { hostname, port } = new URL(endpoint);
  const path = raw.query === undefined ? raw.path : `${raw.path}?${raw.query}`;
  return new Promise((resolve, reject) => {
    const request = httpRequest({ hostname, port, method: raw.method, path, headers, agent: false }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(pieces).toString() }),
      );
    });
    request.on('error', reject);
    if (cutAfter === undefined) request.end(raw.body);
    else request.write(raw.body?.subarray(0, cutAfter), () => request.destroy(new Error('cut')));
  });
}
