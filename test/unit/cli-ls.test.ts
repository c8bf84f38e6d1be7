import { expect, test } from 'vitest';
import { SCENARIOS } from '../../scenarios/index.ts';
import { runCommandLine } from '../support/command.ts';

test('ls names every scenario, and marks those that are measured only when they are asked for', async () => {
  const { code, stdout } = await runCommandLine('ls');
  expect(code).toBe(0);
  const lines = stdout.split('\n');
  for (const { name, onRequest } of SCENARIOS) {
    const line = lines.find((candidate) => candidate.split(' ')[0] === name) ?? '';
    expect([name, line.includes(`(only with --scenario ${name})`)]).toEqual([name, onRequest === true]);
  }
});
