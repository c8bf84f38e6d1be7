import { noSuchBucket, type ObjectStore } from '../api/s3/object-store.ts';
import { parseBucketPolicy } from '../api/s3/policy-document.ts';
import { Refusal } from '../refusal.ts';
import type { Realiser } from './realiser.ts';

/** A bucket's policy: checked whole, then kept for both processes that answer requests. One per bucket, known by the bucket's name. */
export function newBucketPolicyRealiser(store: ObjectStore): Realiser {
  return {
    create: async ({ properties }) => {
      const bucket = properties['Bucket'];
      if (typeof bucket !== 'string' || !store.findBucket(bucket)) throw noSuchBucket(String(bucket));
      parseBucketPolicy(properties['PolicyDocument'], bucket);
      if (store.findPolicy(bucket) !== undefined) {
        throw new Refusal('AlreadyExists', 409, `The bucket policy already exists on bucket ${bucket}.`);
      }
      store.putPolicy(bucket, JSON.stringify(properties['PolicyDocument']));
      return { physicalId: bucket, attributes: {} };
    },
    delete: async (physicalId) => {
      if (store.findBucket(physicalId)) store.deletePolicy(physicalId);
    },
  };
}
