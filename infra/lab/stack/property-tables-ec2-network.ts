import type { ResourceType } from '../realise/realiser.ts';
import { boolean, labHas, listOf, type PropertyTable, realised, required, stored, tags, text } from './property-shape.ts';

type NetworkType = Exclude<Extract<ResourceType, `AWS::EC2::${string}`>, `AWS::EC2::SecurityGroup${string}`>;

const vpcId = required(realised(text, 'the VPC it belongs to'));

/** VPC, subnets, routes and the ways out. */
export const EC2_NETWORK_TABLES: Readonly<Record<NetworkType, PropertyTable>> = {
  'AWS::EC2::VPC': {
    properties: {
      CidrBlock: required(realised(text, 'the addresses that its subnets may use; its own main route table routes them locally')),
      EnableDnsSupport: realised(boolean, 'whether the resolver at 169.254.169.253 answers'),
      EnableDnsHostnames: stored(boolean, 'nothing in the lab gets a public host name'),
      Tags: tags,
    },
    lacks: ['InstanceTenancy', 'Ipv4IpamPoolId', 'Ipv4NetmaskLength'],
    exactlyOneOf: [],
    attributes: ['VpcId', 'CidrBlock', 'CidrBlockAssociations', 'DefaultNetworkAcl', 'DefaultSecurityGroup', 'Ipv6CidrBlocks'],
  },
  'AWS::EC2::Subnet': {
    properties: {
      VpcId: vpcId,
      CidrBlock: required(realised(text, 'the addresses of its bridge')),
      AvailabilityZone: realised(text, 'its zone; the first one when absent'),
      MapPublicIpOnLaunch: stored(boolean, 'the lab launches no instances'),
      Tags: tags,
    },
    lacks: [
      'AssignIpv6AddressOnCreation',
      'AvailabilityZoneId',
      'EnableDns64',
      'EnableLniAtDeviceIndex',
      'Ipv4IpamPoolId',
      'Ipv4NetmaskLength',
      'Ipv6CidrBlock',
      'Ipv6IpamPoolId',
      'Ipv6Native',
      'Ipv6NetmaskLength',
      'OutpostArn',
      'PrivateDnsNameOptionsOnLaunch',
    ],
    exactlyOneOf: [],
    attributes: [
      'SubnetId',
      'AvailabilityZone',
      'AvailabilityZoneId',
      'CidrBlock',
      'Ipv6CidrBlocks',
      'NetworkAclAssociationId',
      'OutpostArn',
      'VpcId',
    ],
  },
  'AWS::EC2::RouteTable': {
    properties: { VpcId: vpcId, Tags: tags },
    lacks: [],
    exactlyOneOf: [],
    attributes: ['RouteTableId'],
  },
  'AWS::EC2::Route': {
    properties: {
      RouteTableId: required(realised(text, 'the table that it stands in')),
      DestinationCidrBlock: required(realised(text, 'the addresses that it is for')),
      GatewayId: realised(text, 'next hop: an internet gateway'),
      NatGatewayId: realised(text, 'next hop: a NAT gateway'),
    },
    lacks: [
      'CarrierGatewayId',
      'CoreNetworkArn',
      'DestinationIpv6CidrBlock',
      'DestinationPrefixListId',
      'EgressOnlyInternetGatewayId',
      'InstanceId',
      'LocalGatewayId',
      'NetworkInterfaceId',
      'TransitGatewayId',
      'VpcEndpointId',
      'VpcPeeringConnectionId',
    ],
    exactlyOneOf: [['GatewayId', 'NatGatewayId']],
    attributes: ['CidrBlock'],
  },
  'AWS::EC2::SubnetRouteTableAssociation': {
    properties: {
      SubnetId: required(realised(text, 'the subnet whose packets it is for')),
      RouteTableId: required(realised(text, 'the table that they follow')),
    },
    lacks: [],
    exactlyOneOf: [],
    attributes: ['Id'],
  },
  'AWS::EC2::InternetGateway': {
    properties: { Tags: tags },
    lacks: [],
    exactlyOneOf: [],
    attributes: ['InternetGatewayId'],
  },
  'AWS::EC2::VPCGatewayAttachment': {
    properties: { VpcId: vpcId, InternetGatewayId: required(realised(text, "the VPC's way to the lab's internet")) },
    lacks: ['VpnGatewayId'],
    exactlyOneOf: [],
    attributes: ['AttachmentType'],
  },
  'AWS::EC2::EIP': {
    properties: { Domain: stored(labHas('vpc'), 'there is no EC2-Classic'), Tags: tags },
    lacks: ['Address', 'InstanceId', 'IpamPoolId', 'NetworkBorderGroup', 'PublicIpv4Pool', 'TransferAddress'],
    exactlyOneOf: [],
    attributes: ['AllocationId', 'PublicIp'],
  },
  'AWS::EC2::NatGateway': {
    properties: {
      SubnetId: required(realised(text, 'where its inner and outer leg are')),
      AllocationId: required(realised(text, 'the public address that it masquerades to')),
      ConnectivityType: stored(labHas('public'), 'the lab has public NAT gateways only'),
      Tags: tags,
    },
    lacks: [
      'AvailabilityMode',
      'AvailabilityZoneAddresses',
      'MaxDrainDurationSeconds',
      'PrivateIpAddress',
      'SecondaryAllocationIds',
      'SecondaryPrivateIpAddressCount',
      'SecondaryPrivateIpAddresses',
      'VpcId',
    ],
    exactlyOneOf: [],
    attributes: ['NatGatewayId', 'EniId'],
  },
  'AWS::EC2::VPCEndpoint': {
    properties: {
      VpcId: vpcId,
      ServiceName: required(realised(text, 'the service that it leads to: S3')),
      VpcEndpointType: realised(labHas('Gateway', 'Interface'), 'a route, or a network interface with a name of its own'),
      RouteTableIds: realised(listOf(text), "the tables that get a gateway endpoint's route"),
      SubnetIds: realised(listOf(text), "the subnet of an interface endpoint's network interface"),
      SecurityGroupIds: realised(listOf(text), 'what filters that interface'),
      PrivateDnsEnabled: stored(boolean, "false or refused: the lab never gives an endpoint the region's own name"),
      Tags: tags,
    },
    lacks: ['DnsOptions', 'IpAddressType', 'PolicyDocument', 'ResourceConfigurationArn', 'ServiceNetworkArn', 'ServiceRegion'],
    exactlyOneOf: [],
    attributes: ['Id', 'CreationTimestamp', 'DnsEntries', 'NetworkInterfaceIds'],
  },
};
