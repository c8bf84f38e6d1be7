import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { namespacePath } from './node-process.ts';
import { findProgram, SYSTEM_PATH } from './programs.ts';

/** A user that is not root. */
export interface OrdinaryUser {
  readonly uid: number;
  readonly gid: number;
}

/** The first user of a passwd(5) text that is not root, or undefined. Some programs look their own name up, so a number without an entry will not do. */
export function firstOrdinaryUser(passwd: string): OrdinaryUser | undefined {
  for (const line of passwd.split('\n')) {
    const [, , uid, gid] = line.split(':');
    if (uid !== undefined && gid !== undefined && /^[1-9]\d*$/.test(uid) && /^\d+$/.test(gid))
      return { uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}

export interface UnprivilegedOptions {
  /** Name under `/run/netns`; absent: the lab's own network. */
  readonly namespace?: string;
  /** Added to a bare environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdio?: SpawnOptions['stdio'];
}

/**
 * Starts a program that refuses to run as root: a user namespace of its own shows it an ordinary user, while to the
 * kernel it stays the lab's user, with the lab's files and network namespace. Works in both modes. The child's pid is
 * the program's. Throws when a helper program or every ordinary user is missing.
 */
export function spawnUnprivileged(program: string, args: readonly string[], options: UnprivilegedOptions = {}): ChildProcess {
  const user = firstOrdinaryUser(readFileSync('/etc/passwd', 'utf8'));
  if (!user) throw new Error('/etc/passwd has no user beside root');
  const enter = options.namespace === undefined ? [] : [findProgram('nsenter'), `--net=${namespacePath(options.namespace)}`, '--'];
  const become = [findProgram('unshare'), '--user', `--map-user=${user.uid}`, `--map-group=${user.gid}`, '--'];
  const [file = '', ...rest] = [...enter, ...become, program, ...args];
  return spawn(file, rest, { env: { PATH: SYSTEM_PATH, LC_ALL: 'C', ...options.env }, stdio: options.stdio ?? 'pipe' });
}
