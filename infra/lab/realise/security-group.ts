import { Refusal } from '../refusal.ts';
import type { FabricContext } from './network/context.ts';
import { find, those } from './network/ledger.ts';
import { checkPeers } from './network/security.ts';
import { ALLOW_ALL, groupsNamedBy, parseRule, ruleKey, ruleMembers, type SecurityRule } from './network/security-rule.ts';
import { type PropertyReader, readProperties } from './property-reader.ts';
import type { Realised, RealiseRequest, Realiser } from './realiser.ts';

const TYPE = 'AWS::EC2::SecurityGroup';

export interface SecurityGroupProperties {
  readonly vpcId: string;
  readonly description: string;
  /** Absent: CloudFormation makes one. */
  readonly name?: string;
  readonly ingress: readonly SecurityRule[];
  /** Absent: EC2's own, everything to everywhere. An empty list counts as absent, as it does for CloudFormation. */
  readonly egress?: readonly SecurityRule[];
}

/** The lab has no default VPC, so a group without `VpcId` is refused as EC2 does it in such an account. */
export function parseSecurityGroup(properties: PropertyReader): SecurityGroupProperties {
  const description = properties.required('GroupDescription');
  const vpcId = properties.text('VpcId');
  if (vpcId === undefined) throw new Refusal('VPCIdNotSpecified', 400, 'No default VPC for this user');
  const name = properties.text('GroupName');
  if (name?.startsWith('sg-')) throw new Refusal('InvalidParameterValue', 400, 'Group names may not be in the format sg-*');
  const rules = (member: string, direction: 'ingress' | 'egress'): SecurityRule[] =>
    properties.objects(member, ruleMembers(direction)).map((rule) => parseRule(direction, rule));
  const egress = rules('SecurityGroupEgress', 'egress');
  return {
    vpcId,
    description,
    ...(name === undefined ? {} : { name }),
    ingress: rules('SecurityGroupIngress', 'ingress'),
    ...(egress.length === 0 ? {} : { egress }),
  };
}

function numbered(context: FabricContext, rules: readonly SecurityRule[]): Map<string, SecurityRule> {
  const different = new Map(rules.map((rule) => [ruleKey(rule), rule]));
  return new Map([...different.values()].map((rule) => [context.newId('sgr'), rule]));
}

async function createGroup(context: FabricContext, request: RealiseRequest): Promise<Realised> {
  const { ledger } = context;
  const known = ['GroupDescription', 'GroupName', 'VpcId', 'SecurityGroupIngress', 'SecurityGroupEgress', 'Tags'];
  const declared = parseSecurityGroup(readProperties(TYPE, request.properties, known));
  const vpc = find(ledger, 'vpcs', declared.vpcId);
  const name = declared.name ?? request.generatedName;
  if (those(ledger.groups, (group) => group.vpcId === vpc.id && group.name === name).length > 0) {
    throw new Refusal('InvalidGroup.Duplicate', 400, `The security group '${name}' already exists for VPC '${vpc.id}'`);
  }
  checkPeers(ledger, vpc.id, [...declared.ingress, ...(declared.egress ?? [])]);
  const id = context.newId('sg');
  ledger.groups.set(id, {
    id,
    vpcId: vpc.id,
    name,
    description: declared.description,
    ingress: numbered(context, declared.ingress),
    egress: numbered(context, declared.egress ?? [ALLOW_ALL]),
    ownEgress: declared.egress !== undefined,
  });
  return { physicalId: id, attributes: { Id: id, GroupId: id, VpcId: vpc.id } };
}

async function deleteGroup(context: FabricContext, id: string): Promise<void> {
  const { ledger } = context;
  if (!ledger.groups.has(id)) return;
  const isMember = (each: { readonly groupIds: readonly string[] }): boolean => each.groupIds.includes(id);
  const members = [...those(ledger.interfaces, isMember), ...those(ledger.lambdaInterfaces, isMember)];
  const naming = those(
    ledger.groups,
    (group) => group.id !== id && [...group.ingress.values(), ...group.egress.values()].flatMap(groupsNamedBy).includes(id),
  );
  if (members.length + naming.length > 0) throw new Refusal('DependencyViolation', 400, `resource ${id} has a dependent object`);
  ledger.groups.delete(id);
}

/**
 * A security group is a set of rules that its members' namespaces enforce: stateful, and silent about what they drop.
 * `Ref`: the group's id.
 */
export function securityGroupRealiser(context: FabricContext): Realiser {
  return { create: (request) => createGroup(context, request), delete: (id) => deleteGroup(context, id) };
}
