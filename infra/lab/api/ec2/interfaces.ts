import { type Address, formatAddress, macOf } from '../../realise/network/ipv4.ts';
import { countPoll, isAttached } from '../../realise/network/lambda-interfaces.ts';
import { find, type LambdaInterface, type NatGateway, type NetworkInterface } from '../../realise/network/ledger.ts';
import type { XmlStructure } from '../protocol/xml.ts';
import { type Description, type Ec2State, tagsIn } from './describe.ts';
import { natInterfaceId } from './gateways.ts';

/** A network interface as EC2 shows it. */
export interface ShownInterface {
  readonly id: string;
  readonly subnetId: string;
  readonly vpcId: string;
  readonly groupIds: readonly string[];
  readonly address: Address;
  readonly description: string;
  readonly type: 'interface' | 'lambda' | 'nat_gateway';
  readonly status: 'in-use' | 'available';
  /** A service made it and keeps it; its owner cannot delete it. */
  readonly isManaged: boolean;
  /** When it is one of Lambda's. */
  readonly lambda?: LambdaInterface;
}

/** Lambda's own: `lambda` while a function has it, a plain `interface` after that. */
function ofLambda(lambda: LambdaInterface): ShownInterface {
  const attached = isAttached(lambda);
  return { ...lambda, type: attached ? 'lambda' : 'interface', status: attached ? 'in-use' : 'available', isManaged: false, lambda };
}

function ofService({ isEnvironment, ...leg }: NetworkInterface): readonly ShownInterface[] {
  return isEnvironment || leg.groupIds.length === 0 ? [] : [{ ...leg, type: 'interface', status: 'in-use', isManaged: true }];
}

function ofNat(nat: NatGateway): ShownInterface {
  const { subnetId, vpcId, privateAddress } = nat;
  const place = { id: natInterfaceId(nat), subnetId, vpcId, groupIds: [], address: privateAddress };
  return { ...place, description: `Interface for NAT Gateway ${nat.id}`, type: 'nat_gateway', status: 'in-use', isManaged: true };
}

/** All that EC2 shows: not the legs of execution environments. */
export function shownInterfaces({ context }: Ec2State): readonly ShownInterface[] {
  const { lambdaInterfaces, interfaces, natGateways } = context.ledger;
  return [
    ...[...lambdaInterfaces.values()].map(ofLambda),
    ...[...interfaces.values()].flatMap(ofService),
    ...[...natGateways.values()].map(ofNat),
  ];
}

/** DescribeNetworkInterfaces. Each answer counts for those of Lambda's that are being detached. */
export const NETWORK_INTERFACES: Description<ShownInterface> = {
  idParameter: 'NetworkInterfaceId',
  idOf: ({ id }) => id,
  notFound: ['InvalidNetworkInterfaceID.NotFound', 'networkInterface ID'],
  set: 'networkInterfaceSet',
  things: shownInterfaces,
  filters: {
    'network-interface-id': ({ id }) => [id],
    'vpc-id': ({ vpcId }) => [vpcId],
    'subnet-id': ({ subnetId }) => [subnetId],
    'group-id': ({ groupIds }) => groupIds,
    'interface-type': ({ type }) => [type],
    description: ({ description }) => [description],
    status: ({ status }) => [status],
    'requester-managed': ({ isManaged }) => [String(isManaged)],
  },
  tagsOf: ({ id }, state) => tagsIn(state, id),
  format: (shown, state) => ({ ...formatPlace(shown, state), ...formatUse(shown) }),
  shown: (things, { context }) =>
    countPoll(
      context,
      things.flatMap(({ lambda }) => lambda ?? []),
    ),
};

function formatPlace({ id, subnetId, vpcId, groupIds, address }: ShownInterface, { account, context }: Ec2State): XmlStructure {
  const privateIpAddress = formatAddress(address);
  return {
    networkInterfaceId: id,
    subnetId,
    vpcId,
    availabilityZone: find(context.ledger, 'subnets', subnetId).zone,
    ownerId: account.accountId,
    macAddress: macOf(address),
    privateIpAddress,
    privateIpAddressesSet: [{ privateIpAddress, primary: true }],
    groupSet: groupIds.map((groupId) => ({ groupId, groupName: find(context.ledger, 'groups', groupId).name })),
    sourceDestCheck: true,
  };
}

function formatUse({ description, type, status, isManaged, lambda, id }: ShownInterface): XmlStructure {
  const attachment = {
    attachmentId: id.replace(/^eni/, lambda === undefined ? 'eni-attach' : 'ela-attach'),
    instanceOwnerId: type === 'interface' ? 'amazon-rds' : 'amazon-aws',
    deviceIndex: 1,
    status: 'attached',
    deleteOnTermination: false,
  };
  return {
    description,
    interfaceType: type,
    status,
    requesterManaged: isManaged,
    ...(status === 'in-use' ? { attachment } : {}),
  };
}
