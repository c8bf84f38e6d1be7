import { createHash } from 'node:crypto';
import { GetObjectCommand, HeadBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newS3Handler } from '../../infra/lab/api/s3/handler.ts';
import { openObjectStore } from '../../infra/lab/api/s3/object-store.ts';
import { NO_POLICIES } from '../../infra/lab/authorization/authority.ts';
import { ACCOUNT, type FakeApi, startFakeApi } from '../support/lab-api.ts';
import { type LoopbackS3, startLoopbackS3 } from '../support/s3-loopback.ts';

/** The driver's requests go through the API server, the functions' through a listener of S3's own; both know only the folder. */
const Bucket = 'shared-by-two';
let functions: LoopbackS3;
let api: FakeApi;
let driver: S3Client;
beforeAll(async () => {
  functions = await startLoopbackS3(Bucket);
  const handler = newS3Handler({
    store: openObjectStore(functions.root),
    account: ACCOUNT,
    originOf: () => ({ sourceAddress: '127.0.0.1', secureTransport: true }),
    now: () => new Date(),
    authority: NO_POLICIES,
  });
  api = await startFakeApi({ s3: handler });
  driver = new S3Client(api.client);
});
afterAll(async () => {
  driver.destroy();
  await api.close();
  await functions.stop();
  expect([api.faults, functions.faults]).toEqual([[], []]);
});

test('what the driver puts, a function gets, and the other way round', async () => {
  await driver.send(new PutObjectCommand({ Bucket, Key: 'from driver', Body: 'one' }));
  const got = await functions.client().send(new GetObjectCommand({ Bucket, Key: 'from driver' }));
  expect(await got.Body?.transformToString()).toBe('one');
  await functions.client().send(new PutObjectCommand({ Bucket, Key: 'from function', Body: 'two' }));
  const back = await driver.send(new GetObjectCommand({ Bucket, Key: 'from function' }));
  expect(await back.Body?.transformToString()).toBe('two');
  expect(back.$metadata.requestId).toMatch(/^request-\d+$/);
});

test('a refusal of the signature comes as S3’s error document, and the connection goes on', async () => {
  const stranger = new S3Client({ ...api.client, credentials: { ...api.client.credentials, secretAccessKey: 'guess' } });
  const put = stranger.send(new PutObjectCommand({ Bucket, Key: 'k', Body: Buffer.alloc(300_000) }));
  await expect(put).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
  await expect(stranger.send(new HeadBucketCommand({ Bucket }))).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
  stranger.destroy();
});

test('while two writers replace an object, every reader gets one of the two whole, with its own etag', async () => {
  const bodies = [Buffer.alloc(300_000, 'a'), Buffer.alloc(700_000, 'b')];
  const etags = bodies.map((body) => `"${createHash('md5').update(body).digest('hex')}"`);
  const clients = [driver, functions.client()];
  const Key = 'contended';
  await driver.send(new PutObjectCommand({ Bucket, Key, Body: bodies[0] ?? '' }));
  const write = async (client: S3Client | undefined, body: Buffer | undefined) => {
    for (let i = 0; i < 15; i++) await client?.send(new PutObjectCommand({ Bucket, Key, Body: body ?? '' }));
  };
  const seen = new Set<string>();
  const read = async (client: S3Client | undefined) => {
    for (let i = 0; i < 30; i++) {
      const answer = await client?.send(new GetObjectCommand({ Bucket, Key }));
      const md5 = createHash('md5')
        .update((await answer?.Body?.transformToByteArray()) ?? '')
        .digest('hex');
      expect(answer?.ETag).toBe(`"${md5}"`);
      seen.add(answer?.ETag ?? '');
    }
  };
  await Promise.all([write(clients[0], bodies[0]), write(clients[1], bodies[1]), read(clients[0]), read(clients[1])]);
  expect([...seen].sort()).toEqual([...etags].sort());
});
