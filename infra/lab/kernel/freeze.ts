import { readFileSync } from 'node:fs';

/** Sends a signal to a process group; false when no process of the group is left. */
function signalGroup(groupId: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(-groupId, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/**
 * Stops a process group, as Lambda freezes an environment between calls: SIGSTOP, 0.1 ms, works rootless. The
 * group's leader must have been started with `detached: true`. False when it is already gone.
 */
export function freezeGroup(groupId: number): boolean {
  return signalGroup(groupId, 'SIGSTOP');
}

/** Lets a stopped process group go on. False when it is gone. */
export function thawGroup(groupId: number): boolean {
  return signalGroup(groupId, 'SIGCONT');
}

/** Ends a process group, stopped or not. False when it is already gone. */
export function killGroup(groupId: number): boolean {
  return signalGroup(groupId, 'SIGKILL');
}

/** `running` covers sleeping and waiting; `gone` also a zombie that its parent has not yet asked for. */
export type ProcessState = 'running' | 'stopped' | 'gone';

/** State of a process by `/proc/<pid>/stat` (proc(5): the letter after the parenthesised name). */
export function processState(pid: number): ProcessState {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return 'gone';
  }
  const letter = stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
  if (letter === 'T' || letter === 't') return 'stopped';
  return letter === 'Z' || letter === 'X' ? 'gone' : 'running';
}
