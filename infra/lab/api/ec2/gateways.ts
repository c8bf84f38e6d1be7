import { formatAddress } from '../../realise/network/ipv4.ts';
import type { ElasticIp, InternetGateway, NatGateway, VpcEndpoint } from '../../realise/network/ledger.ts';
import { type Description, type Ec2State, tagsIn } from './describe.ts';

/** DescribeInternetGateways. */
export const INTERNET_GATEWAYS: Description<InternetGateway> = {
  idParameter: 'InternetGatewayId',
  idOf: ({ id }) => id,
  notFound: ['InvalidInternetGatewayID.NotFound', 'internetGateway ID'],
  set: 'internetGatewaySet',
  things: ({ context }) => [...context.ledger.internetGateways.values()],
  filters: {
    'internet-gateway-id': ({ id }) => [id],
    'attachment.vpc-id': ({ attachment }) => (attachment === undefined ? [] : [attachment.vpcId]),
    'attachment.state': ({ attachment }) => (attachment === undefined ? [] : ['available']),
  },
  tagsOf: ({ id }, state) => tagsIn(state, id),
  format: ({ id, attachment }, { account }) => ({
    internetGatewayId: id,
    ownerId: account.accountId,
    attachmentSet: attachment === undefined ? [] : [{ vpcId: attachment.vpcId, state: 'available' }],
  }),
};

/** A NAT gateway that is there, or was; its subnet may be gone by now. */
interface ShownNat extends NatGateway {
  readonly state: 'available' | 'deleted';
}

function shownNats({ context }: Ec2State): readonly ShownNat[] {
  const { natGateways, deletedNatGateways } = context.ledger;
  const available = [...natGateways.values()].map((nat) => ({ ...nat, state: 'available' as const }));
  return [...available, ...[...deletedNatGateways.values()].map((nat) => ({ ...nat, state: 'deleted' as const }))];
}

/** The network interface of a NAT gateway; the gateway's own id in another kind's dress. */
export function natInterfaceId({ id }: NatGateway): string {
  return id.replace(/^nat/, 'eni');
}

/** DescribeNatGateways, those that are gone included, as `deleted`. */
export const NAT_GATEWAYS: Description<ShownNat> = {
  idParameter: 'NatGatewayId',
  idOf: ({ id }) => id,
  notFound: ['NatGatewayNotFound', 'NAT gateway'],
  set: 'natGatewaySet',
  things: shownNats,
  filters: {
    'nat-gateway-id': ({ id }) => [id],
    'vpc-id': ({ vpcId }) => [vpcId],
    'subnet-id': ({ subnetId }) => [subnetId],
    state: ({ state }) => [state],
  },
  tagsOf: ({ tags }) => tags,
  format: (nat) => ({
    natGatewayId: nat.id,
    subnetId: nat.subnetId,
    vpcId: nat.vpcId,
    state: nat.state,
    connectivityType: 'public',
    natGatewayAddressSet: [
      {
        allocationId: nat.allocationId,
        networkInterfaceId: natInterfaceId(nat),
        privateIp: formatAddress(nat.privateAddress),
        publicIp: nat.publicAddress,
        isPrimary: true,
      },
    ],
  }),
};

/** DescribeAddresses. */
export const ADDRESSES: Description<ElasticIp> = {
  idParameter: 'AllocationId',
  idOf: ({ allocationId }) => allocationId,
  notFound: ['InvalidAllocationID.NotFound', 'allocation ID'],
  set: 'addressesSet',
  things: ({ context }) => [...context.ledger.elasticIps.values()],
  filters: {
    'allocation-id': ({ allocationId }) => [allocationId],
    'public-ip': ({ address }) => [address],
    domain: () => ['vpc'],
  },
  tagsOf: ({ address }, state) => tagsIn(state, address),
  format: ({ allocationId, address, natGatewayId }, { account, context }) => ({
    allocationId,
    publicIp: address,
    domain: 'vpc',
    networkBorderGroup: account.region,
    ...(natGatewayId === undefined ? {} : formatAssociation(natGatewayId, context.ledger.natGateways.get(natGatewayId))),
  }),
};

function formatAssociation(natGatewayId: string, nat: NatGateway | undefined): Readonly<Record<string, string>> {
  return {
    associationId: natGatewayId.replace(/^nat/, 'eipassoc'),
    ...(nat === undefined ? {} : { networkInterfaceId: natInterfaceId(nat), privateIpAddress: formatAddress(nat.privateAddress) }),
  };
}

/** DescribeVpcEndpoints. */
export const VPC_ENDPOINTS: Description<VpcEndpoint> = {
  idParameter: 'VpcEndpointId',
  idOf: ({ id }) => id,
  notFound: ['InvalidVpcEndpointId.NotFound', 'Vpc Endpoint Id'],
  set: 'vpcEndpointSet',
  things: ({ context }) => [...context.ledger.endpoints.values()],
  filters: {
    'vpc-endpoint-id': ({ id }) => [id],
    'vpc-id': ({ vpcId }) => [vpcId],
    'vpc-endpoint-type': () => ['Gateway'],
    'vpc-endpoint-state': () => ['available'],
    'service-name': (_endpoint, state) => [serviceName(state)],
  },
  tagsOf: ({ id }, state) => tagsIn(state, id),
  format: ({ id, vpcId, routeTableIds }, state) => ({
    vpcEndpointId: id,
    vpcEndpointType: 'Gateway',
    vpcId,
    serviceName: serviceName(state),
    state: 'available',
    ownerId: state.account.accountId,
    routeTableIdSet: routeTableIds,
  }),
};

/** The lab's gateway endpoints lead to S3 only. */
function serviceName({ account }: Ec2State): string {
  return `com.amazonaws.${account.region}.s3`;
}
