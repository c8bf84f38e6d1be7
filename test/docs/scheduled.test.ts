import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommandLine } from '../support/command.ts';

const PROJECT = join(import.meta.dirname, '../..');
const text = readFileSync(join(PROJECT, 'docs/scheduled.md'), 'utf8');

/** The block after a comment that names it. */
function block(name: string): string {
  const found = text.split(`<!-- ${name} -->\n`)[1]?.match(/^```\w+\n([\s\S]*?)```/)?.[1];
  if (found === undefined) throw new Error(`docs/scheduled.md has no block ${name}`);
  return found;
}

const wordsAfter = (line: string, what: string): readonly string[] =>
  line
    .slice(line.indexOf(what) + what.length)
    .trim()
    .split(/\s+/);

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'lnb-scheduled-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe('the cron line', () => {
  const line = block('cron').trim();
  const run = () => {
    const bin = join(home, 'bin');
    mkdirSync(bin, { recursive: true });
    mkdirSync(join(home, 'lambda-network-bench'), { recursive: true });
    // Says what it was asked, and ends like a regression.
    writeFileSync(join(bin, 'npm'), '#!/bin/sh\necho "$@"\nexit 3\n', { mode: 0o755 });
    const env = { HOME: home, PATH: `${bin}:${process.env['PATH'] ?? ''}` };
    // cron: five fields, then what `sh` is given.
    return spawnSync('/bin/sh', ['-c', line.split(' ').slice(5).join(' ')], { encoding: 'utf8', env, cwd: home });
  };

  it('begins at an odd minute, is one line, and has no % (a line break to cron)', () => {
    expect(line).toMatch(/^\d*[13579] \d+ \* \* \* /);
    expect(line).not.toMatch(/[\n%]/);
  });

  it('runs in an empty folder and on, keeps what was said, and hands the code on', () => {
    expect([run().status, run().status]).toEqual([3, 3]);
    const log = readFileSync(join(home, 'lambda-network-bench/results/scheduled.log'), 'utf8').trim().split('\n');
    expect(log).toHaveLength(2);
    expect(log[0]).toMatch(/^run -s regression -- --scenario vpc-nat/);
  });
});

describe('the systemd units', () => {
  const names = ['lnb-regression.service', 'lnb-regression.timer'];

  it('are accepted by systemd, where it is installed', (ctx) => {
    if (!existsSync('/usr/bin/systemd-analyze')) ctx.skip('systemd-analyze is not installed');
    for (const name of names) writeFileSync(join(home, name), block(name));
    const paths = names.map((name) => join(home, name));
    const env = { ...process.env, HOME: home, XDG_RUNTIME_DIR: home };
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--user', '--man=no', ...paths], { encoding: 'utf8', env });
    const about = stderr.split('\n').filter((line) => line.includes('lnb-regression'));
    expect({ status, about }).toEqual({ status: 0, about: [] });
    const calendar = /OnCalendar=(.*)/.exec(block('lnb-regression.timer'))?.[1] ?? '';
    expect(execFileSync('systemd-analyze', ['calendar', calendar], { encoding: 'utf8' })).toContain('02:17:00');
  });

  it('would be refused with a mistake in them', (ctx) => {
    if (!existsSync('/usr/bin/systemd-analyze')) ctx.skip('systemd-analyze is not installed');
    writeFileSync(join(home, 'lnb-regression.service'), block('lnb-regression.service').replace('Type=oneshot', 'Type=onceshot'));
    const env = { ...process.env, HOME: home, XDG_RUNTIME_DIR: home };
    const path = join(home, 'lnb-regression.service');
    const { stderr } = spawnSync('systemd-analyze', ['verify', '--user', '--man=no', path], { encoding: 'utf8', env });
    expect(stderr).toContain('onceshot');
  });
});

describe('every command of the page', () => {
  it.each([
    ['cron', wordsAfter(block('cron').split(' >> ')[0] ?? '', 'regression --')],
    ['systemd', wordsAfter(/ExecStart=(.*)/.exec(block('lnb-regression.service'))?.[1] ?? '', 'regression --')],
    ['aws', ['--backend', 'aws', '--yes', '--allowed-accounts', '000000000000', '--budget', '2']],
  ])('has flags that the command knows: %s', async (_, words) => {
    expect(words.length).toBeGreaterThan(2);
    // A flag that it refuses by itself, so that nothing is measured: all others have been read by then.
    const { code, stderr } = await runCommandLine('regression', ...words, '--dry-run');
    expect(code).toBe(2);
    expect(stderr).toContain('"plan" with the same flags');
  });
});

it('the table of actions has each that the workflows take, with its commit', () => {
  const folder = join(PROJECT, '.github/workflows');
  const used = readdirSync(folder).flatMap(
    (name) => readFileSync(join(folder, name), 'utf8').match(/(?<=uses: )[\w-]+\/[\w-]+@\S+/g) ?? [],
  );
  const listed = [...text.matchAll(/^\| `([\w-]+\/[\w-]+)` \| `([0-9a-f]{40}|v\d+)` \|/gm)].map(
    ([, action, commit]) => `${action}@${commit}`,
  );
  expect(listed.sort()).toEqual([...new Set(used)].sort());
});

it('the variables of the table are those that the workflows read', () => {
  const folder = join(PROJECT, '.github/workflows');
  const read = readdirSync(folder).flatMap((name) => readFileSync(join(folder, name), 'utf8').match(/(?<=vars\.)\w+/g) ?? []);
  expect([...new Set(read)].filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
});
