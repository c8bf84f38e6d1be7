import { AWS_NAT } from '../realise/network/aws-network.ts';
import type { FabricContext } from '../realise/network/context.ts';
import { LEG } from './detour.ts';
import type { PathPlace } from './path-places.ts';

function routerPlace(name: 'default' | 'nat', id: string, namespace: string): PathPlace {
  return { name, id, namespace, kind: 'router', exits: [{ namespace, device: LEG }] };
}

/** The places of the network as it stands now, in the order in which they were made, default mode's first. */
export function fabricPlaces({ ledger }: Pick<FabricContext, 'ledger'>): readonly PathPlace[] {
  const gateways = [...ledger.natGateways.values()].map(({ id, namespace }) => routerPlace('nat', id, namespace));
  const endpoints = [...ledger.endpoints.values()].map(({ id, namespace, device, vpcId }): PathPlace => {
    const router = ledger.vpcs.get(vpcId)?.router;
    const inward = router === undefined ? [] : [{ namespace: router, device }];
    return { name: 'endpoint', id, namespace, kind: 'host', exits: [{ namespace, device: LEG }, ...inward] };
  });
  return [routerPlace('default', 'default', AWS_NAT), ...gateways, ...endpoints];
}
