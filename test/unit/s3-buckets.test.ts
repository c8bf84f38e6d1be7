import { createHash } from 'node:crypto';
import {
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LoopbackS3, REGION, startLoopbackS3, USER_KEY } from '../support/s3-loopback.ts';
import { sendRaw, signRaw } from '../support/s3-raw-request.ts';

const Bucket = 'listings-of-the-lab';
/** In the order of UTF-8 bytes, which is not that of UTF-16 for the last two. */
const KEYS = ['a b', 'a&<b>', 'a+b', 'dir/1', 'dir/2', 'dir/sub/3', 'dis', 'é', '\ufb01', '\u{1f600}'];

function md5(text: string, encoding: 'hex' | 'base64'): string {
  return createHash('md5').update(text).digest(encoding);
}

let s3: LoopbackS3;
beforeAll(async () => {
  s3 = await startLoopbackS3(Bucket);
  for (const Key of KEYS) await s3.client().send(new PutObjectCommand({ Bucket, Key, Body: Key }));
});
afterAll(async () => {
  expect(s3.faults).toEqual([]);
  await s3.stop();
});

async function list(input: Omit<ConstructorParameters<typeof ListObjectsV2Command>[0], 'Bucket'>) {
  const page = await s3.client().send(new ListObjectsV2Command({ Bucket, ...input }));
  return [...(page.Contents ?? []).map(({ Key }) => Key), ...(page.CommonPrefixes ?? []).map(({ Prefix }) => `${Prefix} …`)];
}

