import type { DeployClients } from '../../infra/deploy/options.ts';
import { serviceError } from './fake-stacks.ts';

export interface FakeBucket {
  readonly objects: Set<string>;
  readonly uploads: Set<string>;
  isThere: boolean;
  /** Keys that S3 refuses to delete. */
  readonly locked: Set<string>;
  /** Errors for the next commands of a name. */
  readonly refusals: Map<string, Error>;
}

interface Input {
  readonly Key?: string;
  readonly UploadId?: string;
  readonly Delete?: { readonly Objects: readonly { readonly Key: string }[] };
}

/** One bucket behind S3's commands; notes what is put and emptied in `calls`. */
export function newFakeBucket(calls: string[] = []) {
  const bucket: FakeBucket = { objects: new Set(), uploads: new Set(), isThere: true, locked: new Set(), refusals: new Map() };
  const answers: Readonly<Record<string, (input: Input) => object>> = {
    PutObjectCommand: ({ Key = '' }) => {
      bucket.objects.add(Key);
      calls.push(`put ${Key}`);
      return {};
    },
    ListObjectVersionsCommand: () => ({ Versions: [...bucket.objects].slice(0, 2).map((Key) => ({ Key, VersionId: 'null' })) }),
    DeleteObjectsCommand: ({ Delete }) => {
      const keys = (Delete?.Objects ?? []).map(({ Key }) => Key);
      calls.push(`empty ${keys.length}`);
      for (const key of keys) if (!bucket.locked.has(key)) bucket.objects.delete(key);
      return { Errors: keys.filter((key) => bucket.locked.has(key)).map((Key) => ({ Key, Code: 'AccessDenied', Message: 'no' })) };
    },
    ListMultipartUploadsCommand: () => ({ Uploads: [...bucket.uploads].map((UploadId) => ({ Key: 'k', UploadId })) }),
    AbortMultipartUploadCommand: ({ UploadId = '' }) => {
      bucket.uploads.delete(UploadId);
      calls.push(`abort ${UploadId}`);
      return {};
    },
    HeadBucketCommand: () => {
      if (!bucket.isThere) throw serviceError('NotFound', 404, 'UnknownError');
      return {};
    },
  };
  const send = async (command: { readonly input: Input }, options?: { readonly abortSignal?: AbortSignal }) => {
    options?.abortSignal?.throwIfAborted();
    const refusal = bucket.refusals.get(command.constructor.name);
    if (refusal !== undefined) throw refusal;
    if (!bucket.isThere && command.constructor.name !== 'HeadBucketCommand') throw serviceError('NoSuchBucket', 404, 'gone');
    return { $metadata: {}, ...answers[command.constructor.name]?.(command.input) };
  };
  return { s3: { send } as unknown as DeployClients['s3'], bucket };
}
