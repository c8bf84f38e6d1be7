import { closeSync, fstatSync, mkdirSync, openSync, readFileSync, readSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BenchError, EXIT_CODES } from '../domain/exit-code.ts';
import type { Clock } from '../domain/ports.ts';
import type { History, HistoryEntry } from '../domain/regression.ts';
import { formatHistoryLine, parseHistory } from '../history/history-line.ts';

const NAME = 'history.ndjson';
const LOCK = 'history.lock';
const LOCK_POLL_MS = 50;
const LOCK_TRIES = 200;

/** A folder that keeps what scheduled runs found. */
export interface HistoryFile {
  /** Of the NDJSON file. */
  readonly path: string;
  /** Everything that can be used; nothing when there is no file yet. Throws `BenchError` when it cannot be read. */
  read(): History;
  /** Appends the entries in one piece, or rejects with `BenchError` and leaves the file as it was. */
  append(entries: readonly HistoryEntry[]): Promise<void>;
  /** Writes a file beside it. */
  writeBeside(name: string, content: string): void;
}

function unusable(path: string, cause: unknown): BenchError {
  return new BenchError({
    exitCode: EXIT_CODES.usage,
    what: `Cannot use the history ${path}.`,
    why: cause instanceof Error ? cause.message : String(cause),
    tryCommands: ['npm run bench -- regression --history FOLDER   (one that you can write to)'],
    leftBehind: 'The history was left as it was.',
    cause,
  });
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** Takes the lock away from a process that has died with it: by its inode, so that nobody's fresh lock is taken. */
function breakStaleLock(lock: string): void {
  try {
    const { ino } = statSync(lock);
    const pid = Number(readFileSync(lock, 'utf8'));
    if (Number.isInteger(pid) && pid > 0 && !isAlive(pid) && statSync(lock).ino === ino) rmSync(lock, { force: true });
  } catch {
    // Its owner has removed it meanwhile.
  }
}

async function takeLock(lock: string, clock: Pick<Clock, 'sleep'>): Promise<void> {
  for (let tries = 0; tries < LOCK_TRIES; tries++) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
      breakStaleLock(lock);
      await clock.sleep(LOCK_POLL_MS);
    }
  }
  throw new Error(`another process holds ${lock} for more than ${(LOCK_TRIES * LOCK_POLL_MS) / 1000} s`);
}

/** True when a writer died in the last line: what follows must not be glued to it. */
function endsInside(descriptor: number): boolean {
  const { size } = fstatSync(descriptor);
  const last = Buffer.alloc(1);
  return size > 0 && readSync(descriptor, last, 0, 1, size - 1) === 1 && last.toString() !== '\n';
}

function appendText(path: string, text: string): void {
  const descriptor = openSync(path, 'a+');
  try {
    const bytes = Buffer.from(`${endsInside(descriptor) ? '\n' : ''}${text}`);
    // One write of an append-only descriptor: whoever reads meanwhile sees all of it or none.
    const written = writeSync(descriptor, bytes);
    if (written < bytes.length) throw new Error(`only ${written} of ${bytes.length} bytes could be written`);
  } finally {
    closeSync(descriptor);
  }
}

/** The history in a folder, which is made when something is appended. */
export function openHistory(folder: string, clock: Pick<Clock, 'sleep'>): HistoryFile {
  const location = resolve(folder);
  const path = join(location, NAME);
  const lock = join(location, LOCK);
  return {
    path,
    read: () => {
      try {
        return parseHistory(readFileSync(path, 'utf8'));
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return parseHistory('');
        throw unusable(path, error);
      }
    },
    append: async (entries) => {
      if (entries.length === 0) return;
      try {
        mkdirSync(location, { recursive: true });
        await takeLock(lock, clock);
        try {
          appendText(path, entries.map((entry) => `${formatHistoryLine(entry)}\n`).join(''));
        } finally {
          rmSync(lock, { force: true });
        }
      } catch (error) {
        throw unusable(path, error);
      }
    },
    writeBeside: (name, content) => {
      try {
        mkdirSync(location, { recursive: true });
        writeFileSync(join(location, name), content);
      } catch (error) {
        throw unusable(join(location, name), error);
      }
    },
  };
}
