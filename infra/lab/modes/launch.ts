import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildLab } from '../bundle.ts';
import type { LabFirstLine, LabReady, LabStart } from '../handshake.ts';
import { cpuOwnerName, findAbandonedGroups, newOwnerLookup } from '../kernel/cpu-owner.ts';
import { SYSTEM_PATH } from '../kernel/programs.ts';
import { findPostgresFolder } from '../realise/database/installation.ts';
import { startCpuGroupRemover } from './cpu-group-remover.ts';
import { type LabMode, modePrefix, unshareFlags } from './mode.ts';

/** A running lab. */
export interface LabProcess {
  readonly ready: LabReady;
  readonly mode: LabMode;
  /** Pid of the outermost process that was started. */
  readonly pid: number;
  /** Resolves with the reason when the lab ends without having been asked to. */
  readonly ended: Promise<string>;
  /** Ends the lab; resolves when its outermost process is gone. */
  stop(): Promise<void>;
}

/** The lab could not start; `code` tells the shell which commands help. */
export class LabStartError extends Error {
  readonly code: 'port-in-use' | 'missing-program' | 'other';

  constructor(message: string, code: 'port-in-use' | 'missing-program' | 'other') {
    super(message);
    this.name = 'LabStartError';
    this.code = code;
  }
}

/** What the starter's caller chooses. */
export type LabAsked = Pick<LabStart, 'region' | 'port' | 'knobs' | 'identities'>;

const READY_DEADLINE_MS = 60_000;
const KEEP_BUNDLES_MS = 7 * 24 * 3600 * 1000;

/** The user's cache folder of this tool: the lab's bundled programs, the initialised database. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'lambda-network-bench');
}

/** Removes what a start that was killed left half written, and bundles of other versions that no live start uses. */
async function removeStale(cache: string, current: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const match = /^lab-new-(\d+)$/.exec(name);
    const abandoned = match !== null && !existsSync(`/proc/${match[1]}`);
    const old =
      /^lab-[0-9a-f]{16}$/.test(name) && name !== current && Date.now() - (await stat(join(cache, name))).mtimeMs > KEEP_BUNDLES_MS;
    if (abandoned || old) await rm(join(cache, name), { recursive: true, force: true });
  }
}

/**
 * The lab's programs, bundled into the cache under a name made of their content: two versions do not disturb each other,
 * and a second start writes nothing.
 */
async function prepareBundle(cache: string): Promise<string> {
  const files = await buildLab();
  const hash = createHash('sha256');
  for (const file of files) hash.update(file.name).update(file.content);
  const name = `lab-${hash.digest('hex').slice(0, 16)}`;
  await mkdir(cache, { recursive: true });
  await removeStale(cache, name);
  const folder = join(cache, name);
  if (existsSync(folder)) return folder;
  const fresh = join(cache, `lab-new-${process.pid}`);
  await mkdir(fresh, { recursive: true });
  await Promise.all(files.map((file) => writeFile(join(fresh, file.name), file.content)));
  await rename(fresh, folder).catch(() => rm(fresh, { recursive: true, force: true }));
  return folder;
}

function firstLine(child: ChildProcess): Promise<LabFirstLine> {
  return new Promise((resolve, reject) => {
    const deadline = setTimeout(() => reject(new LabStartError('the lab was not ready in time', 'other')), READY_DEADLINE_MS);
    const settle = (act: () => void): void => {
      clearTimeout(deadline);
      act();
    };
    child.once('error', (error) => settle(() => reject(new LabStartError(error.message, 'other'))));
    child.once('exit', (code, signal) => settle(() => reject(new LabStartError(`the lab ended at once (${signal ?? code})`, 'other'))));
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).once('line', (line) => settle(() => resolve(JSON.parse(line) as LabFirstLine)));
  });
}

/** Starts the lab in the given mode and waits until it is ready. Throws `LabStartError`; then nothing is left running. */
export async function launchLab(mode: LabMode, asked: LabAsked, onLog: (line: string) => void): Promise<LabProcess> {
  const cache = cacheFolder();
  const bundle = await prepareBundle(cache);
  // What root writes under sudo the user could not replace later.
  const start: LabStart = {
    ...asked,
    cacheFolder: mode === 'sudo' ? join(cache, 'sudo') : cache,
    postgresFolder: findPostgresFolder(import.meta.url),
    cpuOwner: cpuOwnerName(newOwnerLookup(), process.pid, randomBytes(4).toString('hex')),
    abandonedGroups: findAbandonedGroups(),
  };
  const words = [
    ...modePrefix(mode),
    ...['setpriv', '--pdeathsig', 'KILL', 'unshare', ...unshareFlags(mode), '-p', '-i', '--fork', '--kill-child', '--mount-proc'],
    ...[process.execPath, join(bundle, 'supervisor.mjs'), JSON.stringify(start)],
  ];
  const [file = '', ...args] = words;
  const env = { PATH: SYSTEM_PATH, HOME: homedir(), XDG_CACHE_HOME: join(cache, '..') };
  const child = spawn(file, args, { env, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  if (child.stderr !== null) createInterface({ input: child.stderr }).on('line', onLog);
  child.stdin?.on('error', () => undefined);
  const exited = new Promise<string>((resolve) => child.once('exit', (code, signal) => resolve(`${signal ?? `code ${code}`}`)));
  try {
    const line = await firstLine(child);
    if (!('ready' in line)) throw new LabStartError(line.failed, line.code ?? 'other');
    const { ready } = line;
    const remover = ready.cpuGroups === undefined ? undefined : startCpuGroupRemover(mode, ready.cpuGroups);
    const gone = exited.then(() => remover?.remove());
    const stop = async (): Promise<void> => {
      child.stdin?.end();
      await gone;
    };
    return { ready, mode, pid: child.pid ?? 0, ended: exited, stop };
  } catch (error) {
    child.stdin?.end();
    child.kill('SIGKILL');
    throw error;
  }
}
