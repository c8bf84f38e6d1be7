import { describe, expect, test } from 'vitest';
import type { Ec2ResourceType } from '../../infra/lab/realise/ec2.ts';
import { Refusal } from '../../infra/lab/refusal.ts';
import { type FakeNetwork, makeVpc, newFakeNetwork } from '../support/fake-network.ts';

type Ids = Readonly<Record<string, string>>;
type Declared = Readonly<Record<string, unknown>>;

async function refusalOf(step: Promise<unknown>): Promise<string> {
  try {
    await step;
  } catch (error) {
    if (error instanceof Refusal && error.status === 400) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error('it was not refused');
}

/** An S3 interface endpoint. */
function interfaceEndpoint(vpc: string | undefined, subnet: string | undefined): Declared {
  return { VpcId: vpc, ServiceName: 'com.amazonaws.us-east-1.s3', VpcEndpointType: 'Interface', SubnetIds: [subnet] };
}

/** A declaration that EC2 refuses, its words with the ids in braces, and what makes it so. */
const REFUSED: readonly (readonly [type: Ec2ResourceType, declared: (ids: Ids) => Declared, words: string, reason: string])[] = [
  ['AWS::EC2::VPC', () => ({ CidrBlock: '10.0.0.0/8' }), "InvalidVpc.Range: The CIDR '10.0.0.0/8' is invalid.", 'larger than /16'],
  ['AWS::EC2::VPC', () => ({ CidrBlock: '10.0.0/16' }), "InvalidVpc.Range: The CIDR '10.0.0/16' is invalid.", 'no block'],
  [
    'AWS::EC2::VPC',
    () => ({ CidrBlock: '10.0.0.0/16', Ipv6Pool: 'x' }),
    'ValidationError: AWS::EC2::VPC: the property Ipv6Pool is not supported',
    'the lab would not act on it',
  ],
  [
    'AWS::EC2::Subnet',
    () => ({ VpcId: 'vpc-0', CidrBlock: '10.0.2.0/24' }),
    "InvalidVpcID.NotFound: The vpc ID 'vpc-0' does not exist",
    'no such VPC',
  ],
  [
    'AWS::EC2::Subnet',
    ({ vpc }) => ({ VpcId: vpc, CidrBlock: '10.1.2.0/24' }),
    "InvalidSubnet.Range: The CIDR '10.1.2.0/24' is invalid.",
    'outside the VPC',
  ],
  [
    'AWS::EC2::Subnet',
    ({ vpc }) => ({ VpcId: vpc, CidrBlock: '10.0.1.128/25' }),
    "InvalidSubnet.Conflict: The CIDR '10.0.1.128/25' conflicts with another subnet",
    'part of a subnet',
  ],
  [
    'AWS::EC2::Subnet',
    ({ vpc }) => ({ VpcId: vpc, CidrBlock: '10.0.2.0/29' }),
    "InvalidSubnet.Range: The CIDR '10.0.2.0/29' is invalid.",
    'smaller than /28',
  ],
  [
    'AWS::EC2::Subnet',
    ({ vpc }) => ({ VpcId: vpc, CidrBlock: '10.0.2.0/24', AvailabilityZone: 'eu-west-1a' }),
    'InvalidParameterValue: Value (eu-west-1a) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: us-east-1a, us-east-1b.',
    "another region's zone",
  ],
  ['AWS::EC2::RouteTable', () => ({ VpcId: 'vpc-0' }), "InvalidVpcID.NotFound: The vpc ID 'vpc-0' does not exist", 'no such VPC'],
  [
    'AWS::EC2::SubnetRouteTableAssociation',
    ({ subnet }) => ({ SubnetId: subnet, RouteTableId: 'rtb-0' }),
    "InvalidRouteTableID.NotFound: The routeTable ID 'rtb-0' does not exist",
    'no such table',
  ],
  [
    'AWS::EC2::SubnetRouteTableAssociation',
    ({ table }) => ({ SubnetId: 'subnet-0', RouteTableId: table }),
    "InvalidSubnetID.NotFound: The subnet ID 'subnet-0' does not exist",
    'no such subnet',
  ],
  [
    'AWS::EC2::VPCGatewayAttachment',
    ({ vpc }) => ({ VpcId: vpc, InternetGatewayId: 'igw-0' }),
    "InvalidInternetGatewayID.NotFound: The internetGateway ID 'igw-0' does not exist",
    'no such gateway',
  ],
  [
    'AWS::EC2::VPCGatewayAttachment',
    ({ vpc, igw }) => ({ VpcId: vpc, InternetGatewayId: igw }),
    'Resource.AlreadyAssociated: resource {igw} is already attached to network {vpc}',
    'a gateway has one VPC',
  ],
  [
    'AWS::EC2::Route',
    ({ table }) => ({ RouteTableId: table, DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: 'nat-0' }),
    "InvalidNatGatewayID.NotFound: The natGateway ID 'nat-0' does not exist",
    'no such NAT gateway',
  ],
  [
    'AWS::EC2::Route',
    ({ table }) => ({ RouteTableId: table, DestinationCidrBlock: '0.0.0.0/0', GatewayId: 'igw-0' }),
    "InvalidGatewayID.NotFound: The gateway ID 'igw-0' does not exist",
    'no such gateway',
  ],
  [
    'AWS::EC2::Route',
    ({ table, igw }) => ({ RouteTableId: table, DestinationCidrBlock: '0.0.0.0/0', GatewayId: igw, NatGatewayId: 'nat-0' }),
    'InvalidParameterCombination: The parameters gatewayId and natGatewayId cannot be used together. Specify only one.',
    'two targets',
  ],
  [
    'AWS::EC2::Route',
    ({ table, igw }) => ({ RouteTableId: table, DestinationCidrBlock: '10.0.1.0/24', GatewayId: igw }),
    "InvalidParameterValue: The destination CIDR block 10.0.1.0/24 is equal to or more specific than one of this VPC's CIDR blocks. This route can target only an interface or an instance.",
    "the VPC's own addresses are routed locally",
  ],
  [
    'AWS::EC2::NatGateway',
    ({ subnet }) => ({ SubnetId: subnet, AllocationId: 'eipalloc-0' }),
    "InvalidAllocationID.NotFound: The allocation ID 'eipalloc-0' does not exist",
    'no such address',
  ],
  [
    'AWS::EC2::NatGateway',
    ({ subnet, allocation }) => ({ SubnetId: subnet, AllocationId: allocation, ConnectivityType: 'private' }),
    'ValidationError: AWS::EC2::NatGateway: the property ConnectivityType can only be public here, not private',
    'a kind that the lab has not',
  ],
  [
    'AWS::EC2::VPCEndpoint',
    ({ vpc }) => ({ VpcId: vpc, ServiceName: 'com.amazonaws.eu-west-1.s3' }),
    "InvalidServiceName: The Vpc Endpoint Service 'com.amazonaws.eu-west-1.s3' does not exist",
    "another region's service",
  ],
  [
    'AWS::EC2::VPCEndpoint',
    ({ vpc }) => ({ VpcId: vpc, ServiceName: 'com.amazonaws.us-east-1.s3', VpcEndpointType: 'GatewayLoadBalancer' }),
    'InvalidParameter: The lab has Gateway and Interface endpoints, not GatewayLoadBalancer.',
    'a kind that the lab has not',
  ],
  [
    'AWS::EC2::VPCEndpoint',
    ({ vpc, subnet }) => ({ VpcId: vpc, ServiceName: 'com.amazonaws.us-east-1.s3', SubnetIds: [subnet] }),
    'InvalidParameter: Subnets and security groups are for Interface endpoints; a Gateway endpoint has none.',
    'a gateway endpoint is in no subnet',
  ],
  [
    'AWS::EC2::VPCEndpoint',
    ({ vpc }) => ({ VpcId: vpc, ServiceName: 'com.amazonaws.us-east-1.s3', PrivateDnsEnabled: true }),
    'InvalidParameter: Private DNS cannot be enabled for a Gateway endpoint.',
    'it has no name of its own',
  ],
  [
    'AWS::EC2::VPCEndpoint',
    ({ vpc, subnet, table }) => ({ ...interfaceEndpoint(vpc, subnet), RouteTableIds: [table] }),
    'InvalidParameter: Route tables are for Gateway endpoints; an Interface endpoint has none.',
    'an interface endpoint is in no route table',
  ],
  [
    'AWS::EC2::VPCEndpoint',
    ({ vpc, subnet, publicSubnet }) => ({ ...interfaceEndpoint(vpc, subnet), SubnetIds: [subnet, publicSubnet] }),
    "UnsupportedOperation: The lab's Interface endpoints have exactly one subnet, not 2.",
    'its names lead to one address',
  ],
  [
    'AWS::EC2::VPCEndpoint',
    ({ vpc, subnet }) => ({ ...interfaceEndpoint(vpc, subnet), SecurityGroupIds: ['sg-0'] }),
    "InvalidGroup.NotFound: The security group 'sg-0' does not exist",
    'no such group',
  ],
  [
    'AWS::EC2::VPCEndpoint',
    ({ vpc, subnet }) => ({ ...interfaceEndpoint(vpc, subnet), PrivateDnsEnabled: true }),
    'InvalidParameter: Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for {vpc}',
    'host names are off in a VPC that does not ask for them',
  ],
  [
    'AWS::EC2::SecurityGroup',
    ({ vpc }) => ({ VpcId: vpc, GroupDescription: 'second', GroupName: 'one' }),
    "InvalidGroup.Duplicate: The security group 'one' already exists for VPC '{vpc}'",
    'names are unique in a VPC',
  ],
  [
    'AWS::EC2::SecurityGroup',
    () => ({ GroupDescription: 'nowhere' }),
    'VPCIdNotSpecified: No default VPC for this user',
    'the lab has no default VPC',
  ],
  [
    'AWS::EC2::SecurityGroupIngress',
    ({ group }) => ({ GroupId: group, IpProtocol: 'tcp', FromPort: 1, ToPort: 2, SourceSecurityGroupId: 'sg-0' }),
    "InvalidGroup.NotFound: The security group 'sg-0' does not exist",
    'no such group',
  ],
  [
    'AWS::EC2::SecurityGroupEgress',
    () => ({ GroupId: 'sg-0', IpProtocol: '-1', CidrIp: '0.0.0.0/0' }),
    "InvalidGroup.NotFound: The security group 'sg-0' does not exist",
    'no such group',
  ],
];

describe('what EC2 refuses', () => {
  const cases = REFUSED.map(([type, declared, words, reason]) => ({ type, declared, words, reason }));
  test.each(cases)('$type: $reason', async ({ type, declared, words }) => {
    const network = newFakeNetwork();
    const ids = await makeVpc(network);
    const before = network.snapshot();
    expect(await refusalOf(network.make(type, declared(ids)))).toBe(words.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? name));
    expect(network.snapshot()).toBe(before);
  });

  test('two networks do not mix', async () => {
    const network = newFakeNetwork();
    const { table = '', subnet = '', allocation = '', group = '' } = await makeVpc(network);
    const other = (await network.make('AWS::EC2::VPC', { CidrBlock: '10.0.0.0/16' })).physicalId;
    const otherSubnet = (await network.make('AWS::EC2::Subnet', { VpcId: other, CidrBlock: '10.0.1.0/24' })).physicalId;
    const otherGateway = (await network.make('AWS::EC2::InternetGateway', {})).physicalId;
    const anywhere = { RouteTableId: table, DestinationCidrBlock: '0.0.0.0/0' };
    const different = `route table ${table} and network gateway ${otherGateway} belong to different networks`;
    expect(await refusalOf(network.make('AWS::EC2::Route', { ...anywhere, GatewayId: otherGateway }))).toBe(
      `InvalidParameterValue: ${different}`,
    );
    expect(
      await refusalOf(network.make('AWS::EC2::SubnetRouteTableAssociation', { SubnetId: otherSubnet, RouteTableId: table })),
    ).toContain('belong to different networks');
    expect(await refusalOf(network.make('AWS::EC2::NatGateway', { SubnetId: otherSubnet, AllocationId: allocation }))).toBe(
      `Gateway.NotAttached: Network ${other} has no Internet gateway attached`,
    );
    expect(await refusalOf(network.fabric.attach({ subnetId: otherSubnet, securityGroupIds: [group], description: '' }))).toBe(
      `InvalidParameter: Security group ${group} and subnet ${otherSubnet} belong to different networks.`,
    );
    expect(network.fabric.vpcOf(subnet)).not.toBe(network.fabric.vpcOf(otherSubnet));
  });
});

