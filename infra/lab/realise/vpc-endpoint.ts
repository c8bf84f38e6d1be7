import { Refusal } from '../refusal.ts';
import { createInterfaceEndpoint, deleteInterfaceEndpoint } from './interface-endpoint.ts';
import { ENDPOINT_ADDRESS, PUBLIC_HOSTS, S3_PREFIX_LIST } from './network/addressing.ts';
import type { FabricContext } from './network/context.ts';
import { formatCidr } from './network/ipv4.ts';
import { find, type RouteTable, those, type Vpc } from './network/ledger.ts';
import { orUndo } from './network/undo.ts';
import { endpointSpec, routeLine, routeRemovalLines } from './network/wiring.ts';
import { readProperties } from './property-reader.ts';
import type { Realised, RealiseRequest, Realiser } from './realiser.ts';
import { ENDPOINT_PROPERTIES, ENDPOINT_TYPE, type GatewayEndpointProperties, parseVpcEndpoint } from './vpc-endpoint-properties.ts';

const DESTINATION = formatCidr(S3_PREFIX_LIST.block);

function checkService(region: string, serviceName: string): void {
  if (serviceName === `com.amazonaws.${region}.s3`) return;
  if (serviceName === `com.amazonaws.${region}.dynamodb`)
    throw new Refusal('UnsupportedOperation', 400, `The lab has no endpoint for ${serviceName}`);
  throw new Refusal('InvalidServiceName', 400, `The Vpc Endpoint Service '${serviceName}' does not exist`);
}

function tablesOf(context: FabricContext, vpc: Vpc, ids: readonly string[]): readonly RouteTable[] {
  return [...new Set(ids)].map((id) => {
    const table = find(context.ledger, 'routeTables', id);
    if (table.vpcId !== vpc.id)
      throw new Refusal('InvalidParameter', 400, `Route table ${id} and network ${vpc.id} belong to different networks.`);
    if (table.routes.has(DESTINATION)) {
      const message = `route table ${id} already has a route with destination-prefix-list-id ${S3_PREFIX_LIST.id}`;
      throw new Refusal('RouteAlreadyExists', 400, message);
    }
    return table;
  });
}

async function createGatewayEndpoint(context: FabricContext, declared: GatewayEndpointProperties): Promise<Realised> {
  const { ledger, kernel, links, s3Fronts } = context;
  const vpc = find(ledger, 'vpcs', declared.vpcId);
  const tables = tablesOf(context, vpc, declared.routeTableIds);
  return orUndo(async (undo) => {
    const id = context.newId('vpce');
    const device = context.newDevice('p');
    for (const table of tables) {
      table.routes.set(DESTINATION, { kind: 'vpc-endpoint', id });
      undo(() => table.routes.delete(DESTINATION));
    }
    ledger.endpoints.set(id, { id, vpcId: vpc.id, namespace: id, device, routeTableIds: tables.map((table) => table.id) });
    undo(() => ledger.endpoints.delete(id));
    await kernel.createNamespace(endpointSpec(id, vpc.router, device, vpc.block));
    undo(() => kernel.deleteNamespaces([id]));
    links.join({ namespace: vpc.router, device }, { namespace: id, device: 'eth0' });
    undo(() => links.forget(id));
    // S3 answers before the first route leads to it.
    await s3Fronts.listen(id, PUBLIC_HOSTS.s3.address, id);
    undo(() => s3Fronts.close(id));
    const hop = { kind: 'via', address: ENDPOINT_ADDRESS, device } as const;
    const routes = tables.map((table) => routeLine(table.number, DESTINATION, hop));
    for (const table of tables) undo(() => kernel.ip(vpc.router, routeRemovalLines(table.number, DESTINATION)));
    await kernel.ip(vpc.router, [`link set dev ${device} alias ${id} up`, ...routes]);
    return { physicalId: id, attributes: { Id: id } };
  });
}

async function createEndpoint(context: FabricContext, request: RealiseRequest): Promise<Realised> {
  const declared = parseVpcEndpoint(readProperties(ENDPOINT_TYPE, request.properties, ENDPOINT_PROPERTIES));
  checkService(context.account.region, declared.serviceName);
  return declared.kind === 'gateway' ? createGatewayEndpoint(context, declared) : createInterfaceEndpoint(context, declared);
}

async function deleteGatewayEndpoint(context: FabricContext, id: string): Promise<void> {
  const { ledger, kernel, links, s3Fronts } = context;
  const endpoint = ledger.endpoints.get(id);
  if (!endpoint) return;
  const { router } = find(ledger, 'vpcs', endpoint.vpcId);
  const tables = those(ledger.routeTables, (table) => endpoint.routeTableIds.includes(table.id));
  // The device takes its routes along, also where somebody has already deleted one by hand.
  await kernel.ip(router, [`link del ${endpoint.device}`]);
  for (const table of tables) table.routes.delete(DESTINATION);
  await s3Fronts.close(id);
  await kernel.deleteNamespaces([endpoint.namespace]);
  links.forget(endpoint.namespace);
  ledger.endpoints.delete(id);
}

async function deleteEndpoint(context: FabricContext, id: string): Promise<void> {
  if (context.ledger.interfaceEndpoints.has(id)) await deleteInterfaceEndpoint(context, id);
  else await deleteGatewayEndpoint(context, id);
}

/**
 * A gateway endpoint is a route to S3's addresses in exactly the tables that are named, and S3 at its end; an interface endpoint is
 * S3 at an address of a subnet, behind security groups, with names of its own. S3 knows by the socket which endpoint was the way.
 * `Ref`: the endpoint's id.
 */
export function vpcEndpointRealiser(context: FabricContext): Realiser {
  return { create: (request) => createEndpoint(context, request), delete: (id) => deleteEndpoint(context, id) };
}
