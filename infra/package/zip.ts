import { type Zippable, zipSync } from 'fflate';
import type { PackagedFile } from './bundle.ts';

/** Host system "Unix" in the zip's directory, so that the permission bits count. */
const UNIX = 3;
/** Readable by all: Lambda runs the code as another user than the owner. */
const PERMISSIONS = 0o644;

/**
 * Zips files into bytes that depend on their names and contents alone: sorted names, one date, fixed attributes, and a deflate in plain
 * JavaScript, which is the same on every Node. A zip's date is a local time, so the fixed date is a local one.
 */
export function zipFiles(files: readonly PackagedFile[]): Uint8Array {
  const mtime = new Date(1980, 0, 1);
  const sorted = [...files].sort((a, b) => (a.name < b.name ? -1 : 1));
  const entries: Zippable = {};
  for (const { name, content } of sorted) entries[name] = [content, { mtime, os: UNIX, attrs: PERMISSIONS << 16, level: 9 }];
  return zipSync(entries);
}
