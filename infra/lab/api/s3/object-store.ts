import { createHash, randomUUID } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Refusal } from '../../refusal.ts';
import { formatFooter, hasCode, isMissing, type OpenObject, openObjectFile, type StoredObject } from './object-file.ts';

const BUCKET_SCHEMA = z.object({
  name: z.string(),
  /** ISO 8601, UTC. */
  createdAt: z.string(),
  /** The CloudFormation properties, as they came. */
  properties: z.record(z.string(), z.unknown()),
  tags: z.record(z.string(), z.string()),
});

/** A bucket as it was created; its policy is kept apart, since it changes. */
export type BucketRecord = Readonly<z.infer<typeof BUCKET_SCHEMA>>;

/** An object that is being received. Exactly one of `commit` and `discard` ends it. */
export interface Upload {
  write(bytes: Uint8Array): void;
  /** Makes the object visible, replacing one of the same key in one step. Throws NoSuchBucket, leaving nothing. */
  commit(bucket: string, object: StoredObject): void;
  /** Removes what was received. Harmless after `commit`. */
  discard(): void;
}

/**
 * The lab's buckets and objects. All state is files below one folder, each change is one rename or removal, and nothing is
 * cached, so that several processes can share the folder. Calls are synchronous: on tmpfs each takes microseconds, less
 * than a hop to the thread pool, which would show in what the probes time.
 */
export interface ObjectStore {
  /** Throws BucketAlreadyExists, InvalidBucketName. */
  createBucket(record: BucketRecord): void;
  /** Throws NoSuchBucket, BucketNotEmpty. */
  deleteBucket(name: string): void;
  findBucket(name: string): BucketRecord | undefined;
  /** The policy's JSON text. */
  findPolicy(bucket: string): string | undefined;
  /** Throws NoSuchBucket. */
  putPolicy(bucket: string, text: string): void;
  deletePolicy(bucket: string): void;
  /** By name. */
  listBuckets(): readonly BucketRecord[];
  /** By UTF-8 bytes of the key, as S3 lists. Throws NoSuchBucket. */
  listObjects(bucket: string): readonly StoredObject[];
  /** The caller closes the descriptor. */
  openObject(bucket: string, key: string): OpenObject | undefined;
  newUpload(): Upload;
  /** False when there was none. */
  deleteObject(bucket: string, key: string): boolean;
}

/** S3's naming rules as far as a file system cares: 3 to 63 of a–z, 0–9, dot and hyphen, letters or digits at both ends, no "..". */
export function isBucketName(name: string): boolean {
  return /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !name.includes('..');
}

/** S3's answer for a bucket that does not exist. */
export function noSuchBucket(bucket: string): Refusal {
  return new Refusal('NoSuchBucket', 404, 'The specified bucket does not exist', { BucketName: bucket });
}

/** A fixed-length file name: keys may hold any characters, up to 1024 bytes, more than a file name can. */
function objectFileName(key: string): string {
  return createHash('sha256').update(key, 'utf8').digest('hex');
}

function compareKeys(left: StoredObject, right: StoredObject): number {
  return Buffer.compare(Buffer.from(left.key), Buffer.from(right.key));
}

/** Runs a file operation inside a bucket's folder; a folder that is gone means that the bucket is. */
function inBucket<Result>(bucket: string, operation: () => Result): Result {
  try {
    return operation();
  } catch (error) {
    throw isMissing(error) ? noSuchBucket(bucket) : error;
  }
}

interface Places {
  readonly buckets: string;
  readonly bucket: (name: string) => string;
  readonly objects: (name: string) => string;
  readonly object: (name: string, key: string) => string;
  readonly policy: (name: string) => string;
  /** A fresh path on the same file system, from where a rename is atomic. */
  readonly incoming: () => string;
}

