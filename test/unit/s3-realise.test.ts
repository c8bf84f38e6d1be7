import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ObjectStore, openObjectStore } from '../../infra/lab/api/s3/object-store.ts';
import { bucketRealisers, readObject } from '../../infra/lab/realise/bucket.ts';
import type { RealiseRequest, Realiser } from '../../infra/lab/realise/realiser.ts';

let root: string;
let store: ObjectStore;
let buckets: Realiser;
let policies: Realiser;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lnb-s3-realise-'));
  store = openObjectStore(root);
  const realisers = bucketRealisers({ store, region: 'eu-west-1', now: () => new Date('2026-01-02T03:04:05Z') });
  buckets = realisers['AWS::S3::Bucket'];
  policies = realisers['AWS::S3::BucketPolicy'];
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function request(properties: Record<string, unknown>): RealiseRequest {
  const stack = { stackId: 'arn:aws:cloudformation:eu-west-1:123456789012:stack/lnb/1', stackName: 'lnb' };
  return { logicalId: 'Data', ...stack, properties, tags: { 'lnb:run': 'abc' }, generatedName: 'lnb-data-1a2b3c4d5e6f' };
}

function put(bucket: string, key: string, body: string): void {
  const upload = store.newUpload();
  upload.write(Buffer.from(body));
  const sum = { algorithm: 'CRC32', value: '' } as const;
  const sizeBytes = Buffer.byteLength(body);
  upload.commit(bucket, { key, sizeBytes, etag: '', lastModified: '', checksum: sum, headers: {}, userMetadata: {} });
}

describe('AWS::S3::Bucket', () => {
  test('without a name it has the generated one, its attributes, and keeps properties and tags', async () => {
    const properties = { PublicAccessBlockConfiguration: { BlockPublicAcls: true } };
    expect(await buckets.create(request(properties))).toEqual({
      physicalId: 'lnb-data-1a2b3c4d5e6f',
      attributes: {
        Arn: 'arn:aws:s3:::lnb-data-1a2b3c4d5e6f',
        DomainName: 'lnb-data-1a2b3c4d5e6f.s3.amazonaws.com',
        DualStackDomainName: 'lnb-data-1a2b3c4d5e6f.s3.dualstack.eu-west-1.amazonaws.com',
        RegionalDomainName: 'lnb-data-1a2b3c4d5e6f.s3.eu-west-1.amazonaws.com',
        WebsiteURL: 'http://lnb-data-1a2b3c4d5e6f.s3-website-eu-west-1.amazonaws.com',
      },
    });
    expect(store.findBucket('lnb-data-1a2b3c4d5e6f')).toMatchObject({ properties, tags: { 'lnb:run': 'abc' } });
  });

  test.each(['Upper', 'ab', 'a..b', '-ab', 'a/b/c', '../../etc', 'a'.repeat(64)])('the name %s is InvalidBucketName', async (name) => {
    await expect(buckets.create(request({ BucketName: name }))).rejects.toMatchObject({ code: 'InvalidBucketName' });
  });

  test('a taken name is BucketAlreadyExists, and the first bucket keeps its objects', async () => {
    await buckets.create(request({ BucketName: 'taken' }));
    put('taken', 'k', 'v');
    await expect(buckets.create(request({ BucketName: 'taken' }))).rejects.toMatchObject({ code: 'BucketAlreadyExists', status: 409 });
    expect(Buffer.from(readObject(store, 'taken', 'k')).toString()).toBe('v');
  });

  test('only an empty bucket can be deleted; one that is gone is no error; its name is free again, without the policy', async () => {
    await buckets.create(request({ BucketName: 'full' }));
    put('full', 'k', 'v');
    await expect(buckets.delete('full')).rejects.toMatchObject({
      code: 'BucketNotEmpty',
      status: 409,
      message: 'The bucket you tried to delete is not empty',
    });
    store.deleteObject('full', 'k');
    store.putPolicy('full', '{}');
    await buckets.delete('full');
    await buckets.delete('full');
    await buckets.create(request({ BucketName: 'full' }));
    expect(store.findPolicy('full')).toBeUndefined();
  });

  test('an upload that ends after the bucket is gone is NoSuchBucket and leaves nothing', async () => {
    await buckets.create(request({ BucketName: 'short-lived' }));
    const upload = store.newUpload();
    upload.write(Buffer.from('late'));
    await buckets.delete('short-lived');
    const object = { key: 'k', sizeBytes: 4, etag: '', lastModified: '', headers: {}, userMetadata: {} };
    const commit = () => upload.commit('short-lived', { ...object, checksum: { algorithm: 'CRC32', value: '' } });
    expect(commit).toThrow(expect.objectContaining({ code: 'NoSuchBucket' }));
    expect(store.findBucket('short-lived')).toBeUndefined();
  });
});

describe('AWS::S3::BucketPolicy', () => {
  const document = { Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::guarded/*' }] };
  beforeEach(async () => void (await buckets.create(request({ BucketName: 'guarded' }))));

  test('it is kept, known by the bucket, and removed', async () => {
    const { physicalId } = await policies.create(request({ Bucket: 'guarded', PolicyDocument: document }));
    expect(physicalId).toBe('guarded');
    expect(JSON.parse(store.findPolicy('guarded') ?? '')).toEqual(document);
    await policies.delete(physicalId);
    expect(store.findPolicy('guarded')).toBeUndefined();
    await policies.delete(physicalId);
    await policies.delete('never-there');
  });

  test.each([
    {
      code: 'MalformedPolicy',
      properties: { Bucket: 'guarded', PolicyDocument: { Statement: [{ ...document.Statement[0], NotAction: 'x' }] } },
    },
    { code: 'NoSuchBucket', properties: { Bucket: 'absent', PolicyDocument: document } },
  ])('$code leaves no policy', async ({ code, properties }) => {
    await expect(policies.create(request(properties))).rejects.toMatchObject({ code });
    expect(store.findPolicy('guarded')).toBeUndefined();
  });

  test('a second policy for the same bucket is refused', async () => {
    await policies.create(request({ Bucket: 'guarded', PolicyDocument: document }));
    await expect(policies.create(request({ Bucket: 'guarded', PolicyDocument: document }))).rejects.toMatchObject({
      code: 'AlreadyExists',
    });
  });
});

test('readObject names what is missing', async () => {
  expect(() => readObject(store, 'nowhere', 'k')).toThrow(expect.objectContaining({ code: 'NoSuchBucket' }));
  await buckets.create(request({ BucketName: 'there' }));
  expect(() => readObject(store, 'there', 'k')).toThrow(expect.objectContaining({ code: 'NoSuchKey', status: 404 }));
});
