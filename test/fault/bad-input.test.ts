import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type BenchEnd, benchWords, newSandbox, type Sandbox, startBench, startWords } from '../support/bench-process.ts';
import { type HostState, leftOf, lookAtHost, NO_TRACES } from '../support/host-traces.ts';
import { callsOf, onlyRunIn, readJournal } from '../support/run-folder.ts';
import { whyNoLab } from '../support/running-lab.ts';

const isRoot = process.getuid?.() === 0;
/** What, why, at least one command to try, what is left, the code: nothing else, no stack. */
const ONE_ERROR = /^✗ .+\n {2}Why: .+\n(?: {7}.+\n)*(?: {2}Try: .+\n)+ {2}\S.+\n {2}exit \d+\n$/;

let sandbox: Sandbox;
let before: HostState;

beforeAll(() => {
  sandbox = newSandbox();
  writeFileSync(join(sandbox.folder, 'file'), 'no folder\n');
});
beforeEach(() => {
  before = lookAtHost();
});
afterEach(() => {
  expect(leftOf(NO_TRACES, before, sandbox.cache)).toEqual([]);
  rmSync(sandbox.results, { recursive: true, force: true });
});
afterAll(() => sandbox.remove());

/** The error of a command that measured nothing: told once, on stderr, and no folder was made for it. */
function expectRefused(end: BenchEnd, code: number, parts: readonly (string | RegExp)[]): void {
  expect(end.stderr).toMatch(ONE_ERROR);
  for (const part of parts) expect(end.stderr).toMatch(part);
  expect(end).toMatchObject({ code, stdout: '' });
  expect(existsSync(sandbox.results)).toBe(false);
}

interface UsageRow {
  readonly reason: string;
  readonly args: (sandbox: Sandbox) => readonly string[];
  readonly says: readonly (string | RegExp)[];
}
const run =
  (...more: readonly string[]) =>
  ({ results }: Sandbox) => ['run', '--out', results, ...more];
const USAGE: readonly UsageRow[] = [
  { reason: 'an unknown scenario', args: run('--scenario', 'vpc-nta'), says: ['unknown scenario "vpc-nta"', 'Did you mean "vpc-nat"?'] },
  { reason: 'an unknown target', args: run('--targets', 'internet,s4'), says: ['unknown target "s4"', 'Did you mean "s3"?'] },
  {
    reason: 'an unknown flag',
    args: run('--wurm', '3'),
    says: ["unknown option '--wurm'", 'Did you mean --warm?', 'Try: npm run bench -- --help'],
  },
  { reason: 'an unknown command', args: () => ['reprot'], says: ['unknown command "reprot"', 'Did you mean "report"?'] },
  { reason: 'an unknown command of the lab', args: () => ['lab', 'upp'], says: ["unknown command 'upp'", 'Did you mean up?'] },
  { reason: 'a flag without its value', args: () => ['--scenario'], says: ["option '--scenario <name>' argument missing"] },
  { reason: 'no rounds', args: run('--rounds', '0'), says: ['--rounds: must be a whole number from 1 to 999, got "0"'] },
  {
    reason: 'three mistakes, told at once',
    args: run('--rounds', '1e3', '--warm', '-1', '--seed', 'a b'),
    says: ['✗ 3 options cannot be used', '--rounds: ', '--warm: ', '--seed: '],
  },
  { reason: 'a place that is not there', args: run('--backend', 'gcp'), says: ['unknown backend "gcp"'] },
  { reason: 'a run that costs money, and nobody to ask', args: run('--backend', 'aws'), says: ['no terminal to ask on', /Try: .* --yes/] },
  { reason: 'a budget that nothing would watch', args: run('--budget', '1'), says: ['--budget: only with --backend aws'] },
  {
    reason: 'results below a file',
    args: ({ folder }) => ['run', '--out', join(folder, 'file', 'x')],
    says: ['Cannot write results to', 'ENOTDIR', '--out FOLDER'],
  },
  {
    reason: 'results where nothing can be made',
    args: () => ['run', '--out', '/proc/here'],
    says: ['Cannot write results to /proc/here', 'ENOENT'],
  },
  { reason: 'knobs that are no JSON', args: run('--lab-knobs', '{'), says: ['--lab-knobs is not a JSON object of knobs'] },
  { reason: 'knobs that are no object', args: run('--lab-knobs', '[1]'), says: ['must be a JSON object'] },
  { reason: 'a delay that does not exist', args: run('--lab-knobs', '{"delays":{"dns":3}}'), says: ['There is no delay dns.'] },
  {
    reason: 'a knob of the wrong kind',
    args: run('--lab-knobs', '{"updateMs":"soon"}'),
    says: ['updateMs must be a number of at least 0'],
  },
  { reason: 'a port that is none', args: () => ['lab', 'up', '--port', '65536'], says: ['from 0 to 65535', 'got "65536"'] },
  {
    reason: 'a run that is not there',
    args: ({ folder }) => ['report', join(folder, 'nothing')],
    says: ['Cannot read the run in', 'ENOENT'],
  },
];

test.each(USAGE)('$reason: exit 2', { timeout: 30_000 }, async ({ args, says }) => {
  expectRefused(await startBench(args(sandbox), sandbox.env).ended, 2, says);
});

