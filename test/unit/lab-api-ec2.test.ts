import {
  DeleteInternetGatewayCommand,
  DeleteNatGatewayCommand,
  DeleteNetworkInterfaceCommand,
  DeleteRouteCommand,
  DeleteRouteTableCommand,
  DeleteSecurityGroupCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DeleteVpcEndpointsCommand,
  DescribeAddressesCommand,
  DescribeAvailabilityZonesCommand,
  DescribeInstancesCommand,
  DescribeInternetGatewaysCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  DetachInternetGatewayCommand,
  DisassociateRouteTableCommand,
  EC2Client,
  ReleaseAddressCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newEc2Service } from '../../infra/lab/api/ec2/service.ts';
import { ec2Realisers } from '../../infra/lab/realise/ec2.ts';
import { type FakeNetwork, makeVpc, newFakeNetwork } from '../support/fake-network.ts';
import { ACCOUNT, errorOf, type FakeApi, startFakeApi } from '../support/lab-api.ts';

let network: FakeNetwork;
let ids: Readonly<Record<string, string>>;
let api: FakeApi;
let ec2: EC2Client;

const HELD = { afterMs: 3_600_000, afterPolls: 0 };
const AT_ONCE = { afterMs: 0, afterPolls: 0 };

/** The VPC of `makeVpc`, with a table that leads to the internet and to S3, and a NAT gateway. */
async function makeWhole(): Promise<Readonly<Record<string, string>>> {
  const made = await makeVpc(network);
  const id = async (...[type, properties]: Parameters<FakeNetwork['make']>): Promise<string> =>
    (await network.make(type, properties)).physicalId;
  const { vpc: VpcId = '', table: RouteTableId = '', igw = '', publicSubnet = '', allocation = '' } = made;
  const route = await id('AWS::EC2::Route', { RouteTableId, DestinationCidrBlock: '0.0.0.0/0', GatewayId: igw });
  const association = await id('AWS::EC2::SubnetRouteTableAssociation', { RouteTableId, SubnetId: publicSubnet });
  const nat = await id('AWS::EC2::NatGateway', { SubnetId: publicSubnet, AllocationId: allocation });
  const endpoint = await id('AWS::EC2::VPCEndpoint', {
    VpcId,
    ServiceName: 'com.amazonaws.us-east-1.s3',
    RouteTableIds: [RouteTableId],
  });
  return { ...made, route, association, nat, endpoint };
}

beforeEach(async () => {
  network = newFakeNetwork();
  ids = await makeWhole();
  const state = { account: { ...ACCOUNT, region: 'us-east-1' }, context: network.fabric.context };
  api = await startFakeApi({ wire: { ec2: newEc2Service(state, ec2Realisers(network.fabric)) } });
  ec2 = new EC2Client(api.client);
});
afterEach(async () => {
  ec2.destroy();
  await api.close();
});

/** A function's shared interface in the private subnet. */
function hold(functionName = 'f'): void {
  network.fabric.lambdaInterfaces.hold(functionName, { subnetIds: [ids['subnet'] ?? ''], securityGroupIds: [ids['group'] ?? ''] });
}

async function interfaces(): Promise<readonly { readonly id: string; readonly text: string }[]> {
  const { NetworkInterfaces = [] } = await ec2.send(
    new DescribeNetworkInterfacesCommand({ Filters: [{ Name: 'description', Values: ['AWS Lambda VPC ENI-*'] }] }),
  );
  return NetworkInterfaces.map((each) => ({ id: each.NetworkInterfaceId ?? '', text: `${each.InterfaceType} ${each.Status}` }));
}

