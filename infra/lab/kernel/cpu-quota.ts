import { basename } from 'node:path';
import { CGROUP_FILES, type CgroupFiles, ENTER } from './cgroup-files.ts';
import { findProgram } from './programs.ts';

/** Memory at which Lambda gives one vCPU; below and above it the share grows with the memory (AWS: "Configure Lambda function memory"). */
const ONE_PROCESSOR_MB = 1769;
/** Lambda's largest: 10,240 MB, 5.8 processors. */
const LARGEST_MB = 10_240;
/** Short, so that a call of some milliseconds meets its share too. */
const PERIOD_US = 20_000;
/** The kernel refuses less. */
const LEAST_QUOTA_US = 1_000;
/** After the last process was killed a group is busy for some milliseconds: about two seconds in all. */
const REMOVE_AGAIN_MS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] as const;

/** Where cgroups with a CPU quota can be made, found by trying. */
export interface CpuGroups {
  readonly version: 1 | 2;
  /** What every group's path begins with: `<folder>/<owner>`. */
  readonly prefix: string;
}

/** The cgroup of one process of an environment and of all that it starts. */
export interface CpuGroup {
  /** The command, entering the group before anything of it runs: whatever it forks is in the group too. `PWD` is the shell's, so it is taken away. */
  entering(command: readonly string[]): readonly string[];
  /** From now on the group has the share of so much memory. */
  hold(memoryMb: number): void;
  /** Kills what is still in it and removes it, at once or a little later. */
  remove(): void;
}

/** Microseconds of processor time in each 20 ms, over all processors. */
export function cpuQuotaUs(memoryMb: number): number {
  return Math.max(LEAST_QUOTA_US, Math.round((PERIOD_US * memoryMb) / ONE_PROCESSOR_MB));
}

/** For the lab's notes. */
export function describeCpuGroups(groups: CpuGroups | { readonly why: string }): string {
  if ('why' in groups) return `CPU unthrottled: ${groups.why}.`;
  const how = `cgroup v${groups.version}, ${PERIOD_US / 1000} ms periods`;
  return `CPU held to memory ÷ ${ONE_PROCESSOR_MB} MB of one processor after init (${how}).`;
}

function holdGroup(files: CgroupFiles, version: 1 | 2, folder: string, memoryMb: number): void {
  const quota = cpuQuotaUs(memoryMb);
  if (version === 2) {
    files.write(`${folder}/cpu.max`, `${quota} ${PERIOD_US}`);
    return;
  }
  files.write(`${folder}/cpu.cfs_period_us`, `${PERIOD_US}`);
  files.write(`${folder}/cpu.cfs_quota_us`, `${quota}`);
}

/** A shell has one thread, and in version 1 one thread may move without a stop of all: 1 ms instead of 13. */
function entrance(version: 1 | 2, folder: string): string {
  return `${folder}/${version === 1 ? 'tasks' : 'cgroup.procs'}`;
}

/** Makes a group, gives it the largest share there is, has a process enter it, and removes it. Throws when any of it fails; then nothing is left. */
export function tryCpuGroup(files: CgroupFiles, { version, prefix }: CpuGroups): void {
  const folder = `${prefix}-trial`;
  files.make(folder);
  try {
    holdGroup(files, version, folder, LARGEST_MB);
    files.tryEntering(entrance(version, folder));
  } finally {
    files.remove(folder);
  }
}

/** Kills what is in a group; the ids of processes outside the own PID namespace read 0. */
function killMembers(files: CgroupFiles, folder: string): void {
  for (const pid of files.read(`${folder}/cgroup.procs`).split('\n').map(Number)) {
    if (pid <= 0) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  }
}

/** Kernel's word for why a call failed, e.g. `EBUSY`. */
export function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'refused';
}

function removeGroup(files: CgroupFiles, folder: string, waits: readonly number[]): void {
  try {
    killMembers(files, folder);
    files.remove(folder);
  } catch (error) {
    const [wait, ...more] = waits;
    if (codeOf(error) === 'ENOENT') return;
    if (wait === undefined) process.stderr.write(`cgroup ${basename(folder)} stays: ${codeOf(error)}\n`);
    // Nobody waits for it: what a lab that ends leaves is removed from outside.
    else setTimeout(() => removeGroup(files, folder, more), wait).unref();
  }
}

/** Makes the group `<prefix>-<name>`, without a quota. Throws when it cannot be made. */
export function newCpuGroup({ version, prefix }: CpuGroups, name: string, files: CgroupFiles = CGROUP_FILES): CpuGroup {
  const folder = `${prefix}-${name}`;
  files.make(folder);
  return {
    entering: (command) => [
      findProgram('sh'),
      '-c',
      `${ENTER} && shift && unset PWD && exec "$@"`,
      'sh',
      entrance(version, folder),
      ...command,
    ],
    hold: (memoryMb) => holdGroup(files, version, folder, memoryMb),
    remove: () => removeGroup(files, folder, REMOVE_AGAIN_MS),
  };
}
