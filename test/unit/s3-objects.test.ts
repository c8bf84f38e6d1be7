import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { DeleteObjectCommand, GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LoopbackS3, ROLE_KEY, startLoopbackS3, USER_KEY } from '../support/s3-loopback.ts';

const Bucket = 'objects-of-the-lab';
let s3: LoopbackS3;
beforeAll(async () => {
  s3 = await startLoopbackS3(Bucket);
});
afterAll(async () => {
  expect(s3.faults).toEqual([]);
  await s3.stop();
});

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The bytes on disk, found without the store: the object's file begins with its body. */
function storedSha256(key: string, bytes: number): string {
  const file = readFileSync(join(s3.root, 'buckets', Bucket, 'objects', sha256(Buffer.from(key))));
  return sha256(file.subarray(0, bytes));
}

async function read(Key: string, Range?: string): Promise<Buffer> {
  const answer = await s3.client().send(new GetObjectCommand({ Bucket, Key, ...(Range ? { Range } : {}) }));
  return Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
}

describe('bodies go in and come out the same', () => {
  const cases = [
    { what: 'text', body: Buffer.from('hello'), stream: false },
    { what: 'an empty buffer', body: Buffer.alloc(0), stream: false },
    { what: 'an empty stream', body: Buffer.alloc(0), stream: true },
    { what: '1 KiB, the timed object', body: randomBytes(1024), stream: false },
    { what: '65 536 bytes as a stream, which s3rver corrupts', body: randomBytes(65_536), stream: true },
    { what: '8 MiB + 1, more than any buffer on the way', body: randomBytes(8 * 1024 * 1024 + 1), stream: false },
    { what: '8 MiB + 1 as a stream', body: randomBytes(8 * 1024 * 1024 + 1), stream: true },
  ];
  test.each(cases)('$what (stream: $stream)', async ({ body, stream }) => {
    const Key = `body-${body.length}-${stream}`;
    const Body = stream ? Readable.from(pieces(body)) : body;
    const put = await s3.client().send(new PutObjectCommand({ Bucket, Key, Body, ContentLength: body.length }));
    expect(put.ETag).toBe(`"${createHash('md5').update(body).digest('hex')}"`);
    expect(storedSha256(Key, body.length)).toBe(sha256(body));
    expect(sha256(await read(Key))).toBe(sha256(body));
  });

  function* pieces(body: Buffer): Generator<Buffer> {
    for (let at = 0; at < body.length; at += 65_536) yield body.subarray(at, at + 65_536);
  }
});

test.each([
  { key: 'plain', why: 'nothing to encode' },
  { key: 'with space', why: '%20' },
  { key: 'a+b', why: 'a plus that must not become a space' },
  { key: '100%', why: 'a percent sign that must not be decoded twice' },
  { key: 'é', why: 'two bytes in UTF-8' },
  { key: 'e\u0301', why: 'the same letter, decomposed: another key' },
  { key: '/leading/slash', why: 'the path begins with two slashes' },
  { key: 'a//b', why: 'an empty segment' },
  { key: '../../etc/passwd', why: 'no way out of the folder' },
  { key: 'dir/', why: 'a folder mark' },
  { key: "!'()*;:@&=$,?#[]", why: 'reserved characters' },
  { key: '€'.repeat(341), why: '1023 bytes' },
])('the key $key ($why) round-trips', async ({ key }) => {
  const body = Buffer.from(`of ${key}`);
  await s3.client().send(new PutObjectCommand({ Bucket, Key: key, Body: body }));
  expect(await read(key)).toEqual(body);
  expect(storedSha256(key, body.length)).toBe(sha256(body));
  await s3.client().send(new DeleteObjectCommand({ Bucket, Key: key }));
  await expect(read(key)).rejects.toMatchObject({ name: 'NoSuchKey', $metadata: { httpStatusCode: 404 } });
});

test('a key of more than 1024 bytes is refused', async () => {
  const put = s3.client().send(new PutObjectCommand({ Bucket, Key: '€'.repeat(342), Body: 'x' }));
  await expect(put).rejects.toMatchObject({ name: 'KeyTooLongError' });
});

