import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundleLab, type LabEntry } from '../../infra/lab/bundle.ts';

/** How a lab gets its privileges: root's own, or those of a user namespace. */
export type InsideMode = 'root' | 'user-namespace';

/** Modes that can be tried by whoever runs the tests. */
export const INSIDE_MODES: readonly InsideMode[] = process.getuid?.() === 0 ? ['root', 'user-namespace'] : ['user-namespace'];

/** Programs of one test file: lab programs and scripts of `test/lab/inside`, bundled side by side. */
export interface InsideBundle {
  readonly folder: string;
  /** Runs a script as the first process of a throw-away lab shell; resolves with the JSON that it prints last. */
  run<Result>(script: string, mode: InsideMode, env?: Readonly<Record<string, string>>): Promise<Result>;
  remove(): Promise<void>;
}

const DEADLINE_MS = 90_000;

/** Bundles lab programs and inside scripts (file names without `.ts`). */
export async function bundleInside(entries: readonly LabEntry[], scripts: readonly string[]): Promise<InsideBundle> {
  const folder = await mkdtemp(join(tmpdir(), 'lnb-inside-'));
  const source = fileURLToPath(new URL('../lab/inside/', import.meta.url));
  await bundleLab(folder, entries);
  await build({
    entryPoints: scripts.map((name) => ({ in: `${source}${name}.ts`, out: basename(name) })),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    logLevel: 'silent',
    external: ['pg-native', 'esbuild'],
    banner: { js: "import { createRequire as lnbCreateRequire } from 'node:module'; const require = lnbCreateRequire(import.meta.url);" },
  });
  return {
    folder,
    run: (script, mode, env = {}) => runInside(join(folder, `${script}.mjs`), mode, env),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

function runInside<Result>(path: string, mode: InsideMode, env: Readonly<Record<string, string>>): Promise<Result> {
  const privileges = mode === 'root' ? [] : ['-U', '-r'];
  const flags = [...privileges, '-m', '-p', '-i', '--fork', '--kill-child', '--mount-proc'];
  return new Promise((resolve, reject) => {
    const child = spawn('unshare', [...flags, process.execPath, path], {
      env: { PATH: process.env['PATH'] ?? '', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    const deadline = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MS);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(deadline);
      if (code === 0) resolve(JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Result);
      else reject(new Error(`${basename(path)} ended with ${signal ?? code}: ${stderr.trim() || stdout.trim()}`));
    });
  });
}
