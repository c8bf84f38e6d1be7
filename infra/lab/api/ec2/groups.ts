import { find, type SecurityGroup } from '../../realise/network/ledger.ts';
import { refreshRules } from '../../realise/network/security.ts';
import {
  parseRule,
  type RuleDirection,
  type RuleTraffic,
  ruleKey,
  ruleMembers,
  type SecurityRule,
} from '../../realise/network/security-rule.ts';
import { readProperties } from '../../realise/property-reader.ts';
import { Refusal } from '../../refusal.ts';
import type { QueryParameters } from '../protocol/query.ts';
import type { XmlStructure } from '../protocol/xml.ts';
import { type Description, type Ec2Action, tagsIn } from './describe.ts';

/** DescribeSecurityGroups, each VPC's default group included. */
export const SECURITY_GROUPS: Description<SecurityGroup> = {
  idParameter: 'GroupId',
  idOf: ({ id }) => id,
  notFound: ['InvalidGroup.NotFound', 'security group'],
  set: 'securityGroupInfo',
  things: ({ context }) => [...context.ledger.groups.values()],
  filters: {
    'group-id': ({ id }) => [id],
    'group-name': ({ name }) => [name],
    'vpc-id': ({ vpcId }) => [vpcId],
    description: ({ description }) => [description],
  },
  tagsOf: ({ id }, state) => tagsIn(state, id),
  format: ({ id, vpcId, name, description, ingress, egress }, { account }) => ({
    groupId: id,
    groupName: name,
    groupDescription: description,
    vpcId,
    ownerId: account.accountId,
    ipPermissions: [...ingress.values()].map((rule) => formatPermission(rule, account.accountId)),
    ipPermissionsEgress: [...egress.values()].map((rule) => formatPermission(rule, account.accountId)),
  }),
};

function formatPermission({ peer, traffic }: SecurityRule, userId: string): XmlStructure {
  return {
    ...formatTraffic(traffic),
    groups: peer.kind === 'group' ? [{ userId, groupId: peer.groupId }] : [],
    ipRanges: peer.kind === 'block' ? [{ cidrIp: peer.block }] : [],
    prefixListIds: peer.kind === 'prefix-list' ? [{ prefixListId: peer.prefixListId }] : [],
  };
}

function formatTraffic(traffic: RuleTraffic): XmlStructure {
  switch (traffic.kind) {
    case 'all':
      return { ipProtocol: '-1' };
    case 'ports':
      return { ipProtocol: traffic.protocol, fromPort: traffic.from, toPort: traffic.to };
    case 'icmp':
      return { ipProtocol: 'icmp', fromPort: traffic.type ?? -1, toPort: traffic.code ?? -1 };
    case 'protocol':
      return { ipProtocol: String(traffic.number) };
  }
}

/** RevokeSecurityGroupIngress or -Egress: rules by their ids, or permissions as DescribeSecurityGroups shows them. */
export function revokeAction(direction: RuleDirection): Ec2Action {
  return async (parameters, { context }) => {
    const group = find(context.ledger, 'groups', parameters.required('GroupId'));
    const byId = parameters.texts('SecurityGroupRuleId').map((id) => idOfRule(group, direction, id));
    const keys = parameters.items('IpPermissions').flatMap((permission) => parsePermission(direction, permission).map(ruleKey));
    parameters.finish();
    const ids = new Set([...byId, ...keys.map((key) => idOfKey(group, direction, key))]);
    if (ids.size === 0)
      throw new Refusal('MissingParameter', 400, 'The request must contain the parameter ipPermissions or securityGroupRuleIds');
    for (const id of ids) group[direction].delete(id);
    await refreshRules(context, group.id);
    return { return: true };
  };
}

function idOfRule(group: SecurityGroup, direction: RuleDirection, id: string): string {
  if (group[direction].has(id)) return id;
  throw new Refusal('InvalidSecurityGroupRuleId.NotFound', 400, `The security group rule ID '${id}' does not exist`);
}

function idOfKey(group: SecurityGroup, direction: RuleDirection, key: string): string {
  const [found] = [...group[direction]].find(([, rule]) => ruleKey(rule) === key) ?? [];
  if (found !== undefined) return found;
  throw new Refusal('InvalidPermission.NotFound', 400, 'The specified rule does not exist in this security group.');
}

/** One permission names many peers, each of which is a rule. */
function parsePermission(direction: RuleDirection, permission: QueryParameters): readonly SecurityRule[] {
  const traffic = {
    IpProtocol: permission.required('IpProtocol'),
    FromPort: permission.text('FromPort'),
    ToPort: permission.text('ToPort'),
  };
  const side = direction === 'ingress' ? 'Source' : 'Destination';
  const peers = [
    ...permission.structures('IpRanges', ['CidrIp', 'Description']).map(({ CidrIp }) => ({ CidrIp })),
    ...permission.structures('Groups', ['GroupId', 'UserId']).map(({ GroupId }) => ({ [`${side}SecurityGroupId`]: GroupId })),
    ...permission.structures('PrefixListIds', ['PrefixListId']).map(({ PrefixListId }) => ({ [`${side}PrefixListId`]: PrefixListId })),
  ];
  const type = direction === 'ingress' ? 'RevokeSecurityGroupIngress' : 'RevokeSecurityGroupEgress';
  return peers.map((peer) => {
    const sent = Object.entries({ ...traffic, ...peer }).filter(([, value]) => value !== undefined);
    return parseRule(direction, readProperties(type, Object.fromEntries(sent), ruleMembers(direction)));
  });
}
