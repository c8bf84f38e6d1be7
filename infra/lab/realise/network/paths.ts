import type { RulesetEntry } from '../../kernel/nft.ts';
import { INTERNET, INTERNET_GATEWAY_DEVICE, PUBLIC_HOSTS } from './addressing.ts';
import { AWS_NAT } from './aws-network.ts';
import type { FabricContext } from './context.ts';
import { addressAt, formatAddress } from './ipv4.ts';
import type { Subnet } from './ledger.ts';
import type { LinkEnd } from './links.ts';

/** A way through the lab as the kernel would take it now. */
export interface NetworkPath {
  /** `default`, or the name of the subnet that it starts in. */
  readonly network: string;
  readonly target: 'web' | 's3';
  /** What forwards, in order: `router`, `NAT`, `internet`. */
  readonly forwards: readonly string[];
  /** How often the source address is translated. */
  readonly masquerades: number;
  readonly end: 'host' | 'vpc-endpoint' | 'dropped';
}

/** A path longer than this is a loop. */
const MOST_HOPS = 32;

/** Where source translation in a namespace leads, by its nftables; undefined when there is none. */
function translatedSource(rules: readonly RulesetEntry[]): string | undefined {
  for (const { rule } of rules) {
    for (const statement of rule?.expr ?? []) {
      const translation = statement['snat'] as { readonly addr?: unknown } | undefined;
      if (typeof translation?.addr === 'string') return translation.addr;
    }
  }
  return undefined;
}

/** Whether the router's internet gateway lets this source out. */
function passesInternetGateway(rules: readonly RulesetEntry[], source: string): boolean {
  const set = rules.find((entry) => entry.set?.table === 'igw' && entry.set.name === 'public')?.set;
  return set?.elem?.includes(source) ?? false;
}

function nounOf(namespace: string, natGateways: ReadonlySet<string>): string {
  if (namespace === INTERNET) return 'internet';
  return natGateways.has(namespace) ? 'NAT' : 'router';
}

/** Follows a packet from a subnet's member, asking the kernel in every namespace on its way; blocks for some 10 ms a hop. */
export function walkPath(context: FabricContext, subnet: Subnet, target: 'web' | 's3'): NetworkPath {
  const { kernel, links, ledger } = context;
  const natGateways = new Set([AWS_NAT, ...[...ledger.natGateways.values()].map((gateway) => gateway.namespace)]);
  const destination = PUBLIC_HOSTS[target].address;
  const forwards: string[] = [];
  let masquerades = 0;
  let source = formatAddress(addressAt(subnet.block, -2));
  let at: LinkEnd = { namespace: subnet.router, device: subnet.bridge };
  const ended = (end: NetworkPath['end']): NetworkPath => ({ network: subnet.name, target, forwards, masquerades, end });
  while (forwards.length < MOST_HOPS) {
    const decision = kernel.route(at.namespace, { source, destination, inputDevice: at.device });
    if (decision.kind === 'local') return ended(at.namespace === PUBLIC_HOSTS[target].namespace ? 'host' : 'vpc-endpoint');
    if (decision.kind === 'dropped') return ended('dropped');
    const rules = at.namespace === INTERNET ? [] : kernel.rules(at.namespace);
    if (decision.device === INTERNET_GATEWAY_DEVICE && !passesInternetGateway(rules, source)) return ended('dropped');
    forwards.push(nounOf(at.namespace, natGateways));
    const translated = translatedSource(rules);
    if (translated !== undefined && translated !== source) {
      masquerades += 1;
      source = translated;
    }
    const next = links.beyond({ namespace: at.namespace, device: decision.device }, decision.gateway ?? destination);
    if (!next) return ended('dropped');
    at = next;
  }
  return ended('dropped');
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** One sentence, `default: function → router → NAT → router → internet: 4 forwarding hops, 1 masquerade`. */
export function formatPath(path: NetworkPath): string {
  const towards = path.target === 's3' ? ' towards S3' : '';
  const way = ['function', ...path.forwards, ...(path.end === 'vpc-endpoint' ? ['S3 endpoint'] : [])].join(' → ');
  const start = `${path.network}${towards}: ${way}`;
  if (path.end === 'dropped') return `${start}: dropped`;
  return `${start}: ${counted(path.forwards.length, 'forwarding hop')}, ${counted(path.masquerades, 'masquerade')}`;
}

/** Paths of default mode and of every subnet, towards the internet, and towards S3 where that is another way. */
export function walkPaths(context: FabricContext, defaultSubnet: Subnet): readonly NetworkPath[] {
  const subnets = [defaultSubnet, ...context.ledger.subnets.values()];
  return subnets.flatMap((subnet) => {
    const [web, s3] = [walkPath(context, subnet, 'web'), walkPath(context, subnet, 's3')];
    const same = web.end === s3.end && web.forwards.join() === s3.forwards.join() && web.masquerades === s3.masquerades;
    return same ? [web] : [web, s3];
  });
}
