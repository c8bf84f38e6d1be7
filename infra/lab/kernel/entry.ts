import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Path of a bundled lab program. Bundled code finds its siblings beside itself; code that runs from source
 * (tests) names the bundle's folder in `LNB_LAB_BUNDLE`.
 */
export function labEntryPath(name: string): string {
  const folder = process.env['LNB_LAB_BUNDLE'] ?? dirname(fileURLToPath(import.meta.url));
  return join(folder, `${name}.mjs`);
}
