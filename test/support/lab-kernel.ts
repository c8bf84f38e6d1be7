import { isInRange } from '../../harness/drive/path-proof.ts';
import type { RunningLab } from './running-lab.ts';

/** Something of the kernel that was taken away by hand. */
export interface TakenAway {
  /** What it was, in the words of the program that took it away. */
  readonly what: string;
  putBack(): Promise<void>;
}

/** A rule in a namespace that rewrites source addresses, as `nft` lists it. */
export interface Translation {
  /** `ip nat postrouting`. */
  readonly chain: string;
  /** `oifname "eth0" snat to 203.0.113.1`. */
  readonly rule: string;
  readonly handle: string;
  /** The address that it writes. */
  readonly address: string;
}

function inNamespace(namespace: string, words: readonly string[]): readonly string[] {
  return ['nsenter', `--net=/run/netns/${namespace}`, '--', ...words];
}

/** The source translations that a namespace has now. */
export async function translationsIn(lab: RunningLab, namespace: string): Promise<readonly Translation[]> {
  const found: Translation[] = [];
  let [table, chain] = ['', ''];
  for (const line of (await lab.inLab(inNamespace(namespace, ['nft', '-a', 'list', 'ruleset']))).split('\n')) {
    table = /^table (\S+ \S+) \{/.exec(line)?.[1] ?? table;
    chain = /^\s+chain (\S+) \{/.exec(line)?.[1] ?? chain;
    const [, rule, address, handle] = /^\s*(.*\bsnat to (\S+)) # handle (\d+)$/.exec(line) ?? [];
    if (rule !== undefined && address !== undefined && handle !== undefined)
      found.push({ chain: `${table} ${chain}`, rule, handle, address });
  }
  return found;
}

/** Deletes a namespace's one source translation with `nft`. Throws when there is not exactly one. */
export async function takeTranslationAway(lab: RunningLab, namespace: string): Promise<TakenAway> {
  const [translation, ...others] = await translationsIn(lab, namespace);
  if (translation === undefined || others.length > 0) throw new Error(`${namespace} has not one source translation`);
  const { chain, rule, handle } = translation;
  const nft = (...words: readonly string[]): Promise<string> => lab.inLab(inNamespace(namespace, ['nft', ...words]));
  await nft('delete', 'rule', ...chain.split(' '), 'handle', handle);
  return { what: rule, putBack: async () => void (await nft(`add rule ${chain} ${rule}`)) };
}

/** Deletes the one rule by which an interface's security groups let new connections to a port in. Throws when there is not exactly one. */
export async function takeDoorAway(lab: RunningLab, namespace: string, port: number): Promise<TakenAway> {
  const nft = (...words: readonly string[]): Promise<string> => lab.inLab(inNamespace(namespace, ['nft', ...words]));
  const lines = (await nft('-a', 'list', 'chain', 'ip', 'sg', 'ingress')).split('\n');
  const doors = lines
    .map((line) => /^\s*(.* dport (\d+)(?:-\d+)? accept) # handle (\d+)$/.exec(line) ?? [])
    .filter(([, , to]) => to === `${port}`);
  const [[, rule = '', , handle = ''] = [], ...others] = doors;
  if (handle === '' || others.length > 0) throw new Error(`${namespace} has not one rule that lets connections to ${port} in`);
  await nft('delete', 'rule', 'ip', 'sg', 'ingress', 'handle', handle);
  return { what: rule, putBack: async () => void (await nft(`add rule ip sg ingress ${rule}`)) };
}

/**
 * Keeps conntrack on in a namespace: the kernel stops tracking, and with it translating what it knew, when the last rule that
 * needs it goes.
 */
export async function keepTracking(lab: RunningLab, namespace: string): Promise<void> {
  const rules = 'table ip tracking {\n  chain unused {\n    ct state new accept\n  }\n}\n';
  await lab.inLab(inNamespace(namespace, ['nft', '-f', '-']), rules);
}

/** Routes of a namespace's route tables, all but its main one, that lead to an address and not to everywhere; as `ip` writes them. */
export async function tableRoutesTo(lab: RunningLab, namespace: string, address: string): Promise<readonly string[]> {
  const lines = (await lab.inLab(['ip', '-n', namespace, 'route', 'show', 'table', 'all'])).split('\n').map((line) => line.trim());
  return lines.filter((line) => / table \d+/.test(line) && isInRange(address, withPrefix(line.split(' ')[0] ?? '')));
}

/** `ip` leaves `/32` out. */
function withPrefix(destination: string): string {
  return destination.includes('/') ? destination : `${destination}/32`;
}

/** Deletes the one route of a router's tables that leads to an address with `ip`. Throws when there is not exactly one. */
export async function takeRouteAway(lab: RunningLab, router: string, address: string): Promise<TakenAway> {
  const [route, ...others] = await tableRoutesTo(lab, router, address);
  if (route === undefined || others.length > 0) throw new Error(`${router} has not one route to ${address}`);
  const ip = (verb: string): Promise<string> => lab.inLab(['ip', '-n', router, 'route', verb, ...route.split(' ')]);
  await ip('del');
  return { what: route, putBack: async () => void (await ip('add')) };
}

/**
 * Has a namespace write down with what TTL new TCP connections arrive, by their source address: a set in its nftables that
 * the kernel fills. Returns a function that reads it.
 */
export async function watchArrivals(lab: RunningLab, namespace: string): Promise<() => Promise<ReadonlyMap<string, number>>> {
  const rules = [
    'table ip arrivals {',
    '  set seen { typeof ip saddr . ip ttl; flags dynamic; size 1024; }',
    '  chain input {',
    '    type filter hook input priority -300; policy accept;',
    '    tcp flags & (syn | ack) == syn add @seen { ip saddr . ip ttl }',
    '  }',
    '}',
    '',
  ].join('\n');
  await lab.inLab(inNamespace(namespace, ['nft', '-f', '-']), rules);
  return async () => {
    const text = await lab.inLab(inNamespace(namespace, ['nft', 'list', 'set', 'ip', 'arrivals', 'seen']));
    return new Map([...text.matchAll(/([\d.]+) \. (\d+)/g)].map(([, address = '', ttl]) => [address, Number(ttl)]));
  };
}
