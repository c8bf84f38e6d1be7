import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ChunkEvent } from '../../infra/lab/api/s3/aws-chunked.ts';
import { newChunkDecoder } from '../../infra/lab/api/s3/aws-chunked.ts';
import { CHECKSUM_ALGORITHMS, checksumHeader, newChecksum } from '../../infra/lab/api/s3/checksum.ts';
import { newChunkVerifier } from '../../infra/lab/api/s3/chunk-signatures.ts';
import { deriveSigningKey } from '../../infra/lab/api/sigv4.ts';
import { type LoopbackS3, REGION, startLoopbackS3, USER_KEY } from '../support/s3-loopback.ts';
import { formatChunks, type RawAnswer, sendRaw, signRaw } from '../support/s3-raw-request.ts';

const bucket = 'payloads-of-the-lab';
let s3: LoopbackS3;
beforeAll(async () => {
  s3 = await startLoopbackS3(bucket);
});
afterAll(async () => {
  expect(s3.faults).toEqual([]);
  await s3.stop();
});

const body = randomBytes(70_000);
const parts = [body.subarray(0, 65_536), body.subarray(65_536)];

function sumOf(algorithm: (typeof CHECKSUM_ALGORITHMS)[number], bytes: Uint8Array): string {
  const sum = newChecksum(algorithm);
  sum.update(bytes);
  return sum.digest();
}

