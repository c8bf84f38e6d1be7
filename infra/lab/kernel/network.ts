import { ipBatch, type PacketAt, type RouteDecision, routeOf } from './ip.ts';
import { createNamespace, deleteNamespaces, type NamespaceSpec } from './namespace.ts';
import { applyRules, listRules, type RulesetEntry } from './nft.ts';
import { missingPrograms } from './programs.ts';

/** What building and reading networks needs of a kernel; tests of pure behaviour bring their own. */
export interface NetworkKernel {
  /** Throws `MissingProgram` for the first of its programs that is not installed. */
  check(): void;
  createNamespace(spec: NamespaceSpec): Promise<void>;
  deleteNamespaces(names: readonly string[]): Promise<void>;
  ip(namespace: string, lines: readonly string[]): Promise<void>;
  nft(namespace: string, text: string): Promise<void>;
  /** Blocks for some milliseconds. */
  route(namespace: string, packet: PacketAt): RouteDecision;
  /** Blocks for some milliseconds. */
  rules(namespace: string): readonly RulesetEntry[];
}

/** Linux, through `ip`, `nft`, `nsenter` and `unshare`. */
export const LINUX_NETWORK: NetworkKernel = {
  check: () => {
    const [missing] = missingPrograms(['ip', 'nft', 'nsenter', 'unshare', 'umount', 'sh']);
    if (missing) throw missing;
  },
  createNamespace,
  deleteNamespaces,
  ip: ipBatch,
  nft: applyRules,
  route: routeOf,
  rules: listRules,
};
