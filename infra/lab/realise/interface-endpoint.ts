import { Refusal } from '../refusal.ts';
import type { FabricContext } from './network/context.ts';
import { attach, detach } from './network/interfaces.ts';
import { find, type Vpc } from './network/ledger.ts';
import { orUndo } from './network/undo.ts';
import type { Realised } from './realiser.ts';
import type { InterfaceEndpointProperties } from './vpc-endpoint-properties.ts';

/** A hosted zone's id, as it stands before each name in `DnsEntries`. The lab has none that anybody could ask about. */
const HOSTED_ZONE = 'ZLAB0000000000000000';

function checkPrivateDns(vpc: Vpc, asked: boolean): void {
  if (!asked) return;
  if (!vpc.dnsSupport || !vpc.dnsHostnames) {
    const message = `Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for ${vpc.id}`;
    throw new Refusal('InvalidParameter', 400, message);
  }
  throw new Refusal('UnsupportedOperation', 400, "The lab's Interface endpoints have no private DNS: address them by their own names.");
}

/** The regional name and the zone's, each without the `*.` that `DnsEntries` has before it. */
function namesOf(id: string, region: string, zone: string): readonly [regional: string, zonal: string] {
  const label = `${id}-${id.slice(-8)}`;
  const suffix = `s3.${region}.vpce.amazonaws.com`;
  return [`${label}.${suffix}`, `${label}-${zone}.${suffix}`];
}

/**
 * S3 at an address of a subnet: a network interface behind its security groups, on which S3 listens and to which the endpoint's own
 * names lead. As on AWS the names are public and the address is not. Resolves when a connection can be made.
 */
export async function createInterfaceEndpoint(context: FabricContext, declared: InterfaceEndpointProperties): Promise<Realised> {
  const { account, ledger, resolver, s3Fronts } = context;
  const vpc = find(ledger, 'vpcs', declared.vpcId);
  const subnet = find(ledger, 'subnets', declared.subnetId);
  if (subnet.vpcId !== vpc.id) {
    throw new Refusal('InvalidParameter', 400, `Subnet ${subnet.id} and network ${vpc.id} belong to different networks.`);
  }
  checkPrivateDns(vpc, declared.privateDns);
  return orUndo(async (undo) => {
    const id = context.newId('vpce');
    const description = `VPC Endpoint Interface ${id}`;
    const leg = await attach(context, subnet, { securityGroupIds: declared.securityGroupIds, description }, true);
    undo(() => detach(context, () => subnet, leg.id));
    const names = namesOf(id, account.region, subnet.zone);
    const { namespace, address } = leg;
    await s3Fronts.listen(
      namespace,
      address,
      id,
      names.flatMap((name) => [`bucket.${name}`, `*.bucket.${name}`]),
    );
    undo(() => s3Fronts.close(namespace));
    for (const name of names) {
      await resolver.setRecord(`*.${name}`, address);
      undo(() => resolver.removeRecord(`*.${name}`));
    }
    ledger.interfaceEndpoints.set(id, { id, vpcId: vpc.id, subnetId: subnet.id, interfaceId: leg.id, namespace, address, names });
    const listAttributes = { DnsEntries: names.map((name) => `${HOSTED_ZONE}:*.${name}`), NetworkInterfaceIds: [leg.id] };
    return { physicalId: id, attributes: { Id: id }, listAttributes };
  });
}

/** The names go first, then S3, then the interface; an id that does not exist is passed over. */
export async function deleteInterfaceEndpoint(context: FabricContext, id: string): Promise<void> {
  const { ledger, resolver, s3Fronts } = context;
  const endpoint = ledger.interfaceEndpoints.get(id);
  if (!endpoint) return;
  for (const name of endpoint.names) await resolver.removeRecord(`*.${name}`);
  await s3Fronts.close(endpoint.namespace);
  await detach(context, (subnetId) => ledger.subnets.get(subnetId), endpoint.interfaceId);
  ledger.interfaceEndpoints.delete(id);
}
