import { DeleteObjectsCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ChunkEvent, newChunkDecoder } from '../../infra/lab/api/s3/aws-chunked.ts';
import { listPage } from '../../infra/lab/api/s3/listing.ts';
import { evaluatePolicy, isAllowed, type PolicyRequest } from '../../infra/lab/api/s3/policy.ts';
import { parseBucketPolicy } from '../../infra/lab/api/s3/policy-document.ts';
import { matchesWildcard } from '../../infra/lab/api/s3/wildcard.ts';
import { type LoopbackS3, startLoopbackS3 } from '../support/s3-loopback.ts';
import { formatChunks } from '../support/s3-raw-request.ts';

const Bucket = 'properties-of-the-lab';
let s3: LoopbackS3;
beforeAll(async () => {
  s3 = await startLoopbackS3(Bucket);
});
afterAll(async () => {
  expect(s3.faults).toEqual([]);
  await s3.stop();
});

/** Keys of any characters that XML and UTF-8 can carry, with the troublesome ones frequent. */
const KEY = fc
  .array(
    fc.oneof(
      fc.constantFrom('/', '..', '.', ' ', '+', '%', '%2F', 'é', '&', '<', '"', '?', '#', '\\', '~', '\u{1f600}'),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5 }),
    ),
    {
      minLength: 1,
      maxLength: 12,
    },
  )
  .map((parts) => parts.join(''))
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 cannot carry them back in a listing
  .filter((key) => !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(key));

test('any key is put, listed, read and deleted as itself', async () => {
  const client = s3.client();
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(KEY, { minLength: 1, maxLength: 3 }), async (keys) => {
      for (const Key of keys) await client.send(new PutObjectCommand({ Bucket, Key, Body: Buffer.from(`of ${Key}`) }));
      const listed = await client.send(new ListObjectsV2Command({ Bucket, EncodingType: 'url' }));
      expect(listed.Contents?.map(({ Key }) => decodeURIComponent(Key ?? '')).sort()).toEqual([...keys].sort());
      for (const Key of keys) {
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
        expect(await Body?.transformToString()).toBe(`of ${Key}`);
      }
      await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: keys.map((Key) => ({ Key })) } }));
      expect((await client.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
    }),
    { numRuns: 60 },
  );
});

test('aws-chunked is decoded to the same bytes, in whatever pieces it arrives', () => {
  const parts = fc.array(fc.uint8Array({ minLength: 8192, maxLength: 9000 }), { maxLength: 3 });
  fc.assert(
    fc.property(
      parts,
      fc.uint8Array({ minLength: 1, maxLength: 50 }),
      fc.array(fc.integer({ min: 1, max: 4000 }), { minLength: 1 }),
      (full, last, cuts) => {
        const framed = formatChunks([...full, last], ['x-amz-checksum-crc32:AAAAAA==']);
        const decoder = newChunkDecoder();
        const events: ChunkEvent[] = [];
        for (let at = 0, i = 0; at < framed.length; i++) {
          const size = cuts[i % cuts.length] ?? 1;
          events.push(...decoder.push(framed.subarray(at, at + size)));
          at += size;
        }
        const data = Buffer.concat(events.flatMap((event) => (event.kind === 'data' ? [event.bytes] : [])));
        expect(data.equals(Buffer.concat([...full, last]))).toBe(true);
        expect([...decoder.finish()]).toEqual([['x-amz-checksum-crc32', 'AAAAAA==']]);
      },
    ),
    { numRuns: 50 },
  );
});

test('a wildcard pattern matches what the equal regular expression matches', () => {
  const text = fc.array(fc.constantFrom('a', 'b', '/', '*', '?'), { maxLength: 8 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, text, (pattern, subject) => {
      const expression = pattern.replace(/[*?/]/g, (c) => (c === '*' ? '.*' : c === '?' ? '.' : '\\/'));
      expect(matchesWildcard(pattern, subject)).toBe(new RegExp(`^${expression}$`, 's').test(subject));
    }),
    { numRuns: 2000 },
  );
});

