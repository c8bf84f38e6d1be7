import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatFailure } from '../../harness/cli/failure.ts';
import { BenchError, EXIT_CODES } from '../../harness/domain/exit-code.ts';
import { runCommandLine } from '../support/command.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lnb-failures-'));
  writeFileSync(join(folder, 'theirs.csv'), 'url,latency\nx,1\n');
  writeFileSync(join(folder, 'run.json'), '{"schema": 99}');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Command lines that must fail before anything is started, each for its own reason; `FOLDER` stands for a temporary one. */
const FAILURES: readonly (readonly string[])[] = [
  ['rnu'],
  ['--scenari', 'vpc-nat'],
  ['plan', '--scenario', 'vpc-nta', '--rounds', 'many'],
  ['--targets', 's33', '--out', 'FOLDER'],
  ['--ttl', '3h', '--out', 'FOLDER'],
  ['--lab-delay', 'nta=2ms', '--scenario', 'vpc-nat', '--dry-run', '--out', 'FOLDER'],
  ['--backend', 'aws', '--scenario', 'vpc-nat', '--region', 'eu-central-1', '--budget', 'much'],
  ['report', 'FOLDER/none'],
  ['report', 'FOLDER'],
  ['report', 'FOLDER/theirs.csv'],
  ['report', 'FOLDER', '--margins', 'lab'],
  ['report', 'FOLDER', '--reporter', 'junti'],
  ['compare', 'FOLDER'],
  ['compare', '--pool', 'FOLDER', 'FOLDER'],
];

describe('a failure', () => {
  it('has its four parts, as reviewed, for each of these command lines', async () => {
    const texts: string[] = [];
    for (const words of FAILURES) {
      const { code, stdout, stderr } = await runCommandLine(...words.map((word) => word.replace('FOLDER', folder)));
      // Which commands there are is not what is reviewed here.
      const shown = stderr.replaceAll(folder, 'FOLDER').replace(/Known: run, [^.]+\./, 'Known: run, ….');
      expect(stdout).toBe('');
      // What, why, at least one command, what is left, and the code that the process ends with.
      expect(shown).toMatch(new RegExp(`^✗ \\S[^\\n]*\\n {2}Why: \\S[^]*\\n {2}Try: \\S[^]*\\n {2}[A-Z][^\\n]*\\.\\n {2}exit ${code}\\n$`));
      texts.push(`$ npm run bench -- ${words.join(' ')}\n${shown}`);
    }
    await expect(texts.join('\n')).toMatchFileSnapshot('failures.txt');
  });

  it('shows words of others as text, and says what was left behind in a sentence', () => {
    const error = new BenchError({
      exitCode: EXIT_CODES.environment,
      what: 'stack \u001b[2Jx failed',
      why: 'first\n::error::second\u202e',
      tryCommands: ['npm run bench -- ls'],
      leftBehind: 'VPC vpc-1',
    });
    expect(formatFailure(error)).toBe(
      '✗ stack ?[2Jx failed\n  Why: first\n| ::error::second?\n  Try: npm run bench -- ls\n  Left behind: VPC vpc-1.\n  exit 4\n',
    );
  });

  it('never comes without a command to try', () => {
    const files = ['harness', 'infra'].flatMap((top) =>
      readdirSync(top, { recursive: true, encoding: 'utf8' }).flatMap((name) => (name.endsWith('.ts') ? [join(top, name)] : [])),
    );
    const made = files.filter((file) => readFileSync(file, 'utf8').includes('new BenchError({'));
    expect(made.length).toBeGreaterThan(20);
    expect(made.filter((file) => /tryCommands: \[\s*\]/.test(readFileSync(file, 'utf8')))).toEqual([]);
  });
});
