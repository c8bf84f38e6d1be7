import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CgroupFiles } from '../../infra/lab/kernel/cgroup-files.ts';
import {
  cpuOwnerName,
  findAbandonedGroups,
  isAbandoned,
  type OwnerLookup,
  removeAbandonedGroups,
} from '../../infra/lab/kernel/cpu-owner.ts';
import { type CgroupTables, cpuPlaces, findCpuGroups } from '../../infra/lab/kernel/cpu-places.ts';
import { cpuQuotaUs, describeCpuGroups, newCpuGroup } from '../../infra/lab/kernel/cpu-quota.ts';
import { eventually } from '../support/runtime-functions.ts';

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/** Files that a fresh group of a hierarchy has. */
const V1 = ['cgroup.procs', 'tasks', 'cpu.cfs_period_us', 'cpu.cfs_quota_us'];
const V2 = ['cgroup.procs', 'cpu.max'];
const V2_WITHOUT_CPU = ['cgroup.procs'];

interface FakeCgroups extends CgroupFiles {
  readonly groups: ReadonlyMap<string, Map<string, string>>;
  /** Every write, in order: `file=text`. */
  readonly writes: readonly string[];
}

/** A cgroup file system: `tops` are its mounted folders with the files that a group below each gets; `refuse` throws for what fails. */
function newFakeCgroups(tops: Readonly<Record<string, readonly string[]>>, refuse: (act: string, path: string) => void = () => undefined) {
  const groups = new Map<string, Map<string, string>>();
  const writes: string[] = [];
  const filesOf = (path: string): Map<string, string> => {
    const found = groups.get(path.slice(0, path.lastIndexOf('/')));
    if (found?.has(path.slice(path.lastIndexOf('/') + 1)) !== true) throw failure('ENOENT');
    return found;
  };
  const fake: FakeCgroups = {
    groups,
    writes,
    make(folder) {
      const files = tops[folder.slice(0, folder.lastIndexOf('/'))];
      if (files === undefined) throw failure('ENOENT');
      refuse('make', folder);
      groups.set(folder, new Map(files.map((name) => [name, ''])));
    },
    write(file, text) {
      const files = filesOf(file);
      refuse('write', file);
      files.set(file.slice(file.lastIndexOf('/') + 1), text);
      writes.push(`${file}=${text}`);
    },
    read: (file) => filesOf(file).get(file.slice(file.lastIndexOf('/') + 1)) ?? '',
    tryEntering(file) {
      filesOf(file);
      refuse('enter', file);
    },
    remove(folder) {
      if (!groups.has(folder)) throw failure('ENOENT');
      refuse('remove', folder);
      groups.delete(folder);
    },
    list: (folder) => [...groups.keys()].filter((path) => path.startsWith(`${folder}/`)).map((path) => path.slice(folder.length + 1)),
  };
  return fake;
}

describe('the quota of each 20 ms', () => {
  test.each([
    { memory: 128, quota: 1447, why: "Lambda's smallest: 7 % of a processor" },
    { memory: 512, quota: 5789, why: 'a third' },
    { memory: 1769, quota: 20_000, why: 'one processor' },
    { memory: 3538, quota: 40_000, why: 'two' },
    { memory: 10_240, quota: 115_772, why: "Lambda's largest: 5.8" },
    { memory: 64, quota: 1000, why: 'the kernel takes no less than 1 ms' },
  ])('of $memory MB is $quota µs: $why', ({ memory, quota }) => {
    expect(cpuQuotaUs(memory)).toBe(quota);
  });

  test('is in proportion to the memory, to the microsecond', () => {
    fc.assert(
      fc.property(fc.integer({ min: 128, max: 10_240 }), (memory) => {
        expect(Math.abs(cpuQuotaUs(memory) / 20_000 - memory / 1769)).toBeLessThanOrEqual(0.5 / 20_000 + 1e-12);
      }),
    );
  });
});

const CPU_MOUNT = '31 29 0:27 / /cg/cpu,cpuacct rw,nosuid - cgroup cgroup rw,cpu,cpuacct';
const OTHER_MOUNT = '32 29 0:28 / /cg/cpuset rw - cgroup cgroup rw,cpuset';
const V2_MOUNT = '33 29 0:29 / /cg/unified rw - cgroup2 cgroup2 rw';
const BOUND_MOUNT = '31 29 0:27 /docker/abc /cg/cpu ro - cgroup cgroup rw,cpu';

