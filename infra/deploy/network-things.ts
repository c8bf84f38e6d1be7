import {
  DescribeAddressesCommand,
  DescribeInternetGatewaysCommand,
  DescribeNatGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  type Filter,
} from '@aws-sdk/client-ec2';
import type { RunId } from '../../harness/domain/run.ts';
import { TAG_KEYS } from '../template/tags.ts';
import type { NetworkClient } from './options.ts';

/** Types of what a run has in EC2, in the order in which they can be deleted. */
export const NETWORK_TYPES = [
  'AWS::EC2::VPCEndpoint',
  'AWS::EC2::NatGateway',
  'AWS::EC2::EIP',
  'AWS::EC2::RouteTable',
  'AWS::EC2::Subnet',
  'AWS::EC2::InternetGateway',
  'AWS::EC2::SecurityGroup',
  'AWS::EC2::VPC',
] as const;
export type NetworkType = (typeof NETWORK_TYPES)[number];

type Ids = readonly (string | undefined)[] | undefined;

/** Filters by the run's tag: what carries it was made for the run, whoever made the VPC. */
export function ofRun(runId: RunId): Filter[] {
  return [{ Name: `tag:${TAG_KEYS.run}`, Values: [runId] }];
}

/** Ids of what is there of a type and matches the filters; what is deleted and only remembered does not count. */
export async function networkIds(ec2: NetworkClient, type: NetworkType, Filters: Filter[]): Promise<readonly string[]> {
  const ids = await LISTS[type](ec2, Filters);
  return (ids ?? []).flatMap((id) => id ?? []);
}

const LISTS: Readonly<Record<NetworkType, (ec2: NetworkClient, Filters: Filter[]) => Promise<Ids>>> = {
  'AWS::EC2::VPCEndpoint': async (ec2, Filters) =>
    (await ec2.send(new DescribeVpcEndpointsCommand({ Filters }))).VpcEndpoints?.filter(
      // The documentation writes states in lower case, the model in upper.
      ({ State }) => State?.toLowerCase() !== 'deleted',
    ).map(({ VpcEndpointId }) => VpcEndpointId),
  'AWS::EC2::NatGateway': async (ec2, Filter) =>
    (await ec2.send(new DescribeNatGatewaysCommand({ Filter }))).NatGateways?.filter(({ State }) => State !== 'deleted').map(
      ({ NatGatewayId }) => NatGatewayId,
    ),
  'AWS::EC2::EIP': async (ec2, Filters) =>
    (await ec2.send(new DescribeAddressesCommand({ Filters }))).Addresses?.map(({ AllocationId }) => AllocationId),
  'AWS::EC2::RouteTable': async (ec2, Filters) =>
    (await ec2.send(new DescribeRouteTablesCommand({ Filters }))).RouteTables?.map(({ RouteTableId }) => RouteTableId),
  'AWS::EC2::Subnet': async (ec2, Filters) =>
    (await ec2.send(new DescribeSubnetsCommand({ Filters }))).Subnets?.map(({ SubnetId }) => SubnetId),
  'AWS::EC2::InternetGateway': async (ec2, Filters) =>
    (await ec2.send(new DescribeInternetGatewaysCommand({ Filters }))).InternetGateways?.map(({ InternetGatewayId }) => InternetGatewayId),
  'AWS::EC2::SecurityGroup': async (ec2, Filters) =>
    (await ec2.send(new DescribeSecurityGroupsCommand({ Filters }))).SecurityGroups?.map(({ GroupId }) => GroupId),
  'AWS::EC2::VPC': async (ec2, Filters) => (await ec2.send(new DescribeVpcsCommand({ Filters }))).Vpcs?.map(({ VpcId }) => VpcId),
};
