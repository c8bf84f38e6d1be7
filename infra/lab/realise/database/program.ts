import { spawnUnprivileged } from '../../kernel/unprivileged.ts';
import type { Installation } from './installation.ts';

const DEADLINE_MS = 60_000;
const KEPT_OUTPUT = 4096;

/**
 * Runs one of PostgreSQL's programs to its end, `input` on its standard input. Rejects with the end of what it
 * printed; statements are never part of that (see `configuration.ts`).
 */
export function runProgram(installation: Installation, program: 'initdb' | 'postgres', args: readonly string[], input = ''): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawnUnprivileged(installation[program], args, { env: installation.env, stdio: ['pipe', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-KEPT_OUTPUT);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    const deadline = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MS);
    child.once('error', (error) => {
      clearTimeout(deadline);
      reject(error);
    });
    child.once('close', (code, signal) => {
      clearTimeout(deadline);
      if (code === 0) resolve();
      else reject(new Error(`${program} ended with ${signal ?? code}: ${output.trim()}`));
    });
    // A program that ends before it has read everything: its exit code tells, not EPIPE.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}