const ENDPOINTS = ['vpce-1', 'vpce-2'];
const ADDRESSES = ['10.0.0.1', '203.0.113.6'];
const CONDITION = fc.oneof(
  fc.constant(undefined),
  fc
    .record({ operator: fc.constantFrom('StringEquals', 'StringNotEquals', 'StringLikeIfExists'), value: fc.constantFrom(...ENDPOINTS) })
    .map(({ operator, value }) => ({ [operator]: { 'aws:SourceVpce': value } })),
  fc
    .record({ operator: fc.constantFrom('IpAddress', 'NotIpAddress'), value: fc.constantFrom('10.0.0.0/8', ...ADDRESSES) })
    .map(({ operator, value }) => ({ [operator]: { 'aws:SourceIp': value } })),
  fc.boolean().map((absent) => ({ Null: { 'aws:SourceVpce': String(absent) } })),
);
const STATEMENT = fc
  .record({
    Effect: fc.constantFrom('Allow', 'Deny'),
    Action: fc.constantFrom('s3:GetObject', 's3:*', 's3:PutObject'),
    Resource: fc.constantFrom('arn:aws:s3:::b-1/*', 'arn:aws:s3:::b-1/x', 'arn:aws:s3:::b-1*'),
    Condition: CONDITION,
  })
  .map(({ Condition, ...statement }) => ({ ...statement, Principal: '*', ...(Condition ? { Condition } : {}) }));
const REQUEST: fc.Arbitrary<PolicyRequest> = fc
  .record({
    action: fc.constantFrom('s3:GetObject', 's3:PutObject', 's3:DeleteObject'),
    resource: fc.constantFrom('arn:aws:s3:::b-1/x', 'arn:aws:s3:::b-1/y'),
    principalArn: fc.constant('arn:aws:iam::123456789012:role/probe'),
    secureTransport: fc.boolean(),
    origin: fc.oneof(
      fc.constantFrom(...ENDPOINTS).map((vpcEndpointId) => ({ vpcEndpointId })),
      fc.constantFrom(...ADDRESSES).map((sourceAddress) => ({ sourceAddress })),
    ),
  })
  .map(({ origin, ...request }) => ({ ...request, ...origin }));

test('a Deny never widens access, an Allow never narrows it, and order does not matter', () => {
  fc.assert(
    fc.property(fc.array(STATEMENT, { minLength: 1, maxLength: 5 }), STATEMENT, fc.nat(), REQUEST, (statements, added, at, request) => {
      const before = parseBucketPolicy({ Statement: statements }, 'b-1');
      const place = at % (statements.length + 1);
      const after = parseBucketPolicy({ Statement: [...statements.slice(0, place), added, ...statements.slice(place)] }, 'b-1');
      const [was, is] = [evaluatePolicy(before, request), evaluatePolicy(after, request)];
      if (added.Effect === 'Deny') {
        expect(is === was || is === 'deny').toBe(true);
        if (isAllowed(after, request)) expect(isAllowed(before, request)).toBe(true);
      } else expect(is === was || (was === 'unmentioned' && is === 'allow')).toBe(true);
      const reversed = parseBucketPolicy({ Statement: [...statements].reverse() }, 'b-1');
      expect(evaluatePolicy(reversed, request)).toBe(was);
    }),
    { numRuns: 1000 },
  );
});

test('pages of any size, put together, are the one listing', () => {
  const key = fc.array(fc.constantFrom('a', 'b', '/', 'é'), { minLength: 1, maxLength: 5 }).map((parts) => parts.join(''));
  const object = (name: string) =>
    ({
      key: name,
      sizeBytes: 0,
      etag: '',
      lastModified: '',
      checksum: { algorithm: 'CRC32', value: '' },
      headers: {},
      userMetadata: {},
    }) as const;
  fc.assert(
    fc.property(
      fc.uniqueArray(key),
      fc.constantFrom('', '/'),
      fc.constantFrom('', 'a'),
      fc.integer({ min: 1, max: 4 }),
      (keys, delimiter, prefix, maxKeys) => {
        const sorted = [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))).map(object);
        const whole = listPage(sorted, { prefix, delimiter, maxKeys: 1000 }).entries;
        const paged = [];
        let next: string | undefined;
        do {
          const page = listPage(sorted, { prefix, delimiter, maxKeys, ...(next === undefined ? {} : { resumeAfter: next }) });
          expect(page.entries.length).toBeLessThanOrEqual(maxKeys);
          paged.push(...page.entries);
          next = page.next;
        } while (next !== undefined);
        expect(paged).toEqual(whole);
      },
    ),
    { numRuns: 300 },
  );
});
