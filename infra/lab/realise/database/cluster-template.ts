import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { access, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Installation } from './installation.ts';
import { runProgram } from './program.ts';

/** The superuser of every cluster, named as on RDS; its password is set anew for each instance. */
export const SUPERUSER = 'rdsadmin';

/**
 * `reject` holds until an instance gets its own rules. Segments of 1 MB and not 16 keep a copy small. Part of the
 * template's key.
 */
const INITDB_ARGUMENTS = [
  ...['--locale=C', '--encoding=UTF8', '--no-sync', '--no-instructions', '--wal-segsize=1', `--username=${SUPERUSER}`],
  ...['--auth-local=reject', '--auth-host=reject'],
];
/** A copy takes a tenth of a second: one that is older was cut off by a kill. */
const ABANDONED_MS = 10 * 60 * 1000;

const runFile = promisify(execFile);

/** Copies a cluster; the copy is PostgreSQL's own user's, as the original. */
export async function copyCluster(from: string, to: string): Promise<void> {
  await runFile('cp', ['-R', '--preserve=mode', '--', from, to]);
}

/** Name of the template folder: one for each version, machine type and way of initialising. */
export function templateName(installation: Pick<Installation, 'version'>, arch: string = process.arch): string {
  const key = JSON.stringify([installation.version, arch, INITDB_ARGUMENTS]);
  return `postgresql-${installation.version}-${createHash('sha256').update(key).digest('hex').slice(0, 12)}`;
}

async function isCluster(folder: string): Promise<boolean> {
  return access(join(folder, 'PG_VERSION')).then(
    () => true,
    () => false,
  );
}

async function removeAbandoned(cacheFolder: string, now: number): Promise<void> {
  for (const entry of await readdir(cacheFolder)) {
    if (!entry.startsWith('.postgresql-')) continue;
    const path = join(cacheFolder, entry);
    const age = await stat(path).then(
      ({ mtimeMs }) => now - mtimeMs,
      () => 0,
    );
    if (age > ABANDONED_MS) await rm(path, { recursive: true, force: true });
  }
}

/** Puts a finished cluster into the cache in one step; whoever comes second keeps the first's. */
async function publish(fresh: string, cacheFolder: string, name: string): Promise<void> {
  const staged = join(cacheFolder, `.${name}-${randomBytes(6).toString('hex')}`);
  try {
    await copyCluster(fresh, staged);
    await rename(staged, join(cacheFolder, name));
  } catch (error) {
    await rm(staged, { recursive: true, force: true });
    if (!(await isCluster(join(cacheFolder, name)))) throw error;
  }
}

/**
 * Folder of an initialised, empty cluster to copy from. Made once and kept in `cacheFolder`; built in `workFolder` (the
 * lab's tmpfs), so that a killed run leaves nothing but at worst a hidden half copy, which a later run removes. A cache that
 * cannot be used costs half a second a start, not the start. Rejects with what `initdb` said.
 */
export async function prepareTemplate(
  installation: Installation,
  cacheFolder: string,
  workFolder: string,
  now: number = Date.now(),
): Promise<string> {
  const name = templateName(installation);
  const kept = join(cacheFolder, name);
  if (await isCluster(kept)) return kept;
  const fresh = join(workFolder, name);
  await mkdir(workFolder, { recursive: true });
  await rm(fresh, { recursive: true, force: true });
  await runProgram(installation, 'initdb', [...INITDB_ARGUMENTS, `--pgdata=${fresh}`]);
  try {
    await mkdir(cacheFolder, { recursive: true });
    await removeAbandoned(cacheFolder, now);
    await publish(fresh, cacheFolder, name);
  } catch {
    return fresh;
  }
  await rm(fresh, { recursive: true, force: true });
  return kept;
}
