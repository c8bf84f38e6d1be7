import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { TARGETS } from '../../harness/domain/target.ts';

/** A file of the zip. */
export interface PackagedFile {
  readonly name: string;
  readonly content: Uint8Array;
}

/**
 * Bundles the probe, one ES module a target (`internet.mjs`, `s3.mjs`, `rds.mjs`) with everything it imports, so that no
 * runtime-provided SDK can move under a comparison. Node 20 syntax: the same bytes run in the lab. The same input gives the same bytes.
 */
export async function bundleProbe(): Promise<readonly PackagedFile[]> {
  const folder = fileURLToPath(new URL('../probe/', import.meta.url));
  const result = await build({
    entryPoints: TARGETS.map((target) => ({ in: `${folder}${target}.ts`, out: target })),
    outdir: folder,
    write: false,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    charset: 'ascii',
    logLevel: 'silent',
    external: ['pg-native'],
    // `pg` is CommonJS and calls require() for Node's own modules.
    banner: { js: "import{createRequire as lnbCreateRequire}from'node:module';const require=lnbCreateRequire(import.meta.url);" },
  });
  return result.outputFiles
    .map((file) => ({ name: file.path.slice(folder.length), content: file.contents }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
