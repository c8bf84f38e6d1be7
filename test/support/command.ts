import { Writable } from 'node:stream';
import { main } from '../../harness/cli/command-line.ts';
import type { ExitCode } from '../../harness/domain/exit-code.ts';

/** What one command line wrote and ended with. */
export interface CommandResult {
  readonly code: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line inside this process, as if no terminal were there, with an empty environment. */
export function runCommandLine(...argv: readonly string[]): Promise<CommandResult> {
  return runCommandLineIn({}, ...argv);
}

/** The same with variables. */
export async function runCommandLineIn(env: NodeJS.ProcessEnv, ...argv: readonly string[]): Promise<CommandResult> {
  const written: Record<'stdout' | 'stderr', string[]> = { stdout: [], stderr: [] };
  const stream = (name: 'stdout' | 'stderr'): Writable =>
    new Writable({
      write: (chunk, _, done) => {
        written[name].push(String(chunk));
        done();
      },
    });
  const code = await main(argv, { stdout: stream('stdout'), stderr: stream('stderr'), env });
  return { code, stdout: written.stdout.join(''), stderr: written.stderr.join('') };
}
