import { Refusal } from '../refusal.ts';
import type { FabricContext } from './network/context.ts';
import { find, type Subnet, those } from './network/ledger.ts';
import { orUndo } from './network/undo.ts';
import { tableChangeLines } from './network/wiring.ts';
import { type PropertyReader, readProperties } from './property-reader.ts';
import type { Realised, RealiseRequest, Realiser } from './realiser.ts';

const TYPE = 'AWS::EC2::SubnetRouteTableAssociation';

export function parseAssociation(properties: PropertyReader): { readonly subnetId: string; readonly routeTableId: string } {
  return { subnetId: properties.required('SubnetId'), routeTableId: properties.required('RouteTableId') };
}

async function useTable(context: FabricContext, subnet: Subnet, table: number): Promise<void> {
  context.ledger.subnets.set(subnet.id, { ...subnet, table });
  await orUndo(async (undo) => {
    undo(() => context.ledger.subnets.set(subnet.id, subnet));
    await context.kernel.ip(subnet.router, tableChangeLines(subnet.bridge, subnet.table, table));
  });
}

async function createAssociation(context: FabricContext, request: RealiseRequest): Promise<Realised> {
  const { ledger } = context;
  const declared = parseAssociation(readProperties(TYPE, request.properties, ['SubnetId', 'RouteTableId']));
  const subnet = find(ledger, 'subnets', declared.subnetId);
  const table = find(ledger, 'routeTables', declared.routeTableId);
  if (table.vpcId !== subnet.vpcId) {
    throw new Refusal('InvalidParameterValue', 400, `Route table ${table.id} and subnet ${subnet.id} belong to different networks`);
  }
  if (those(ledger.associations, (association) => association.subnetId === subnet.id).length > 0) {
    const message = `the specified association for route table ${table.id} conflicts with an existing association`;
    throw new Refusal('Resource.AlreadyAssociated', 400, message);
  }
  return orUndo(async (undo) => {
    const id = context.newId('rtbassoc');
    ledger.associations.set(id, declared);
    undo(() => ledger.associations.delete(id));
    await useTable(context, subnet, table.number);
    return { physicalId: id, attributes: { Id: id } };
  });
}

async function deleteAssociation(context: FabricContext, id: string): Promise<void> {
  const { ledger } = context;
  const association = ledger.associations.get(id);
  const subnet = association && ledger.subnets.get(association.subnetId);
  if (subnet) await useTable(context, subnet, find(ledger, 'vpcs', subnet.vpcId).mainTable);
  ledger.associations.delete(id);
}

/** Says which table a subnet's packets are routed by; without one it is the VPC's main table. `Ref`: the association's id. */
export function subnetRouteTableAssociationRealiser(context: FabricContext): Realiser {
  return { create: (request) => createAssociation(context, request), delete: (id) => deleteAssociation(context, id) };
}
