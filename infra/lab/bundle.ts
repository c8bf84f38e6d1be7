import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** The lab's programs: name of the bundled file → its source. Each runs as a process of its own. */
export const LAB_ENTRIES = {
  supervisor: 'supervisor.ts',
  control: 'control.ts',
  runtime: 'runtime/process.ts',
  bootstrap: 'runtime/bootstrap.ts',
  internet: 'targets/internet-process.ts',
  s3: 'targets/s3-process.ts',
  dns: 'dns/process.ts',
  database: 'realise/database/session-process.ts',
  relay: 'faults/relay-process.ts',
  listener: 'kernel/listener.ts',
} as const;
export type LabEntry = keyof typeof LAB_ENTRIES;

/** One file of the bundle. */
export interface BundledFile {
  readonly name: string;
  readonly content: Uint8Array;
}

/**
 * Bundles the lab's programs, so that each starts in tens of milliseconds on plain Node, without a TypeScript loader in
 * every process. `entries` limits it, for tests of one program.
 */
export async function buildLab(entries: readonly LabEntry[] = Object.keys(LAB_ENTRIES) as LabEntry[]): Promise<readonly BundledFile[]> {
  const folder = fileURLToPath(new URL('.', import.meta.url));
  const result = await build({
    entryPoints: entries.map((name) => ({ in: `${folder}${LAB_ENTRIES[name]}`, out: name })),
    outdir: '/lab',
    outExtension: { '.js': '.mjs' },
    write: false,
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    logLevel: 'silent',
    external: ['pg-native'],
    banner: { js: "import { createRequire as lnbCreateRequire } from 'node:module'; const require = lnbCreateRequire(import.meta.url);" },
  });
  return result.outputFiles.map((file) => ({ name: basename(file.path), content: file.contents }));
}

/** Builds and writes the bundle into `outDir`, which is made if need be. */
export async function bundleLab(outDir: string, entries?: readonly LabEntry[]): Promise<void> {
  const files = await buildLab(entries);
  await mkdir(outDir, { recursive: true });
  await Promise.all(files.map((file) => writeFile(join(outDir, file.name), file.content)));
}
