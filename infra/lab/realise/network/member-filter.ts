import { RESOLVER_ADDRESS, S3_PREFIX_LIST } from './addressing.ts';
import { formatCidr } from './ipv4.ts';
import { groupsNamedBy, type RuleDirection, type RulePeer, type RuleTraffic, type SecurityRule } from './security-rule.ts';

/** What one member's namespace has to enforce. */
export interface MemberRules {
  readonly ingress: readonly SecurityRule[];
  readonly egress: readonly SecurityRule[];
  /** Addresses of the members of a group, now. */
  readonly membersOf: (groupId: string) => readonly string[];
}

function peerMatch(direction: RuleDirection, peer: RulePeer): string {
  const field = direction === 'ingress' ? 'ip saddr' : 'ip daddr';
  switch (peer.kind) {
    case 'block':
      return `${field} ${peer.block}`;
    case 'group':
      return `${field} @${peer.groupId}`;
    case 'prefix-list':
      return `${field} ${formatCidr(S3_PREFIX_LIST.block)}`;
  }
}

function trafficMatch(traffic: RuleTraffic): string {
  switch (traffic.kind) {
    case 'all':
      return '';
    case 'ports':
      return ` ${traffic.protocol} dport ${traffic.from}-${traffic.to}`;
    case 'icmp': {
      const code = traffic.code === undefined ? '' : ` icmp code ${traffic.code}`;
      return traffic.type === undefined ? ' ip protocol icmp' : ` icmp type ${traffic.type}${code}`;
    }
    case 'protocol':
      return ` ip protocol ${traffic.number}`;
  }
}

function accepts(direction: RuleDirection, rules: readonly SecurityRule[]): string[] {
  return [...new Set(rules.map((rule) => `    ${peerMatch(direction, rule.peer)}${trafficMatch(rule.traffic)} accept`))];
}

/** Refused outgoing packets get this mark, and a route that loses them. */
const LOST_MARK = '0x5d';

/**
 * A dropped outgoing UDP packet is an error for its sender (EPERM), which no security group on AWS gives: it loses the packet on the
 * way. So refused packets are marked, routed to the loopback device by the mark, and discarded where they come in.
 */
export const LOST_ROUTE_LINES: readonly string[] = [`route add default dev lo table 93`, `rule add pref 93 fwmark ${LOST_MARK} lookup 93`];

/** Replaces a member's whole filter, in one transaction; the state of its connections stays. */
export function memberRuleset(member: MemberRules): string {
  const groups = [...new Set([...member.ingress, ...member.egress].flatMap(groupsNamedBy))];
  return [
    'table ip sg',
    'delete table ip sg',
    'table ip sg {',
    ...groups.flatMap((groupId) => [`  set ${groupId} {`, '    type ipv4_addr', ...elements(member.membersOf(groupId)), '  }']),
    '  chain ingress {',
    '    type filter hook input priority filter; policy drop;',
    `    meta mark ${LOST_MARK} drop`,
    '    iif lo accept',
    '    ct state established,related accept',
    ...accepts('ingress', member.ingress),
    '  }',
    '  chain egress {',
    '    type route hook output priority filter; policy accept;',
    '    oif lo accept',
    '    ct state established,related accept',
    `    ip daddr ${RESOLVER_ADDRESS} udp dport 53 accept`,
    `    ip daddr ${RESOLVER_ADDRESS} tcp dport 53 accept`,
    ...accepts('egress', member.egress),
    `    meta mark set ${LOST_MARK}`,
    '  }',
    '}',
    '',
  ].join('\n');
}

function elements(addresses: readonly string[]): string[] {
  return addresses.length === 0 ? [] : [`    elements = { ${addresses.join(', ')} }`];
}

/** Brings the sets of these groups in a member's namespace up to date, in one transaction. */
export function membershipUpdate(groupIds: readonly string[], membersOf: (groupId: string) => readonly string[]): string {
  return groupIds
    .flatMap((groupId) => {
      const addresses = membersOf(groupId);
      return [
        `flush set ip sg ${groupId}`,
        ...(addresses.length === 0 ? [] : [`add element ip sg ${groupId} { ${addresses.join(', ')} }`]),
      ];
    })
    .map((line) => `${line}\n`)
    .join('');
}