describe('places to try', () => {
  test.each<{ why: string; tables: CgroupTables; folders: readonly string[] }>([
    {
      why: 'version 1: the own group, then the top',
      tables: { mounts: CPU_MOUNT, groups: '4:cpu,cpuacct:/user.slice\n1:name=systemd:/s\n0::/s' },
      folders: ['1 /cg/cpu,cpuacct/user.slice', '1 /cg/cpu,cpuacct'],
    },
    { why: 'at the top there is one', tables: { mounts: CPU_MOUNT, groups: '4:cpu,cpuacct:/' }, folders: ['1 /cg/cpu,cpuacct'] },
    { why: 'another controller is none', tables: { mounts: OTHER_MOUNT, groups: '3:cpuset:/' }, folders: [] },
    {
      why: 'version 1 before 2, whatever the order of the mounts',
      tables: { mounts: `${V2_MOUNT}\n${CPU_MOUNT}`, groups: '4:cpu,cpuacct:/\n0::/a/b' },
      folders: ['1 /cg/cpu,cpuacct', '2 /cg/unified/a/b', '2 /cg/unified'],
    },
    {
      why: 'a container sees the part that is mounted for it',
      tables: { mounts: BOUND_MOUNT, groups: '4:cpu:/docker/abc/inner' },
      folders: ['1 /cg/cpu/inner', '1 /cg/cpu'],
    },
    {
      why: 'an own group outside of it is not there',
      tables: { mounts: BOUND_MOUNT, groups: '4:cpu:/docker/abcdef' },
      folders: ['1 /cg/cpu'],
    },
    { why: 'without tables there is none', tables: { mounts: '', groups: '' }, folders: [] },
  ])('$why', ({ tables, folders }) => {
    expect(cpuPlaces(tables).map(({ version, folder }) => `${version} ${folder}`)).toEqual(folders);
  });
});

describe('detection by trying', () => {
  const place1 = { version: 1, folder: '/cg/cpu' } as const;
  const place2 = { version: 2, folder: '/cg/two' } as const;
  const refuseAll =
    (act: string, code: string) =>
    (seen: string): void => {
      if (seen === act) throw failure(code);
    };

  test('version 1: makes a group, gives it the largest share, has a process enter, and leaves nothing', () => {
    const files = newFakeCgroups({ '/cg/cpu': V1 });
    expect(findCpuGroups('lnb-x', [place1, place2], files)).toEqual({ version: 1, prefix: '/cg/cpu/lnb-x' });
    expect(files.writes).toEqual(['/cg/cpu/lnb-x-trial/cpu.cfs_period_us=20000', '/cg/cpu/lnb-x-trial/cpu.cfs_quota_us=115772']);
    expect(files.groups.size).toBe(0);
  });

  test('version 2, where the parent has the controller enabled', () => {
    const files = newFakeCgroups({ '/cg/two': V2 });
    expect(findCpuGroups('lnb-x', [place2], files)).toEqual({ version: 2, prefix: '/cg/two/lnb-x' });
    expect(files.writes).toEqual(['/cg/two/lnb-x-trial/cpu.max=115772 20000']);
    expect(files.groups.size).toBe(0);
  });

  test.each<{ why: string; files: FakeCgroups; said: string }>([
    {
      why: 'no rights',
      files: newFakeCgroups({ '/cg/cpu': V1 }, refuseAll('make', 'EACCES')),
      said: 'no right to make cgroups (v1, EACCES)',
    },
    { why: 'read-only', files: newFakeCgroups({ '/cg/cpu': V1 }, refuseAll('make', 'EROFS')), said: 'cgroups are read-only here (v1)' },
    {
      why: 'the parent has a smaller quota',
      files: newFakeCgroups({ '/cg/cpu': V1 }, refuseAll('write', 'EINVAL')),
      said: 'a cgroup cannot be given a share of the CPU (v1, EINVAL)',
    },
    {
      why: 'a group can be made and nothing may enter it',
      files: newFakeCgroups({ '/cg/cpu': V1 }, refuseAll('enter', 'EPERM')),
      said: 'no right to make cgroups (v1, EPERM)',
    },
  ])('says why not: $why', ({ files, said }) => {
    expect(findCpuGroups('lnb-x', [place1], files)).toEqual({ why: said });
    expect(files.groups.size).toBe(0);
  });

  test('says why not: version 2 without the controller, and no cgroups at all', () => {
    const files = newFakeCgroups({ '/cg/two': V2_WITHOUT_CPU });
    expect(findCpuGroups('lnb-x', [place2], files)).toEqual({ why: 'the CPU controller is not enabled for new cgroups (v2)' });
    expect(files.groups.size).toBe(0);
    expect(findCpuGroups('lnb-x', [], files)).toEqual({ why: 'no cgroups are mounted here' });
  });

  test('takes the second place where the first refuses, and with none the reason of the first', () => {
    const refuse = (_act: string, path: string): void => {
      if (path.startsWith('/cg/cpu/')) throw failure('EROFS');
    };
    expect(findCpuGroups('lnb-x', [place1, place2], newFakeCgroups({ '/cg/cpu': V1, '/cg/two': V2 }, refuse))).toMatchObject({
      version: 2,
    });
    expect(findCpuGroups('lnb-x', [place1, place2], newFakeCgroups({ '/cg/cpu': V1, '/cg/two': V2_WITHOUT_CPU }, refuse))).toEqual({
      why: 'cgroups are read-only here (v1)',
    });
  });

  test('the note says which', () => {
    expect(describeCpuGroups({ version: 1, prefix: '/cg/cpu/lnb-x' })).toBe(
      'CPU held to memory ÷ 1769 MB of one processor after init (cgroup v1, 20 ms periods).',
    );
    expect(describeCpuGroups({ why: 'no cgroups are mounted here' })).toBe('CPU unthrottled: no cgroups are mounted here.');
  });
});

