import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** Folders of one test file, so that what a command leaves behind can be told from everybody else's files. */
export interface Sandbox {
  readonly folder: string;
  readonly cache: string;
  readonly temporary: string;
  /** For `--out`; not made. */
  readonly results: string;
  /** The whole environment of a command that runs in it. */
  readonly env: Readonly<Record<string, string>>;
  remove(): void;
}

/** The lab's mode that the one who runs the tests can also act on: what `sudo` starts could not be killed. */
function labMode(): string {
  return process.getuid?.() === 0 ? 'root' : 'user-namespace';
}

/** Makes the folders below the system's one for temporary files. */
export function newSandbox(): Sandbox {
  const folder = mkdtempSync(join(tmpdir(), 'lnb-sandbox-'));
  const [home, cache, temporary] = [join(folder, 'home'), join(folder, 'cache'), join(folder, 'tmp')];
  for (const made of [home, cache, temporary]) mkdirSync(made);
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    XDG_CACHE_HOME: cache,
    TMPDIR: temporary,
    NO_COLOR: '1',
    CI: '1',
    LNB_LAB_MODE: process.env['LNB_LAB_MODE'] ?? labMode(),
  };
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  return { folder, cache, temporary, results: join(folder, 'results'), env, remove };
}

/** How a command ended, and what it said. */
export interface BenchEnd {
  /** Absent when a signal ended it. */
  readonly code?: number;
  readonly signal?: NodeJS.Signals;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running `bench …`. */
export interface BenchProcess {
  readonly pid: number;
  readonly ended: Promise<BenchEnd>;
  /** True once `ended` has resolved. */
  hasEnded(): boolean;
  /** What it has said so far. */
  stdout(): string;
  stderr(): string;
}

/** The words that start the command line itself, without npm. */
export function benchWords(args: readonly string[]): readonly string[] {
  return [process.execPath, '--import', 'tsx', 'harness/cli/main.ts', ...args];
}

/** Starts any words in the project's folder; their stdin is empty. */
export function startWords(words: readonly string[], env: Readonly<Record<string, string>>): BenchProcess {
  const [file = '', ...args] = words;
  const child = spawn(file, args, { cwd: PROJECT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr, over] = ['', '', false];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<BenchEnd>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      over = true;
      resolve({ stdout, stderr, ...(code === null ? {} : { code }), ...(signal === null ? {} : { signal }) });
    });
  });
  return { pid: child.pid ?? 0, ended, hasEnded: () => over, stdout: () => stdout, stderr: () => stderr };
}

/** Starts `bench` with these arguments. */
export function startBench(args: readonly string[], env: Readonly<Record<string, string>>): BenchProcess {
  return startWords(benchWords(args), env);
}