interface ChunkedPut {
  readonly key: string;
  readonly seal: string;
  readonly trailers?: readonly string[];
  readonly parts?: readonly Uint8Array[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Spoils the framed body before it is sent. */
  readonly spoil?: (framed: Buffer) => Buffer;
}

async function putChunked(put: ChunkedPut): Promise<RawAnswer> {
  const raw = { method: 'PUT', path: `/${bucket}/${put.key}` };
  const sent = put.parts ?? parts;
  const trailers = put.trailers ?? [];
  const length = sent.reduce((sum, part) => sum + part.length, 0);
  const names = trailers.length > 0 ? { 'x-amz-trailer': trailers.map((line) => line.split(':')[0]).join(',') } : {};
  const headers = { 'content-encoding': 'aws-chunked', 'x-amz-decoded-content-length': String(length), ...names, ...put.headers };
  const signed = signRaw({ ...raw, seal: put.seal, headers }, new URL(s3.endpoint).host, USER_KEY, REGION);
  const framed = formatChunks(sent, trailers, put.seal.includes('UNSIGNED') ? undefined : signed);
  const spoiled = put.spoil?.(framed) ?? framed;
  return sendRaw(s3.endpoint, { ...raw, body: spoiled }, { ...signed.headers, 'content-length': String(spoiled.length) });
}

/** The object's file, found without the store; it begins with the body. */
function stored(key: string): Buffer | undefined {
  const file = join(s3.root, 'buckets', bucket, 'objects', createHash('sha256').update(key).digest('hex'));
  return existsSync(file) ? readFileSync(file) : undefined;
}

async function read(key: string): Promise<RawAnswer> {
  const raw = { method: 'GET', path: `/${bucket}/${key}` };
  return sendRaw(s3.endpoint, raw, signRaw(raw, new URL(s3.endpoint).host, USER_KEY, REGION).headers);
}

describe('aws-chunked on the wire', () => {
  const unsigned = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';
  const signed = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD';
  test.each([
    { seal: signed, trailers: [], why: 'signed chunks, no trailer' },
    ...CHECKSUM_ALGORITHMS.flatMap((algorithm) => [
      { seal: unsigned, trailers: [`${checksumHeader(algorithm)}:${sumOf(algorithm, body)}`], why: `${algorithm} in an unsigned trailer` },
      {
        seal: `${signed}-TRAILER`,
        trailers: [`${checksumHeader(algorithm)}:${sumOf(algorithm, body)}`],
        why: `${algorithm} in a signed trailer`,
      },
    ]),
  ])('$why: taken, decoded, etag of the decoded bytes', async ({ seal, trailers, why }) => {
    const key = `taken-${why.replaceAll(/\W/g, '-')}`;
    const answer = await putChunked({ key, seal, trailers });
    expect(answer).toMatchObject({ status: 200, headers: { etag: `"${createHash('md5').update(body).digest('hex')}"` } });
    expect(stored(key)?.subarray(0, body.length).equals(body)).toBe(true);
    const back = await read(key);
    expect(back.headers['content-length']).toBe(String(body.length));
    expect(back.headers['content-encoding']).toBeUndefined();
  });

  const right = `x-amz-checksum-crc32:${sumOf('CRC32', body)}`;
  const wrong = `x-amz-checksum-crc32:${sumOf('CRC32', Buffer.from('other'))}`;
  test.each([
    { code: 'BadDigest', why: 'wrong trailer', put: { seal: unsigned, trailers: [wrong] } },
    { code: 'BadDigest', why: 'wrong signed trailer', put: { seal: `${signed}-TRAILER`, trailers: [wrong] } },
    {
      code: 'SignatureDoesNotMatch',
      why: 'a byte changed under a chunk signature',
      put: { seal: signed, spoil: (framed: Buffer) => framed.fill(framed.readUInt8(40_000) ^ 1, 40_000, 40_001) },
    },
    {
      code: 'SignatureDoesNotMatch',
      why: 'a trailer changed under its signature',
      put: { seal: `${signed}-TRAILER`, trailers: [right], spoil: (framed: Buffer) => replaceLast(framed, right, wrong) },
    },
    {
      code: 'BadDigest',
      why: 'a byte changed, no chunk signatures',
      put: { seal: unsigned, trailers: [right], spoil: (framed: Buffer) => framed.fill(framed.readUInt8(40_000) ^ 1, 40_000, 40_001) },
    },
    {
      code: 'MalformedTrailerError',
      why: 'the announced trailer is missing',
      put: { seal: unsigned, trailers: [right], spoil: (framed: Buffer) => replaceLast(framed, `${right}\r\n`, '') },
    },
    {
      code: 'MalformedTrailerError',
      why: 'a trailer that was not announced',
      put: { seal: unsigned, trailers: [right], spoil: (framed: Buffer) => replaceLast(framed, right, `${right}\r\nx-amz-more:1`) },
    },
    {
      code: 'MalformedTrailerError',
      why: 'signed trailers without their signature',
      put: {
        seal: `${signed}-TRAILER`,
        trailers: [right],
        spoil: (framed: Buffer) => Buffer.concat([framed.subarray(0, framed.indexOf('x-amz-trailer-sig')), Buffer.from('\r\n')]),
      },
    },
    {
      code: 'IncompleteBody',
      why: 'the last chunk is missing',
      put: { seal: unsigned, trailers: [right], spoil: (framed: Buffer) => framed.subarray(0, 66_000) },
    },
    {
      code: 'IncompleteBody',
      why: 'fewer bytes than announced',
      put: { seal: unsigned, trailers: [right], headers: { 'x-amz-decoded-content-length': '70001' } },
    },
    {
      code: 'IncompleteBody',
      why: 'more bytes than announced',
      put: { seal: unsigned, trailers: [right], headers: { 'x-amz-decoded-content-length': '69999' } },
    },
    { code: 'InvalidRequest', why: 'not chunked at all', put: { seal: unsigned, trailers: [right], spoil: () => body } },
    {
      code: 'InvalidChunkSizeError',
      why: 'a chunk below 8 KiB before the last',
      put: { seal: unsigned, trailers: [right], parts: [body.subarray(0, 8191), body.subarray(8191)] },
    },
    { code: 'InvalidRequest', why: 'an unknown trailer', put: { seal: unsigned, trailers: ['x-amz-checksum-xxhash64:AAAAAAAAAAA='] } },
    {
      code: 'MissingContentLength',
      why: 'no decoded length',
      put: { seal: unsigned, headers: { 'x-amz-decoded-content-length': 'undefined' } },
    },
  ])('$why: $code, and nothing is left', async ({ code, why, put }) => {
    const key = `refused-${why.replaceAll(/\W/g, '-')}`;
    const spoil = 'spoil' in put ? (framed: Buffer) => Buffer.from(put.spoil?.(framed) ?? framed) : undefined;
    const answer = await putChunked({ key, ...put, ...(spoil ? { spoil } : {}) } as ChunkedPut);
    expect(/<Code>(.*)<\/Code>/.exec(answer.body)?.[1]).toBe(code);
    expect(stored(key)).toBeUndefined();
    expect(readdirSync(join(s3.root, 'incoming'))).toEqual([]);
  });

  function replaceLast(framed: Buffer, text: string, by: string): Buffer {
    const at = framed.lastIndexOf(text);
    expect(at).toBeGreaterThan(0);
    return Buffer.concat([framed.subarray(0, at), Buffer.from(by), framed.subarray(at + text.length)]);
  }
});

describe('plain bodies on the wire', () => {
  async function put(key: string, sent: Uint8Array, seal?: string, cutAfter?: number): Promise<RawAnswer> {
    const raw = { method: 'PUT', path: `/${bucket}/${key}`, body: sent, ...(seal === undefined ? {} : { seal }) };
    const { headers } = signRaw(raw, new URL(s3.endpoint).host, USER_KEY, REGION);
    return sendRaw(s3.endpoint, raw, { ...headers, 'content-length': String(sent.length) }, cutAfter);
  }

  test('UNSIGNED-PAYLOAD is taken as it is', async () => {
    expect(await put('unsigned', body, 'UNSIGNED-PAYLOAD')).toMatchObject({ status: 200 });
    expect(stored('unsigned')?.subarray(0, body.length).equals(body)).toBe(true);
  });

  test('a body other than the signed one is XAmzContentSHA256Mismatch', async () => {
    const answer = await put('mismatch', body, createHash('sha256').update('other').digest('hex'));
    expect(answer).toMatchObject({ status: 400, body: expect.stringContaining('<Code>XAmzContentSHA256Mismatch</Code>') });
    expect(stored('mismatch')).toBeUndefined();
  });

  test('a body that is cut off leaves nothing', async () => {
    await expect(put('cut', body, undefined, 30_000)).rejects.toThrow('cut');
    await expect.poll(() => readdirSync(join(s3.root, 'incoming'))).toEqual([]);
    expect(stored('cut')).toBeUndefined();
  });

  test('a request without a signature is AccessDenied, in S3’s error document', async () => {
    const answer = await sendRaw(s3.endpoint, { method: 'GET', path: `/${bucket}/x%20y` }, { host: 'localhost' });
    expect(answer.status).toBe(403);
    expect(answer.headers['content-type']).toBe('application/xml');
    expect(answer.body).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<Error><Code>AccessDenied<\/Code><Message>Access Denied<\/Message><Resource>\/payloads-of-the-lab\/x%20y<\/Resource><RequestId>[0-9A-F]{16}<\/RequestId><\/Error>$/,
    );
  });
});

