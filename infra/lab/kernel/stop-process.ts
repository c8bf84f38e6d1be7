import type { ChildProcess } from 'node:child_process';

/** How a child is ended. */
export interface StopOptions {
  /** The polite signal; default SIGTERM. */
  readonly signal?: NodeJS.Signals;
  /** How long it may take before SIGKILL, in milliseconds; default 2000. */
  readonly graceMs?: number;
}

/** Ends a child that this process started, and resolves when it is gone. One that has ended already is fine. */
export function stopProcess(child: ChildProcess, options: StopOptions = {}): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return Promise.resolve();
  return new Promise((resolve) => {
    const force = setTimeout(() => child.kill('SIGKILL'), options.graceMs ?? 2000);
    child.once('exit', () => {
      clearTimeout(force);
      resolve();
    });
    child.kill(options.signal ?? 'SIGTERM');
  });
}
