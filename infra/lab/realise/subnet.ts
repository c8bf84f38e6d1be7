import { Refusal } from '../refusal.ts';
import { newAddressPool, SUBNET_RESERVED } from './network/address-pool.ts';
import { readBlock } from './network/block-property.ts';
import type { FabricContext } from './network/context.ts';
import { type Cidr, containsCidr, formatCidr, overlaps } from './network/ipv4.ts';
import { dependencyViolation, find, type Subnet, those } from './network/ledger.ts';
import { orUndo } from './network/undo.ts';
import { bridgeLines, bridgeRemovalLines, subnetRule } from './network/wiring.ts';
import { type PropertyReader, readProperties } from './property-reader.ts';
import type { Realised, RealiseRequest, Realiser } from './realiser.ts';

const TYPE = 'AWS::EC2::Subnet';

export interface SubnetProperties {
  readonly vpcId: string;
  readonly block: Cidr;
  /** Absent: EC2 chooses one; here the first. */
  readonly zone?: string;
  readonly mapPublicIpOnLaunch: boolean;
}

function outOfRange(text: string): Refusal {
  return new Refusal('InvalidSubnet.Range', 400, `The CIDR '${text}' is invalid.`);
}

/** EC2 takes subnet blocks of /16 to /28 (VPC User Guide, "Subnet CIDR blocks"). */
export function parseSubnet(properties: PropertyReader): SubnetProperties {
  const block = readBlock(properties, 'CidrBlock', outOfRange);
  if (block.prefix < 16 || block.prefix > 28) throw outOfRange(formatCidr(block));
  const zone = properties.text('AvailabilityZone');
  return {
    vpcId: properties.required('VpcId'),
    block,
    mapPublicIpOnLaunch: properties.flag('MapPublicIpOnLaunch') ?? false,
    ...(zone === undefined ? {} : { zone }),
  };
}

function chooseZone(zones: readonly string[], asked: string | undefined): string {
  const zone = asked ?? zones[0];
  if (zone !== undefined && zones.includes(zone)) return zone;
  const message = `Value (${asked}) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: ${zones.join(', ')}.`;
  throw new Refusal('InvalidParameterValue', 400, message);
}

function planSubnet(context: FabricContext, declared: SubnetProperties, tags: Readonly<Record<string, string>>): Subnet {
  const { ledger, account } = context;
  const vpc = find(ledger, 'vpcs', declared.vpcId);
  const { block } = declared;
  if (!containsCidr(vpc.block, block)) throw outOfRange(formatCidr(block));
  if (those(ledger.subnets, (other) => other.vpcId === vpc.id && overlaps(other.block, block)).length > 0) {
    throw new Refusal('InvalidSubnet.Conflict', 400, `The CIDR '${formatCidr(block)}' conflicts with another subnet`);
  }
  const id = context.newId('subnet');
  return {
    id,
    vpcId: vpc.id,
    router: vpc.router,
    block,
    zone: chooseZone(account.zones, declared.zone),
    bridge: context.newDevice('b'),
    addresses: newAddressPool(block, SUBNET_RESERVED),
    table: vpc.mainTable,
    mapPublicIpOnLaunch: declared.mapPublicIpOnLaunch,
    name: tags['Name'] ?? id,
  };
}

async function createSubnet(context: FabricContext, request: RealiseRequest): Promise<Realised> {
  const known = ['VpcId', 'CidrBlock', 'AvailabilityZone', 'MapPublicIpOnLaunch', 'Tags'];
  const declared = parseSubnet(readProperties(TYPE, request.properties, known));
  const { ledger, kernel } = context;
  return orUndo(async (undo) => {
    const subnet = planSubnet(context, declared, request.tags);
    const { id, router, bridge } = subnet;
    ledger.subnets.set(id, subnet);
    undo(() => ledger.subnets.delete(id));
    undo(() => kernel.ip(router, [`link del ${bridge}`]));
    undo(() => kernel.ip(router, [subnetRule('del', bridge, subnet.table)]));
    await kernel.ip(router, [...bridgeLines(subnet, subnet.table), `link set dev ${bridge} alias ${id}`]);
    const attributes = { SubnetId: id, VpcId: subnet.vpcId, CidrBlock: formatCidr(subnet.block), AvailabilityZone: subnet.zone };
    return { physicalId: id, attributes };
  });
}

async function deleteSubnet(context: FabricContext, id: string): Promise<void> {
  const { ledger, kernel } = context;
  const subnet = ledger.subnets.get(id);
  if (!subnet) return;
  if (subnet.addresses.taken() > 0) throw dependencyViolation('subnet', id);
  ledger.subnets.delete(id);
  await orUndo(async (undo) => {
    undo(() => ledger.subnets.set(id, subnet));
    await kernel.ip(subnet.router, bridgeRemovalLines(subnet, subnet.table));
  });
  // EC2 forgets the association with the subnet.
  for (const [associationId, association] of ledger.associations) {
    if (association.subnetId === id) ledger.associations.delete(associationId);
  }
}

/** A subnet is a bridge in its VPC's router, with the block's second address. `Ref`: the subnet's id. */
export function subnetRealiser(context: FabricContext): Realiser {
  return { create: (request) => createSubnet(context, request), delete: (id) => deleteSubnet(context, id) };
}
