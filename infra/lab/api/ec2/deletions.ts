import type { Ec2Realisers, Ec2ResourceType } from '../../realise/ec2.ts';
import { formatCidr } from '../../realise/network/ipv4.ts';
import { isAttached, removeLambdaInterface } from '../../realise/network/lambda-interfaces.ts';
import { dependencyViolation, find } from '../../realise/network/ledger.ts';
import { Refusal } from '../../refusal.ts';
import type { QueryParameters } from '../protocol/query.ts';
import type { XmlStructure } from '../protocol/xml.ts';
import type { Ec2Action, Ec2State } from './describe.ts';
import { shownInterfaces } from './interfaces.ts';
import { shownTables } from './route-tables.ts';

const DONE: XmlStructure = { return: true };

type Remove = (type: Ec2ResourceType, physicalId: string) => Promise<void>;

/** EC2's deletions: what CloudFormation's handlers do, after EC2's own refusal of what is not there. */
export function deletionActions(realisers: Ec2Realisers): Readonly<Record<string, Ec2Action>> {
  const remove: Remove = (type, physicalId) => realisers[type].delete(physicalId);
  return {
    ...plainDeletions(remove),
    ...gatewayDeletions(remove),
    DeleteRoute: deleteRoute(remove),
    DeleteNetworkInterface: deleteInterface,
  };
}

/** Those that take one id and no more. */
function plainDeletions(remove: Remove): Readonly<Record<string, Ec2Action>> {
  const byId =
    (parameter: string, type: Ec2ResourceType, check: (state: Ec2State, id: string) => unknown): Ec2Action =>
    async (parameters, state) => {
      const id = parameters.required(parameter);
      parameters.finish();
      check(state, id);
      await remove(type, id);
      return DONE;
    };
  const isThere =
    (kind: 'vpcs' | 'subnets' | 'internetGateways') =>
    ({ context }: Ec2State, id: string): unknown =>
      find(context.ledger, kind, id);
  return {
    DeleteVpc: byId('VpcId', 'AWS::EC2::VPC', isThere('vpcs')),
    DeleteSubnet: byId('SubnetId', 'AWS::EC2::Subnet', isThere('subnets')),
    DeleteInternetGateway: byId('InternetGatewayId', 'AWS::EC2::InternetGateway', isThere('internetGateways')),
    DeleteSecurityGroup: byId('GroupId', 'AWS::EC2::SecurityGroup', checkGroup),
    DeleteRouteTable: byId('RouteTableId', 'AWS::EC2::RouteTable', checkTable),
    DisassociateRouteTable: byId('AssociationId', 'AWS::EC2::SubnetRouteTableAssociation', checkAssociation),
  };
}

function gatewayDeletions(remove: Remove): Readonly<Record<string, Ec2Action>> {
  return {
    DetachInternetGateway: async (parameters, state) => {
      const [gatewayId, vpcId] = [parameters.required('InternetGatewayId'), parameters.required('VpcId')];
      parameters.finish();
      checkAttachment(state, gatewayId, vpcId);
      await remove('AWS::EC2::VPCGatewayAttachment', `IGW|${vpcId}`);
      return DONE;
    },
    DeleteNatGateway: async (parameters, { context }) => {
      const natGatewayId = parameters.required('NatGatewayId');
      parameters.finish();
      const { natGateways, deletedNatGateways } = context.ledger;
      if (!natGateways.has(natGatewayId) && !deletedNatGateways.has(natGatewayId)) {
        throw new Refusal('NatGatewayNotFound', 400, `The Nat Gateway ${natGatewayId} was not found`);
      }
      await remove('AWS::EC2::NatGateway', natGatewayId);
      return { natGatewayId };
    },
    ReleaseAddress: async (parameters, { context }) => {
      const { address } = find(context.ledger, 'elasticIps', parameters.required('AllocationId'));
      parameters.finish();
      await remove('AWS::EC2::EIP', address);
      return DONE;
    },
    DeleteVpcEndpoints: async (parameters, { context }) => {
      const ids = parameters.texts('VpcEndpointId');
      parameters.finish();
      if (ids.length === 0) throw new Refusal('MissingParameter', 400, 'The request must contain the parameter VpcEndpointId');
      const missing = ids.filter((id) => !context.ledger.endpoints.has(id));
      for (const id of ids) await remove('AWS::EC2::VPCEndpoint', id);
      return { unsuccessful: missing.map(formatMissingEndpoint) };
    },
  };
}