describe('a group', () => {
  test('is entered before the command, has no quota until it is held, and goes', () => {
    const files = newFakeCgroups({ '/cg/cpu': V1 });
    const group = newCpuGroup({ version: 1, prefix: '/cg/cpu/lnb-x' }, '7', files);
    const words = group.entering(['node', 'a b']);
    expect(words.slice(-4)).toEqual(['sh', '/cg/cpu/lnb-x-7/tasks', 'node', 'a b']);
    expect(files.writes).toEqual([]);
    group.hold(128);
    expect(files.writes).toEqual(['/cg/cpu/lnb-x-7/cpu.cfs_period_us=20000', '/cg/cpu/lnb-x-7/cpu.cfs_quota_us=1447']);
    group.remove();
    expect(files.groups.size).toBe(0);
  });

  test('of version 2 is entered as a process and held in one write', () => {
    const files = newFakeCgroups({ '/cg/two': V2 });
    const group = newCpuGroup({ version: 2, prefix: '/cg/two/lnb-x' }, '1', files);
    expect(group.entering(['node'])).toContain('/cg/two/lnb-x-1/cgroup.procs');
    group.hold(3538);
    expect(files.writes).toEqual(['/cg/two/lnb-x-1/cpu.max=40000 20000']);
  });

  test('that is still busy is removed a little later', async () => {
    let busy = 3;
    const files = newFakeCgroups({ '/cg/cpu': V1 }, (act) => {
      if (act === 'remove' && busy-- > 0) throw failure('EBUSY');
    });
    newCpuGroup({ version: 1, prefix: '/cg/cpu/lnb-x' }, '1', files).remove();
    expect(files.groups.size).toBe(1);
    await eventually(() => files.groups.size === 0);
  });
});

describe('what a killed lab left', () => {
  const lookup: OwnerLookup = { pidNamespace: '4026', startTime: (pid) => ({ 100: '5000', 101: 'unknown' })[pid] };

  test('names say who started the lab', () => {
    expect(cpuOwnerName(lookup, 100, 'ab12')).toBe('lnb-4026-100-5000-ab12');
  });

  test.each([
    { name: 'lnb-4026-100-5000-ab12-3', abandoned: false, why: 'its starter lives' },
    { name: 'lnb-4026-100-4999-ab12-3', abandoned: true, why: 'the pid is another process now' },
    { name: 'lnb-4026-99-5000-ab12-3', abandoned: true, why: 'its starter has ended' },
    { name: 'lnb-4026-99-5000-ab12-trial', abandoned: true, why: 'so has that of a trial' },
    { name: 'lnb-4027-99-5000-ab12-3', abandoned: false, why: 'a pid of another PID namespace says nothing here' },
    { name: 'lnb-4026-101-5000-ab12-3', abandoned: false, why: 'a process that may not be looked at may be the starter' },
    { name: 'lnb-4026-99-unknown-ab12-3', abandoned: false, why: 'nobody knows which process it was' },
    { name: 'system.slice', abandoned: false, why: "somebody else's" },
  ])('$name: $why', ({ name, abandoned }) => {
    expect(isAbandoned(name, lookup)).toBe(abandoned);
  });

  test('is found and removed; what lives, is busy or is not ours stays', () => {
    const files = newFakeCgroups({ '/cg/cpu': V1 }, (act, path) => {
      if (act === 'remove' && path.endsWith('-busy')) throw failure('EBUSY');
    });
    const [living, dead, busy, foreign] = ['lnb-4026-100-5000-ab-1', 'lnb-4026-99-1-ab-1', 'lnb-4026-99-1-ab-busy', 'user.slice'];
    for (const name of [living, dead, busy, foreign]) files.make(`/cg/cpu/${name}`);
    const found = findAbandonedGroups(lookup, [{ version: 1, folder: '/cg/cpu' }], files);
    expect(found).toEqual([`/cg/cpu/${dead}`, `/cg/cpu/${busy}`]);
    expect(removeAbandonedGroups([...found, `/cg/cpu/${foreign}`], files)).toBe(1);
    expect([...files.groups.keys()]).toEqual([living, busy, foreign].map((name) => `/cg/cpu/${name}`));
  });
});