/** Everything that the kernel is asked for when it is made; each in a network of its own that has all it needs. */
const STEPS: readonly (readonly [name: string, step: (network: FakeNetwork, ids: Ids) => Promise<unknown>])[] = [
  ['a VPC', ({ make }) => make('AWS::EC2::VPC', { CidrBlock: '10.0.0.0/16' })],
  ['a subnet', ({ make }, { vpc }) => make('AWS::EC2::Subnet', { VpcId: vpc, CidrBlock: '10.0.9.0/24' })],
  [
    'an association',
    ({ make }, { subnet, table }) => make('AWS::EC2::SubnetRouteTableAssociation', { SubnetId: subnet, RouteTableId: table }),
  ],
  [
    'a route',
    ({ make }, { table, igw }) => make('AWS::EC2::Route', { RouteTableId: table, DestinationCidrBlock: '0.0.0.0/0', GatewayId: igw }),
  ],
  [
    'a NAT gateway',
    ({ make }, { publicSubnet, allocation }) => make('AWS::EC2::NatGateway', { SubnetId: publicSubnet, AllocationId: allocation }),
  ],
  [
    'an endpoint',
    ({ make }, { vpc, table }) =>
      make('AWS::EC2::VPCEndpoint', { VpcId: vpc, ServiceName: 'com.amazonaws.us-east-1.s3', RouteTableIds: [table] }),
  ],
  [
    'an interface endpoint',
    ({ make }, { vpc, subnet, group }) => make('AWS::EC2::VPCEndpoint', { ...interfaceEndpoint(vpc, subnet), SecurityGroupIds: [group] }),
  ],
  [
    'a rule of a group with members',
    ({ make }, { group }) => make('AWS::EC2::SecurityGroupEgress', { GroupId: group, IpProtocol: '-1', CidrIp: '10.0.0.0/16' }),
  ],
  [
    'an interface',
    ({ fabric }, { subnet, group = '' }) => fabric.attach({ subnetId: subnet ?? '', securityGroupIds: [group], description: '' }),
  ],
  ['an interface of default mode', ({ fabric }) => fabric.attach({ securityGroupIds: [], description: '' })],
];

