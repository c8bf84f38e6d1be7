import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { z } from 'zod';
import { CHECKSUM_ALGORITHMS } from './checksum.ts';

/** Response headers that a PUT stores and a GET gives back, in AWS's fixed set. */
export const STORED_HEADERS = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
] as const;

const OBJECT_SCHEMA = z.object({
  key: z.string(),
  sizeBytes: z.number().int().nonnegative(),
  /** MD5 of the body, lower-case hex, without quotes. */
  etag: z.string(),
  /** ISO 8601, UTC, whole seconds. */
  lastModified: z.string(),
  checksum: z.object({ algorithm: z.enum(CHECKSUM_ALGORITHMS), value: z.string() }),
  headers: z.partialRecord(z.enum(STORED_HEADERS), z.string()),
  /** Without the prefix `x-amz-meta-`. */
  userMetadata: z.record(z.string(), z.string()),
});

/** What is known of a stored object beside its bytes. */
export type StoredObject = Readonly<z.infer<typeof OBJECT_SCHEMA>>;

/** A stored object with its bytes at offset 0 of `descriptor`; whoever asked for it closes it. */
export interface OpenObject {
  readonly object: StoredObject;
  readonly descriptor: number;
}

const LENGTH_BYTES = 4;
/** Most descriptions fit, so that one read is enough. */
const FOOTER_GUESS_BYTES = 2048;

/**
 * The end of an object's file: description as JSON, then its length. Body and description share one file, so that one
 * rename replaces both, a reader that holds the file open sees a matching pair, and nothing is left over.
 */
export function formatFooter(object: StoredObject): Buffer {
  const json = Buffer.from(JSON.stringify(object));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(json.length);
  return Buffer.concat([json, length]);
}

function readExactly(descriptor: number, bytes: number, position: number): Buffer {
  const buffer = Buffer.allocUnsafe(bytes);
  let done = 0;
  while (done < bytes) {
    const read = readSync(descriptor, buffer, done, bytes - done, position + done);
    if (read === 0) throw new Error('an object file ended early');
    done += read;
  }
  return buffer;
}

/** Reads the description at the end of an open object file. Throws when the file is not one. */
export function readFooter(descriptor: number): StoredObject {
  const fileBytes = fstatSync(descriptor).size;
  const guess = Math.min(FOOTER_GUESS_BYTES, fileBytes);
  const tail = readExactly(descriptor, guess, fileBytes - guess);
  const jsonBytes = tail.readUInt32BE(tail.length - LENGTH_BYTES);
  const needed = jsonBytes + LENGTH_BYTES;
  const footer = needed <= guess ? tail.subarray(guess - needed) : readExactly(descriptor, needed, fileBytes - needed);
  const object = OBJECT_SCHEMA.parse(JSON.parse(footer.subarray(0, jsonBytes).toString('utf8')));
  if (object.sizeBytes + needed !== fileBytes) throw new Error('an object file has the wrong length');
  return object;
}

/** Opens an object's file; undefined when there is none. */
export function openObjectFile(path: string): OpenObject | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  try {
    return { object: readFooter(descriptor), descriptor };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** True for "no such file or folder". */
export function isMissing(error: unknown): boolean {
  return hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR');
}

/** True for a system error of this code, e.g. `ENOTEMPTY`. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** `bytes` bytes of the body from `start` on, as one buffer. */
export function readBody(open: OpenObject, start: number, bytes: number): Buffer {
  return readExactly(open.descriptor, bytes, start);
}
