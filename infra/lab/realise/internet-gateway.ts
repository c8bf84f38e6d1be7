import type { FabricContext } from './network/context.ts';
import { dependencyViolation } from './network/ledger.ts';
import { readProperties } from './property-reader.ts';
import type { Realised, RealiseRequest, Realiser } from './realiser.ts';

async function createInternetGateway(context: FabricContext, request: RealiseRequest): Promise<Realised> {
  readProperties('AWS::EC2::InternetGateway', request.properties, ['Tags']);
  const id = context.newId('igw');
  context.ledger.internetGateways.set(id, { id });
  return { physicalId: id, attributes: { InternetGatewayId: id } };
}

async function deleteInternetGateway(context: FabricContext, id: string): Promise<void> {
  const gateway = context.ledger.internetGateways.get(id);
  if (gateway?.attachment) throw dependencyViolation('internetGateway', id);
  context.ledger.internetGateways.delete(id);
}

/** An internet gateway is nothing before it is attached. `Ref`: its id. */
export function internetGatewayRealiser(context: FabricContext): Realiser {
  return { create: (request) => createInternetGateway(context, request), delete: (id) => deleteInternetGateway(context, id) };
}
