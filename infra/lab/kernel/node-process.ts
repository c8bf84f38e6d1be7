import { type ChildProcess, spawn } from 'node:child_process';
import { labEntryPath } from './entry.ts';

/** How a lab program is started. */
export interface NodeProcessOptions {
  /** Name under `/run/netns`; absent: the lab's own (the host's loopback). */
  readonly namespace?: string;
  readonly args?: readonly string[];
  /** The whole environment: nothing of the caller's leaks in (`NODE_OPTIONS`, proxies, profiles). */
  readonly env?: Readonly<Record<string, string>>;
  /** Where stdout and stderr go; default: the starter's. */
  readonly output?: 'inherit' | 'pipe' | 'ignore';
}

/** Where `nsenter` finds a namespace by name. */
export function namespacePath(namespace: string): string {
  return `/run/netns/${namespace}`;
}

/** Starts a bundled lab program with an IPC channel, in a namespace if asked. `nsenter` replaces itself, so the pid is Node's. */
export function spawnLabProcess(entry: string, options: NodeProcessOptions = {}): ChildProcess {
  const node = [process.execPath, labEntryPath(entry), ...(options.args ?? [])];
  const command = options.namespace === undefined ? node : ['nsenter', `--net=${namespacePath(options.namespace)}`, '--', ...node];
  const [file = '', ...args] = command;
  const output = options.output ?? 'inherit';
  return spawn(file, args, {
    stdio: ['ignore', output, output, 'ipc'],
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', ...options.env },
  });
}
