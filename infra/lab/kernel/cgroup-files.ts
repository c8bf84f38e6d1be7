import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { findProgram } from './programs.ts';

/** What the lab does to a cgroup file system. Every member but `list` throws what Node's own call throws. */
export interface CgroupFiles {
  make(folder: string): void;
  /** Writes to a file that is there; never makes one. */
  write(file: string, text: string): void;
  read(file: string): string;
  /** Has a process of its own write itself into a group and end. */
  tryEntering(file: string): void;
  /** Throws `EBUSY` while a process is in the group. */
  remove(folder: string): void;
  /** Names in a folder; none when it cannot be read. */
  list(folder: string): readonly string[];
}

/** Shell text: puts the shell itself into the group whose file is `$1`. As it is the shell that writes, nobody else waits for the kernel. */
export const ENTER = 'echo 0 > "$1"';

/** The machine's own. */
export const CGROUP_FILES: CgroupFiles = {
  make: (folder) => mkdirSync(folder),
  write: (file, text) => writeFileSync(file, text, { flag: 'r+' }),
  read: (file) => readFileSync(file, 'utf8'),
  tryEntering: (file) => void execFileSync(findProgram('sh'), ['-c', ENTER, 'sh', file], { stdio: 'ignore' }),
  remove: (folder) => rmdirSync(folder),
  list: (folder) => {
    try {
      return readdirSync(folder);
    } catch {
      return [];
    }
  },
};