/** AWS's own worked examples ("Signature calculations: … multiple chunks", with and without trailing headers). */
describe('the chain of chunk signatures, against the documented vectors', () => {
  const scope = { date: '20130524', region: 'us-east-1', service: 's3' };
  const signingKey = deriveSigningKey('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', scope);
  const chunk = (bytes: number, signature: string): ChunkEvent[] => [
    { kind: 'begin', bytes, signature },
    { kind: 'data', bytes: Buffer.alloc(bytes, 'a') },
    { kind: 'end' },
  ];
  const take = (seed: string, events: readonly ChunkEvent[]) => {
    const verifier = newChunkVerifier({ signature: seed, signingKey, timestamp: '20130524T000000Z', scope });
    for (const event of events) verifier.take(event);
    return verifier;
  };

  test('without trailers', () => {
    const events = [
      ...chunk(65_536, 'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648'),
      ...chunk(1024, '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497'),
      ...chunk(0, 'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9'),
    ];
    take('4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9', events);
    expect(() => take('0'.repeat(64), events)).toThrow('does not match');
  });

  test('with a trailer', () => {
    const events = [
      ...chunk(65_536, 'b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2'),
      ...chunk(1024, '1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7'),
      ...chunk(0, '2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992'),
    ];
    const verifier = take('106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e', events);
    const signature = 'd81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435';
    verifier.takeTrailers(
      new Map([
        ['x-amz-checksum-crc32c', 'sOO8/Q=='],
        ['x-amz-trailer-signature', signature],
      ]),
    );
  });
});

test('check values of the CRCs over "123456789" (the catalogue of parametrised CRC algorithms)', () => {
  const check = (algorithm: 'CRC32' | 'CRC32C' | 'CRC64NVME') =>
    Buffer.from(sumOf(algorithm, Buffer.from('123456789')), 'base64').toString('hex');
  expect([check('CRC32'), check('CRC32C'), check('CRC64NVME')]).toEqual(['cbf43926', 'e3069283', 'ae8b14860a799888']);
});

test('the example of AWS’s page, with LF after the trailer and an empty line before its signature, is read', () => {
  const decoder = newChunkDecoder();
  decoder.push(
    Buffer.from('0;chunk-signature='.concat('a'.repeat(64), '\r\nx-amz-checksum-crc32c:sOO8/Q==\n\r\nx-amz-trailer-signature:ff\r\n\r\n')),
  );
  expect([...decoder.finish()]).toEqual([
    ['x-amz-checksum-crc32c', 'sOO8/Q=='],
    ['x-amz-trailer-signature', 'ff'],
  ]);
});
