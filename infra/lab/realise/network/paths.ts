import type { NetworkKernel } from '../../kernel/network.ts';
import type { RulesetEntry } from '../../kernel/nft.ts';
import { INTERNET, INTERNET_GATEWAY_DEVICE, PUBLIC_HOSTS } from './addressing.ts';
import { AWS_NAT } from './aws-network.ts';
import type { FabricContext } from './context.ts';
import { addressAt, formatAddress } from './ipv4.ts';
import { type NetworkInterface, type Subnet, those } from './ledger.ts';
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
  readonly end: PathEnd;
}

/** Where it ends: at the host, in an endpoint, or nowhere, and then in which of `router`, `NAT`, `internet`. */
export type PathEnd = { readonly kind: 'host' | 'vpc-endpoint' | 'interface-endpoint' } | { readonly kind: 'dropped'; readonly by: string };

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

/** What a path is walked to, and what it is when it ends there. */
interface Destination {
  readonly target: 'web' | 's3';
  readonly namespace: string;
  readonly address: string;
  readonly end: 'host' | 'interface-endpoint';
}

const WEB: Destination = { target: 'web', ...PUBLIC_HOSTS.web, end: 'host' };
const S3: Destination = { target: 's3', ...PUBLIC_HOSTS.s3, end: 'host' };

/** The interface endpoint of a subnet's VPC, or undefined. */
function interfaceEndpointOf(context: FabricContext, subnet: Subnet): Destination | undefined {
  const [endpoint] = those(context.ledger.interfaceEndpoints, ({ vpcId }) => vpcId === subnet.vpcId);
  return endpoint && { target: 's3', namespace: endpoint.namespace, address: endpoint.address, end: 'interface-endpoint' };
}

/** Follows a packet from a subnet's member, asking the kernel in every namespace on its way; blocks for some 10 ms a hop. */
function walkPath(context: FabricContext, subnet: Subnet, towards: Destination, rulesOf: NetworkKernel['rules']): NetworkPath {
  const { kernel, links, ledger } = context;
  const natGateways = new Set([AWS_NAT, ...[...ledger.natGateways.values()].map((gateway) => gateway.namespace)]);
  const { target, address: destination } = towards;
  const forwards: string[] = [];
  let masquerades = 0;
  let source = formatAddress(addressAt(subnet.block, -2));
  let at: LinkEnd = { namespace: subnet.router, device: subnet.bridge };
  const ended = (end: PathEnd): NetworkPath => ({ network: subnet.name, target, forwards, masquerades, end });
  const dropped = (): NetworkPath => ended({ kind: 'dropped', by: nounOf(at.namespace, natGateways) });
  while (forwards.length < MOST_HOPS) {
    const decision = kernel.route(at.namespace, { source, destination, inputDevice: at.device });
    if (decision.kind === 'local') return ended({ kind: at.namespace === towards.namespace ? towards.end : 'vpc-endpoint' });
    if (decision.kind === 'dropped') return dropped();
    const rules = at.namespace === INTERNET ? [] : rulesOf(at.namespace);
    if (decision.device === INTERNET_GATEWAY_DEVICE && !passesInternetGateway(rules, source)) return dropped();
    const next = links.beyond({ namespace: at.namespace, device: decision.device }, decision.gateway ?? destination);
    if (!next) return dropped();
    forwards.push(nounOf(at.namespace, natGateways));
    const translated = translatedSource(rules);
    if (translated !== undefined && translated !== source) {
      masquerades += 1;
      source = translated;
    }
    at = next;
  }
  return dropped();
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** One sentence, `default: function → router → NAT → router → internet: 4 forwarding hops, 1 masquerade`. */
export function formatPath(path: NetworkPath): string {
  const towards = path.target === 's3' ? ' towards S3' : '';
  const start = `${path.network}${towards}: ${['function', ...path.forwards].join(' → ')}`;
  const counts = `${counted(path.forwards.length, 'forwarding hop')}, ${counted(path.masquerades, 'masquerade')}`;
  switch (path.end.kind) {
    case 'host':
      return `${start}: ${counts}`;
    case 'vpc-endpoint':
      return `${start} → S3 endpoint: ${counts}`;
    case 'interface-endpoint':
      return `${start} → S3 interface endpoint: ${counts}`;
    case 'dropped':
      return `${start} → ${path.end.by}: dropped`;
  }
}

/** Asks about each namespace once: listing rules is the slowest question, and paths share routers. */
function onceEach(rules: NetworkKernel['rules']): NetworkKernel['rules'] {
  const answers = new Map<string, readonly RulesetEntry[]>();
  return (namespace) => {
    const answer = answers.get(namespace) ?? rules(namespace);
    answers.set(namespace, answer);
    return answer;
  };
}

/** Lambda's interfaces are told by their description, as on AWS. */
function holdsFunction(context: FabricContext, subnet: Subnet): boolean {
  const isFunctions = (one: NetworkInterface): boolean => one.subnetId === subnet.id && one.description.startsWith('AWS Lambda');
  return those(context.ledger.interfaces, isFunctions).length > 0;
}

/**
 * Paths of default mode, of every subnet that leads to the internet or to S3, and of those that hold functions and lead
 * nowhere; towards the internet, and towards S3 where that is another way. Functions that reach S3's public address on no way may
 * still reach an interface endpoint of their VPC.
 */
export function walkPaths(context: FabricContext, defaultSubnet: Subnet): readonly NetworkPath[] {
  const rulesOf = onceEach(context.kernel.rules);
  return [defaultSubnet, ...context.ledger.subnets.values()].flatMap((subnet) => {
    const [web, s3] = [walkPath(context, subnet, WEB, rulesOf), walkPath(context, subnet, S3, rulesOf)];
    const leads = web.end.kind !== 'dropped' || s3.end.kind !== 'dropped';
    if (!leads && subnet !== defaultSubnet && !holdsFunction(context, subnet)) return [];
    const endpoint = s3.end.kind === 'dropped' && holdsFunction(context, subnet) ? interfaceEndpointOf(context, subnet) : undefined;
    if (endpoint) return [web, walkPath(context, subnet, endpoint, rulesOf)];
    return formatPath({ ...s3, target: 'web' }) === formatPath(web) ? [web] : [web, s3];
  });
}
