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
  relay: 'faults/relay-process.ts',
  listener: 'kernel/listener.ts',
} as const;
export type LabEntry = keyof typeof LAB_ENTRIES;

/**
 * Bundles the lab's programs into `outDir`, so that each starts in tens of milliseconds on plain Node, without
 * a TypeScript loader in every process. `entries` limits it, for tests of one program.
 */
export async function bundleLab(outDir: string, entries: readonly LabEntry[] = Object.keys(LAB_ENTRIES) as LabEntry[]): Promise<void> {
  const folder = fileURLToPath(new URL('.', import.meta.url));
  await build({
    entryPoints: entries.map((name) => ({ in: `${folder}${LAB_ENTRIES[name]}`, out: name })),
    outdir: outDir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    sourcemap: 'inline',
    sourcesContent: false,
    logLevel: 'silent',
    external: ['pg-native'],
    banner: { js: "import { createRequire as lnbCreateRequire } from 'node:module'; const require = lnbCreateRequire(import.meta.url);" },
  });
}
