/** Commands of README and docs that need the lab, with words added that make them shorter. What a reader would see decides. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXECUTIONS } from '../../support/documented-commands.ts';
import { type RunningCommand, runDocumented } from '../../support/run-documented.ts';

const RUN_LIMIT_MS = 300_000;
const START_LIMIT_MS = 60_000;
const LOOK_EVERY_MS = 100;

const commands = Object.entries(EXECUTIONS);
const RUNS = commands.flatMap(([command, execution]) => (execution.kind === 'lab' ? [{ command, ...execution }] : []));
const STANDING = commands.flatMap(([command, execution]) => (execution.kind === 'stands' ? [{ command, ...execution }] : []));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lnb-documented-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Waits until it has printed such words. Rejects when it has ended before, or in too long a time. */
async function printed({ child, stdout }: RunningCommand, says: RegExp): Promise<void> {
  const until = performance.now() + START_LIMIT_MS;
  while (!says.test(stdout())) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${stdout()}`);
    if (performance.now() > until) throw new Error(`it has not said ${says} in time: ${stdout()}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

describe('documented commands in the lab', () => {
  it('there are some', () => expect([RUNS.length > 4, STANDING.length > 1]).toEqual([true, true]));

  it.each(RUNS)(
    '$command',
    async ({ command, shorter, codes, says }) => {
      const { code, stdout, stderr } = await runDocumented(command, folder, shorter).ended;
      expect(codes, stderr).toContain(code);
      expect(stdout).toMatch(says);
    },
    RUN_LIMIT_MS,
  );

  it.each(STANDING)('$command, until it is stopped', async ({ command, says }) => {
    const running = runDocumented(command, folder);
    try {
      await printed(running, says);
    } finally {
      running.child.kill('SIGINT');
    }
    const { code, stderr } = await running.ended;
    expect([0, 130], stderr).toContain(code);
  });
});
