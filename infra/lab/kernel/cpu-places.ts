import { readFileSync } from 'node:fs';
import { CGROUP_FILES, type CgroupFiles } from './cgroup-files.ts';
import { type CpuGroups, codeOf, tryCpuGroup } from './cpu-quota.ts';

/** A folder below which groups with a CPU quota may be possible. */
export interface CpuPlace {
  readonly version: 1 | 2;
  readonly folder: string;
}

/** What the kernel says of mounts and of the own groups: `/proc/self/mountinfo` and `/proc/self/cgroup`, proc(5) and cgroups(7). */
export interface CgroupTables {
  readonly mounts: string;
  readonly groups: string;
}

/** Reads the machine's own. */
export function readCgroupTables(): CgroupTables {
  const read = (file: string): string => {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      return '';
    }
  };
  return { mounts: read('/proc/self/mountinfo'), groups: read('/proc/self/cgroup') };
}

/** The own group in a hierarchy: in version 2 the line with no controllers. */
function ownGroup(groups: string, version: 1 | 2): string | undefined {
  for (const line of groups.split('\n')) {
    const [, controllers = '', path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (version === 2 ? controllers === '' : controllers.split(',').includes('cpu')) return path;
  }
  return undefined;
}

/**
 * Version 1 with the `cpu` controller first, then version 2, which may have it: in each the own group, so that limits of the session hold
 * on, then the top. The kernel's two tables may show neither.
 */
export function cpuPlaces({ mounts, groups }: CgroupTables): readonly CpuPlace[] {
  const found = mounts.split('\n').flatMap((line): readonly CpuPlace[] => {
    const [mount = '', source = ''] = line.split(' - ');
    const [, , , root = '', at = ''] = mount.split(' ');
    const [type, , options = ''] = source.split(' ');
    const version = type === 'cgroup2' ? 2 : type === 'cgroup' && options.split(',').includes('cpu') ? 1 : undefined;
    if (version === undefined) return [];
    const own = ownGroup(groups, version);
    const top = root === '/' ? '' : root;
    const below = own?.startsWith(`${top}/`) ? own.slice(top.length).replace(/\/$/, '') : '';
    return [...new Set([`${at}${below}`, at])].map((folder) => ({ version, folder }));
  });
  return found.toSorted((one, other) => one.version - other.version);
}

function whyNot({ version }: CpuPlace, error: unknown): string {
  const code = codeOf(error);
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return `no right to make cgroups (v${version}, ${code})`;
    case 'EROFS':
      return `cgroups are read-only here (v${version})`;
    case 'ENOENT':
      return `the CPU controller is not enabled for new cgroups (v${version})`;
    default:
      return `a cgroup cannot be given a share of the CPU (v${version}, ${code})`;
  }
}

/** The first place in which a group can be made, held and entered; else why not in the likeliest. `owner` begins the groups' names. */
export function findCpuGroups(
  owner: string,
  places: readonly CpuPlace[] = cpuPlaces(readCgroupTables()),
  files: CgroupFiles = CGROUP_FILES,
): CpuGroups | { readonly why: string } {
  let why: string | undefined;
  for (const place of places) {
    const groups = { version: place.version, prefix: `${place.folder}/${owner}` };
    try {
      tryCpuGroup(files, groups);
      return groups;
    } catch (error) {
      why ??= whyNot(place, error);
    }
  }
  return { why: why ?? 'no cgroups are mounted here' };
}
