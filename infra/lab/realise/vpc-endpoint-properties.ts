import { Refusal } from '../refusal.ts';
import type { PropertyReader } from './property-reader.ts';

export const ENDPOINT_TYPE = 'AWS::EC2::VPCEndpoint';

/** What the lab reads of an endpoint. Its policy is refused by name: nothing here would evaluate it. */
export const ENDPOINT_PROPERTIES = [
  'VpcId',
  'ServiceName',
  'VpcEndpointType',
  'RouteTableIds',
  'SubnetIds',
  'SecurityGroupIds',
  'PrivateDnsEnabled',
  'Tags',
] as const;

interface AnyEndpointProperties {
  readonly vpcId: string;
  readonly serviceName: string;
}

export interface GatewayEndpointProperties extends AnyEndpointProperties {
  readonly kind: 'gateway';
  readonly routeTableIds: readonly string[];
}

export interface InterfaceEndpointProperties extends AnyEndpointProperties {
  readonly kind: 'interface';
  readonly subnetId: string;
  /** Empty: the VPC's default group. */
  readonly securityGroupIds: readonly string[];
  readonly privateDns: boolean;
}

export type VpcEndpointProperties = GatewayEndpointProperties | InterfaceEndpointProperties;

function invalid(message: string): Refusal {
  return new Refusal('InvalidParameter', 400, message);
}

/** EC2's default type is the gateway. Throws `Refusal` for what belongs to the other type, as CreateVpcEndpoint does. */
export function parseVpcEndpoint(properties: PropertyReader): VpcEndpointProperties {
  const type = properties.text('VpcEndpointType') ?? 'Gateway';
  const shared = { vpcId: properties.required('VpcId'), serviceName: properties.required('ServiceName') };
  const routeTableIds = properties.texts('RouteTableIds');
  const subnetIds = properties.texts('SubnetIds');
  const securityGroupIds = properties.texts('SecurityGroupIds');
  const privateDns = properties.flag('PrivateDnsEnabled') ?? false;
  switch (type) {
    case 'Gateway':
      if (subnetIds.length > 0 || securityGroupIds.length > 0) {
        throw invalid('Subnets and security groups are for Interface endpoints; a Gateway endpoint has none.');
      }
      if (privateDns) throw invalid('Private DNS cannot be enabled for a Gateway endpoint.');
      return { kind: 'gateway', ...shared, routeTableIds };
    case 'Interface':
      if (routeTableIds.length > 0) throw invalid('Route tables are for Gateway endpoints; an Interface endpoint has none.');
      return { kind: 'interface', ...shared, subnetId: onlySubnet(subnetIds), securityGroupIds, privateDns };
    default:
      throw invalid(`The lab has Gateway and Interface endpoints, not ${type}.`);
  }
}

/** On AWS one subnet a zone; the lab's names lead to one address, so it has one subnet. */
function onlySubnet(subnetIds: readonly string[]): string {
  const [only, ...others] = subnetIds;
  if (only === undefined || others.length > 0) {
    throw new Refusal('UnsupportedOperation', 400, `The lab's Interface endpoints have exactly one subnet, not ${subnetIds.length}.`);
  }
  return only;
}
