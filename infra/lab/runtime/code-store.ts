import { createHash } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { unzipSync } from 'fflate';
import { Refusal } from '../refusal.ts';

/** A zip that has been unpacked. */
export interface StoredCode {
  readonly folder: string;
  /** Base64 of the zip's SHA-256, Lambda's `CodeSha256`. */
  readonly sha256: string;
  readonly size: number;
}

/** Unpacks zips below one folder, each content once. */
export interface CodeStore {
  /** Throws `InvalidParameterValueException` for what is no zip. */
  store(zip: Uint8Array): Promise<StoredCode>;
}

/** Zips are unpacked into `<root>/<sha-256 in hex>`. */
export function newCodeStore(root: string): CodeStore {
  const folders = new Map<string, Promise<string>>();
  return {
    async store(zip) {
      const digest = createHash('sha256').update(zip).digest();
      const name = digest.toString('hex');
      const folder = folders.get(name) ?? unpack(zip, join(root, name));
      folders.set(name, folder);
      // A zip that could not be unpacked may come again.
      folder.catch(() => folders.delete(name));
      return { folder: await folder, sha256: digest.toString('base64'), size: zip.length };
    },
  };
}

async function unpack(zip: Uint8Array, folder: string): Promise<string> {
  const files = readZip(zip);
  const partial = `${folder}.part`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) {
    const path = normalize(name);
    if (path.startsWith('..') || path.startsWith('/')) throw notUnzippable();
    if (name.endsWith('/')) continue;
    await mkdir(join(partial, dirname(path)), { recursive: true });
    await writeFile(join(partial, path), bytes);
  }
  await rename(partial, folder);
  return folder;
}

function readZip(zip: Uint8Array): Readonly<Record<string, Uint8Array>> {
  try {
    return unzipSync(zip);
  } catch {
    throw notUnzippable();
  }
}

function notUnzippable(): Refusal {
  const message = 'Could not unzip uploaded file. Please check your file, then try to upload again.';
  return new Refusal('InvalidParameterValueException', 400, message);
}
