import { Refusal } from '../../refusal.ts';
import type { PropertyReader } from '../property-reader.ts';
import { S3_PREFIX_LIST } from './addressing.ts';
import { formatCidr, parseCidr } from './ipv4.ts';

/** Which traffic of a member a rule lets through. */
export type RuleDirection = 'ingress' | 'egress';

/** The other end of the traffic that a rule lets through. */
export type RulePeer =
  /** Canonical text, `10.0.0.0/16`. */
  | { readonly kind: 'block'; readonly block: string }
  /** Members of a security group. */
  | { readonly kind: 'group'; readonly groupId: string }
  | { readonly kind: 'prefix-list'; readonly prefixListId: string };

/** What a rule lets through. */
export type RuleTraffic =
  | { readonly kind: 'all' }
  | { readonly kind: 'ports'; readonly protocol: 'tcp' | 'udp'; readonly from: number; readonly to: number }
  /** Type and code absent: any. */
  | { readonly kind: 'icmp'; readonly type?: number; readonly code?: number }
  /** IANA protocol number, 0 … 255. */
  | { readonly kind: 'protocol'; readonly number: number };

/** One rule of a security group. */
export interface SecurityRule {
  readonly peer: RulePeer;
  readonly traffic: RuleTraffic;
}

/** AWS's rule for outgoing traffic of a group that was given none: everything, to everywhere. */
export const ALLOW_ALL: SecurityRule = { peer: { kind: 'block', block: '0.0.0.0/0' }, traffic: { kind: 'all' } };

const PEER_MEMBERS = {
  ingress: { group: 'SourceSecurityGroupId', prefixList: 'SourcePrefixListId' },
  egress: { group: 'DestinationSecurityGroupId', prefixList: 'DestinationPrefixListId' },
} as const satisfies Record<RuleDirection, { readonly group: string; readonly prefixList: string }>;

/** The members that a rule of this direction may have. IPv6 ones are not among them: the lab has none. */
export function ruleMembers(direction: RuleDirection): readonly string[] {
  return ['IpProtocol', 'FromPort', 'ToPort', 'CidrIp', 'Description', ...Object.values(PEER_MEMBERS[direction])];
}

/** Reads one rule. Throws `Refusal` in EC2's words for what AuthorizeSecurityGroupIngress and -Egress refuse. */
export function parseRule(direction: RuleDirection, properties: PropertyReader): SecurityRule {
  return { peer: parsePeer(direction, properties), traffic: parseTraffic(properties) };
}

function parsePeer(direction: RuleDirection, properties: PropertyReader): RulePeer {
  const members = PEER_MEMBERS[direction];
  const block = properties.text('CidrIp');
  const groupId = properties.text(members.group);
  const prefixListId = properties.text(members.prefixList);
  if ([block, groupId, prefixListId].filter((given) => given !== undefined).length !== 1) {
    throw new Refusal('InvalidParameterCombination', 400, `A rule needs exactly one of CidrIp, ${members.group} and ${members.prefixList}`);
  }
  if (groupId !== undefined) return { kind: 'group', groupId };
  if (prefixListId !== undefined) {
    if (prefixListId === S3_PREFIX_LIST.id) return { kind: 'prefix-list', prefixListId };
    throw new Refusal('InvalidPrefixListID.NotFound', 400, `The prefix list ID '${prefixListId}' does not exist`);
  }
  const parsed = parseCidr(block ?? '');
  if (!parsed) throw new Refusal('InvalidParameterValue', 400, `CIDR block ${block} is malformed`);
  return { kind: 'block', block: formatCidr(parsed) };
}

const PROTOCOL_NAMES: Readonly<Record<string, 'tcp' | 'udp' | 'icmp'>> = {
  tcp: 'tcp',
  '6': 'tcp',
  udp: 'udp',
  '17': 'udp',
  icmp: 'icmp',
  '1': 'icmp',
};

/** A port, or an ICMP type or code; −1 stands for all. */
function parsePort(properties: PropertyReader, name: string): number | undefined {
  const text = properties.text(name);
  if (text !== undefined && !/^-?\d{1,6}$/.test(text))
    throw new Refusal('InvalidParameterValue', 400, `Invalid value '${text}' for ${name}`);
  return text === undefined ? undefined : Number(text);
}

function parseTraffic(properties: PropertyReader): RuleTraffic {
  const protocol = properties.required('IpProtocol').toLowerCase();
  if (protocol === '-1' || protocol === 'all') return { kind: 'all' };
  if (protocol === 'icmpv6' || protocol === '58') throw new Refusal('UnsupportedOperation', 400, 'The lab has no IPv6, so no rules for it');
  const [from, to] = [parsePort(properties, 'FromPort'), parsePort(properties, 'ToPort')];
  const name = PROTOCOL_NAMES[protocol];
  if (name === undefined) {
    if (/^\d{1,3}$/.test(protocol) && Number(protocol) <= 255) return { kind: 'protocol', number: Number(protocol) };
    throw new Refusal('InvalidParameterValue', 400, `Invalid value '${protocol}' for IP protocol. Unknown protocol.`);
  }
  if (name === 'icmp') {
    return {
      kind: 'icmp',
      ...(from === undefined || from === -1 ? {} : { type: from }),
      ...(to === undefined || to === -1 ? {} : { code: to }),
    };
  }
  if (from === undefined || to === undefined) {
    throw new Refusal('InvalidParameterValue', 400, "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.");
  }
  if (from < 0 || to > 65_535 || from > to) throw new Refusal('InvalidParameterValue', 400, `Invalid TCP/UDP port range (${from}:${to})`);
  return { kind: 'ports', protocol: name, from, to };
}

/** A key that is equal for rules that let the same through: EC2 refuses a second one. */
export function ruleKey(rule: SecurityRule): string {
  return JSON.stringify([rule.peer, rule.traffic]);
}

/** Groups whose members a rule names; none or one. */
export function groupsNamedBy(rule: SecurityRule): readonly string[] {
  return rule.peer.kind === 'group' ? [rule.peer.groupId] : [];
}
