import { BenchError, EXIT_CODES, type ExitCode } from '../domain/exit-code.ts';
import type { CommandIo } from './io.ts';

/** The four parts of a failure: what, why, what to try, what is left. */
export function formatFailure(error: BenchError): string {
  const commands = error.tryCommands.map((command) => `  Try: ${command}`);
  return [`✗ ${error.message}`, `  Why: ${error.why}`, ...commands, `  ${error.leftBehind}`, `  exit ${error.exitCode}`, ''].join('\n');
}

/** Prints an error and gives its exit code; one that nobody foresaw is 1, with its stack. */
export function reportFailure(error: unknown, io: CommandIo): ExitCode {
  if (error instanceof BenchError) {
    io.stderr.write(formatFailure(error));
    return error.exitCode;
  }
  io.stderr.write(`✗ Internal error; please report it.\n${error instanceof Error ? error.stack : String(error)}\n  exit 1\n`);
  return EXIT_CODES.internal;
}
