import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { isRunId } from '../../harness/domain/run.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));

/** The reports of the example that are kept; the others follow from its journal too. */
export const KEPT_REPORTS = ['report.html', 'report.md', 'comparisons.csv'] as const;

/** The one run that is kept beside this file: `run.json`, the journal, and some of its reports. */
export interface ExampleRun {
  readonly runId: string;
  readonly folder: string;
}

/** Finds it. Throws when there is none, or more than one. */
export function findExample(): ExampleRun {
  const found = readdirSync(HERE).filter(isRunId);
  const [runId] = found;
  if (runId === undefined || found.length > 1) throw new Error(`${HERE} must hold one run, it holds ${found.length}`);
  return { runId, folder: join(HERE, runId) };
}

/** Keeps another run instead: its `run.json` and its journal; reports are rendered from them. Throws when the folder is none of a run. */
export function keepRun(folder: string): void {
  const { runId } = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as { readonly runId?: unknown };
  if (typeof runId !== 'string' || !isRunId(runId)) throw new Error(`${folder} is no folder of a run`);
  const [run, journal] = [readFileSync(join(folder, 'run.json')), readFileSync(join(folder, 'samples.ndjson'))];
  for (const before of readdirSync(HERE).filter(isRunId)) rmSync(join(HERE, before), { recursive: true });
  mkdirSync(join(HERE, runId));
  writeFileSync(join(HERE, runId, 'run.json'), run);
  writeFileSync(join(HERE, runId, 'samples.ndjson.gz'), gzipSync(journal, { level: 9 }));
}

/** The run as `bench` left it, in a temporary folder whose name ends with its id: its journal unpacked, no report yet. */
export interface UnpackedRun {
  readonly folder: string;
  remove(): void;
}

/** Unpacks the kept run. */
export function unpackExample({ runId, folder }: ExampleRun): UnpackedRun {
  const temporary = mkdtempSync(join(tmpdir(), 'lnb-example-'));
  const unpacked = join(temporary, runId);
  mkdirSync(unpacked);
  copyFileSync(join(folder, 'run.json'), join(unpacked, 'run.json'));
  writeFileSync(join(unpacked, 'samples.ndjson'), gunzipSync(readFileSync(join(folder, 'samples.ndjson.gz'))));
  return { folder: unpacked, remove: () => rmSync(temporary, { recursive: true, force: true }) };
}
