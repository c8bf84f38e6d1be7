import { newAddressPool, SUBNET_RESERVED } from './address-pool.ts';
import { AWS_BLOCK, AWS_PUBLIC_ADDRESS, INTERNET, PUBLIC_HOSTS } from './addressing.ts';
import type { FabricContext } from './context.ts';
import { connectInternet, connectNat } from './gateways.ts';
import { addressAt, type Cidr, cidr, formatAddress } from './ipv4.ts';
import type { Subnet } from './ledger.ts';
import { bridgeLines, hostLines, hostSpec, internetSpec, routeLine, routerSpec, VIA_INTERNET_GATEWAY } from './wiring.ts';

/** Router of the network in which functions without a VPC run. */
export const AWS_ROUTER = 'aws';

/** Its NAT. */
export const AWS_NAT = 'aws-nat';

/** Scope of its resolver. */
export const DEFAULT_SCOPE = 'default';

function awsSubnet(context: FabricContext, name: string, block: Cidr): Subnet {
  return {
    id: `${AWS_ROUTER}-${name}`,
    vpcId: AWS_ROUTER,
    router: AWS_ROUTER,
    block,
    zone: context.account.zones[0] ?? '',
    bridge: context.newDevice('b'),
    addresses: newAddressPool(block, SUBNET_RESERVED),
    table: context.newTable(),
    mapPublicIpOnLaunch: false,
    name: DEFAULT_SCOPE,
  };
}

/** AWS's own network: where functions without a VPC get their leg, and where its NAT has one. */
export interface AwsNetwork {
  readonly functions: Subnet;
  readonly public: Subnet;
}

/** Plans AWS's own network; nothing of it is there yet. */
export function planAwsNetwork(context: FabricContext): AwsNetwork {
  return {
    functions: awsSubnet(context, 'functions', cidr('100.64.0.0/17')),
    public: awsSubnet(context, 'public', cidr('100.64.128.0/24')),
  };
}

/**
 * Makes the internet, its hosts and AWS's own network. That network has the shape of a VPC with a NAT gateway, piece by
 * piece, so that default mode's packets take as many forwarding hops and as many translations as those of `vpc-nat`: a
 * difference between the two is then not one of the lab's making. It leads into no VPC.
 */
export async function buildAwsNetwork(context: FabricContext, network: AwsNetwork): Promise<void> {
  const { kernel, links } = context;
  const hosts = Object.values(PUBLIC_HOSTS);
  await kernel.createNamespace(internetSpec());
  await Promise.all([...hosts.map(hostSpec), routerSpec(AWS_ROUTER, AWS_BLOCK)].map((spec) => kernel.createNamespace(spec)));
  for (const host of hosts) {
    links.join({ namespace: INTERNET, device: host.namespace }, { namespace: host.namespace, device: 'eth0' });
  }
  const natAddress = addressAt(network.public.block, SUBNET_RESERVED.first);
  const viaNat = { kind: 'via', address: formatAddress(natAddress), device: network.public.bridge } as const;
  await Promise.all([
    kernel.ip(INTERNET, hosts.flatMap(hostLines)),
    kernel.ip(AWS_ROUTER, [
      ...bridgeLines(network.public, network.public.table),
      ...bridgeLines(network.functions, network.functions.table),
    ]),
  ]);
  const internetDevice = await connectInternet(context, AWS_ROUTER);
  const leg = { ...network.public, namespace: AWS_NAT, address: natAddress, device: context.newDevice('n') };
  await Promise.all([
    kernel.ip(AWS_ROUTER, [
      routeLine(network.public.table, '0.0.0.0/0', VIA_INTERNET_GATEWAY),
      routeLine(network.functions.table, '0.0.0.0/0', viaNat),
    ]),
    connectNat(context, leg, AWS_PUBLIC_ADDRESS, internetDevice),
  ]);
}
