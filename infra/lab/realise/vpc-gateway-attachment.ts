import { Refusal } from '../refusal.ts';
import type { FabricContext } from './network/context.ts';
import { connectInternet, disconnectInternet } from './network/gateways.ts';
import { find, gatewayOf, those } from './network/ledger.ts';
import { blackholeRoutes } from './network/routes.ts';
import { orUndo } from './network/undo.ts';
import { type PropertyReader, readProperties } from './property-reader.ts';
import type { Realised, RealiseRequest, Realiser } from './realiser.ts';

const TYPE = 'AWS::EC2::VPCGatewayAttachment';

export function parseGatewayAttachment(properties: PropertyReader): { readonly vpcId: string; readonly gatewayId: string } {
  return { vpcId: properties.required('VpcId'), gatewayId: properties.required('InternetGatewayId') };
}

async function createAttachment(context: FabricContext, request: RealiseRequest): Promise<Realised> {
  const { ledger } = context;
  const declared = parseGatewayAttachment(readProperties(TYPE, request.properties, ['VpcId', 'InternetGatewayId']));
  const gateway = find(ledger, 'internetGateways', declared.gatewayId);
  const vpc = find(ledger, 'vpcs', declared.vpcId);
  if (gateway.attachment) {
    const message = `resource ${gateway.id} is already attached to network ${gateway.attachment.vpcId}`;
    throw new Refusal('Resource.AlreadyAssociated', 400, message);
  }
  if (gatewayOf(ledger, vpc.id)) {
    throw new Refusal('InvalidParameterValue', 400, `Network ${vpc.id} already has an internet gateway attached`);
  }
  await orUndo(async (undo) => {
    // Until the link is there, its place is taken.
    ledger.internetGateways.set(gateway.id, { id: gateway.id, attachment: { vpcId: vpc.id } });
    undo(() => ledger.internetGateways.set(gateway.id, gateway));
    const device = await connectInternet(context, vpc.router);
    ledger.internetGateways.set(gateway.id, { id: gateway.id, attachment: { vpcId: vpc.id, device } });
  });
  return { physicalId: `IGW|${vpc.id}`, attributes: { AttachmentType: 'IGW' } };
}

async function deleteAttachment(context: FabricContext, physicalId: string): Promise<void> {
  const { ledger } = context;
  const vpc = ledger.vpcs.get(physicalId.replace(/^IGW\|/, ''));
  const gateway = vpc && gatewayOf(ledger, vpc.id);
  if (!vpc || !gateway) return;
  const mapped = those(ledger.natGateways, (nat) => ledger.subnets.get(nat.subnetId)?.vpcId === vpc.id);
  if (mapped.length > 0) {
    const message = `Network ${vpc.id} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`;
    throw new Refusal('DependencyViolation', 400, message);
  }
  await blackholeRoutes(context, (target) => target.kind === 'internet-gateway' && target.id === gateway.id);
  await disconnectInternet(context, vpc.router);
  ledger.internetGateways.set(gateway.id, { id: gateway.id });
}

/** The link between a VPC's router and the internet. `Ref`: `IGW|<vpc id>`, the type's primary identifier. */
export function vpcGatewayAttachmentRealiser(context: FabricContext): Realiser {
  return { create: (request) => createAttachment(context, request), delete: (id) => deleteAttachment(context, id) };
}
