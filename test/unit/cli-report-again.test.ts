import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommandLine } from '../support/command.ts';
import { type FakeRun, newFakeRun, SMALL_RUN } from '../support/fake-run.ts';

/** What a run is made of; everything else follows from it. */
const RAW = ['run.json', 'samples.ndjson'];
const FORMS = ['--reporter', 'github,junit'];

let run: FakeRun;
beforeEach(async () => {
  run = await newFakeRun({ ...SMALL_RUN, targets: ['s3'] });
});
afterEach(() => run.remove());

function derived(): Readonly<Record<string, string>> {
  const names = readdirSync(run.folder).filter((name) => !RAW.includes(name));
  return Object.fromEntries(names.sort().map((name) => [name, run.read(name)]));
}

describe('bench report RUN', () => {
  it('writes every file again, byte for byte, when all that follows is gone', async () => {
    const raw = RAW.map((name) => readFileSync(join(run.folder, name)));
    const first = await runCommandLine('report', run.folder, ...FORMS);
    const before = derived();
    expect(Object.keys(before)).toEqual(
      expect.arrayContaining([
        'comparisons.csv',
        'github-summary.md',
        'histograms.hlog',
        'report.json',
        'report.junit.xml',
        'report.md',
        'samples.csv',
        'summary.csv',
      ]),
    );
    for (const name of Object.keys(before)) rmSync(join(run.folder, name));
    expect(derived()).toEqual({});
    expect(await runCommandLine('report', run.folder, ...FORMS)).toEqual(first);
    expect(derived()).toEqual(before);
    expect(RAW.map((name) => readFileSync(join(run.folder, name)))).toEqual(raw);
  });

  it('ends the rows of its CSV files as asked, and changes nothing else', async () => {
    const before = derived();
    await runCommandLine('report', run.folder, '--csv-eol', 'crlf');
    for (const [name, text] of Object.entries(derived())) {
      if (!name.endsWith('.csv')) {
        expect(text).toBe(before[name]);
        continue;
      }
      expect(text).not.toMatch(/(?<!\r)\n/);
      expect(text.replaceAll('\r\n', '\n')).toBe(before[name]);
      expect(parse(text)).toEqual(parse(before[name] ?? ''));
    }
    await runCommandLine('report', run.folder, '--csv-eol', 'lf');
    expect(derived()).toEqual(before);
  });
});