describe('what a network looks like', () => {
  test('VPCs, subnets and zones', async () => {
    const { Vpcs } = await ec2.send(new DescribeVpcsCommand({ VpcIds: [ids['vpc'] ?? ''] }));
    expect(Vpcs).toMatchObject([{ VpcId: ids['vpc'], CidrBlock: '10.0.0.0/16', State: 'available', IsDefault: false, Tags: [] }]);
    const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ Filters: [{ Name: 'vpc-id', Values: [ids['vpc'] ?? ''] }] }));
    expect(Subnets?.map(({ SubnetId, AvailableIpAddressCount }) => [SubnetId, AvailableIpAddressCount])).toEqual([
      [ids['subnet'], 251],
      [ids['publicSubnet'], 10],
    ]);
    const { AvailabilityZones } = await ec2.send(new DescribeAvailabilityZonesCommand({}));
    expect(AvailabilityZones).toMatchObject([
      { ZoneName: 'eu-central-1a', ZoneId: 'euc1-az1', State: 'available', RegionName: 'us-east-1' },
      { ZoneName: 'eu-central-1b' },
    ]);
  });

  test('route tables, the main one included', async () => {
    const { RouteTables } = await ec2.send(new DescribeRouteTablesCommand({}));
    expect(RouteTables?.map(({ Associations }) => Associations?.map(({ Main, SubnetId }) => SubnetId ?? Main))).toEqual([
      [true],
      [ids['publicSubnet']],
    ]);
    expect(RouteTables?.[1]?.Routes).toMatchObject([
      { DestinationCidrBlock: '10.0.0.0/16', GatewayId: 'local', State: 'active' },
      { DestinationCidrBlock: '0.0.0.0/0', GatewayId: ids['igw'], State: 'active' },
      { DestinationPrefixListId: 'pl-63a5400a', GatewayId: ids['endpoint'], State: 'active' },
    ]);
  });

  test('gateways, addresses and endpoints', async () => {
    const { InternetGateways } = await ec2.send(new DescribeInternetGatewaysCommand({}));
    expect(InternetGateways).toMatchObject([{ InternetGatewayId: ids['igw'], Attachments: [{ VpcId: ids['vpc'], State: 'available' }] }]);
    const { NatGateways } = await ec2.send(new DescribeNatGatewaysCommand({ Filter: [{ Name: 'state', Values: ['available'] }] }));
    expect(NatGateways).toMatchObject([
      { NatGatewayId: ids['nat'], SubnetId: ids['publicSubnet'], NatGatewayAddresses: [{ AllocationId: ids['allocation'] }] },
    ]);
    const { Addresses } = await ec2.send(new DescribeAddressesCommand({ AllocationIds: [ids['allocation'] ?? ''] }));
    expect(Addresses).toMatchObject([{ PublicIp: ids['address'], Domain: 'vpc', AssociationId: expect.stringMatching(/^eipassoc-/) }]);
    const { VpcEndpoints } = await ec2.send(new DescribeVpcEndpointsCommand({}));
    expect(VpcEndpoints).toMatchObject([
      { VpcEndpointId: ids['endpoint'], VpcEndpointType: 'Gateway', State: 'available', RouteTableIds: [ids['table']] },
    ]);
  });

  test('security groups, the default one included, with their rules', async () => {
    await network.make('AWS::EC2::SecurityGroupIngress', {
      GroupId: ids['group'] ?? '',
      IpProtocol: 'tcp',
      FromPort: 5432,
      ToPort: 5432,
      SourceSecurityGroupId: ids['group'] ?? '',
    });
    const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({}));
    expect(SecurityGroups?.map(({ GroupName }) => GroupName)).toEqual(['default', 'one']);
    expect(SecurityGroups?.[1]).toMatchObject({
      Description: 'a group',
      IpPermissions: [{ IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432, UserIdGroupPairs: [{ GroupId: ids['group'] }] }],
      IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    });
  });

  test('a page ends where it was told to', async () => {
    for (let index = 0; index < 6; index += 1) {
      await network.make('AWS::EC2::SecurityGroup', { VpcId: ids['vpc'] ?? '', GroupDescription: 'x', GroupName: `more-${index}` });
    }
    const first = await ec2.send(new DescribeSecurityGroupsCommand({ MaxResults: 5 }));
    const second = await ec2.send(new DescribeSecurityGroupsCommand({ MaxResults: 5, NextToken: first.NextToken }));
    expect([first.SecurityGroups?.length, second.SecurityGroups?.length, second.NextToken]).toEqual([5, 3, undefined]);
    const seen = [...(first.SecurityGroups ?? []), ...(second.SecurityGroups ?? [])].map(({ GroupId }) => GroupId);
    expect(new Set(seen).size).toBe(8);
  });
});

