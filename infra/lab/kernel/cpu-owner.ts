import { readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { CGROUP_FILES, type CgroupFiles } from './cgroup-files.ts';
import { type CpuPlace, cpuPlaces, readCgroupTables } from './cpu-places.ts';

/** How the groups' owner is looked up: the process that started the lab. */
export interface OwnerLookup {
  /** Number of the own PID namespace: a pid of another one says nothing here. */
  readonly pidNamespace: string;
  /** When the process began, clock ticks after boot; undefined when there is none, `unknown` when it may not be seen. */
  startTime(pid: number): string | undefined;
}

const GROUP_NAME = /^lnb-(\d+)-(\d+)-(\d+|unknown)-[0-9a-f]+-/;

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** proc(5): the start time is the 20th field after the parenthesised name. */
function readStartTime(pid: number): string | undefined {
  if (!exists(pid)) return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 'unknown';
  } catch {
    return exists(pid) ? 'unknown' : undefined;
  }
}

/** The machine as this process sees it. */
export function newOwnerLookup(): OwnerLookup {
  return { pidNamespace: /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0', startTime: readStartTime };
}

/** The beginning of the names of a lab's groups: who started it, for ever one process, and `id`, in hexadecimal digits, for two labs of one starter. */
export function cpuOwnerName({ pidNamespace, startTime }: OwnerLookup, pid: number, id: string): string {
  return `lnb-${pidNamespace}-${pid}-${startTime(pid) ?? 'unknown'}-${id}`;
}

/** Whether a group of that name is a lab's whose starter has ended: nobody can need it. */
export function isAbandoned(name: string, lookup: OwnerLookup): boolean {
  const [, namespace, pid, startTime] = GROUP_NAME.exec(name) ?? [];
  if (namespace !== lookup.pidNamespace || pid === undefined || startTime === 'unknown') return false;
  const now = lookup.startTime(Number(pid));
  return now === undefined || (now !== 'unknown' && now !== startTime);
}

/** Folders of groups that labs left whose starter, and the one who removes after it, were killed. */
export function findAbandonedGroups(
  lookup: OwnerLookup = newOwnerLookup(),
  places: readonly CpuPlace[] = cpuPlaces(readCgroupTables()),
  files: CgroupFiles = CGROUP_FILES,
): readonly string[] {
  const folders = [...new Set(places.map(({ folder }) => folder))];
  return folders.flatMap((folder) =>
    files
      .list(folder)
      .filter((name) => isAbandoned(name, lookup))
      .map((name) => `${folder}/${name}`),
  );
}

/** Removes them, and tells how many; one that is still in use, or that somebody else removes, is passed over. */
export function removeAbandonedGroups(folders: readonly string[], files: CgroupFiles = CGROUP_FILES): number {
  return folders.filter((folder) => {
    if (!GROUP_NAME.test(basename(folder))) return false;
    try {
      files.remove(folder);
      return true;
    } catch {
      return false;
    }
  }).length;
}
