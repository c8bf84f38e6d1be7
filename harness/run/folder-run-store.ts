import { closeSync, mkdirSync, openSync, renameSync, rmSync, symlinkSync, writeSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { BenchError, EXIT_CODES } from '../domain/exit-code.ts';
import type { RunStore } from '../domain/ports.ts';
import { isRunId, type RunId } from '../domain/run.ts';

const JOURNAL = 'samples.ndjson';

function unwritable(folder: string, cause: unknown): BenchError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new BenchError({
    exitCode: EXIT_CODES.usage,
    what: `Cannot write results to ${folder}.`,
    why,
    tryCommands: ['npm run bench -- --out FOLDER   (a folder that you can write to)'],
    leftBehind: 'Nothing was created.',
    cause,
  });
}

/** Points `latest` at the run, by replacing the link in one step. */
function pointLatest(folder: string, runId: RunId): void {
  const fresh = join(folder, `.latest-${runId}`);
  symlinkSync(runId, fresh);
  renameSync(fresh, join(folder, 'latest'));
}

function newStore(runId: RunId, location: string, journal: number | undefined): RunStore {
  const closeJournal = (): void => {
    if (journal !== undefined) closeSync(journal);
    journal = undefined;
  };
  return {
    runId,
    location,
    appendJournal: (line) => {
      if (journal === undefined) throw new Error('the journal of this run is closed');
      writeSync(journal, `${line}\n`);
    },
    writeFile: async (name, content) => {
      const fresh = join(location, `.${name}.new`);
      try {
        await writeFile(fresh, content);
        await rename(fresh, join(location, name));
      } catch (error) {
        rmSync(fresh, { force: true });
        throw error;
      }
    },
    readFile: (name) => readFile(join(location, name)),
    close: closeJournal,
  };
}

/** Makes `<folder>/<runId>` with an empty journal. Throws `BenchError` when it cannot, or when the run exists. */
export function createRunFolder(folder: string, runId: RunId): RunStore {
  const location = resolve(folder, runId);
  try {
    mkdirSync(resolve(folder), { recursive: true });
    mkdirSync(location);
    const journal = openSync(join(location, JOURNAL), 'ax');
    pointLatest(resolve(folder), runId);
    return newStore(runId, location, journal);
  } catch (error) {
    throw unwritable(location, error);
  }
}

/** Opens a run's folder to read it and to write its reports again; the journal cannot be appended to. */
export function openRunFolder(location: string): RunStore {
  const path = resolve(location);
  const name = path.split('/').at(-1) ?? '';
  return newStore(isRunId(name) ? name : 'unknown000', path, undefined);
}