describe('tags', () => {
  const ROWS = [
    { filter: { Name: 'tag:lnb:run', Values: ['abc'] }, found: 1, why: 'the value' },
    { filter: { Name: 'tag:lnb:run', Values: ['other', 'a?c'] }, found: 1, why: 'one of two values, with a wildcard' },
    { filter: { Name: 'tag:lnb:run', Values: ['a'] }, found: 0, why: 'a part is not the whole' },
    { filter: { Name: 'tag:other', Values: ['*'] }, found: 0, why: 'a tag that is not there' },
    { filter: { Name: 'tag-key', Values: ['lnb:*'] }, found: 1, why: 'the key' },
  ];
  test.each(ROWS)('$why: $found', async ({ filter, found }) => {
    const names = { logicalId: 'V', stackId: 's', stackName: 's', generatedName: 's-V' };
    const tags = { 'lnb:run': 'abc' };
    const { physicalId } = await ec2Realisers(network.fabric)['AWS::EC2::VPC'].create({
      ...names,
      properties: { CidrBlock: '10.1.0.0/16' },
      tags,
    });
    const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({ Filters: [filter] }));
    expect(Vpcs.map(({ VpcId }) => VpcId)).toEqual(found === 0 ? [] : [physicalId]);
  });
});

describe("Lambda's interfaces", () => {
  test('are one for each subnet and set of groups, shared, and not the environments’ legs', async () => {
    hold('f');
    hold('g');
    await network.fabric.attach({
      subnetId: ids['subnet'] ?? '',
      securityGroupIds: [ids['group'] ?? ''],
      description: 'leg',
      isEnvironment: true,
    });
    const { NetworkInterfaces = [] } = await ec2.send(
      new DescribeNetworkInterfacesCommand({ Filters: [{ Name: 'subnet-id', Values: [ids['subnet'] ?? ''] }] }),
    );
    expect(NetworkInterfaces).toMatchObject([
      {
        Description: expect.stringMatching(/^AWS Lambda VPC ENI-f-[0-9a-f-]{36}$/),
        InterfaceType: 'lambda',
        Status: 'in-use',
        Groups: [{ GroupId: ids['group'], GroupName: 'one' }],
        Attachment: { AttachmentId: expect.stringMatching(/^ela-attach-/) },
        PrivateIpAddress: '10.0.1.4',
      },
    ]);
  });

  test('outlive their functions as another type, hold subnet and group, and can then be deleted', async () => {
    hold('f');
    hold('g');
    const { lambdaInterfaces } = network.fabric;
    lambdaInterfaces.keepOnly('f', undefined, HELD);
    const [{ id } = { id: '' }] = await interfaces();
    expect(await errorOf(ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: id })))).toMatchObject({
      name: 'InvalidParameterValue',
      message: `Network interface '${id}' is currently in use.`,
    });
    lambdaInterfaces.keepOnly('g', undefined, HELD);
    expect(await interfaces()).toEqual([{ id, text: 'interface available' }]);
    expect(await errorOf(ec2.send(new DeleteSubnetCommand({ SubnetId: ids['subnet'] })))).toMatchObject({ name: 'DependencyViolation' });
    expect(await errorOf(ec2.send(new DeleteSecurityGroupCommand({ GroupId: ids['group'] })))).toMatchObject({
      name: 'DependencyViolation',
    });
    await ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: id }));
    expect(await interfaces()).toEqual([]);
    await ec2.send(new DeleteSecurityGroupCommand({ GroupId: ids['group'] }));
    await ec2.send(new DeleteSubnetCommand({ SubnetId: ids['subnet'] }));
  });

  test('are shown as attached so many times, then as available', async () => {
    hold();
    network.fabric.lambdaInterfaces.keepOnly('f', undefined, { ...HELD, afterPolls: 2 });
    const texts: string[] = [];
    for (let poll = 0; poll < 4; poll += 1) texts.push(...(await interfaces()).map(({ text }) => text));
    expect(texts).toEqual(['lambda in-use', 'lambda in-use', 'interface available', 'interface available']);
    expect(network.heldPolls()).toBe(2);
  });

  test('go by themselves when their time is over and they were shown often enough', async () => {
    hold();
    network.fabric.lambdaInterfaces.keepOnly('f', undefined, { ...AT_ONCE, afterPolls: 1 });
    expect(await interfaces()).toHaveLength(1);
    expect(await interfaces()).toEqual([]);
  });

  test('come back to a function that needs the same', async () => {
    hold();
    const before = await interfaces();
    network.fabric.lambdaInterfaces.keepOnly('f', undefined, HELD);
    hold('later');
    expect(await interfaces()).toEqual(before);
  });

  test('need a free address', async () => {
    const tooMany = Array.from({ length: 12 }, async () =>
      network.fabric.attach({ subnetId: ids['publicSubnet'] ?? '', securityGroupIds: [], description: 'x' }),
    );
    await Promise.allSettled(tooMany);
    expect(() =>
      network.fabric.lambdaInterfaces.hold('f', { subnetIds: [ids['publicSubnet'] ?? ''], securityGroupIds: [ids['group'] ?? ''] }),
    ).toThrow('enough free addresses');
  });
});

