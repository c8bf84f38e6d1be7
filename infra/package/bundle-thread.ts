import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/**
 * Bundles one of the tool's own files with everything it imports into a script that a worker thread can evaluate: the loader that lets
 * this process read TypeScript is not in its threads, and would take more memory than they do.
 */
export async function bundleThread(entry: URL): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(entry)],
    write: false,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    legalComments: 'none',
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}
