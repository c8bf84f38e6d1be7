import { Refusal } from '../refusal.ts';
import type { FabricContext } from './network/context.ts';
import { connectNat, disconnectNat } from './network/gateways.ts';
import { takeAddress } from './network/interfaces.ts';
import { find, gatewayOf, type NatGateway } from './network/ledger.ts';
import { blackholeRoutes } from './network/routes.ts';
import { orUndo } from './network/undo.ts';
import type { Leg } from './network/wiring.ts';
import { type PropertyReader, readProperties } from './property-reader.ts';
import type { Realised, RealiseRequest, Realiser } from './realiser.ts';

const TYPE = 'AWS::EC2::NatGateway';

/** Only public NAT gateways: a private one leads nowhere that the lab has. */
export function parseNatGateway(properties: PropertyReader): { readonly subnetId: string; readonly allocationId: string } {
  properties.fixed('ConnectivityType', 'public');
  return { subnetId: properties.required('SubnetId'), allocationId: properties.required('AllocationId') };
}

async function createNatGateway(context: FabricContext, request: RealiseRequest): Promise<Realised> {
  const { ledger } = context;
  const declared = parseNatGateway(readProperties(TYPE, request.properties, ['SubnetId', 'AllocationId', 'ConnectivityType', 'Tags']));
  const subnet = find(ledger, 'subnets', declared.subnetId);
  const elastic = find(ledger, 'elasticIps', declared.allocationId);
  if (elastic.natGatewayId !== undefined) {
    throw new Refusal('Resource.AlreadyAssociated', 400, `Elastic IP address [${elastic.allocationId}] is already associated`);
  }
  const internetDevice = gatewayOf(ledger, subnet.vpcId)?.attachment?.device;
  if (internetDevice === undefined) {
    throw new Refusal('Gateway.NotAttached', 400, `Network ${subnet.vpcId} has no Internet gateway attached`);
  }
  return orUndo(async (undo) => {
    const privateAddress = takeAddress(subnet);
    undo(() => subnet.addresses.release(privateAddress));
    const id = context.newId('nat');
    ledger.elasticIps.set(elastic.allocationId, { ...elastic, natGatewayId: id });
    undo(() => ledger.elasticIps.set(elastic.allocationId, elastic));
    const leg: Leg = { ...subnet, namespace: id, address: privateAddress, device: context.newDevice('n') };
    const { allocationId, address: publicAddress } = elastic;
    const place = { id, subnetId: subnet.id, vpcId: subnet.vpcId, namespace: id, device: leg.device };
    ledger.natGateways.set(id, { ...place, allocationId, privateAddress, publicAddress, tags: request.tags });
    undo(() => ledger.natGateways.delete(id));
    await connectNat(context, leg, publicAddress, internetDevice);
    return { physicalId: id, attributes: { NatGatewayId: id } };
  });
}

async function removeFromKernel(context: FabricContext, gateway: NatGateway): Promise<void> {
  const subnet = find(context.ledger, 'subnets', gateway.subnetId);
  await blackholeRoutes(context, (target) => target.kind === 'nat-gateway' && target.id === gateway.id);
  await disconnectNat(context, { ...subnet, ...gateway, address: gateway.privateAddress }, gateway.publicAddress);
  subnet.addresses.release(gateway.privateAddress);
}

async function deleteNatGateway(context: FabricContext, id: string): Promise<void> {
  const { ledger } = context;
  const gateway = ledger.natGateways.get(id);
  if (!gateway) return;
  await removeFromKernel(context, gateway);
  ledger.natGateways.delete(id);
  ledger.deletedNatGateways.set(id, gateway);
  ledger.elasticIps.set(gateway.allocationId, { allocationId: gateway.allocationId, address: gateway.publicAddress });
}

/**
 * A NAT gateway is a namespace in its subnet that translates to its elastic address. It works only while that subnet's
 * own route table leads to the internet gateway: its packets take that way as any other's do. `Ref`: its id.
 */
export function natGatewayRealiser(context: FabricContext): Realiser {
  return { create: (request) => createNatGateway(context, request), delete: (id) => deleteNatGateway(context, id) };
}
