import { Refusal } from '../../refusal.ts';
import type { FabricContext } from './context.ts';
import { formatAddress } from './ipv4.ts';
import { find, type RouteTable, type RouteTarget, those } from './ledger.ts';
import { allDone } from './undo.ts';
import { type NextHop, routeLine, VIA_INTERNET_GATEWAY } from './wiring.ts';

/** EC2's refusal of a gateway that is not the table's VPC's own, or that is not attached to it yet. */
function differentNetworks(table: RouteTable, gatewayId: string): Refusal {
  return new Refusal('InvalidParameterValue', 400, `route table ${table.id} and network gateway ${gatewayId} belong to different networks`);
}

/** Where a NAT gateway or internet gateway is, seen from a table of its VPC. Throws `Refusal` as CreateRoute does. */
export function nextHopOf(context: FabricContext, table: RouteTable, target: Exclude<RouteTarget, { kind: 'vpc-endpoint' }>): NextHop {
  const { ledger } = context;
  switch (target.kind) {
    case 'internet-gateway': {
      const gateway = ledger.internetGateways.get(target.id);
      if (!gateway) throw new Refusal('InvalidGatewayID.NotFound', 400, `The gateway ID '${target.id}' does not exist`);
      if (gateway.attachment?.vpcId !== table.vpcId || gateway.attachment.device === undefined) throw differentNetworks(table, target.id);
      return VIA_INTERNET_GATEWAY;
    }
    case 'nat-gateway': {
      const gateway = find(ledger, 'natGateways', target.id);
      const subnet = find(ledger, 'subnets', gateway.subnetId);
      if (subnet.vpcId !== table.vpcId) throw differentNetworks(table, target.id);
      return { kind: 'via', address: formatAddress(gateway.privateAddress), device: subnet.bridge };
    }
    case 'blackhole':
      return { kind: 'blackhole' };
  }
}

/** Routes whose target goes away stay and discard, as EC2's `blackhole` state says. */
export async function blackholeRoutes(context: FabricContext, goes: (target: RouteTarget) => boolean): Promise<void> {
  const { ledger, kernel } = context;
  await allDone(
    those(ledger.routeTables, () => true).map(async (table) => {
      const destinations = [...table.routes].filter(([, target]) => goes(target)).map(([destination]) => destination);
      if (destinations.length === 0) return;
      const router = find(ledger, 'vpcs', table.vpcId).router;
      await kernel.ip(
        router,
        destinations.map((destination) => routeLine(table.number, destination, { kind: 'blackhole' })),
      );
      for (const destination of destinations) table.routes.set(destination, { kind: 'blackhole' });
    }),
  );
}
