import type { AttachedInterface, InterfaceRelease, InterfaceRequest, NetworkFabric } from '../../infra/lab/realise/fabric.ts';
import { Refusal } from '../../infra/lab/refusal.ts';

/** A fabric of names only: subnets `subnet-a` (us-east-1a), `subnet-b` (us-east-1b) in `vpc-1`, `subnet-c` in `vpc-2`. */
export interface FakeFabric extends NetworkFabric {
  readonly attached: Map<string, InterfaceRequest>;
  /** Every interface that ever was, in order. */
  readonly history: InterfaceRequest[];
  /** Subnets whose shared interface a function needs, by function; and how those it needed before were let go. */
  readonly shared: Map<string, readonly string[]>;
  readonly releases: InterfaceRelease[];
}

const SUBNETS: Readonly<Record<string, { readonly vpcId: string; readonly zone: string }>> = {
  'subnet-a': { vpcId: 'vpc-1', zone: 'us-east-1a' },
  'subnet-b': { vpcId: 'vpc-1', zone: 'us-east-1b' },
  'subnet-c': { vpcId: 'vpc-2', zone: 'us-east-1a' },
};

/** Interfaces live in `namespaceOf(id)`; by default a name that does not exist. */
export function newFakeFabric(namespaceOf: (id: string) => string = (id) => `ns-${id}`): FakeFabric {
  const attached = new Map<string, InterfaceRequest>();
  const history: InterfaceRequest[] = [];
  const shared = new Map<string, readonly string[]>();
  const releases: InterfaceRelease[] = [];
  return {
    attached,
    history,
    shared,
    releases,
    lambdaInterfaces: {
      hold: (functionName, { subnetIds }) =>
        void shared.set(functionName, [...new Set([...(shared.get(functionName) ?? []), ...subnetIds])]),
      keepOnly: (functionName, network, release) => {
        shared.set(functionName, network?.subnetIds ?? []);
        releases.push(release);
      },
    },
    async attach(request): Promise<AttachedInterface> {
      if (request.securityGroupIds.includes('sg-unknown')) throw new Refusal('InvalidGroup.NotFound', 400, 'no such group');
      history.push(request);
      const id = `eni-${history.length}`;
      attached.set(id, request);
      return { id, namespace: namespaceOf(id), address: `10.0.0.${history.length}` };
    },
    async detach(interfaceId) {
      attached.delete(interfaceId);
    },
    vpcOf: (subnetId) => SUBNETS[subnetId]?.vpcId,
    zoneOf: (subnetId) => SUBNETS[subnetId]?.zone,
    publicHosts: { web: { namespace: 'web', address: '198.51.100.10' }, s3: { namespace: 's3', address: '198.51.100.20' } },
    describePaths: () => [],
  };
}