describe('deletion', () => {
  test('in the right order leaves nothing in the kernel, and a NAT gateway is described as deleted', async () => {
    await ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [ids['endpoint'] ?? ''] }));
    await ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: ids['nat'] }));
    const { NatGateways } = await ec2.send(new DescribeNatGatewaysCommand({ NatGatewayIds: [ids['nat'] ?? ''] }));
    expect(NatGateways?.[0]?.State).toBe('deleted');
    await ec2.send(new ReleaseAddressCommand({ AllocationId: ids['allocation'] }));
    await ec2.send(new DeleteRouteCommand({ RouteTableId: ids['table'], DestinationCidrBlock: '0.0.0.0/0' }));
    await ec2.send(new DisassociateRouteTableCommand({ AssociationId: ids['association'] }));
    await ec2.send(new DeleteRouteTableCommand({ RouteTableId: ids['table'] }));
    for (const subnet of ['subnet', 'publicSubnet']) await ec2.send(new DeleteSubnetCommand({ SubnetId: ids[subnet] }));
    await ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId: ids['igw'], VpcId: ids['vpc'] }));
    await ec2.send(new DeleteInternetGatewayCommand({ InternetGatewayId: ids['igw'] }));
    await ec2.send(new DeleteSecurityGroupCommand({ GroupId: ids['group'] }));
    await ec2.send(new DeleteVpcCommand({ VpcId: ids['vpc'] }));
    expect((await ec2.send(new DescribeVpcsCommand({}))).Vpcs).toEqual([]);
    expect([...network.namespaces.keys()]).toEqual([]);
  });

  test('of rules takes what Describe showed, and lets groups that named each other go', async () => {
    const other = (await network.make('AWS::EC2::SecurityGroup', { VpcId: ids['vpc'] ?? '', GroupDescription: 'b', GroupName: 'two' }))
      .physicalId;
    await network.make('AWS::EC2::SecurityGroupIngress', { GroupId: ids['group'] ?? '', IpProtocol: '-1', SourceSecurityGroupId: other });
    expect(await errorOf(ec2.send(new DeleteSecurityGroupCommand({ GroupId: other })))).toMatchObject({ name: 'DependencyViolation' });
    const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [ids['group'] ?? ''] }));
    const revoke = new RevokeSecurityGroupIngressCommand({ GroupId: ids['group'], IpPermissions: SecurityGroups[0]?.IpPermissions });
    expect((await ec2.send(revoke)).Return).toBe(true);
    await ec2.send(new DeleteSecurityGroupCommand({ GroupId: other }));
    expect(await errorOf(ec2.send(revoke))).toMatchObject({ name: 'InvalidPermission.NotFound' });
  });
});

