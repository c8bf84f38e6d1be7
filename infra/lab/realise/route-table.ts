import type { FabricContext } from './network/context.ts';
import { dependencyViolation, find, those } from './network/ledger.ts';
import { routeRemovalLines } from './network/wiring.ts';
import { type PropertyReader, readProperties } from './property-reader.ts';
import type { Realised, RealiseRequest, Realiser } from './realiser.ts';

const TYPE = 'AWS::EC2::RouteTable';

export function parseRouteTable(properties: PropertyReader): { readonly vpcId: string } {
  return { vpcId: properties.required('VpcId') };
}

async function createRouteTable(context: FabricContext, request: RealiseRequest): Promise<Realised> {
  const { vpcId } = parseRouteTable(readProperties(TYPE, request.properties, ['VpcId', 'Tags']));
  find(context.ledger, 'vpcs', vpcId);
  const id = context.newId('rtb');
  // The kernel needs no word of it: a table exists by the routes in it.
  context.ledger.routeTables.set(id, { id, vpcId, number: context.newTable(), routes: new Map() });
  return { physicalId: id, attributes: { RouteTableId: id } };
}

async function deleteRouteTable(context: FabricContext, id: string): Promise<void> {
  const { ledger, kernel } = context;
  const table = ledger.routeTables.get(id);
  if (!table) return;
  if (those(ledger.associations, (association) => association.routeTableId === id).length > 0) throw dependencyViolation('routeTable', id);
  const router = find(ledger, 'vpcs', table.vpcId).router;
  ledger.routeTables.delete(id);
  // EC2 deletes the routes with the table.
  await kernel.ip(
    router,
    [...table.routes.keys()].flatMap((destination) => routeRemovalLines(table.number, destination)),
  );
}

/** A route table is a routing table of the VPC's router. `Ref`: the table's id. */
export function routeTableRealiser(context: FabricContext): Realiser {
  return { create: (request) => createRouteTable(context, request), delete: (id) => deleteRouteTable(context, id) };
}
