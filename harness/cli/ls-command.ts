import { markdownTable } from 'markdown-table';
import { SCENARIOS } from '../../scenarios/index.ts';
import { EXIT_CODES, type ExitCode } from '../domain/exit-code.ts';
import { TARGETS } from '../domain/target.ts';
import type { CommandIo } from './io.ts';

/** `bench ls`: the scenarios, what they reach, and what they are; those outside the default set are marked. */
export async function lsCommand(io: CommandIo): Promise<ExitCode> {
  const rows = SCENARIOS.map(({ name, expected, summary, onRequest }) => [
    name,
    ...TARGETS.map((target) => expected[target]),
    onRequest ? `${summary} (only with --scenario ${name})` : summary,
  ]);
  const table = markdownTable([['scenario', ...TARGETS, 'what it is'], ...rows], { delimiterStart: false, delimiterEnd: false });
  io.stdout.write(`${table}\n`);
  return EXIT_CODES.ok;
}