describe('a step that fails in the kernel leaves nothing', () => {
  test.each(STEPS)('%s', async (_name, step) => {
    let failures = 0;
    for (let n = 0; ; n += 1) {
      const network = newFakeNetwork();
      const ids = await makeVpc(network);
      await network.make('AWS::EC2::SecurityGroupIngress', {
        GroupId: ids['group'],
        IpProtocol: '-1',
        SourceSecurityGroupId: ids['group'],
      });
      await network.fabric.attach({ subnetId: ids['subnet'] ?? '', securityGroupIds: [ids['group'] ?? ''], description: 'there before' });
      const before = network.snapshot();
      network.failIn(n);
      const failed = await step(network, ids).then(
        () => false,
        () => true,
      );
      expect(failed).toBe(network.hasFailed());
      if (!failed) break;
      failures += 1;
      expect(network.snapshot()).toBe(before);
    }
    expect(failures).toBeGreaterThan(0);
  });
});

describe('an interface endpoint', () => {
  test('has an interface in its subnet, names that lead there, and S3 behind it that holds for them; nothing stays of it', async () => {
    const network = newFakeNetwork();
    const { vpc, subnet } = await makeVpc(network);
    const before = network.snapshot();
    const { physicalId, listAttributes } = await network.make('AWS::EC2::VPCEndpoint', interfaceEndpoint(vpc, subnet));
    const [entry = '', zonal] = listAttributes?.['DnsEntries'] ?? [];
    expect(entry).toMatch(new RegExp(`^[A-Z0-9]+:\\*\\.${physicalId}-[0-9a-z-]+\\.s3\\.us-east-1\\.vpce\\.amazonaws\\.com$`));
    expect(zonal).toContain('-us-east-1a.s3.');
    const [, name] = entry.split(':');
    expect(network.asked).toContain(`name ${name} for 10.0.1.4`);
    const [leg] = listAttributes?.['NetworkInterfaceIds'] ?? [];
    expect(network.asked).toContain(`s3 in ${leg} on 10.0.1.4 by ${physicalId} as bucket${name?.slice(1)}, *.bucket${name?.slice(1)}`);
    await network.unmake('AWS::EC2::VPCEndpoint', physicalId);
    await network.unmake('AWS::EC2::VPCEndpoint', physicalId);
    expect(network.snapshot()).toBe(before);
  });

  test('keeps its subnet and its groups from being deleted', async () => {
    const network = newFakeNetwork();
    const { vpc, subnet = '', group = '' } = await makeVpc(network);
    await network.make('AWS::EC2::VPCEndpoint', { ...interfaceEndpoint(vpc, subnet), SecurityGroupIds: [group] });
    expect(await refusalOf(network.unmake('AWS::EC2::Subnet', subnet))).toContain('DependencyViolation');
    expect(await refusalOf(network.unmake('AWS::EC2::SecurityGroup', group))).toContain('DependencyViolation');
  });

  test('may not take the region’s own name even where AWS would let it, and may not be in another network’s subnet', async () => {
    const network = newFakeNetwork();
    const { subnet } = await makeVpc(network);
    const names = await network.make('AWS::EC2::VPC', { CidrBlock: '10.0.0.0/16', EnableDnsSupport: true, EnableDnsHostnames: true });
    const inNames = await network.make('AWS::EC2::Subnet', { VpcId: names.physicalId, CidrBlock: '10.0.1.0/24' });
    const own = { ...interfaceEndpoint(names.physicalId, inNames.physicalId), PrivateDnsEnabled: true };
    expect(await refusalOf(network.make('AWS::EC2::VPCEndpoint', own))).toContain('UnsupportedOperation: ');
    expect(await refusalOf(network.make('AWS::EC2::VPCEndpoint', interfaceEndpoint(names.physicalId, subnet)))).toBe(
      `InvalidParameter: Subnet ${subnet} and network ${names.physicalId} belong to different networks.`,
    );
  });
});