describe('ListObjectsV2', () => {
  test.each([
    { input: {}, keys: KEYS, why: 'all, by bytes' },
    { input: { Prefix: 'dir/' }, keys: ['dir/1', 'dir/2', 'dir/sub/3'], why: 'prefix' },
    { input: { Prefix: 'di', Delimiter: '/' }, keys: ['dis', 'dir/ …'], why: 'common prefix once' },
    { input: { Prefix: 'dir/', Delimiter: '/' }, keys: ['dir/1', 'dir/2', 'dir/sub/ …'], why: 'delimiter counts after the prefix' },
    { input: { StartAfter: 'dir/2' }, keys: KEYS.slice(5), why: 'start-after is not included' },
    { input: { StartAfter: 'dir/1', Prefix: 'dir', Delimiter: '/' }, keys: ['dir/ …'], why: 'a group with a key behind start-after' },
    { input: { Prefix: 'none' }, keys: [], why: 'nothing' },
    { input: { MaxKeys: 0 }, keys: [], why: 'zero keys' },
  ])('$why', async ({ input, keys }) => {
    expect(await list(input)).toEqual(keys);
  });

  test.each([1, 2, 3, 9, 10, 11])('pages of %i hold each key once, in order', async (pageSize) => {
    const seen: (string | undefined)[] = [];
    const client = s3.client();
    for await (const page of paginateListObjectsV2({ client, pageSize }, { Bucket })) {
      expect(page.KeyCount).toBeLessThanOrEqual(pageSize);
      seen.push(...(page.Contents ?? []).map(({ Key }) => Key));
    }
    expect(seen).toEqual(KEYS);
  });

  test('pages of one entry with a delimiter name each common prefix once', async () => {
    const seen: (string | undefined)[] = [];
    const client = s3.client();
    for await (const page of paginateListObjectsV2({ client, pageSize: 1 }, { Bucket, Prefix: 'd', Delimiter: '/' })) {
      seen.push(...(page.Contents ?? []).map(({ Key }) => Key), ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
    }
    expect(seen).toEqual(['dir/', 'dis']);
  });

  test('encoding-type=url writes keys that XML would bend', async () => {
    const answer = await s3.client().send(new ListObjectsV2Command({ Bucket, Prefix: 'a', EncodingType: 'url' }));
    expect(answer.Contents?.map(({ Key }) => decodeURIComponent(Key ?? ''))).toEqual(['a b', 'a&<b>', 'a+b']);
  });

  test('each entry carries size, etag and time', async () => {
    const [entry] = (await s3.client().send(new ListObjectsV2Command({ Bucket, Prefix: 'dis' }))).Contents ?? [];
    expect(entry).toMatchObject({ Key: 'dis', Size: 3, StorageClass: 'STANDARD', ETag: `"${md5('dis', 'hex')}"` });
    expect(Math.abs(Date.now() - (entry?.LastModified?.getTime() ?? 0))).toBeLessThan(60_000);
  });

  test('a token of one’s own making is InvalidArgument, so is a max-keys that is no number', async () => {
    await expect(list({ ContinuationToken: 'made-up' })).rejects.toMatchObject({ name: 'InvalidArgument' });
    await expect(list({ MaxKeys: -1 })).rejects.toMatchObject({ name: 'InvalidArgument' });
  });
});

test('ListObjectVersions gives each object as version null, in pages', async () => {
  const client = s3.client();
  const first = await client.send(new ListObjectVersionsCommand({ Bucket, MaxKeys: 4 }));
  expect(first.Versions?.[0]).toMatchObject({ Key: 'a b', VersionId: 'null', IsLatest: true });
  expect(first).toMatchObject({ IsTruncated: true, NextKeyMarker: 'dir/1', NextVersionIdMarker: 'null' });
  const rest = await client.send(new ListObjectVersionsCommand({ Bucket, KeyMarker: first.NextKeyMarker, VersionIdMarker: 'null' }));
  expect(rest.Versions?.map(({ Key }) => Key)).toEqual(KEYS.slice(4));
  expect(rest.IsTruncated).toBe(false);
});

test('there are no multipart uploads; the bucket is there, in its region', async () => {
  const client = s3.client();
  const uploads = await client.send(new ListMultipartUploadsCommand({ Bucket }));
  expect(uploads).toMatchObject({ Bucket, IsTruncated: false });
  expect(uploads.Uploads).toBeUndefined();
  expect(await client.send(new HeadBucketCommand({ Bucket }))).toMatchObject({ BucketRegion: REGION });
  expect((await client.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBeUndefined();
  await expect(client.send(new HeadBucketCommand({ Bucket: 'not-there' }))).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
});

describe('DeleteObjects', () => {
  test('deletes each key, also one that is not there, and says so', async () => {
    const keys = ['x 1', ' x', 'x&<2>', 'x\r3', 'é/x'];
    for (const Key of keys) await s3.client().send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
    const Objects = [...keys, 'x-absent'].map((Key) => ({ Key }));
    const answer = await s3.client().send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(answer.Deleted?.map(({ Key }) => Key)).toEqual([...keys, 'x-absent']);
    expect(answer.Errors).toBeUndefined();
    expect(await list({})).toEqual(KEYS);
  });

  test('version null is the object; another version is an error of that key alone; Quiet names only errors', async () => {
    await s3.client().send(new PutObjectCommand({ Bucket, Key: 'v', Body: 'x' }));
    const Objects = [
      { Key: 'v', VersionId: 'null' },
      { Key: 'dis', VersionId: '1' },
    ];
    const answer = await s3.client().send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
    expect(answer.Deleted).toBeUndefined();
    expect(answer.Errors).toMatchObject([{ Key: 'dis', Code: 'NoSuchVersion' }]);
    expect(await list({})).toEqual(KEYS);
  });

  test.each([
    { why: 'not XML', xml: '<Delete><Object>' },
    { why: 'another document', xml: '<Remove/>' },
    { why: 'no object', xml: '<Delete></Delete>' },
    { why: 'an object without key', xml: '<Delete><Object><VersionId>null</VersionId></Object></Delete>' },
    { why: 'a document type', xml: '<!DOCTYPE Delete [<!ENTITY e "x">]><Delete><Object><Key>&e;</Key></Object></Delete>' },
    { why: '1001 keys', xml: `<Delete>${'<Object><Key>k</Key></Object>'.repeat(1001)}</Delete>` },
  ])('$why is MalformedXML', async ({ xml }) => {
    expect(await post(xml, true)).toContain('<Code>MalformedXML</Code>');
  });

  test('without any checksum the request is refused', async () => {
    expect(await post('<Delete><Object><Key>k</Key></Object></Delete>', false)).toContain('Content-MD5');
  });

  async function post(xml: string, withMd5: boolean): Promise<string> {
    const body = Buffer.from(xml);
    const digest = withMd5 ? { 'content-md5': md5(xml, 'base64') } : {};
    const raw = { method: 'POST', path: `/${Bucket}`, query: 'delete=', body, headers: digest };
    const { headers } = signRaw(raw, new URL(s3.endpoint).host, USER_KEY, REGION);
    return (await sendRaw(s3.endpoint, raw, { ...headers, 'content-length': String(body.length) })).body;
  }
});

describe('what the lab’s S3 does not have is refused by name', () => {
  test('operations', async () => {
    const client = s3.client();
    const refused = [
      { send: () => client.send(new ListBucketsCommand({})), name: 'ListBuckets' },
      { send: () => client.send(new ListObjectsCommand({ Bucket })), name: 'GET on a bucket' },
      { send: () => client.send(new PutBucketPolicyCommand({ Bucket, Policy: '{}' })), name: 'PUT on a bucket with policy' },
      { send: () => client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'k' })), name: 'POST on an object with uploads' },
    ];
    for (const { send, name } of refused) {
      await expect(send()).rejects.toMatchObject({ name: 'NotImplemented', message: expect.stringContaining(name) });
    }
  });

  test('headers and parameters that would change the outcome', async () => {
    const client = s3.client();
    const put = { Bucket, Key: 'k', Body: 'x' };
    const refused = [
      { send: () => client.send(new PutObjectCommand({ ...put, ACL: 'public-read' })), name: 'x-amz-acl' },
      { send: () => client.send(new PutObjectCommand({ ...put, Tagging: 'a=b' })), name: 'x-amz-tagging' },
      { send: () => client.send(new PutObjectCommand({ ...put, IfNoneMatch: '*' })), name: 'if-none-match' },
      { send: () => client.send(new GetObjectCommand({ Bucket, Key: 'dis', ResponseContentType: 'x/y' })), name: 'response-content-type' },
    ];
    for (const { send, name } of refused) {
      await expect(send()).rejects.toMatchObject({ name: 'NotImplemented', message: expect.stringContaining(name) });
    }
  });

  test('another owner than the lab’s account is AccessDenied', async () => {
    const get = s3.client().send(new GetObjectCommand({ Bucket, Key: 'dis', ExpectedBucketOwner: '999999999999' }));
    await expect(get).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

test.each([
  `${Bucket}.s3.us-east-1.amazonaws.com`,
  `${Bucket}.s3.amazonaws.com`,
  `${Bucket}.bucket.vpce-0a1b-c2d3.s3.us-east-1.vpce.amazonaws.com`,
])('virtual-host style: %s', async (host) => {
  const raw = { method: 'GET', path: '/dir/1' };
  const { headers } = signRaw(raw, host, USER_KEY, REGION);
  expect(await sendRaw(s3.endpoint, raw, headers)).toMatchObject({ status: 200, body: 'dir/1' });
});

test('path style on the regional host', async () => {
  const raw = { method: 'GET', path: `/${Bucket}/dir/1` };
  const { headers } = signRaw(raw, 's3.us-east-1.amazonaws.com', USER_KEY, REGION);
  expect(await sendRaw(s3.endpoint, raw, headers)).toMatchObject({ status: 200, body: 'dir/1' });
});
