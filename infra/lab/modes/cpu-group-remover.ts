import { spawn } from 'node:child_process';
import { SYSTEM_PATH } from '../kernel/programs.ts';
import { type LabMode, modePrefix } from './mode.ts';

/** Waits until nobody writes to it any more, then removes the groups `$1-…`, for five seconds at most. */
const SCRIPT = `
read -r _
tries=0
while [ "$tries" -lt 100 ]; do
  busy=
  for group in "$1"-*; do
    if [ -d "$group" ]; then rmdir "$group" 2> /dev/null || busy=1; fi
  done
  if [ -z "$busy" ]; then exit 0; fi
  tries=$((tries + 1))
  sleep 0.05
done
exit 1
`;

/** A process that outlives a lab by some milliseconds. */
export interface CpuGroupRemover {
  /** The lab has ended: resolves when its groups are gone, or stay. */
  remove(): Promise<void>;
}

/**
 * Starts a process, with the lab's own privileges and outside of it, that removes the lab's cgroups when this process calls `remove` or
 * ends, however it ends: a group is no process, so the kernel does not end it with the lab. It does not keep this process from ending.
 */
export function startCpuGroupRemover(mode: LabMode, prefix: string): CpuGroupRemover {
  const [file = '', ...args] = [...modePrefix(mode), 'sh', '-c', SCRIPT, 'sh', prefix];
  const child = spawn(file, args, { env: { PATH: SYSTEM_PATH }, stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    // Then the next lab finds what stayed.
    child.once('error', () => resolve());
  });
  child.stdin.on('error', () => undefined);
  child.unref();
  return {
    remove: () => {
      child.ref();
      child.stdin.end();
      return gone;
    },
  };
}
