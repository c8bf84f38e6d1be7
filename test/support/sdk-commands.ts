import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** `lambda.Invoke` for each `InvokeCommand` that a source text imports of `@aws-sdk/client-lambda`. */
export function commandsIn(text: string): readonly string[] {
  return [...text.matchAll(/import\s*\{([^}]*)\}\s*from\s*'@aws-sdk\/client-([a-z0-9-]+)'/g)].flatMap(([, names = '', client = '']) =>
    [...names.matchAll(/(?<!type )\b([A-Z]\w*)Command\b/g)].map(([, operation = '']) => `${client}.${operation}`),
  );
}

/** All commands below some folders of the repository, without doubles, sorted. */
export function commandsBelow(folders: readonly string[]): readonly string[] {
  const files = folders.flatMap((folder) =>
    (readdirSync(join(ROOT, folder), { recursive: true }) as string[])
      .filter((file) => file.endsWith('.ts'))
      .map((file) => join(folder, file)),
  );
  const found = files.flatMap((file) => commandsIn(readFileSync(join(ROOT, file), 'utf8')));
  return [...new Set(found)].sort();
}
