import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import { open, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { BenchError, EXIT_CODES } from '../domain/exit-code.ts';
import type { RunStore } from '../domain/ports.ts';
import { isRunId, type RunId } from '../domain/run.ts';

const JOURNAL = 'samples.ndjson';
const READ_BYTES = 1 << 18;

/** The folder of a run that is being made. */
export interface RunFolder extends RunStore {
  /** Points `latest` beside it to this run. */
  publish(): void;
  /** Removes it again, with the folders that were made for it. */
  discard(): void;
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function unwritable(folder: string, cause: unknown): BenchError {
  return new BenchError({
    exitCode: EXIT_CODES.usage,
    what: `Cannot write results to ${folder}.`,
    why: reasonOf(cause),
    tryCommands: ['npm run bench -- --out FOLDER   (a folder that you can write to)'],
    leftBehind: 'Nothing was created.',
    cause,
  });
}

/** A full disk, or a folder that was taken away under the run. */
function cutOff(location: string, cause: unknown): BenchError {
  return new BenchError({
    exitCode: EXIT_CODES.environment,
    what: `Cannot write to ${location}.`,
    why: reasonOf(cause),
    tryCommands: [`df -h ${location}`, 'npm run bench -- --out FOLDER   (a folder with more space)'],
    leftBehind: 'What had been written before stays in that folder.',
    cause,
  });
}

/** Points `latest` at the run, by replacing the link in one step. */
function pointLatest(folder: string, runId: RunId): void {
  const fresh = join(folder, `.latest-${runId}`);
  symlinkSync(runId, fresh);
  renameSync(fresh, join(folder, 'latest'));
}

/** Appends lines to an open file: each whole or not at all, unless the process is killed in it. */
class JournalFile {
  #descriptor: number | undefined;
  #length = 0;

  constructor(descriptor: number, length = 0) {
    this.#descriptor = descriptor;
    this.#length = length;
  }

  /** For appending to what is there. A last line without its end, as a crash leaves it, must not be glued to the next one. */
  static reopen(path: string): JournalFile {
    const before = readFileSync(path);
    const whole = before.subarray(0, before.lastIndexOf(0x0a) + 1);
    const descriptor = openSync(path, 'a');
    const journal = new JournalFile(descriptor, before.length);
    if (whole.length < before.length) journal.append('');
    return journal;
  }

  append(line: string): void {
    const descriptor = this.#descriptor;
    if (descriptor === undefined) throw new Error('the journal of this run is closed');
    const bytes = Buffer.from(`${line}\n`);
    try {
      for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
    } catch (error) {
      // A full disk takes the begin of a line: the next one must not be glued to it.
      ftruncateSync(descriptor, this.#length);
      throw error;
    }
    this.#length += bytes.length;
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}

/** Each piece is good until the next is asked for: two of them take turns in memory, for the next one is read meanwhile. */
async function* readPieces(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path, 'r');
  const buffers = [Buffer.allocUnsafeSlow(READ_BYTES), Buffer.allocUnsafeSlow(READ_BYTES)] as const;
  const read = (buffer: Buffer) => {
    const reading = file.read(buffer, 0, READ_BYTES);
    // It is waited for later, when its piece is asked for.
    reading.catch(() => undefined);
    return reading;
  };
  let reading = read(buffers[0]);
  try {
    for (let turn = 1; ; turn = 1 - turn) {
      const { bytesRead, buffer } = await reading;
      if (bytesRead === 0) return;
      reading = read(turn === 1 ? buffers[1] : buffers[0]);
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await reading.catch(() => undefined);
    await file.close();
  }
}

/** A piece is written while the next is made. */
async function writePieces(path: string, pieces: Iterable<Uint8Array>): Promise<void> {
  const file = await open(path, 'w');
  let writing = Promise.resolve();
  try {
    for (const piece of pieces) {
      await writing;
      writing = file.writeFile(piece);
    }
  } finally {
    await writing.finally(() => file.close());
  }
}

function newStore(runId: RunId, location: string, journal: JournalFile | undefined): RunStore {
  return {
    runId,
    location,
    appendJournal: (line) => {
      if (journal === undefined) throw new Error('the journal of this run is only read');
      try {
        journal.append(line);
      } catch (error) {
        throw cutOff(location, error);
      }
    },
    writeFile: async (name, content) => {
      const fresh = join(location, `.${name}.new`);
      try {
        if (typeof content === 'string' || content instanceof Uint8Array) await writeFile(fresh, content);
        else await writePieces(fresh, content);
        await rename(fresh, join(location, name));
      } catch (error) {
        rmSync(fresh, { force: true });
        throw cutOff(location, error);
      }
    },
    readFile: (name) => readFile(join(location, name)),
    readChunks: (name) => readPieces(join(location, name)),
    close: () => journal?.close(),
  };
}

/** Removes `folder` and those above it up to `first`, as far as they are empty. */
function removeEmpty(folder: string, first: string): void {
  try {
    for (let at = folder; at.startsWith(first); at = dirname(at)) rmdirSync(at);
  } catch {
    // Somebody else's files are in it.
  }
}

/** Makes a folder and those above it; gives the first one that was missing. Node's own `recursive` never ends below `/proc`. */
function makeFolders(folder: string): string | undefined {
  const missing: string[] = [];
  for (let at = folder; !existsSync(at); at = dirname(at)) missing.unshift(at);
  for (const path of missing) {
    try {
      mkdirSync(path);
    } catch (error) {
      // Another run may have made it meanwhile.
      if (!existsSync(path)) throw error;
    }
  }
  return missing[0];
}

/** Makes `<folder>/<runId>` with an empty journal. Throws `BenchError` when it cannot, or when the run exists; then nothing is left. */
export function createRunFolder(folder: string, runId: RunId): RunFolder {
  const parent = resolve(folder);
  const location = join(parent, runId);
  let firstMade: string | undefined;
  const removeParents = (): void => {
    if (firstMade !== undefined) removeEmpty(parent, firstMade);
  };
  try {
    firstMade = makeFolders(parent);
    mkdirSync(location);
  } catch (error) {
    removeParents();
    throw unwritable(location, error);
  }
  const discard = (): void => {
    rmSync(location, { recursive: true, force: true });
    removeParents();
  };
  try {
    const store = newStore(runId, location, new JournalFile(openSync(join(location, JOURNAL), 'ax')));
    return {
      ...store,
      publish: () => pointLatest(parent, runId),
      discard: () => {
        store.close();
        discard();
      },
    };
  } catch (error) {
    discard();
    throw unwritable(location, error);
  }
}

/** Opens a run's folder to read it and to write its reports again; the journal cannot be appended to. */
export function openRunFolder(location: string): RunStore {
  const path = resolve(location);
  const name = path.split('/').at(-1) ?? '';
  return newStore(isRunId(name) ? name : 'unknown000', path, undefined);
}

/** Opens a run's folder to append to its journal. Throws `BenchError` when there is none. */
export function reopenRunFolder(location: string): RunStore {
  const path = resolve(location);
  const name = path.split('/').at(-1) ?? '';
  try {
    return newStore(isRunId(name) ? name : 'unknown000', path, JournalFile.reopen(join(path, JOURNAL)));
  } catch (error) {
    throw unwritable(path, error);
  }
}

/**
 * Opens, and makes if need be, a folder for reports on samples that lie elsewhere. Throws `BenchError` when it cannot, and when
 * the folder is a run's own: what a run has written is never overwritten by something else.
 */
export function openReportFolder(location: string): RunStore {
  const path = resolve(location);
  const own = [JOURNAL, 'run.json'].find((name) => existsSync(join(path, name)));
  if (own !== undefined) throw unwritable(path, `it is the folder of a run (it has ${own})`);
  try {
    makeFolders(path);
  } catch (error) {
    throw unwritable(path, error);
  }
  return newStore('unknown000', path, undefined);
}
