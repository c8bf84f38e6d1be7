import { Refusal } from '../refusal.ts';
import { readBlock } from './network/block-property.ts';
import type { FabricContext } from './network/context.ts';
import { type Cidr, containsCidr, formatCidr } from './network/ipv4.ts';
import { find, type RouteTarget } from './network/ledger.ts';
import { nextHopOf } from './network/routes.ts';
import { orUndo } from './network/undo.ts';
import { routeLine, routeRemovalLines } from './network/wiring.ts';
import { type PropertyReader, readProperties } from './property-reader.ts';
import type { Realised, RealiseRequest, Realiser } from './realiser.ts';

const TYPE = 'AWS::EC2::Route';

export interface RouteProperties {
  readonly routeTableId: string;
  readonly destination: Cidr;
  readonly target: Extract<RouteTarget, { kind: 'nat-gateway' | 'internet-gateway' }>;
}

/** CreateRoute wants exactly one target; the lab has NAT gateways and internet gateways. */
export function parseRoute(properties: PropertyReader): RouteProperties {
  const malformed = (text: string): Refusal =>
    new Refusal(
      'InvalidParameterValue',
      400,
      `Value (${text}) for parameter destinationCidrBlock is invalid. This is not a valid CIDR block.`,
    );
  const [gatewayId, natGatewayId] = [properties.text('GatewayId'), properties.text('NatGatewayId')];
  if (gatewayId !== undefined && natGatewayId !== undefined) {
    const message = 'The parameters gatewayId and natGatewayId cannot be used together. Specify only one.';
    throw new Refusal('InvalidParameterCombination', 400, message);
  }
  const id = gatewayId ?? natGatewayId;
  if (id === undefined) throw new Refusal('MissingParameter', 400, 'The request must contain a target: gatewayId or natGatewayId');
  return {
    routeTableId: properties.required('RouteTableId'),
    destination: readBlock(properties, 'DestinationCidrBlock', malformed),
    target: { kind: gatewayId === undefined ? 'nat-gateway' : 'internet-gateway', id },
  };
}

async function createRoute(context: FabricContext, request: RealiseRequest): Promise<Realised> {
  const { ledger, kernel } = context;
  const known = ['RouteTableId', 'DestinationCidrBlock', 'GatewayId', 'NatGatewayId'];
  const declared = parseRoute(readProperties(TYPE, request.properties, known));
  const table = find(ledger, 'routeTables', declared.routeTableId);
  const vpc = find(ledger, 'vpcs', table.vpcId);
  const destination = formatCidr(declared.destination);
  if (containsCidr(vpc.block, declared.destination)) {
    const message = `The destination CIDR block ${destination} is equal to or more specific than one of this VPC's CIDR blocks. This route can target only an interface or an instance.`;
    throw new Refusal('InvalidParameterValue', 400, message);
  }
  if (table.routes.has(destination)) {
    throw new Refusal('RouteAlreadyExists', 400, `The route identified by ${destination} already exists.`);
  }
  const hop = nextHopOf(context, table, declared.target);
  await orUndo(async (undo) => {
    table.routes.set(destination, declared.target);
    undo(() => table.routes.delete(destination));
    await kernel.ip(vpc.router, [routeLine(table.number, destination, hop)]);
  });
  return { physicalId: `${table.id}|${destination}`, attributes: { CidrBlock: destination } };
}

async function deleteRoute(context: FabricContext, physicalId: string): Promise<void> {
  const { ledger, kernel } = context;
  const [tableId = '', destination = ''] = physicalId.split('|');
  const table = ledger.routeTables.get(tableId);
  if (!table?.routes.has(destination)) return;
  await kernel.ip(find(ledger, 'vpcs', table.vpcId).router, routeRemovalLines(table.number, destination));
  table.routes.delete(destination);
}

/** A route of a route table. `Ref`: `<route table id>|<destination>`, the type's primary identifier. */
export function routeRealiser(context: FabricContext): Realiser {
  return { create: (request) => createRoute(context, request), delete: (id) => deleteRoute(context, id) };
}
