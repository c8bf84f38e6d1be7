import type { Account } from '../account/identity.ts';
import type { InterfaceRelease, InterfaceRequest, NetworkFabric } from '../realise/fabric.ts';
import { Refusal } from '../refusal.ts';
import type { FunctionConfiguration } from './service.ts';
import type { DeployedNetwork, SlotPlace } from './wire.ts';

/** Subnets and security groups as they arrive from a template or an update. */
export interface VpcRequest {
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
}

/**
 * The stored `VpcConfig`: absent when both lists are empty, which is default mode. Throws Lambda's
 * `InvalidParameterValueException` for an unknown subnet, subnets of two VPCs, or one list without the other.
 */
export function newVpcConfig(fabric: Pick<NetworkFabric, 'vpcOf'>, request: VpcRequest): FunctionConfiguration['vpcConfig'] {
  const { subnetIds, securityGroupIds } = request;
  if (subnetIds.length === 0 && securityGroupIds.length === 0) return undefined;
  if (subnetIds.length === 0) refuse('SubnetIds cannot be empty when SecurityGroupIds is specified.');
  if (securityGroupIds.length === 0) refuse('SecurityGroupIds cannot be empty when SubnetIds is specified.');
  const vpcIds = new Set(subnetIds.map((subnetId) => fabric.vpcOf(subnetId) ?? refuseSubnet(subnetId)));
  const [vpcId, ...others] = vpcIds;
  if (vpcId === undefined || others.length > 0) return refuse('Subnets and/or security groups belong to different VPCs.');
  return { subnetIds, securityGroupIds, vpcId };
}

function refuseSubnet(subnetId: string): never {
  const reason = `EC2 Error Code: InvalidSubnetID.NotFound. EC2 Error Message: The subnet ID '${subnetId}' does not exist`;
  return refuse(`Error occurred while DescribeSubnets. ${reason}`);
}

function refuse(message: string): never {
  throw new Refusal('InvalidParameterValueException', 400, message);
}

/** Where environments of a configuration stand. Equal subnets and groups, in any order, give the equal key. */
export function networkOf(vpcConfig: FunctionConfiguration['vpcConfig']): DeployedNetwork {
  if (vpcConfig === undefined) return { key: 'default', subnetIds: [], securityGroupIds: [] };
  const { subnetIds, securityGroupIds } = vpcConfig;
  return { key: `${subnetIds.toSorted().join(',')}/${securityGroupIds.toSorted().join(',')}`, subnetIds, securityGroupIds };
}

/**
 * Zone id of a zone name: `us-east-1a` → `use1-az1`, letters in order. AWS shuffles letters by account; the lab's one
 * account has them straight.
 */
export function zoneIdOf(zoneName: string): string {
  const [, area = '', direction = '', number = '', letter = 'a'] = /^([a-z]+)-([a-z]+)-(\d+)([a-z])$/.exec(zoneName) ?? [];
  const short = direction.replace(/(north|south|east|west|central)/g, (word) => word.slice(0, 1));
  return `${area}${short}${number}-az${letter.charCodeAt(0) - 'a'.charCodeAt(0) + 1}`;
}

/** The interfaces that functions hold: legs of their environments, and those that EC2 shows, which functions share. */
export interface FunctionInterfaces {
  /** A place in one of the network's subnets, taking turns. Throws the fabric's `Refusal`. */
  attach(functionName: string, network: DeployedNetwork): Promise<SlotPlace>;
  detach(interfaceId: string): Promise<void>;
  /** The function needs the network's shared interfaces too. Throws the fabric's `Refusal`. */
  hold(functionName: string, network: DeployedNetwork): void;
  /** The function needs no other shared interfaces than the network's; the others go as `release` says. */
  keepOnly(functionName: string, network: DeployedNetwork, release: InterfaceRelease): void;
  /** Gives back all that the function holds: its environments' legs now, the shared interfaces as `release` says. */
  releaseAll(functionName: string, release: InterfaceRelease): Promise<void>;
}

/** No interfaces yet. */
export function newFunctionInterfaces(fabric: NetworkFabric, account: Account): FunctionInterfaces {
  const { lambdaInterfaces } = fabric;
  /** Interface id → function. */
  const held = new Map<string, string>();
  let turn = 0;
  const detach = async (interfaceId: string): Promise<void> => {
    if (!held.delete(interfaceId)) return;
    await fabric.detach(interfaceId);
  };
  return {
    async attach(functionName, network) {
      const subnetId = network.subnetIds[turn++ % Math.max(1, network.subnetIds.length)];
      const attached = await fabric.attach(newInterfaceRequest(functionName, network, subnetId));
      held.set(attached.id, functionName);
      // Default mode's zone is Lambda's choice, not the account's: here never the one in which a template begins.
      const zone = subnetId === undefined ? (account.zones[1] ?? account.zones[0]) : fabric.zoneOf(subnetId);
      return { interfaceId: attached.id, namespace: attached.namespace, zoneId: zoneIdOf(zone ?? '') };
    },
    detach,
    hold: (functionName, network) => lambdaInterfaces.hold(functionName, network),
    keepOnly: (functionName, network, release) => lambdaInterfaces.keepOnly(functionName, network, release),
    async releaseAll(functionName, release) {
      lambdaInterfaces.keepOnly(functionName, undefined, release);
      const mine = [...held].filter(([, owner]) => owner === functionName);
      await Promise.all(mine.map(([interfaceId]) => detach(interfaceId)));
    },
  };
}

function newInterfaceRequest(functionName: string, network: DeployedNetwork, subnetId: string | undefined): InterfaceRequest {
  const { securityGroupIds } = network;
  if (subnetId === undefined) return { securityGroupIds, description: `Lambda default network of ${functionName}` };
  return { subnetId, securityGroupIds, description: `AWS Lambda environment of ${functionName}`, isEnvironment: true };
}
