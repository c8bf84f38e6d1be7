import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportRun, type SamplesThread } from '../../harness/cli/report-run.ts';
import { BenchError } from '../../harness/domain/exit-code.ts';
import { openRunFolder } from '../../harness/run/folder-run-store.ts';
import { bundleThread } from '../../infra/package/bundle-thread.ts';
import { writeMadeUpRun } from '../bench/made-up-run.ts';

const script = () => bundleThread(new URL('../../harness/cli/samples-csv-thread.ts', import.meta.url));
const IN_PROCESS: SamplesThread = { fewest: Number.POSITIVE_INFINITY, script };
const IN_THREAD: SamplesThread = { fewest: 1, script };
const INPUTS = ['run.json', 'samples.ndjson'];
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lnb-report-run-'));
  writeMadeUpRun(folder, 2500);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function removeReports(): void {
  for (const name of readdirSync(folder)) if (!INPUTS.includes(name)) rmSync(join(folder, name), { recursive: true });
}

/** Reports the run anew, and gives the names of the files that this thread wrote. */
async function report(thread: SamplesThread, csvEol: 'lf' | 'crlf' = 'lf'): Promise<readonly string[]> {
  removeReports();
  const store = openRunFolder(folder);
  const written: string[] = [];
  const watched: typeof store = {
    ...store,
    writeFile: (name, content) => {
      written.push(name);
      return store.writeFile(name, content);
    },
  };
  await reportRun(watched, { reporters: [], csvEol }, thread);
  return written;
}

function reports(): Readonly<Record<string, Buffer>> {
  const names = readdirSync(folder).filter((name) => !INPUTS.includes(name));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name))]));
}

async function refusal(thread: SamplesThread): Promise<unknown> {
  removeReports();
  mkdirSync(join(folder, 'samples.csv', 'taken'), { recursive: true });
  try {
    await reportRun(openRunFolder(folder), { reporters: [], csvEol: 'lf' }, thread);
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('reportRun', () => {
  it.each(['lf', 'crlf'] as const)('writes the same files, to the byte, with another thread for samples.csv, with %s', async (csvEol) => {
    expect(await report(IN_PROCESS, csvEol)).toContain('samples.csv');
    const alone = reports();
    expect(alone['samples.csv']?.length).toBeGreaterThan(1_000_000);
    expect(await report(IN_THREAD, csvEol)).not.toContain('samples.csv');
    expect(Object.keys(reports())).toEqual(Object.keys(alone));
    for (const [name, bytes] of Object.entries(reports())) expect(bytes.equals(alone[name] ?? Buffer.of()), name).toBe(true);
  });

  it.each([
    ['that cannot be bundled', () => Promise.reject(new Error('no esbuild for this processor'))],
    ['that throws', async () => 'throw new Error("no memory");'],
    ['that ends without a word', async () => 'process.exit(1);'],
  ])('writes samples.csv itself after a thread %s', async (_which, failing) => {
    await report(IN_PROCESS);
    const alone = reports();
    expect(await report({ fewest: 1, script: failing })).toContain('samples.csv');
    expect(Object.keys(reports())).toEqual(Object.keys(alone));
    for (const [name, bytes] of Object.entries(reports())) expect(bytes.equals(alone[name] ?? Buffer.of()), name).toBe(true);
  });

  it('says of a folder that does not take the file what it says without a thread, and leaves the same', async () => {
    const alone = await refusal(IN_PROCESS);
    const leftAlone = readdirSync(folder);
    const inThread = await refusal(IN_THREAD);
    expect(alone).toBeInstanceOf(BenchError);
    expect(inThread).toBeInstanceOf(BenchError);
    const parts = (error: unknown) => {
      const { exitCode, message, why, tryCommands, leftBehind } = error as BenchError;
      return { exitCode, message, why, tryCommands, leftBehind };
    };
    expect(parts(inThread)).toEqual(parts(alone));
    expect(readdirSync(folder)).toEqual(leftAlone);
  });
});
