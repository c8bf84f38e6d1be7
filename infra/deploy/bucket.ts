import {
  AbortMultipartUploadCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
} from '@aws-sdk/client-s3';
import { readServiceError } from '../aws/service-error.ts';
import type { DeployClients } from './options.ts';

/** Rounds of list and delete at most: 1000 objects each. */
const ROUNDS = 1_000;

/**
 * Removes whatever a bucket holds: every version, delete marker and unfinished upload. A bucket that is not there is
 * empty. Throws what S3 refuses, naming the key.
 */
export async function emptyBucket(s3: DeployClients['s3'], bucket: string): Promise<void> {
  try {
    await deleteVersions(s3, bucket);
    await abortUploads(s3, bucket);
  } catch (thrown) {
    if (readServiceError(thrown).name !== 'NoSuchBucket') throw thrown;
  }
}

/** Always lists from the front: what was listed before is gone. */
async function deleteVersions(s3: DeployClients['s3'], bucket: string): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    const listed = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket }));
    const objects = [...(listed.Versions ?? []), ...(listed.DeleteMarkers ?? [])].flatMap(({ Key, VersionId }) =>
      Key === undefined ? [] : [{ Key, ...(VersionId === undefined ? {} : { VersionId }) }],
    );
    if (objects.length === 0) return;
    const deleted = await s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: objects, Quiet: true } }));
    const refused = deleted.Errors?.[0];
    if (refused !== undefined) throw new Error(`${bucket}/${refused.Key}: ${refused.Code} ${refused.Message}`);
  }
  throw new Error(`${bucket} is not empty after ${ROUNDS} rounds of deleting: something still writes to it`);
}

async function abortUploads(s3: DeployClients['s3'], bucket: string): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    const listed = await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
    const uploads = listed.Uploads ?? [];
    if (uploads.length === 0) return;
    for (const { Key, UploadId } of uploads) await s3.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }));
  }
}
