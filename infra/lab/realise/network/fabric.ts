import { LINUX_NETWORK } from '../../kernel/network.ts';
import { Refusal } from '../../refusal.ts';
import type { NetworkFabric } from '../fabric.ts';
import { INTERNET, PUBLIC_HOSTS } from './addressing.ts';
import { AWS_NAT, AWS_ROUTER, buildAwsNetwork, DEFAULT_SCOPE, planAwsNetwork } from './aws-network.ts';
import { type FabricContext, type FabricOptions, newFabricContext } from './context.ts';
import { attach, detach } from './interfaces.ts';
import { newLambdaInterfaces } from './lambda-interfaces.ts';
import { find, type Subnet } from './ledger.ts';
import { formatPath, type NetworkPath, walkPaths } from './paths.ts';

/** The fabric with what only its owner may do. */
export interface Fabric extends NetworkFabric {
  /** What the network's realisers work on. */
  readonly context: FabricContext;
  /** Makes the internet, its hosts and default mode's network. Rejects with `MissingProgram` or `CommandFailed`. */
  start(): Promise<void>;
  /** Takes every namespace away, those of VPCs that are still there included. */
  stop(): Promise<void>;
  /** What `describePaths` says, as data; blocks for some 10 ms a hop. */
  walkPaths(): readonly NetworkPath[];
}

/** The lab's network; nothing is made before `start`. */
export function createFabric(options: FabricOptions): Fabric {
  const kernel = options.kernel ?? LINUX_NETWORK;
  const context = newFabricContext(options, kernel);
  const { ledger } = context;
  const aws = planAwsNetwork(context);
  const subnetOf = (id: string): Subnet | undefined => (id === aws.functions.id ? aws.functions : ledger.subnets.get(id));
  const paths = (): readonly NetworkPath[] => walkPaths(context, aws.functions);
  return {
    context,
    publicHosts: PUBLIC_HOSTS,
    start: async () => {
      kernel.check();
      await buildAwsNetwork(context, aws);
      await options.resolver.serve(AWS_ROUTER, DEFAULT_SCOPE);
    },
    stop: async () => {
      const made = [ledger.interfaces, ledger.natGateways, ledger.endpoints].flatMap((things) => [...things.values()]);
      const routers = [...ledger.vpcs.values()].map((vpc) => vpc.router);
      const hosts = Object.values(PUBLIC_HOSTS).map((host) => host.namespace);
      await kernel.deleteNamespaces([...made.map((thing) => thing.namespace), ...routers, AWS_NAT, AWS_ROUTER, ...hosts, INTERNET]);
    },
    attach: async (request) => {
      if (request.subnetId !== undefined) return attach(context, find(ledger, 'subnets', request.subnetId), request, true);
      if (request.securityGroupIds.length === 0) return attach(context, aws.functions, request, false);
      throw new Refusal('InvalidParameterCombination', 400, 'Security groups need a subnet.');
    },
    detach: (interfaceId) => detach(context, subnetOf, interfaceId),
    lambdaInterfaces: newLambdaInterfaces(context),
    vpcOf: (subnetId) => ledger.subnets.get(subnetId)?.vpcId,
    zoneOf: (subnetId) => ledger.subnets.get(subnetId)?.zone,
    walkPaths: paths,
    describePaths: () => paths().map(formatPath),
  };
}
