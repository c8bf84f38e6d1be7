import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { type CommandInput, run } from './command.ts';
import { namespacePath } from './node-process.ts';

const FOLDER = '/run/netns';

/** A network namespace and what is in it from its first moment. */
export interface NamespaceSpec {
  /** File name under `/run/netns`. */
  readonly name: string;
  /** Whether it passes packets on (a router). */
  readonly forwards: boolean;
  /** Lines of `ip` syntax, run inside; the loopback device is already up. */
  readonly links?: readonly string[];
  /** nftables text, applied inside after `links`. */
  readonly rules?: string;
}

/**
 * No IPv6 (the lab is IPv4 only), no reverse-path filter (NAT paths leave and return by one leg), no redirects (a
 * NAT gateway sends on by the leg it received from), no bridged frames in nftables (a switch is not a firewall).
 */
const SETTINGS = `
cd /proc/sys/net
set_if() { if [ -e "$1" ]; then echo "$2" > "$1"; fi; }
for scope in all default; do
  set_if ipv6/conf/$scope/disable_ipv6 1
  echo 0 > ipv4/conf/$scope/rp_filter
  echo 0 > ipv4/conf/$scope/send_redirects
  echo 0 > ipv4/conf/$scope/accept_redirects
done
set_if bridge/bridge-nf-call-iptables 0
set_if bridge/bridge-nf-call-arptables 0
`;

/**
 * Shell text that makes the namespace what the spec says, run inside it. One shell does all of it: a process from
 * Node costs 3 to 6 ms each.
 */
export function namespaceScript(spec: NamespaceSpec): CommandInput {
  const links = ['link set lo up', ...(spec.links ?? [])];
  const lines = [
    `set -e${SETTINGS}`,
    ...(spec.forwards ? ['echo 1 > ipv4/ip_forward'] : []),
    "ip -batch - <<'END-OF-LINKS'",
    ...links,
    'END-OF-LINKS',
    ...(spec.rules === undefined ? [] : ["nft -f - <<'END-OF-RULES'", spec.rules, 'END-OF-RULES']),
    '',
  ];
  return { stdin: lines.join('\n'), inner: { '-': links.join('\n'), '/dev/stdin': spec.rules ?? '' } };
}

/**
 * Makes a namespace by `unshare` on an empty file: `ip netns add` does not work in a rootless lab, because it cannot
 * step back into the host's namespace. On a failure nothing stays. Rejects with `CommandFailed` or `MissingProgram`.
 */
export async function createNamespace(spec: NamespaceSpec): Promise<void> {
  const path = namespacePath(spec.name);
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(path, '', { flag: 'wx' });
  try {
    await run('unshare', [`--net=${path}`, 'sh'], namespaceScript(spec));
  } catch (error) {
    await deleteNamespaces([spec.name]);
    throw error;
  }
}

/** Lets go of namespaces; one that does not exist is passed over. The kernel ends it when no process or socket is left in it. */
export async function deleteNamespaces(names: readonly string[]): Promise<void> {
  const there = new Set(listNamespaces());
  const paths = names.filter((name) => there.has(name)).map(namespacePath);
  if (paths.length === 0) return;
  try {
    await run('umount', paths);
  } finally {
    for (const path of paths) rmSync(path, { force: true });
  }
}

/** Names of all namespaces of the lab, sorted. */
export function listNamespaces(): readonly string[] {
  try {
    return readdirSync(FOLDER).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
