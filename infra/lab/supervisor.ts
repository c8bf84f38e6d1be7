/**
 * PID 1 of the lab. It owns nothing but the others' lives: when it ends, the kernel ends every process of the lab and
 * with them all namespaces and mounts. It ends when its starter's pipe closes, when control ends, or on a signal.
 */
import { mountLabFolders } from './kernel/lab-mounts.ts';
import { spawnLabProcess } from './kernel/node-process.ts';

function end(code: number): never {
  process.exit(code);
}

try {
  mountLabFolders();
} catch (error) {
  process.stdout.write(
    `${JSON.stringify({ failed: `cannot mount the lab's folders: ${error instanceof Error ? error.message : String(error)}` })}\n`,
  );
  end(1);
}

// Node as PID 1 ignores both without a handler.
process.on('SIGTERM', () => end(143));
process.on('SIGINT', () => end(130));

const home = process.env['HOME'];
const cache = process.env['XDG_CACHE_HOME'];
const control = spawnLabProcess('control', {
  args: process.argv.slice(2),
  env: { TMPDIR: '/run/lab/tmp', ...(home === undefined ? {} : { HOME: home }), ...(cache === undefined ? {} : { XDG_CACHE_HOME: cache }) },
});
control.once('exit', (code) => end(code ?? 1));
process.stdin.on('end', () => end(0));
process.stdin.on('error', () => end(0));
process.stdin.resume();
