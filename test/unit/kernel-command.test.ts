import { describe, expect, test } from 'vitest';
import { CommandFailed, run } from '../../infra/lab/kernel/command.ts';
import { namespaceScript } from '../../infra/lab/kernel/namespace.ts';
import { findProgram, MissingProgram, type Program } from '../../infra/lab/kernel/programs.ts';

async function failureOf(step: Promise<unknown>): Promise<CommandFailed> {
  try {
    await step;
  } catch (error) {
    if (error instanceof CommandFailed) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

describe('commands of the kernel layer', () => {
  test('give back what they print, and see a closed environment', async () => {
    expect(await run('sh', ['-c', 'echo "$HOME|$LC_ALL|$(cat)"'], { stdin: 'given' })).toBe('|C|given\n');
  });

  test('that fail say which, how, and what they printed', async () => {
    const failure = await failureOf(run('sh', ['-c', 'echo broken >&2; exit 3']));
    expect(failure).toMatchObject({ command: 'sh -c echo broken >&2; exit 3', stderr: 'broken\n', exitCode: 3 });
    expect(failure.message).toBe('sh -c echo broken >&2; exit 3: broken');
    expect((await failureOf(run('sh', ['-c', 'exit 4']))).message).toBe('sh -c exit 4: exit code 4');
    expect((await failureOf(run('sh', ['-c', 'kill -9 $$']))).exitCode).toBeUndefined();
  });

  test('quote the line of their input that was refused, as ip and nft count it', async () => {
    const stdin = 'link set lo up\nlink set nope up\n';
    const said = (text: string, input = { stdin }) => failureOf(run('sh', ['-c', `echo '${text}' >&2; exit 1`], input));
    expect((await said('Command failed -:2')).message).toContain('[link set nope up]');
    expect((await said('/dev/stdin:1:1-4: Error: syntax error')).message).toContain('[link set lo up]');
    const { inner } = namespaceScript({ name: 'x', forwards: true, links: ['addr add 1'], rules: 'table ip x {\n}' });
    const nested = { stdin, ...(inner === undefined ? {} : { inner }) };
    expect((await said('Command failed -:2', nested)).message).toContain('[addr add 1]');
    expect((await said('/dev/stdin:1:1-4: Error', nested)).message).toContain('[table ip x {]');
  });

  test('that read nothing of a long input fail by their exit code, not by the broken pipe', async () => {
    expect((await failureOf(run('sh', ['-c', 'exit 5'], { stdin: 'x'.repeat(1_000_000) }))).exitCode).toBe(5);
  });
});

describe('programs', () => {
  test('are found by name with their folder', () => {
    expect(findProgram('sh')).toMatch(/^\/.*\/sh$/);
  });
  test('that are not there are named with the package that brings them', () => {
    const error = new MissingProgram('nft');
    expect(error).toMatchObject({ program: 'nft', packageName: 'nftables' });
    expect(error.message).toContain('nft is not installed');
    expect(() => findProgram('no-such-program' as Program)).toThrow(MissingProgram);
  });
});
