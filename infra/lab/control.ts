/**
 * The lab's control process: everything that decides, nothing that is timed. It prints one line when it is ready, or why it cannot be,
 * and ends when any part of the lab has ended.
 */
import { ListenError } from './api/listen.ts';
import { assembleLab } from './assembly.ts';
import type { LabFirstLine, LabStart } from './handshake.ts';
import { removeAbandonedGroups } from './kernel/cpu-owner.ts';

function print(line: LabFirstLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

try {
  const start = JSON.parse(process.argv[2] ?? '') as LabStart;
  const removed = removeAbandonedGroups(start.abandonedGroups);
  if (removed > 0) process.stderr.write(`removed cgroups of a lab that was killed: ${removed}\n`);
  const lab = await assembleLab(start, (error) => process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`));
  void lab.broken.then((why) => {
    process.stderr.write(`${why}\n`);
    process.exit(1);
  });
  print({ ready: lab.ready });
} catch (error) {
  print(
    error instanceof ListenError && error.kind === 'port-taken'
      ? { failed: reason(error), code: 'port-in-use' }
      : { failed: reason(error) },
  );
  process.exit(1);
}
