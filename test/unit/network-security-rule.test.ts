import { describe, expect, test } from 'vitest';
import { memberRuleset, membershipUpdate } from '../../infra/lab/realise/network/member-filter.ts';
import { parseRule, type RuleDirection, ruleMembers, type SecurityRule } from '../../infra/lab/realise/network/security-rule.ts';
import { readProperties } from '../../infra/lab/realise/property-reader.ts';
import type { Refusal } from '../../infra/lab/refusal.ts';

type Declared = Readonly<Record<string, unknown>>;

function parse(direction: RuleDirection, declared: Declared): SecurityRule {
  return parseRule(direction, readProperties('AWS::EC2::SecurityGroup', declared, ruleMembers(direction)));
}

const ANYWHERE = { kind: 'block', block: '0.0.0.0/0' } as const;

const READ: readonly (readonly [reason: string, direction: RuleDirection, declared: Declared, rule: SecurityRule])[] = [
  [
    'ports as numbers',
    'egress',
    { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '0.0.0.0/0', Description: 'HTTPS' },
    { peer: ANYWHERE, traffic: { kind: 'ports', protocol: 'tcp', from: 443, to: 443 } },
  ],
  [
    'ports as text, the protocol by number',
    'ingress',
    { IpProtocol: 17, FromPort: '0', ToPort: '65535', CidrIp: '10.0.0.0/8' },
    { peer: { kind: 'block', block: '10.0.0.0/8' }, traffic: { kind: 'ports', protocol: 'udp', from: 0, to: 65_535 } },
  ],
  [
    'everything; ports do not count then',
    'egress',
    { IpProtocol: '-1', FromPort: 80, ToPort: 80, CidrIp: '0.0.0.0/0' },
    { peer: ANYWHERE, traffic: { kind: 'all' } },
  ],
  [
    'from a group',
    'ingress',
    { IpProtocol: -1, SourceSecurityGroupId: 'sg-1' },
    { peer: { kind: 'group', groupId: 'sg-1' }, traffic: { kind: 'all' } },
  ],
  [
    'to a prefix list',
    'egress',
    { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, DestinationPrefixListId: 'pl-63a5400a' },
    { peer: { kind: 'prefix-list', prefixListId: 'pl-63a5400a' }, traffic: { kind: 'ports', protocol: 'tcp', from: 443, to: 443 } },
  ],
  [
    'ICMP of one type',
    'ingress',
    { IpProtocol: 'icmp', FromPort: 8, ToPort: -1, CidrIp: '0.0.0.0/0' },
    { peer: ANYWHERE, traffic: { kind: 'icmp', type: 8 } },
  ],
  ['another protocol', 'ingress', { IpProtocol: '50', CidrIp: '0.0.0.0/0' }, { peer: ANYWHERE, traffic: { kind: 'protocol', number: 50 } }],
  [
    'host bits, which EC2 cuts off',
    'ingress',
    { IpProtocol: '-1', CidrIp: '10.0.1.7/24' },
    { peer: { kind: 'block', block: '10.0.1.0/24' }, traffic: { kind: 'all' } },
  ],
];

