import { Refusal } from '../refusal.ts';
import { readBlock } from './network/block-property.ts';
import type { FabricContext } from './network/context.ts';
import { type Cidr, formatCidr } from './network/ipv4.ts';
import { dependencyViolation, gatewayOf, those, type Vpc } from './network/ledger.ts';
import { ALLOW_ALL, type SecurityRule } from './network/security-rule.ts';
import { orUndo } from './network/undo.ts';
import { routerSpec } from './network/wiring.ts';
import { type PropertyReader, readProperties } from './property-reader.ts';
import type { Realised, RealiseRequest, Realiser } from './realiser.ts';

const TYPE = 'AWS::EC2::VPC';

export interface VpcProperties {
  readonly block: Cidr;
  readonly dnsSupport: boolean;
  readonly dnsHostnames: boolean;
}

/** EC2 takes VPC blocks of /16 to /28, and defaults to DNS support without host names (VPC User Guide, "VPC CIDR blocks" and "DNS attributes"). */
export function parseVpc(properties: PropertyReader): VpcProperties {
  const refused = (text: string): Refusal => new Refusal('InvalidVpc.Range', 400, `The CIDR '${text}' is invalid.`);
  const block = readBlock(properties, 'CidrBlock', refused);
  if (block.prefix < 16 || block.prefix > 28) throw refused(formatCidr(block));
  return {
    block,
    dnsSupport: properties.flag('EnableDnsSupport') ?? true,
    dnsHostnames: properties.flag('EnableDnsHostnames') ?? false,
  };
}

/** The group that EC2 makes with every VPC: its members may talk to one another and to everybody. */
function addDefaultGroup(context: FabricContext, vpcId: string): string {
  const id = context.newId('sg');
  const fromItself: SecurityRule = { peer: { kind: 'group', groupId: id }, traffic: { kind: 'all' } };
  context.ledger.groups.set(id, {
    id,
    vpcId,
    name: 'default',
    description: 'default VPC security group',
    ingress: new Map([[context.newId('sgr'), fromItself]]),
    egress: new Map([[context.newId('sgr'), ALLOW_ALL]]),
    ownEgress: false,
  });
  return id;
}

async function createVpc(context: FabricContext, request: RealiseRequest): Promise<Realised> {
  const known = ['CidrBlock', 'EnableDnsSupport', 'EnableDnsHostnames', 'Tags'];
  const declared = parseVpc(readProperties(TYPE, request.properties, known));
  const { ledger, kernel, resolver } = context;
  return orUndo(async (undo) => {
    const id = context.newId('vpc');
    await kernel.createNamespace(routerSpec(id, declared.block));
    undo(() => kernel.deleteNamespaces([id]));
    if (declared.dnsSupport) await resolver.serve(id, id);
    const vpc: Vpc = { ...declared, id, router: id, mainTable: context.newTable(), defaultGroupId: addDefaultGroup(context, id) };
    ledger.vpcs.set(id, vpc);
    return {
      physicalId: id,
      attributes: { VpcId: id, CidrBlock: formatCidr(vpc.block), DefaultSecurityGroup: vpc.defaultGroupId },
    };
  });
}

function isUsed(context: FabricContext, vpc: Vpc): boolean {
  const { ledger } = context;
  const inVpc = (thing: { readonly vpcId: string }): boolean => thing.vpcId === vpc.id;
  const kinds = [ledger.subnets, ledger.routeTables, ledger.endpoints] as const;
  if (kinds.some((things) => those<{ readonly vpcId: string }>(things, inVpc).length > 0)) return true;
  if (those(ledger.groups, (group) => inVpc(group) && group.id !== vpc.defaultGroupId).length > 0) return true;
  return gatewayOf(ledger, vpc.id) !== undefined;
}

async function deleteVpc(context: FabricContext, id: string): Promise<void> {
  const { ledger, kernel, resolver } = context;
  const vpc = ledger.vpcs.get(id);
  if (!vpc) return;
  if (isUsed(context, vpc)) throw dependencyViolation('vpc', id);
  ledger.vpcs.delete(id);
  await orUndo(async (undo) => {
    undo(() => ledger.vpcs.set(id, vpc));
    if (vpc.dnsSupport) await resolver.stop(id);
    await kernel.deleteNamespaces([vpc.router]);
  });
  ledger.groups.delete(vpc.defaultGroupId);
}

/** A VPC is a router's namespace; two VPCs share nothing, so their blocks may overlap. `Ref`: the VPC's id. */
export function vpcRealiser(context: FabricContext): Realiser {
  return { create: (request) => createVpc(context, request), delete: (id) => deleteVpc(context, id) };
}