function deleteRoute(remove: Remove): Ec2Action {
  return async (parameters, state) => {
    const tableId = parameters.required('RouteTableId');
    const destination = parameters.required('DestinationCidrBlock');
    parameters.finish();
    checkRoute(state, tableId, destination);
    await remove('AWS::EC2::Route', `${tableId}|${destination}`);
    return DONE;
  };
}

/** EC2 answers for each endpoint on its own. */
function formatMissingEndpoint(id: string): XmlStructure {
  const error = { code: 'InvalidVpcEndpoint.NotFound', message: `The Vpc Endpoint Id '${id}' does not exist` };
  return { resourceId: id, error };
}

function deleteInterface(parameters: QueryParameters, state: Ec2State): XmlStructure {
  const id = parameters.required('NetworkInterfaceId');
  parameters.finish();
  const shown = shownInterfaces(state).find((each) => each.id === id);
  if (shown === undefined) {
    throw new Refusal('InvalidNetworkInterfaceID.NotFound', 400, `The networkInterface ID '${id}' does not exist`);
  }
  if (shown.lambda === undefined || isAttached(shown.lambda)) {
    throw new Refusal('InvalidParameterValue', 400, `Network interface '${id}' is currently in use.`);
  }
  removeLambdaInterface(state.context, shown.lambda);
  return DONE;
}

function checkGroup({ context }: Ec2State, id: string): void {
  const { name, vpcId } = find(context.ledger, 'groups', id);
  if (find(context.ledger, 'vpcs', vpcId).defaultGroupId !== id) return;
  throw new Refusal('CannotDelete', 400, `the specified group: "${id}" name: "${name}" cannot be deleted by a user`);
}

/** A VPC's main table goes with the VPC only. */
function checkTable(state: Ec2State, id: string): void {
  if (shownTables(state).some((table) => table.id === id && table.isMain)) throw dependencyViolation('routeTable', id);
  find(state.context.ledger, 'routeTables', id);
}

function checkAssociation(state: Ec2State, id: string): void {
  const table = shownTables(state).find(({ associations }) => associations.some((association) => association.id === id));
  if (table === undefined) {
    throw new Refusal('InvalidAssociationID.NotFound', 400, `The association ID '${id}' does not exist`);
  }
  if (table.isMain) throw new Refusal('InvalidParameterValue', 400, `cannot disassociate the main route table association ${id}`);
}

function checkRoute(state: Ec2State, tableId: string, destination: string): void {
  const table = shownTables(state).find(({ id }) => id === tableId) ?? find(state.context.ledger, 'routeTables', tableId);
  if (formatCidr(find(state.context.ledger, 'vpcs', table.vpcId).block) === destination) {
    throw new Refusal('InvalidParameterValue', 400, `cannot remove local route ${destination} in route table ${tableId}`);
  }
  const target = table.routes.get(destination);
  if (target !== undefined && target.kind !== 'vpc-endpoint') return;
  const message = `no route with destination-cidr-block ${destination} in route table ${tableId}`;
  throw new Refusal('InvalidRoute.NotFound', 400, message);
}

function checkAttachment({ context }: Ec2State, gatewayId: string, vpcId: string): void {
  const gateway = find(context.ledger, 'internetGateways', gatewayId);
  find(context.ledger, 'vpcs', vpcId);
  if (gateway.attachment?.vpcId === vpcId) return;
  throw new Refusal('Gateway.NotAttached', 400, `resource ${gatewayId} is not attached to network ${vpcId}`);
}
