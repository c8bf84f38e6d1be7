import { run, runSync } from './command.ts';
import { namespacePath } from './node-process.ts';

/**
 * Applies nftables text inside a namespace, all of it or nothing. nft 1.0.6 (Debian 12) wants `;` before a `}` on
 * the same line. Rejects with `CommandFailed`, which quotes the line.
 */
export async function applyRules(namespace: string, text: string): Promise<void> {
  await run('nsenter', [`--net=${namespacePath(namespace)}`, '--', 'nft', '-f', '-'], { stdin: text });
}

/** One statement of a rule, as `nft --json` writes it: one key that names the statement. */
export type Statement = Readonly<Record<string, unknown>>;

/** An entry of `nft --json list ruleset`. */
export interface RulesetEntry {
  readonly rule?: { readonly family: string; readonly table: string; readonly chain: string; readonly expr: readonly Statement[] };
  readonly set?: { readonly family: string; readonly table: string; readonly name: string; readonly elem?: readonly unknown[] };
}

/** What nftables holds in a namespace now; blocks for some milliseconds. Throws `CommandFailed`. */
export function listRules(namespace: string): readonly RulesetEntry[] {
  const text = runSync('nsenter', [`--net=${namespacePath(namespace)}`, '--', 'nft', '--json', 'list', 'ruleset']);
  return (JSON.parse(text) as { readonly nftables: readonly RulesetEntry[] }).nftables;
}
