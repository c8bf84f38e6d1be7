import { Refusal } from '../refusal.ts';
import type { FabricContext } from './network/context.ts';
import { formatAddress, parseAddress } from './network/ipv4.ts';
import { those } from './network/ledger.ts';
import { readProperties } from './property-reader.ts';
import type { Realised, RealiseRequest, Realiser } from './realiser.ts';

const TYPE = 'AWS::EC2::EIP';

async function createElasticIp(context: FabricContext, request: RealiseRequest): Promise<Realised> {
  readProperties(TYPE, request.properties, ['Domain', 'Tags']).fixed('Domain', 'vpc');
  const taken = context.elasticAddresses.take();
  if (taken === undefined) throw new Refusal('AddressLimitExceeded', 400, 'The maximum number of addresses has been reached.');
  const address = formatAddress(taken);
  const allocationId = context.newId('eipalloc');
  context.ledger.elasticIps.set(allocationId, { allocationId, address });
  return { physicalId: address, attributes: { AllocationId: allocationId, PublicIp: address } };
}

async function deleteElasticIp(context: FabricContext, address: string): Promise<void> {
  const [held] = those(context.ledger.elasticIps, (elastic) => elastic.address === address);
  if (!held) return;
  if (held.natGatewayId !== undefined) throw new Refusal('InvalidIPAddress.InUse', 400, `Address ${address} is in use.`);
  context.ledger.elasticIps.delete(held.allocationId);
  const number = parseAddress(address);
  if (number !== undefined) context.elasticAddresses.release(number);
}

/** An address of the lab's elastic block; nothing is routed before a NAT gateway takes it. `Ref`: the address. */
export function eipRealiser(context: FabricContext): Realiser {
  return { create: (request) => createElasticIp(context, request), delete: (address) => deleteElasticIp(context, address) };
}