describe('interfaces', () => {
  test('get addresses from the fifth on, one each, until the subnet is full', async () => {
    const network = newFakeNetwork();
    const { publicSubnet = '' } = await makeVpc(network);
    const attach = () => network.fabric.attach({ subnetId: publicSubnet, securityGroupIds: [], description: '' });
    const attached = await Promise.all(Array.from({ length: 11 }, attach));
    expect(attached.map((one) => one.address)).toEqual(Array.from({ length: 11 }, (_, i) => `10.0.0.${i + 4}`));
    expect(await refusalOf(attach())).toBe(
      'InsufficientFreeAddressesInSubnet: The specified subnet does not have enough free addresses to satisfy the request.',
    );
    await network.fabric.detach(attached[3]?.id ?? '');
    expect((await attach()).address).toBe('10.0.0.7');
  });

  test('without groups are in the default group of their VPC, and default mode is in none', async () => {
    const network = newFakeNetwork();
    const { subnet = '' } = await makeVpc(network);
    const inVpc = await network.fabric.attach({ subnetId: subnet, securityGroupIds: [], description: '' });
    const free = await network.fabric.attach({ securityGroupIds: [], description: '' });
    expect(network.namespaces.get(inVpc.namespace)?.rules).toMatch(/ip saddr @sg-\d+ accept/);
    expect(network.namespaces.get(free.namespace)?.rules).toBeUndefined();
    expect(free).not.toHaveProperty('vpcId');
    expect(await refusalOf(network.fabric.attach({ securityGroupIds: ['sg-1'], description: '' }))).toContain(
      'Security groups need a subnet',
    );
  });

  test('are told of each other by the rules that name their groups, and only by those', async () => {
    const network = newFakeNetwork();
    const { subnet = '', group = '', vpc = '' } = await makeVpc(network);
    const other = (await network.make('AWS::EC2::SecurityGroup', { VpcId: vpc, GroupDescription: 'names the first' })).physicalId;
    await network.make('AWS::EC2::SecurityGroupIngress', {
      GroupId: other,
      IpProtocol: 'tcp',
      FromPort: 1,
      ToPort: 1,
      SourceSecurityGroupId: group,
    });
    const watcher = await network.fabric.attach({ subnetId: subnet, securityGroupIds: [other], description: '' });
    const since = network.asked.length;
    const member = await network.fabric.attach({ subnetId: subnet, securityGroupIds: [group], description: '' });
    await network.fabric.detach(member.id);
    const told = network.asked.slice(since).filter((question) => question.includes(': nft '));
    expect(told).toEqual([
      `${watcher.namespace}: nft flush set ip sg ${group}\nadd element ip sg ${group} { ${member.address} }\n`,
      `${watcher.namespace}: nft flush set ip sg ${group}\n`,
    ]);
  });
});