describe('report of a folder that holds no run', () => {
  const manifest = { schema: 1, toolVersion: '0', runId: 'aaaaaaaaaa' };
  test.each([
    { reason: 'empty', files: {}, says: /ENOENT/ },
    { reason: 'a manifest that is no JSON', files: { 'run.json': '{"schema": 1' }, says: /run\.json is not JSON/ },
    { reason: 'of a later version', files: { 'run.json': '{"schema": 99}' }, says: /run\.json has schema 99; this version reads schema 1/ },
    { reason: "somebody else's JSON", files: { 'run.json': '["a"]' }, says: /run\.json has schema none/ },
    {
      reason: 'of our schema, but without its content',
      files: { 'run.json': JSON.stringify(manifest), 'samples.ndjson': '' },
      says: /run\.json/,
    },
    { reason: 'binary', files: { 'run.json': '\u0000\u0001\ufffd' }, says: /run\.json is not JSON/ },
  ])('$reason: exit 2, nothing is written', { timeout: 30_000 }, async ({ files, says }) => {
    const folder = join(sandbox.folder, 'foreign');
    mkdirSync(folder);
    try {
      for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
      expectRefused(await startBench(['report', folder], sandbox.env).ended, 2, [says]);
      expect(readdirSync(folder).sort()).toEqual(Object.keys(files).sort());
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** Words that run `script` with `words` as its arguments, in a mount namespace of its own. */
function withMounts(script: string, words: readonly string[]): readonly string[] {
  return ['unshare', ...(isRoot ? [] : ['-U', '-r']), '-m', 'sh', '-c', `set -e; ${script}`, 'sh', ...words];
}

describe('a machine that has not what the lab needs', () => {
  test('nft cannot be run: exit 4 with the command that installs it', { timeout: 30_000 }, async (ctx) => {
    const missing = whyNoLab();
    if (missing !== undefined) ctx.skip(missing);
    const cover = `for f in /usr/local/sbin /usr/local/bin /usr/sbin /usr/bin /sbin /bin; do if [ -e "$f/nft" ]; then mount --bind ${sandbox.folder}/file "$f/nft"; fi; done`;
    const words = withMounts(`${cover}; exec "$@"`, benchWords(['run', '--out', sandbox.results]));
    const end = await startWords(words, sandbox.env).ended;
    expectRefused(end, 4, ['needs programs that are not installed: nft', 'Try: npm run setup', 'Nothing was started']);
  });

  test('nobody, and no user namespaces: exit 4 with the commands that help', { timeout: 30_000 }, async (ctx) => {
    if (!isRoot) ctx.skip('only root can become nobody');
    // Whoever is in a chroot may not make user namespaces (user_namespaces(7)).
    const root = join(sandbox.folder, 'root');
    mkdirSync(root, { recursive: true });
    const open = [sandbox.folder, sandbox.cache, sandbox.temporary];
    for (const folder of open) chmodSync(folder, 0o777);
    const nobody = 'mount --rbind / "$0"; exec chroot --userspec=65534:65534 --groups= "$0" sh -c \'cd "$0" && exec "$@"\' "$PWD" "$@"';
    const words = ['unshare', '-m', 'sh', '-c', nobody, root, ...benchWords(['run', '--out', sandbox.results])];
    const { LNB_LAB_MODE: _, ...env } = sandbox.env;
    const reads = await startWords([...words.slice(0, 6), process.execPath, '--import', 'tsx', '-e', ''], env).ended;
    if (reads.code !== 0) ctx.skip('nobody may not read the project or Node here');
    const end = await startWords(words, env).ended;
    expectRefused(end, 4, [
      'cannot make network namespaces here',
      /root: not root; sudo: .+; user-namespace: .+/,
      'Try: sudo npm run bench',
      'sysctl',
    ]);
  });

  test('the port is taken: exit 2, the lab that had started is gone', { timeout: 60_000 }, async (ctx) => {
    const missing = whyNoLab();
    if (missing !== undefined) ctx.skip(missing);
    const server = await new Promise<Server>((resolve) => {
      const made = createServer().listen(0, '127.0.0.1', () => resolve(made));
    });
    try {
      const { port } = server.address() as AddressInfo;
      const end = await startBench(['lab', 'up', '--port', String(port)], sandbox.env).ended;
      expectRefused(end, 2, [`Port ${port} on 127.0.0.1 is taken`, `--port ${port + 1}`, 'Nothing is running']);
    } finally {
      server.close();
    }
  });

  test('the disk fills up under the run: exit 4, whole lines kept, what was deployed is removed', { timeout: 120_000 }, async (ctx) => {
    const missing = whyNoLab();
    if (missing !== undefined) ctx.skip(missing);
    const [small, kept] = [join(sandbox.folder, 'small'), join(sandbox.folder, 'kept')];
    for (const folder of [small, kept]) mkdirSync(folder);
    // The mount ends with the command: what it held is copied before that.
    const script = `mount -t tmpfs -o size=96k tmpfs ${small}; code=0; "$@" || code=$?; cp -R ${small}/. ${kept}; exit $code`;
    const args = [
      'run',
      '--scenario',
      'vpc-nat',
      '--no-reference',
      '--targets',
      'internet',
      '--rounds',
      '20',
      '--warm',
      '2',
      '--out',
      small,
    ];
    const end = await startWords(withMounts(script, benchWords(args)), sandbox.env).ended;
    expect(end).toMatchObject({ code: 4, stdout: '' });
    expect(end.stderr).toContain(`✗ Cannot write to ${small}/`);
    expect(end.stderr).toMatch(/Why: ENOSPC: no space left on device, write\n/);
    expect(end.stderr.match(/^✗/gm)).toHaveLength(1);
    expect(end.stderr).not.toMatch(/^\s+at /m);
    expect(end.stderr).toContain('removing what was deployed');
    const journal = readJournal(onlyRunIn(kept) ?? '');
    expect(journal.rest).toBe('');
    expect(callsOf(journal, 'observed').length).toBeGreaterThan(10);
    const told = await startBench(['report', onlyRunIn(kept) ?? ''], sandbox.env).ended;
    expect(told).toMatchObject({ code: 0, stderr: '' });
  });
});
