import { closeSync } from 'node:fs';
import { readBody } from '../api/s3/object-file.ts';
import { isBucketName, noSuchBucket, type ObjectStore } from '../api/s3/object-store.ts';
import { Refusal } from '../refusal.ts';
import { newBucketPolicyRealiser } from './bucket-policy.ts';
import type { RealiseRequest, Realiser } from './realiser.ts';

export interface BucketOptions {
  readonly store: ObjectStore;
  readonly region: string;
  readonly now: () => Date;
}

function bucketAttributes(name: string, region: string): Readonly<Record<string, string>> {
  return {
    Arn: `arn:aws:s3:::${name}`,
    DomainName: `${name}.s3.amazonaws.com`,
    DualStackDomainName: `${name}.s3.dualstack.${region}.amazonaws.com`,
    RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
    WebsiteURL: `http://${name}.s3-website-${region}.amazonaws.com`,
  };
}

/** The name is checked here and not only in the store, so that the refusal is about the property. */
function bucketName({ properties, generatedName }: RealiseRequest): string {
  const given = properties['BucketName'];
  const name = given === undefined ? generatedName.toLowerCase() : given;
  if (typeof name === 'string' && isBucketName(name)) return name;
  throw new Refusal('InvalidBucketName', 400, `The specified bucket is not valid: ${String(name)}`);
}

function newBucketRealiser({ store, region, now }: BucketOptions): Realiser {
  return {
    create: async (request) => {
      const name = bucketName(request);
      store.createBucket({ name, createdAt: now().toISOString(), properties: request.properties, tags: request.tags });
      return { physicalId: name, attributes: bucketAttributes(name, region) };
    },
    delete: async (physicalId) => {
      if (store.findBucket(physicalId)) store.deleteBucket(physicalId);
    },
  };
}

/** The realisers of S3's types: a bucket in the store, its properties kept with it, and its policy. */
export function bucketRealisers(options: BucketOptions): Readonly<Record<'AWS::S3::Bucket' | 'AWS::S3::BucketPolicy', Realiser>> {
  return { 'AWS::S3::Bucket': newBucketRealiser(options), 'AWS::S3::BucketPolicy': newBucketPolicyRealiser(options.store) };
}

/** An object's bytes, whole, e.g. a function's zip. Throws NoSuchBucket, NoSuchKey. */
export function readObject(store: ObjectStore, bucket: string, key: string): Uint8Array {
  if (!store.findBucket(bucket)) throw noSuchBucket(bucket);
  const open = store.openObject(bucket, key);
  if (!open) throw new Refusal('NoSuchKey', 404, 'The specified key does not exist.', { Key: key });
  try {
    return readBody(open, 0, open.object.sizeBytes);
  } finally {
    closeSync(open.descriptor);
  }
}