describe('routes whose target goes', () => {
  test('stay and discard, as EC2 shows them', async () => {
    const network = newFakeNetwork();
    const { table = '', publicSubnet = '', allocation = '' } = await makeVpc(network);
    const nat = (await network.make('AWS::EC2::NatGateway', { SubnetId: publicSubnet, AllocationId: allocation })).physicalId;
    const route = await network.make('AWS::EC2::Route', { RouteTableId: table, DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: nat });
    await network.unmake('AWS::EC2::NatGateway', nat);
    expect(network.asked.some((question) => /route replace blackhole 0\.0\.0\.0\/0 table \d+$/.test(question))).toBe(true);
    expect(network.fabric.context.ledger.routeTables.get(table)?.routes.get('0.0.0.0/0')).toEqual({ kind: 'blackhole' });
    await network.unmake('AWS::EC2::Route', route.physicalId);
    expect(network.fabric.context.ledger.routeTables.get(table)?.routes.size).toBe(0);
  });
});

describe('default outgoing rule of a group', () => {
  const EVERYTHING = 'ip daddr 0.0.0.0/0 accept';
  const rulesOf = async (declared: Declared, later?: Declared): Promise<string> => {
    const network = newFakeNetwork();
    const { vpc = '', subnet = '' } = await makeVpc(network);
    const group = (await network.make('AWS::EC2::SecurityGroup', { VpcId: vpc, GroupDescription: 'x', ...declared })).physicalId;
    if (later) await network.make('AWS::EC2::SecurityGroupEgress', { GroupId: group, ...later });
    const { namespace } = await network.fabric.attach({ subnetId: subnet, securityGroupIds: [group], description: '' });
    return network.namespaces.get(namespace)?.rules ?? '';
  };
  const https = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '0.0.0.0/0' };

  test('is there while the template gives none', async () => {
    expect(await rulesOf({})).toContain(EVERYTHING);
    expect(await rulesOf({ SecurityGroupEgress: [] })).toContain(EVERYTHING);
  });
  test('goes with a rule in the group, and with one beside it', async () => {
    expect(await rulesOf({ SecurityGroupEgress: [https] })).not.toContain(EVERYTHING);
    expect(await rulesOf({}, https)).not.toContain(EVERYTHING);
  });
  test('stays when the template wrote it down itself', async () => {
    expect(await rulesOf({ SecurityGroupEgress: [{ IpProtocol: '-1', CidrIp: '0.0.0.0/0' }] }, https)).toContain(EVERYTHING);
  });
});

test('no device, however many there are, is called as iproute2 may call an option: `ip link add br …` is a broadcast address', () => {
  const { context } = newFakeNetwork().fabric;
  const names = Array.from({ length: 2_000 }, () => context.newDevice('b'));
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => !/^b\d+$/.test(name))).toEqual([]);
});