describe('checksums', () => {
  const body = randomBytes(20_000);
  const cases = (['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const).flatMap((algorithm) => [
    { algorithm, stream: false },
    { algorithm, stream: true },
  ]);
  test.each(cases)(
    '$algorithm, as header or trailer (stream: $stream), is verified, kept and given back',
    async ({ algorithm, stream }) => {
      const Key = `sum-${algorithm}-${stream}`;
      const Body = stream ? Readable.from([body]) : body;
      await s3.client().send(new PutObjectCommand({ Bucket, Key, Body, ContentLength: body.length, ChecksumAlgorithm: algorithm }));
      const head = await s3.client().send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
      expect(head[`Checksum${algorithm}`]).toBeDefined();
      if (algorithm === 'SHA256') expect(Buffer.from(head.ChecksumSHA256 ?? '', 'base64').toString('hex')).toBe(sha256(body));
      expect(await read(Key)).toEqual(body);
    },
  );

  test('a wrong checksum in a header is BadDigest and leaves nothing', async () => {
    const wrong = createHash('sha256').update('something else').digest('base64');
    const put = s3.client().send(new PutObjectCommand({ Bucket, Key: 'wrong-sum', Body: body, ChecksumSHA256: wrong }));
    await expect(put).rejects.toMatchObject({ name: 'BadDigest', $metadata: { httpStatusCode: 400 } });
    await expect(read('wrong-sum')).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect(readdirSync(join(s3.root, 'incoming'))).toEqual([]);
  });

  test('a wrong Content-MD5 is BadDigest, one that is no MD5 InvalidDigest', async () => {
    const put = (ContentMD5: string) => s3.client().send(new PutObjectCommand({ Bucket, Key: 'md5', Body: body, ContentMD5 }));
    await expect(put(createHash('md5').update('other').digest('base64'))).rejects.toMatchObject({ name: 'BadDigest' });
    await expect(put('short')).rejects.toMatchObject({ name: 'InvalidDigest' });
    await put(createHash('md5').update(body).digest('base64'));
  });
});

describe('who signs', () => {
  test('a role with its session token is accepted', async () => {
    const client = s3.client({ credentials: ROLE_KEY });
    await client.send(new PutObjectCommand({ Bucket, Key: 'by-role', Body: 'x' }));
    expect(String(await read('by-role'))).toBe('x');
  });

  test.each([
    { why: 'wrong secret', credentials: { ...USER_KEY, secretAccessKey: 'guess' }, name: 'SignatureDoesNotMatch', status: 403 },
    { why: 'unknown key', credentials: { ...USER_KEY, accessKeyId: 'AKIANOBODY' }, name: 'InvalidAccessKeyId', status: 403 },
    { why: 'wrong session token', credentials: { ...ROLE_KEY, sessionToken: 'old' }, name: 'InvalidToken', status: 400 },
  ])('$why: $name', async ({ credentials, name, status }) => {
    const put = s3.client({ credentials }).send(new PutObjectCommand({ Bucket, Key: 'forbidden', Body: 'x' }));
    await expect(put).rejects.toMatchObject({ name, $metadata: { httpStatusCode: status } });
    await expect(read('forbidden')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });
});

describe('what an object carries', () => {
  test('headers and metadata come back; a later PUT replaces them all', async () => {
    const Key = 'described';
    const described = { ContentType: 'text/plain', CacheControl: 'no-store', ContentEncoding: 'gzip', Metadata: { purpose: 'proof' } };
    await s3.client().send(new PutObjectCommand({ Bucket, Key, Body: Readable.from(['abc']), ContentLength: 3, ...described }));
    expect(await s3.client().send(new HeadObjectCommand({ Bucket, Key }))).toMatchObject({ ...described, ContentLength: 3 });
    await s3.client().send(new PutObjectCommand({ Bucket, Key, Body: 'abcd' }));
    const after = await s3.client().send(new HeadObjectCommand({ Bucket, Key }));
    expect(after).toMatchObject({ ContentLength: 4, Metadata: {} });
    expect(after.ContentEncoding).toBeUndefined();
  });

  test.each([
    { range: 'bytes=0-0', expected: '0', why: 'one byte' },
    { range: 'bytes=2-4', expected: '234', why: 'both ends count' },
    { range: 'bytes=7-', expected: '789', why: 'to the end' },
    { range: 'bytes=-2', expected: '89', why: 'the last two' },
    { range: 'bytes=8-99', expected: '89', why: 'cut at the end' },
    { range: 'bytes=-99', expected: '0123456789', why: 'more than there is' },
  ])('range $range: $why', async ({ range, expected }) => {
    await s3.client().send(new PutObjectCommand({ Bucket, Key: 'digits', Body: '0123456789' }));
    const answer = await s3.client().send(new GetObjectCommand({ Bucket, Key: 'digits', Range: range }));
    expect(answer.$metadata.httpStatusCode).toBe(206);
    expect(await answer.Body?.transformToString()).toBe(expected);
    expect(answer.ContentRange).toMatch(/^bytes \d+-\d+\/10$/);
  });

  test('a range behind the end is InvalidRange, with the size', async () => {
    const get = s3.client().send(new GetObjectCommand({ Bucket, Key: 'digits', Range: 'bytes=10-' }));
    await expect(get).rejects.toMatchObject({ name: 'InvalidRange', ActualObjectSize: '10', $metadata: { httpStatusCode: 416 } });
  });

  test('a missing key is NotFound for HEAD, which has no body; a missing bucket is NoSuchBucket', async () => {
    await expect(s3.client().send(new HeadObjectCommand({ Bucket, Key: 'none' }))).rejects.toMatchObject({ name: 'NotFound' });
    const get = s3.client().send(new GetObjectCommand({ Bucket: 'no-such-bucket', Key: 'none' }));
    await expect(get).rejects.toMatchObject({ name: 'NoSuchBucket', $metadata: { httpStatusCode: 404 } });
  });
});
