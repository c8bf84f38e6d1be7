import { describe, expect, test } from 'vitest';
import { parseNatGateway } from '../../infra/lab/realise/nat-gateway.ts';
import { cidr } from '../../infra/lab/realise/network/ipv4.ts';
import { type PropertyReader, readProperties } from '../../infra/lab/realise/property-reader.ts';
import { parseRoute } from '../../infra/lab/realise/route.ts';
import { parseSecurityGroup } from '../../infra/lab/realise/security-group.ts';
import { parseSubnet } from '../../infra/lab/realise/subnet.ts';
import { parseVpc } from '../../infra/lab/realise/vpc.ts';
import { parseVpcEndpoint } from '../../infra/lab/realise/vpc-endpoint-properties.ts';

type Declared = Readonly<Record<string, unknown>>;

interface Case {
  readonly reason: string;
  readonly parse: (properties: PropertyReader) => unknown;
  readonly declared: Declared;
  readonly read: unknown;
}

const HTTPS = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '0.0.0.0/0' };
const HTTPS_RULE = { peer: { kind: 'block', block: '0.0.0.0/0' }, traffic: { kind: 'ports', protocol: 'tcp', from: 443, to: 443 } };

const CASES: readonly Case[] = [
  {
    reason: 'a VPC resolves names and gives none, unless told otherwise',
    parse: parseVpc,
    declared: { CidrBlock: '10.0.0.0/16' },
    read: { block: cidr('10.0.0.0/16'), dnsSupport: true, dnsHostnames: false },
  },
  {
    reason: 'flags may come as text; host bits of a block are cut off',
    parse: parseVpc,
    declared: { CidrBlock: '100.68.0.18/18', EnableDnsSupport: 'false', EnableDnsHostnames: 'true' },
    read: { block: cidr('100.68.0.0/18'), dnsSupport: false, dnsHostnames: true },
  },
  {
    reason: 'a subnet without a zone leaves the choice to EC2',
    parse: parseSubnet,
    declared: { VpcId: 'vpc-1', CidrBlock: '10.0.0.0/28' },
    read: { vpcId: 'vpc-1', block: cidr('10.0.0.0/28'), mapPublicIpOnLaunch: false },
  },
  {
    reason: 'a subnet with everything',
    parse: parseSubnet,
    declared: { VpcId: 'vpc-1', CidrBlock: '10.0.0.0/16', AvailabilityZone: 'us-east-1b', MapPublicIpOnLaunch: true },
    read: { vpcId: 'vpc-1', block: cidr('10.0.0.0/16'), zone: 'us-east-1b', mapPublicIpOnLaunch: true },
  },
  {
    reason: 'a route by a gateway',
    parse: parseRoute,
    declared: { RouteTableId: 'rtb-1', DestinationCidrBlock: '0.0.0.0/0', GatewayId: 'igw-1' },
    read: { routeTableId: 'rtb-1', destination: cidr('0.0.0.0/0'), target: { kind: 'internet-gateway', id: 'igw-1' } },
  },
  {
    reason: 'a route by NAT',
    parse: parseRoute,
    declared: { RouteTableId: 'rtb-1', DestinationCidrBlock: '8.8.8.8/8', NatGatewayId: 'nat-1' },
    read: { routeTableId: 'rtb-1', destination: cidr('8.0.0.0/8'), target: { kind: 'nat-gateway', id: 'nat-1' } },
  },
  {
    reason: 'a NAT gateway is public unless told otherwise',
    parse: parseNatGateway,
    declared: { SubnetId: 'subnet-1', AllocationId: 'eipalloc-1' },
    read: { subnetId: 'subnet-1', allocationId: 'eipalloc-1' },
  },
  {
    reason: 'an endpoint is a gateway endpoint unless told otherwise, and may be in no table',
    parse: parseVpcEndpoint,
    declared: { VpcId: 'vpc-1', ServiceName: 'com.amazonaws.us-east-1.s3' },
    read: { kind: 'gateway', vpcId: 'vpc-1', serviceName: 'com.amazonaws.us-east-1.s3', routeTableIds: [] },
  },
  {
    reason: 'an interface endpoint has a subnet and groups, and no private DNS unless asked for',
    parse: parseVpcEndpoint,
    declared: { VpcId: 'vpc-1', ServiceName: 's', VpcEndpointType: 'Interface', SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'] },
    read: { kind: 'interface', vpcId: 'vpc-1', serviceName: 's', subnetId: 'subnet-1', securityGroupIds: ['sg-1'], privateDns: false },
  },
  {
    reason: "no rules: nobody comes in, and what goes out is EC2's to say",
    parse: parseSecurityGroup,
    declared: { VpcId: 'vpc-1', GroupDescription: 'x' },
    read: { vpcId: 'vpc-1', description: 'x', ingress: [] },
  },
  {
    reason: 'rules both ways, and a name',
    parse: parseSecurityGroup,
    declared: { VpcId: 'vpc-1', GroupDescription: 'x', GroupName: 'web', SecurityGroupIngress: [HTTPS], SecurityGroupEgress: [HTTPS] },
    read: { vpcId: 'vpc-1', description: 'x', name: 'web', ingress: [HTTPS_RULE], egress: [HTTPS_RULE] },
  },
];

const REFUSED: readonly (Omit<Case, 'read'> & { readonly message: RegExp })[] = [
  { reason: 'no block', parse: parseVpc, declared: {}, message: /CidrBlock is required/ },
  {
    reason: 'a flag that is neither',
    parse: parseVpc,
    declared: { CidrBlock: '10.0.0.0/16', EnableDnsSupport: 'yes' },
    message: /must be true or false/,
  },
  { reason: 'a block that is a list', parse: parseVpc, declared: { CidrBlock: ['10.0.0.0/16'] }, message: /must be a string/ },
  {
    reason: 'tables that are no list',
    parse: parseVpcEndpoint,
    declared: { VpcId: 'v', ServiceName: 's', RouteTableIds: 'rtb-1' },
    message: /must be a list/,
  },
  {
    reason: 'a destination that is none',
    parse: parseRoute,
    declared: { RouteTableId: 'r', DestinationCidrBlock: 'x', GatewayId: 'i' },
    message: /not a valid CIDR/,
  },
  {
    reason: 'a route that leads nowhere',
    parse: parseRoute,
    declared: { RouteTableId: 'r', DestinationCidrBlock: '0.0.0.0/0' },
    message: /must contain a target/,
  },
  {
    reason: 'a name in the form of an id',
    parse: parseSecurityGroup,
    declared: { VpcId: 'v', GroupDescription: 'x', GroupName: 'sg-x' },
    message: /format sg-\*/,
  },
  {
    reason: 'rules that are no list',
    parse: parseSecurityGroup,
    declared: { VpcId: 'v', GroupDescription: 'x', SecurityGroupIngress: HTTPS },
    message: /must be a list/,
  },
  {
    reason: 'a rule that is no object',
    parse: parseSecurityGroup,
    declared: { VpcId: 'v', GroupDescription: 'x', SecurityGroupIngress: ['x'] },
    message: /list of objects/,
  },
  {
    reason: 'a member that a rule has not',
    parse: parseSecurityGroup,
    declared: { VpcId: 'v', GroupDescription: 'x', SecurityGroupIngress: [{ ...HTTPS, Port: 1 }] },
    message: /Port is not supported/,
  },
];

function open(declared: Declared): PropertyReader {
  return readProperties('a type', declared, Object.keys(declared));
}

describe('properties of the network types', () => {
  test.each(CASES)('$reason', ({ parse, declared, read }) => {
    expect(parse(open(declared))).toEqual(read);
  });
  test.each(REFUSED)('refused: $reason', ({ parse, declared, message }) => {
    expect(() => parse(open(declared))).toThrow(message);
  });
});
