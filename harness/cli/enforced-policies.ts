import { readFileSync } from 'node:fs';
import { LAB_ACCOUNT_ID } from '../../infra/lab/account/identity.ts';
import { parseIdentityPolicy } from '../../infra/lab/authorization/identity-policy.ts';
import type { EnforcedIdentity } from '../../infra/lab/handshake.ts';
import { resolvePolicy } from '../../infra/policies/resolve.ts';
import { BenchError, EXIT_CODES } from '../domain/exit-code.ts';
import { LAB_REGION } from './lab-start.ts';

const PLACE = { partition: 'aws', region: LAB_REGION, accountId: LAB_ACCOUNT_ID };

/**
 * Reads `NAME=FILE` for an identity of its own, or `FILE` for the lab's operator; files of one name add up, as attached policies do.
 * Placeholders become the lab's account and region. Throws `BenchError` for a file that cannot be read or evaluated.
 */
export function readEnforcedPolicies(texts: readonly string[]): readonly EnforcedIdentity[] {
  const documents = new Map<string | undefined, unknown[]>();
  for (const text of texts) {
    const { name, file } = parseNamedFile(text);
    documents.set(name, [...(documents.get(name) ?? []), readPolicy(file)]);
  }
  return [...documents].map(([name, read]) => ({ ...(name === undefined ? {} : { name }), documents: read }));
}

function parseNamedFile(text: string): { readonly name?: string; readonly file: string } {
  const [, name, file] = /^([a-z][a-z0-9-]*)=(.+)$/.exec(text) ?? [];
  return name === undefined || file === undefined ? { file: text } : { name, file };
}

function readPolicy(file: string): unknown {
  try {
    const document: unknown = JSON.parse(resolvePolicy(readFileSync(file, 'utf8'), PLACE));
    parseIdentityPolicy(document);
    return document;
  } catch (thrown) {
    throw new BenchError({
      exitCode: EXIT_CODES.usage,
      what: `--enforce-policy: ${file} cannot be enforced.`,
      why: thrown instanceof Error ? thrown.message : String(thrown),
      tryCommands: ['npm run bench -- lab up --enforce-policy deployer=infra/policies/deployer.json'],
      leftBehind: 'Nothing was started.',
    });
  }
}