describe('what is refused', () => {
  const ROWS: readonly { readonly why: string; readonly ask: () => Promise<unknown>; readonly code: string; readonly says: string }[] = [
    { why: 'no such VPC', ask: () => ec2.send(new DeleteVpcCommand({ VpcId: 'vpc-0' })), code: 'InvalidVpcID.NotFound', says: 'vpc-0' },
    {
      why: 'an unknown id to describe',
      ask: () => ec2.send(new DescribeSubnetsCommand({ SubnetIds: ['subnet-0'] })),
      code: 'InvalidSubnetID.NotFound',
      says: 'subnet-0',
    },
    {
      why: 'a VPC in use',
      ask: () => ec2.send(new DeleteVpcCommand({ VpcId: ids['vpc'] })),
      code: 'DependencyViolation',
      says: 'has dependencies',
    },
    {
      why: 'the way out of a NAT gateway',
      ask: () => ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId: ids['igw'], VpcId: ids['vpc'] })),
      code: 'DependencyViolation',
      says: 'mapped public address',
    },
    {
      why: 'an internet gateway that is attached',
      ask: () => ec2.send(new DeleteInternetGatewayCommand({ InternetGatewayId: ids['igw'] })),
      code: 'DependencyViolation',
      says: 'has dependencies',
    },
    {
      why: 'an address that a NAT gateway has',
      ask: () => ec2.send(new ReleaseAddressCommand({ AllocationId: ids['allocation'] })),
      code: 'InvalidIPAddress.InUse',
      says: 'in use',
    },
    {
      why: 'a table with an association',
      ask: () => ec2.send(new DeleteRouteTableCommand({ RouteTableId: ids['table'] })),
      code: 'DependencyViolation',
      says: 'routeTable',
    },
    {
      why: 'the main table',
      ask: () => ec2.send(new DeleteRouteTableCommand({ RouteTableId: ids['vpc']?.replace('vpc', 'rtb') })),
      code: 'DependencyViolation',
      says: 'routeTable',
    },
    {
      why: 'the main association',
      ask: () => ec2.send(new DisassociateRouteTableCommand({ AssociationId: ids['vpc']?.replace('vpc', 'rtbassoc') })),
      code: 'InvalidParameterValue',
      says: 'main route table',
    },
    {
      why: 'the local route',
      ask: () => ec2.send(new DeleteRouteCommand({ RouteTableId: ids['table'], DestinationCidrBlock: '10.0.0.0/16' })),
      code: 'InvalidParameterValue',
      says: 'local route',
    },
    {
      why: 'a route that is not there',
      ask: () => ec2.send(new DeleteRouteCommand({ RouteTableId: ids['table'], DestinationCidrBlock: '192.0.2.0/24' })),
      code: 'InvalidRoute.NotFound',
      says: '192.0.2.0/24',
    },
    {
      why: 'no such NAT gateway',
      ask: () => ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: 'nat-0' })),
      code: 'NatGatewayNotFound',
      says: 'nat-0',
    },
    {
      why: 'no such interface',
      ask: () => ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: 'eni-0' })),
      code: 'InvalidNetworkInterfaceID.NotFound',
      says: 'eni-0',
    },
    {
      why: "a NAT gateway's interface",
      ask: () => ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: ids['nat']?.replace('nat', 'eni') })),
      code: 'InvalidParameterValue',
      says: 'currently in use',
    },
    {
      why: 'a filter that EC2 does not have',
      ask: () => ec2.send(new DescribeVpcsCommand({ Filters: [{ Name: 'colour', Values: ['red'] }] })),
      code: 'InvalidParameterValue',
      says: "'colour' is invalid",
    },
    {
      why: 'a parameter that the lab does not realise',
      ask: () => ec2.send(new DeleteVpcCommand({ VpcId: ids['vpc'], DryRun: true })),
      code: 'UnknownParameter',
      says: 'DryRun',
    },
    {
      why: 'a page of four',
      ask: () => ec2.send(new DescribeSubnetsCommand({ MaxResults: 4 })),
      code: 'InvalidParameterValue',
      says: 'between 5 and 1000',
    },
    {
      why: 'an action that the lab does not realise',
      ask: () => ec2.send(new DescribeInstancesCommand({})),
      code: 'InvalidAction',
      says: 'DescribeInstances',
    },
  ];
  test.each(ROWS)('$why', async ({ ask, code, says }) => {
    const before = network.snapshot();
    const error = await errorOf(ask());
    expect([error.name, error.message]).toEqual([code, expect.stringContaining(says)]);
    expect(network.snapshot()).toBe(before);
    expect(api.faults).toEqual([]);
  });

  test('the default group', async () => {
    const { SecurityGroups = [] } = await ec2.send(
      new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'group-name', Values: ['default'] }] }),
    );
    expect(await errorOf(ec2.send(new DeleteSecurityGroupCommand({ GroupId: SecurityGroups[0]?.GroupId })))).toMatchObject({
      name: 'CannotDelete',
    });
  });

  test('an endpoint that is not there is named in the answer', async () => {
    const { Unsuccessful } = await ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: ['vpce-0'] }));
    expect(Unsuccessful).toMatchObject([{ ResourceId: 'vpce-0', Error: { Code: 'InvalidVpcEndpoint.NotFound' } }]);
  });
});
