/** Every command of README and docs: known, and executed by a test or left to another one for a reason. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommandLine } from '../support/command.ts';
import { fillCommandFolder } from '../support/command-folder.ts';
import {
  documentedCommands,
  documents,
  EXECUTIONS,
  LONG_BLOCKS,
  leftOutChapters,
  mentionedCommands,
} from '../support/documented-commands.ts';
import { runDocumented } from '../support/run-documented.ts';

const COMMANDS = documentedCommands();
const known = (command: string): boolean =>
  EXECUTIONS[command] !== undefined || LONG_BLOCKS.some(({ begins }) => command.startsWith(begins));

describe('the commands of README and docs', () => {
  it('are found', () => {
    expect(documents().length).toBeGreaterThan(10);
    expect(COMMANDS.length).toBeGreaterThan(20);
    expect(leftOutChapters().length).toBe(3);
  });

  it.each(COMMANDS.map((one) => [`${one.file}: ${one.command.split('\n')[0]}`, one] as const))(
    '%s has a test or a reason',
    (_, { command }) => expect(known(command), `add ${command} to test/support/documented-commands.ts`).toBe(true),
  );

  it('are all that has one', () => {
    const printed = COMMANDS.map(({ command }) => command);
    expect(Object.keys(EXECUTIONS).filter((command) => !printed.includes(command))).toEqual([]);
    expect(LONG_BLOCKS.filter(({ begins }) => !printed.some((command) => command.startsWith(begins)))).toEqual([]);
  });

  it('are told from what nobody has written down', () => expect(known('npm run bench -- fly')).toBe(false));
});

describe('the commands within sentences', () => {
  const mentioned = mentionedCommands();
  const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

  it('are found', () => expect(mentioned.length).toBeGreaterThan(8));

  it.each(mentioned)('%s: its script, its command and its flags are there', async (command) => {
    const [, name = '', , rest = ''] = /^npm run (?:-s )?([\w:]+)( -- (.*))?$/.exec(command) ?? [];
    expect(Object.keys(scripts)).toContain(name);
    if (name !== 'bench') return;
    const [first = ''] = rest.split(' ');
    const { stdout: commands } = await runCommandLine('--help');
    const own = /^[a-z]/.test(first) ? first : undefined;
    if (own !== undefined) expect(commands).toMatch(new RegExp(`^ +${own}\\b`, 'm'));
    const { stdout: flags } = await runCommandLine(own ?? 'run', '--help');
    for (const [flag] of rest.matchAll(/--[a-z][\w-]+/g)) expect(flags).toContain(flag);
  });
});

describe('executed as it is printed', () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lnb-commands-'));
    await fillCommandFolder(folder);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const all = Object.entries(EXECUTIONS).flatMap(([command, execution]) => (execution.kind === 'here' ? [{ command, ...execution }] : []));

  it('there are some', () => expect(all.length).toBeGreaterThan(10));

  // One after the other: the baseline is shown and accepted of the run that was judged before.
  it.each(all)('$command', async ({ command, codes, says }) => {
    const { code, stdout, stderr } = await runDocumented(command, folder).ended;
    expect(codes, stderr).toContain(code);
    expect(stdout).toMatch(says);
  });
});
