import { BenchError, EXIT_CODES, type ExitCode } from '../domain/exit-code.ts';
import type { CommandIo } from './io.ts';

/** A reason may have several lines, and words of others in them; none may move the cursor, or be taken for a command by what reads a log. */
function shownLines(text: string): string {
  const lines = text.split('\n').map((line) => line.replace(/\p{C}/gu, '?'));
  return lines.map((line) => (line.trimStart().startsWith('::') ? `| ${line.trimStart()}` : line)).join('\n');
}

function describeLeft({ leftBehind }: BenchError): string {
  return leftBehind.endsWith('.') ? leftBehind : `Left behind: ${leftBehind}.`;
}

/** The four parts of a failure: what, why, what to try, what is left. */
export function formatFailure(error: BenchError): string {
  const commands = error.tryCommands.map((command) => `  Try: ${command}`);
  const parts = [`✗ ${error.message}`, `  Why: ${error.why}`, ...commands, `  ${describeLeft(error)}`, `  exit ${error.exitCode}`];
  return `${parts.map(shownLines).join('\n')}\n`;
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
