import { SUBNET_RESERVED } from '../../realise/network/address-pool.ts';
import { formatCidr, sizeOf } from '../../realise/network/ipv4.ts';
import type { Subnet, Vpc } from '../../realise/network/ledger.ts';
import { zoneIdOf } from '../../runtime/function-network.ts';
import { type Description, tagsIn } from './describe.ts';

/** DescribeVpcs. The lab has no default VPC. */
export const VPCS: Description<Vpc> = {
  idParameter: 'VpcId',
  idOf: ({ id }) => id,
  notFound: ['InvalidVpcID.NotFound', 'vpc ID'],
  set: 'vpcSet',
  things: ({ context }) => [...context.ledger.vpcs.values()],
  filters: { 'vpc-id': ({ id }) => [id], cidr: ({ block }) => [formatCidr(block)], state: () => ['available'] },
  tagsOf: ({ id }, state) => tagsIn(state, id),
  format: ({ id, block }, { account }) => ({
    vpcId: id,
    ownerId: account.accountId,
    state: 'available',
    cidrBlock: formatCidr(block),
    instanceTenancy: 'default',
    isDefault: false,
  }),
};

/** DescribeSubnets. */
export const SUBNETS: Description<Subnet> = {
  idParameter: 'SubnetId',
  idOf: ({ id }) => id,
  notFound: ['InvalidSubnetID.NotFound', 'subnet ID'],
  set: 'subnetSet',
  things: ({ context }) => [...context.ledger.subnets.values()],
  filters: {
    'subnet-id': ({ id }) => [id],
    'vpc-id': ({ vpcId }) => [vpcId],
    'availability-zone': ({ zone }) => [zone],
    state: () => ['available'],
  },
  tagsOf: ({ id }, state) => tagsIn(state, id),
  format: ({ id, vpcId, block, zone, addresses, mapPublicIpOnLaunch }, { account }) => ({
    subnetId: id,
    subnetArn: `arn:aws:ec2:${account.region}:${account.accountId}:subnet/${id}`,
    vpcId,
    ownerId: account.accountId,
    state: 'available',
    cidrBlock: formatCidr(block),
    availableIpAddressCount: sizeOf(block) - SUBNET_RESERVED.first - SUBNET_RESERVED.last - addresses.taken(),
    availabilityZone: zone,
    availabilityZoneId: zoneIdOf(zone),
    defaultForAz: false,
    mapPublicIpOnLaunch,
  }),
};

/** DescribeAvailabilityZones. */
export const ZONES: Description<string> = {
  idParameter: 'ZoneName',
  idOf: (zone) => zone,
  notFound: ['InvalidParameterValue', 'availability zone'],
  set: 'availabilityZoneInfo',
  things: ({ account }) => account.zones,
  filters: {
    'zone-name': (zone) => [zone],
    'zone-id': (zone) => [zoneIdOf(zone)],
    'zone-type': () => ['availability-zone'],
    'region-name': (_zone, { account }) => [account.region],
    state: () => ['available'],
  },
  format: (zone, { account }) => ({
    zoneName: zone,
    zoneId: zoneIdOf(zone),
    zoneState: 'available',
    regionName: account.region,
    groupName: account.region,
    networkBorderGroup: account.region,
    optInStatus: 'opt-in-not-required',
    zoneType: 'availability-zone',
  }),
};
