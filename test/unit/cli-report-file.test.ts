import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommandLine } from '../support/command.ts';
import { newFakeRun, SMALL_RUN } from '../support/fake-run.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lnb-foreign-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const HEADER = 'scenario,target,start,connection,outcome,client_ms';

function write(name: string, rows: readonly string[]): string {
  const file = join(folder, name);
  writeFileSync(file, `${[HEADER, ...rows].join('\n')}\n`);
  return file;
}

function warmRows(n: number): string[] {
  return Array.from({ length: n }, (_, i) => [`default,s3,warm,new,ok,${10 + i / n}`, `mine,s3,warm,new,ok,${14 + i / n}`]).flat();
}

describe('bench report FILE.csv', () => {
  it('writes the reports beside the file and prints the findings, without a banner of the lab', async () => {
    const file = write('theirs.csv', warmRows(20));
    const { code, stdout, stderr } = await runCommandLine('report', file);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('FOREIGN FILE theirs.csv');
    expect(stdout).toContain('SLOWER  mine against default: s3, warm, new connection, client_ms p50');
    expect(stdout).not.toMatch(/LAB|this machine/);
    expect(readdirSync(join(folder, 'theirs-report')).sort()).toEqual([
      'comparisons.csv',
      'histograms.hlog',
      'report.html',
      'report.json',
      'report.md',
      'summary.csv',
    ]);
    const report = readFileSync(join(folder, 'theirs-report', 'report.md'), 'utf8');
    expect(report).toContain('### Warm, new connection: client_ms');
    expect(report).toContain('Unpaired: differences by resampling the rows of each side independently.');
    expect(report).toContain('Judged by client_ms (warm)');
    expect(report).not.toMatch(/npm run bench -- --scenario|kernel|expected|Driver/);
  });

  it('writes the same bytes twice, and lists the rows that it left out', async () => {
    const file = write('theirs.csv', [...warmRows(10), 'default,s3,warm,new,ok,-4', '=x,s3,cool,new,ok,4']);
    const out = join(folder, 'deep', 'er');
    const first = await runCommandLine('report', file, '--out', out);
    const bytes = readdirSync(out).map((name) => readFileSync(join(out, name), 'utf8'));
    const second = await runCommandLine('report', file, '--out', out);
    expect(second).toEqual(first);
    expect(readdirSync(out).map((name) => readFileSync(join(out, name), 'utf8'))).toEqual(bytes);
    expect(readFileSync(join(out, 'bad-rows.csv'), 'utf8')).toContain('22,"client_ms is negative: ""-4"""');
    expect(first.stdout).toContain('2 rows of the file are not used. line 22: client_ms is negative');
  });

  it('takes reference, margins and seed', async () => {
    const file = write('theirs.csv', warmRows(20));
    const { stdout } = await runCommandLine('report', file, '--reference', 'mine', '--margins', 'lab', '--seed', 'x');
    expect(stdout).toContain('FASTER  default against mine');
  });

  const REFUSED: readonly (readonly [readonly string[], string, string])[] = [
    [['--reference', 'mime'], 'Did you mean "mine"?', 'a slip'],
    [['--margins', 'labb'], 'Did you mean "lab"?', 'a closed list'],
    [['--out', '/proc/none/x'], 'Cannot write results', 'nowhere to write'],
  ];

  it.each(REFUSED)('ends with usage for %j: "%s" (%s)', async (flags, message) => {
    const { code, stdout, stderr } = await runCommandLine('report', write('theirs.csv', warmRows(20)), ...flags);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(existsSync(join(folder, 'theirs-report'))).toBe(false);
  });

  it('ends with usage for a file that is not there, is no text, or lacks columns', async () => {
    const missing = await runCommandLine('report', join(folder, 'none.csv'));
    writeFileSync(join(folder, 'binary.csv'), Buffer.from([0xff, 0xfe, 0x00, 0xd8]));
    const binary = await runCommandLine('report', join(folder, 'binary.csv'));
    writeFileSync(join(folder, 'other.csv'), 'url,latency\nx,1\n');
    const other = await runCommandLine('report', join(folder, 'other.csv'));
    expect([missing.code, binary.code, other.code]).toEqual([2, 2, 2]);
    expect(missing.stderr).toContain('no such file');
    expect(binary.stderr).toContain('it is not UTF-8 text');
    expect(other.stderr).toContain('missing columns: scenario, target, start, connection, outcome; found: "url", "latency"');
  });

  it('does not write over a run, and does not take a file’s flags for one', async () => {
    const run = await newFakeRun(SMALL_RUN);
    try {
      const before = run.read('summary.csv');
      const over = await runCommandLine('report', write('theirs.csv', warmRows(20)), '--out', run.folder);
      expect(over.code).toBe(2);
      expect(over.stderr).toContain('it is the folder of a run');
      const flags = await runCommandLine('report', run.folder, '--reference', 'mine');
      expect(flags.code).toBe(2);
      expect(flags.stderr).toContain('--reference: only for a file of samples');
      expect(run.read('summary.csv')).toBe(before);
    } finally {
      run.remove();
    }
  });
});
