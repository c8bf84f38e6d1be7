import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { type CpuGroup, type CpuGroups, newCpuGroup } from '../kernel/cpu-quota.ts';
import { labEntryPath } from '../kernel/entry.ts';
import { freezeGroup, killGroup, thawGroup } from '../kernel/freeze.ts';
import { namespacePath } from '../kernel/node-process.ts';
import type { LogLine } from './wire.ts';

/** How the process of an environment is started. */
export interface SpawnRequest {
  /** Absent: the network of the runtime process. */
  readonly namespace?: string;
  /** What its share of the CPU follows from. */
  readonly memoryMb: number;
  readonly variables: Readonly<Record<string, string>>;
  readonly workingFolder: string;
  /** Made before the start, removed after the end. */
  readonly temporaryFolder: string;
  readonly onLine: (line: LogLine) => void;
  /** Once, when the process is gone and all that it wrote has been read. */
  readonly onExit: (exit: ProcessExit) => void;
}

export interface ProcessExit {
  readonly code?: number;
  readonly signal?: string;
}

/** One running environment. The signals go to its whole group; to one that has ended they do nothing. */
export interface EnvironmentProcess {
  /** 0 when it could not be started. */
  readonly pid: number;
  /** From now on it and its children have the CPU share of its memory, where the lab can give one. */
  holdCpu(): void;
  freeze(): void;
  thaw(): void;
  kill(): void;
  /** Highest resident memory so far, whole MB; absent once the process has ended. */
  peakMemoryMb(): number | undefined;
}

export type SpawnEnvironment = (request: SpawnRequest) => EnvironmentProcess;

/** Descriptor of the log pipe in the environment. */
export const LOG_FD = 3;

/**
 * Starts bootstraps, each in a process group of its own, inside its namespace and, where `cpu` says how, in a cgroup of its own that has
 * no quota yet. The shell that enters the cgroup and `nsenter` replace themselves: the pid is Node's.
 */
export function newEnvironmentSpawner(cpu?: CpuGroups): SpawnEnvironment {
  let started = 0;
  return (request) => {
    mkdirSync(request.temporaryFolder, { recursive: true });
    started += 1;
    const group = cpu === undefined ? undefined : newCpuGroup(cpu, String(started));
    const child = spawnBootstrap(request, group);
    followEnd(child, request, followOutput(child, request.onLine), group);
    return newEnvironmentProcess(child, request, group);
  };
}

function spawnBootstrap({ namespace, variables, workingFolder }: SpawnRequest, group: CpuGroup | undefined): ChildProcess {
  const node = [process.execPath, labEntryPath('bootstrap')];
  const command = namespace === undefined ? node : ['nsenter', `--net=${namespacePath(namespace)}`, '--', ...node];
  const [file = '', ...args] = group === undefined ? command : group.entering(command);
  return spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe', 'pipe'], env: variables, cwd: workingFolder, detached: true });
}

function newEnvironmentProcess(child: ChildProcess, { memoryMb }: SpawnRequest, group: CpuGroup | undefined): EnvironmentProcess {
  const { pid } = child;
  // A process that could not be started has no group; its `onExit` is on the way.
  const signal = (send: (groupId: number) => boolean) => (): void => {
    if (pid !== undefined) send(pid);
  };
  return {
    pid: pid ?? 0,
    holdCpu: () => group?.hold(memoryMb),
    freeze: signal(freezeGroup),
    thaw: signal(thawGroup),
    kill: signal(killGroup),
    peakMemoryMb: () => (pid === undefined ? undefined : readPeakMemoryMb(pid)),
  };
}

/** `VmHWM` of proc(5), in kB. */
function readPeakMemoryMb(pid: number): number | undefined {
  try {
    const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
    return found === null ? undefined : Math.round(Number(found[1]) / 1024);
  } catch {
    return undefined;
  }
}

/** Returns what passes on a last line without a line feed. */
function followOutput(child: ChildProcess, onLine: (line: LogLine) => void): () => void {
  const [, stdout, stderr, log] = child.stdio as unknown as readonly [null, Readable, Readable, Readable];
  const onRaw = (line: string): void => onLine({ timestampMs: Date.now(), message: `${line}\n` });
  const flushes = [splitLines(stdout, onRaw), splitLines(stderr, onRaw), splitLines(log, (line) => onLine(parseLogFrame(line)))];
  return () => {
    for (const flush of flushes) flush();
  };
}

/** A line of `bootstrap-console.ts`. A function that writes something else onto the pipe gets it logged as it is. */
function parseLogFrame(line: string): LogLine {
  const space = line.indexOf(' ');
  try {
    return { timestampMs: Number(line.slice(0, space)), message: JSON.parse(line.slice(space + 1)) as string };
  } catch {
    return { timestampMs: Date.now(), message: `${line}\n` };
  }
}

function splitLines(stream: Readable, onLine: (line: string) => void): () => void {
  let pending: Buffer[] = [];
  const flush = (): void => {
    if (pending.length > 0) onLine(Buffer.concat(pending).toString('utf8'));
    pending = [];
  };
  stream.on('data', (chunk: Buffer) => {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      pending.push(chunk.subarray(from, end));
      flush();
      from = end + 1;
    }
    if (from < chunk.length) pending.push(chunk.subarray(from));
  });
  // A reset pipe is the end of the process, which is heard of elsewhere.
  stream.on('error', () => undefined);
  return flush;
}

function followEnd(child: ChildProcess, request: SpawnRequest, flushOutput: () => void, group: CpuGroup | undefined): void {
  let ended = false;
  const end = (exit: ProcessExit): void => {
    if (ended) return;
    ended = true;
    // What the process wrote lies in its pipes before its end is known: one turn of the loop reads it.
    setImmediate(() => {
      flushOutput();
      for (const stream of child.stdio.slice(1)) stream?.destroy();
      rmSync(request.temporaryFolder, { recursive: true, force: true });
      group?.remove();
      request.onExit(exit);
    });
  };
  child.once('exit', (code, signal) => {
    // Children that it left behind go with it.
    if (child.pid !== undefined) killGroup(child.pid);
    end({ ...(code === null ? {} : { code }), ...(signal === null ? {} : { signal }) });
  });
  child.once('error', (error) => {
    request.onLine({ timestampMs: Date.now(), message: `${error.message}\n` });
    if (child.pid === undefined) end({});
  });
}
