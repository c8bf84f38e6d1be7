import { createInterface } from 'node:readline/promises';
import { BenchError, EXIT_CODES } from '../domain/exit-code.ts';
import type { CommandIo } from './io.ts';

const NOTHING = 'Nothing was started.';

/** True when somebody is there who can be asked. */
function canAsk({ stdin, stderr }: CommandIo): boolean {
  return stdin?.isTTY === true && stderr.isTTY === true;
}

/** Refuses (exit 2) where nobody can be asked and `--yes` was not given. Before anything else: it costs no call. */
export function demandConfirmable(yes: boolean, io: CommandIo): void {
  if (yes || canAsk(io)) return;
  throw new BenchError({
    exitCode: EXIT_CODES.usage,
    what: 'A run on AWS costs money and wants a yes.',
    why: 'there is no terminal to ask on, and --yes was not given',
    tryCommands: ['npm run bench -- --backend aws --yes', 'npm run bench -- --backend aws --dry-run   (what it would do and cost)'],
    leftBehind: NOTHING,
  });
}

/** Asks on stderr; only `y` or `yes` is one. Throws `BenchError`: 2 for anything else, 130 for Ctrl-C. */
export async function confirm(question: string, yes: boolean, io: CommandIo): Promise<void> {
  if (yes) return;
  demandConfirmable(yes, io);
  const { stdin, stderr } = io;
  if (stdin === undefined) return;
  const reader = createInterface({ input: stdin, output: stderr });
  const left = new AbortController();
  let interrupted = false;
  reader.once('SIGINT', () => {
    interrupted = true;
    left.abort();
  });
  // The end of input is no answer either.
  reader.once('close', () => left.abort());
  const answer = await reader.question(`${question} [y/N] `, { signal: left.signal }).catch(() => '');
  reader.close();
  if (/^y(es)?$/i.test(answer.trim())) return;
  throw new BenchError({
    exitCode: interrupted ? EXIT_CODES.interrupted : EXIT_CODES.usage,
    what: 'The run was not confirmed.',
    why: interrupted ? 'Ctrl-C instead of an answer' : `the answer was "${answer.trim()}", not yes`,
    tryCommands: ['npm run bench -- --backend aws --dry-run   (what it would do and cost)'],
    leftBehind: NOTHING,
  });
}