function layOut(root: string): Places {
  const buckets = join(root, 'buckets');
  const incoming = join(root, 'incoming');
  for (const folder of [buckets, incoming]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const bucket = (name: string): string => {
    if (!isBucketName(name)) throw noSuchBucket(name);
    return join(buckets, name);
  };
  return {
    buckets,
    bucket,
    objects: (name) => join(bucket(name), 'objects'),
    object: (name, key) => join(bucket(name), 'objects', objectFileName(key)),
    policy: (name) => join(bucket(name), 'policy.json'),
    incoming: () => join(incoming, randomUUID()),
  };
}

function createBucket(places: Places, record: BucketRecord): void {
  if (!isBucketName(record.name)) throw new Refusal('InvalidBucketName', 400, `The specified bucket is not valid: ${record.name}`);
  const prepared = places.incoming();
  mkdirSync(join(prepared, 'objects'), { recursive: true, mode: 0o700 });
  writeFileSync(join(prepared, 'bucket.json'), JSON.stringify(record));
  try {
    renameSync(prepared, places.bucket(record.name));
  } catch (error) {
    rmSync(prepared, { recursive: true, force: true });
    if (!hasCode(error, 'ENOTEMPTY') && !hasCode(error, 'EEXIST')) throw error;
    throw new Refusal('BucketAlreadyExists', 409, `${record.name} already exists`, { BucketName: record.name });
  }
}

function deleteBucket(places: Places, name: string): void {
  inBucket(name, () => {
    try {
      // Fails while one object is left, and afterwards no upload can end in the bucket: no gap between check and removal.
      rmdirSync(places.objects(name));
    } catch (error) {
      if (!hasCode(error, 'ENOTEMPTY')) throw error;
      throw new Refusal('BucketNotEmpty', 409, 'The bucket you tried to delete is not empty', { BucketName: name });
    }
  });
  rmSync(places.bucket(name), { recursive: true, force: true });
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function listObjects(places: Places, bucket: string): readonly StoredObject[] {
  const names = inBucket(bucket, () => readdirSync(places.objects(bucket)));
  const objects = names.flatMap((name) => {
    const open = openObjectFile(join(places.objects(bucket), name));
    if (!open) return [];
    closeSync(open.descriptor);
    return [open.object];
  });
  return objects.sort(compareKeys);
}

function newUpload(places: Places): Upload {
  const path = places.incoming();
  const descriptor = openSync(path, 'wx', 0o600);
  let open = true;
  const writeAll = (bytes: Uint8Array): void => {
    for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
  };
  const discard = (): void => {
    if (!open) return;
    open = false;
    closeSync(descriptor);
    rmSync(path, { force: true });
  };
  return {
    write: writeAll,
    commit: (bucket, object) => {
      try {
        writeAll(formatFooter(object));
        inBucket(bucket, () => renameSync(path, places.object(bucket, object.key)));
        open = false;
        closeSync(descriptor);
      } finally {
        discard();
      }
    },
    discard,
  };
}

/** Opens the store below `root`, making the folder when it is missing. The caller gives the folder; nothing outside is touched. */
export function openObjectStore(root: string): ObjectStore {
  const places = layOut(root);
  const findBucket = (name: string): BucketRecord | undefined => {
    const text = isBucketName(name) ? readIfThere(join(places.bucket(name), 'bucket.json')) : undefined;
    return text === undefined ? undefined : BUCKET_SCHEMA.parse(JSON.parse(text));
  };
  return {
    createBucket: (record) => createBucket(places, record),
    deleteBucket: (name) => deleteBucket(places, name),
    findBucket,
    listBuckets: () =>
      readdirSync(places.buckets)
        .sort()
        .flatMap((name) => findBucket(name) ?? []),
    findPolicy: (bucket) => readIfThere(places.policy(bucket)),
    putPolicy: (bucket, text) => {
      const prepared = places.incoming();
      writeFileSync(prepared, text);
      try {
        inBucket(bucket, () => renameSync(prepared, places.policy(bucket)));
      } finally {
        rmSync(prepared, { force: true });
      }
    },
    deletePolicy: (bucket) => rmSync(places.policy(bucket), { force: true }),
    listObjects: (bucket) => listObjects(places, bucket),
    openObject: (bucket, key) => openObjectFile(places.object(bucket, key)),
    newUpload: () => newUpload(places),
    deleteObject: (bucket, key) => {
      try {
        unlinkSync(places.object(bucket, key));
        return true;
      } catch (error) {
        if (isMissing(error)) return false;
        throw error;
      }
    },
  };
}
