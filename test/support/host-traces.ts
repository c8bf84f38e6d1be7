import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Namespaces in which a lab's processes may differ from ours. */
const NAMESPACES = ['net', 'pid', 'mnt', 'ipc', 'user'] as const;

/** A process as `/proc` shows it. */
export interface SeenProcess {
  readonly pid: number;
  readonly parentPid: number;
  /** Clock ticks from boot; with the pid it names one process for ever. */
  readonly startTime: number;
  /** `Z` is a process that has ended and whose parent has not yet asked for it. */
  readonly state: string;
  readonly words: readonly string[];
}

function readOr<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

/** proc(5): the fields after the parenthesised name are state, parent, … and, 20th of them, the start time. */
function seeProcess(pid: number): SeenProcess[] {
  return readOr(() => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state = '', parent = '', ...more] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return [{ pid, parentPid: Number(parent), startTime: Number(more[17]), state, words }];
  }, []);
}

function listProcesses(): readonly SeenProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => seeProcess(Number(name)));
}

function namespacesOf(pid: number | 'self'): readonly string[] {
  return NAMESPACES.flatMap((kind) => readOr(() => [readlinkSync(`/proc/${pid}/ns/${kind}`)], []));
}

/** The process and all below it. */
export function processTree(root: number): readonly SeenProcess[] {
  const all = listProcesses();
  const found = new Map(all.filter(({ pid }) => pid === root).map((one) => [one.pid, one]));
  for (let before = -1; before < found.size; ) {
    before = found.size;
    for (const one of all) if (found.has(one.parentPid)) found.set(one.pid, one);
  }
  return [...found.values()];
}

/** The lab program of that name below `root`, e.g. `control`; undefined while there is none. */
export function findLabProgram(root: number, name: string): SeenProcess | undefined {
  return processTree(root).find(({ words }) => words[1]?.endsWith(`/${name}.mjs`));
}

/** Lines of a table of `/proc/net`, without its head, as words. */
function tableOf(file: string): readonly (readonly string[])[] {
  return readOr(() => readFileSync(file, 'latin1'), '')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/));
}

const LISTEN_STATE = '0A';

/** Sockets of this network namespace that wait for TCP connections: inode → local address, as the kernel prints it. */
function listeners(): ReadonlyMap<string, string> {
  const rows = [...tableOf('/proc/net/tcp'), ...tableOf('/proc/net/tcp6')].filter((row) => row[3] === LISTEN_STATE);
  return new Map(rows.map((row) => [row[9] ?? '', row[1] ?? '']));
}

function socketsOf(pid: number): readonly string[] {
  const folder = `/proc/${pid}/fd`;
  return readOr(() => readdirSync(folder), []).flatMap((fd) => {
    const inode = /^socket:\[(\d+)\]$/.exec(readOr(() => readlinkSync(join(folder, fd)), ''))?.[1];
    return inode === undefined ? [] : [inode];
  });
}

function foldersBelow(folder: string): readonly string[] {
  const below = readOr(() => readdirSync(folder, { withFileTypes: true }), []).filter((entry) => entry.isDirectory());
  return below.flatMap(({ name }) => [join(folder, name), ...foldersBelow(join(folder, name))]);
}

/** Shared-memory segments: id → pid of the process that made it. */
function sharedMemory(): ReadonlyMap<string, number> {
  return new Map(tableOf('/proc/sysvipc/shm').map((row) => [row[1] ?? '', Number(row[4])]));
}

/** What the machine has before a command starts. */
export interface HostState {
  readonly mounts: ReadonlySet<string>;
  readonly segments: ReadonlySet<string>;
  readonly cgroups: ReadonlySet<string>;
}

function mountLines(): readonly string[] {
  return readFileSync('/proc/self/mounts', 'utf8').trim().split('\n');
}

/** Looks at the machine. */
export function lookAtHost(): HostState {
  return {
    mounts: new Set(mountLines()),
    segments: new Set(sharedMemory().keys()),
    cgroups: new Set(foldersBelow('/sys/fs/cgroup')),
  };
}

/** Everything by which a command and its lab could be recognised later. */
export interface Traces {
  readonly processes: ReadonlySet<string>;
  /** Other than our own, e.g. `net:[4026532281]`. */
  readonly namespaces: ReadonlySet<string>;
  /** Inodes of listening sockets on the host's own loopback. */
  readonly listeners: ReadonlySet<string>;
  /** When they were taken down, as processes count time. */
  readonly takenAt: number;
}

/** Traces of a command of which nothing was seen while it ran. */
export const NO_TRACES: Traces = { processes: new Set(), namespaces: new Set(), listeners: new Set(), takenAt: 0 };

function identityOf({ pid, startTime }: SeenProcess): string {
  return `${pid}@${startTime}`;
}

/** Takes down what belongs to a command, just before something happens to it. */
export function traceTree(root: number): Traces {
  const tree = processTree(root);
  const own = new Set(namespacesOf('self'));
  const listening = listeners();
  return {
    processes: new Set(tree.map(identityOf)),
    namespaces: new Set(tree.flatMap(({ pid }) => namespacesOf(pid)).filter((namespace) => !own.has(namespace))),
    listeners: new Set(tree.flatMap(({ pid }) => socketsOf(pid)).filter((inode) => listening.has(inode))),
    takenAt: Math.max(...listProcesses().map(({ startTime }) => startTime)),
  };
}

/** What is still there of a command, one sentence each; empty when nothing is. `marker` is a text of its processes' command lines. */
export function leftOf(traces: Traces, before: HostState, marker: string): readonly string[] {
  const left: string[] = [];
  const alive = listProcesses().filter(({ state }) => state !== 'Z' && state !== 'X');
  const pids = new Set(alive.map(({ pid }) => pid));
  for (const one of alive) {
    // The kernel gives the number of a namespace that has ended to a later one.
    const held = one.startTime > traces.takenAt ? [] : namespacesOf(one.pid).filter((namespace) => traces.namespaces.has(namespace));
    const ours = traces.processes.has(identityOf(one)) || one.words.some((word) => word.includes(marker));
    if (ours || held.length > 0) left.push(`process ${one.pid} ${one.state} ${one.words.join(' ')} ${held.join(' ')}`);
  }
  for (const line of mountLines()) if (!before.mounts.has(line)) left.push(`mount ${line}`);
  for (const [inode, address] of listeners()) if (traces.listeners.has(inode)) left.push(`listener ${address}`);
  for (const [id, maker] of sharedMemory()) {
    // One whose maker lives is another program's: nobody would find a maker of ours alive.
    if (!before.segments.has(id) && !pids.has(maker)) left.push(`shared-memory segment ${id}`);
  }
  for (const folder of foldersBelow('/sys/fs/cgroup')) {
    const members = join(folder, 'cgroup.procs');
    const empty = existsSync(members) && readOr(() => readFileSync(members, 'latin1'), 'gone').trim() === '';
    if (!before.cgroups.has(folder) && empty) left.push(`cgroup ${folder}`);
  }
  return left;
}