const REFUSED: readonly (readonly [reason: string, direction: RuleDirection, declared: Declared, code: string])[] = [
  ['no peer', 'ingress', { IpProtocol: '-1' }, 'InvalidParameterCombination'],
  ['two peers', 'ingress', { IpProtocol: '-1', CidrIp: '0.0.0.0/0', SourceSecurityGroupId: 'sg-1' }, 'InvalidParameterCombination'],
  ["the other direction's peer", 'egress', { IpProtocol: '-1', SourceSecurityGroupId: 'sg-1' }, 'ValidationError'],
  ['IPv6', 'egress', { IpProtocol: '-1', CidrIpv6: '::/0' }, 'ValidationError'],
  ['no block', 'ingress', { IpProtocol: '-1', CidrIp: '10.0.0.0' }, 'InvalidParameterValue'],
  ['TCP without ports', 'ingress', { IpProtocol: 'tcp', CidrIp: '0.0.0.0/0' }, 'InvalidParameterValue'],
  ['ports the wrong way round', 'ingress', { IpProtocol: 'tcp', FromPort: 2, ToPort: 1, CidrIp: '0.0.0.0/0' }, 'InvalidParameterValue'],
  ['a port beyond the last', 'ingress', { IpProtocol: 'tcp', FromPort: 1, ToPort: 65_536, CidrIp: '0.0.0.0/0' }, 'InvalidParameterValue'],
  ['a port that is none', 'ingress', { IpProtocol: 'tcp', FromPort: 'http', ToPort: 80, CidrIp: '0.0.0.0/0' }, 'InvalidParameterValue'],
  ['a protocol that is none', 'ingress', { IpProtocol: 'http', CidrIp: '0.0.0.0/0' }, 'InvalidParameterValue'],
  ['a protocol number beyond the last', 'ingress', { IpProtocol: '256', CidrIp: '0.0.0.0/0' }, 'InvalidParameterValue'],
  ['a prefix list that is not S3', 'egress', { IpProtocol: '-1', DestinationPrefixListId: 'pl-1' }, 'InvalidPrefixListID.NotFound'],
];

describe('rules of security groups', () => {
  test.each(READ)('%s', (_reason, direction, declared, rule) => {
    expect(parse(direction, declared)).toEqual(rule);
  });
  test.each(REFUSED)('refused: %s', (_reason, direction, declared, code) => {
    expect(() => parse(direction, declared)).toThrow(expect.objectContaining({ code, status: 400 }) as Refusal);
  });
});

describe('the filter of a member', () => {
  const members = new Map([['sg-a', ['10.0.0.4', '10.0.0.5']]]);
  const membersOf = (groupId: string): readonly string[] => members.get(groupId) ?? [];

  test('drops what comes in and no rule names, and loses what goes out and no rule names', () => {
    const text = memberRuleset({
      ingress: [
        { peer: { kind: 'group', groupId: 'sg-a' }, traffic: { kind: 'ports', protocol: 'tcp', from: 5432, to: 5432 } },
        { peer: { kind: 'group', groupId: 'sg-b' }, traffic: { kind: 'icmp', type: 8, code: 0 } },
      ],
      egress: [
        { peer: { kind: 'prefix-list', prefixListId: 'pl-63a5400a' }, traffic: { kind: 'ports', protocol: 'udp', from: 1, to: 9 } },
        { peer: ANYWHERE, traffic: { kind: 'protocol', number: 50 } },
      ],
      membersOf,
    });
    expect(text).toMatchInlineSnapshot(`
      "table ip sg
      delete table ip sg
      table ip sg {
        set sg-a {
          type ipv4_addr
          elements = { 10.0.0.4, 10.0.0.5 }
        }
        set sg-b {
          type ipv4_addr
        }
        chain ingress {
          type filter hook input priority filter; policy drop;
          meta mark 0x5d drop
          iif lo accept
          ct state established,related accept
          ip saddr @sg-a tcp dport 5432-5432 accept
          ip saddr @sg-b icmp type 8 icmp code 0 accept
        }
        chain egress {
          type route hook output priority filter; policy accept;
          oif lo accept
          ct state established,related accept
          ip daddr 169.254.169.253 udp dport 53 accept
          ip daddr 169.254.169.253 tcp dport 53 accept
          ip daddr 198.51.100.80/28 udp dport 1-9 accept
          ip daddr 0.0.0.0/0 ip protocol 50 accept
          meta mark set 0x5d
        }
      }
      "
    `);
  });

  test('an update of sets is one transaction, empty for no group', () => {
    expect(membershipUpdate(['sg-a', 'sg-b'], membersOf)).toBe(
      'flush set ip sg sg-a\nadd element ip sg sg-a { 10.0.0.4, 10.0.0.5 }\nflush set ip sg sg-b\n',
    );
    expect(membershipUpdate([], membersOf)).toBe('');
  });
});
