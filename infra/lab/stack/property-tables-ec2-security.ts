import type { ResourceType } from '../realise/realiser.ts';
import {
  integerFrom,
  listOf,
  members,
  type Property,
  type PropertyTable,
  realised,
  required,
  stored,
  tags,
  text,
} from './property-shape.ts';

type SecurityType = Extract<ResourceType, `AWS::EC2::SecurityGroup${string}`>;

const port = integerFrom(-1, 65_535);

const RULE: Readonly<Record<string, Property>> = {
  IpProtocol: required(realised(text, 'tcp, udp, icmp, a number, or -1 for all')),
  FromPort: realised(port, 'first port; -1 for all'),
  ToPort: realised(port, 'last port; -1 for all'),
  CidrIp: realised(text, 'the other side by address'),
  Description: stored(text, 'for people'),
};

const INGRESS_RULE: Readonly<Record<string, Property>> = {
  ...RULE,
  SourceSecurityGroupId: realised(text, 'the other side by its group'),
  SourcePrefixListId: realised(text, "the other side by a service's prefix list"),
};

const EGRESS_RULE: Readonly<Record<string, Property>> = {
  ...RULE,
  DestinationSecurityGroupId: realised(text, 'the other side by its group'),
  DestinationPrefixListId: realised(text, "the other side by a service's prefix list"),
};

const INGRESS_LACKS = ['CidrIpv6', 'SourceSecurityGroupName', 'SourceSecurityGroupOwnerId'];
const EGRESS_LACKS = ['CidrIpv6'];

/** Security groups and their rules, inside the group or beside it. */
export const EC2_SECURITY_TABLES: Readonly<Record<SecurityType, PropertyTable>> = {
  'AWS::EC2::SecurityGroup': {
    properties: {
      GroupDescription: required(stored(text, 'for people')),
      GroupName: stored(text, 'its name; made up when absent'),
      VpcId: required(realised(text, 'the VPC it belongs to')),
      SecurityGroupIngress: realised(listOf(members(INGRESS_RULE, INGRESS_LACKS)), 'who may connect; nobody when absent'),
      SecurityGroupEgress: realised(listOf(members(EGRESS_RULE, EGRESS_LACKS)), 'where to it may connect; everywhere when absent or empty'),
      Tags: tags,
    },
    lacks: [],
    exactlyOneOf: [],
    attributes: ['GroupId', 'Id', 'VpcId'],
  },
  'AWS::EC2::SecurityGroupIngress': {
    properties: { GroupId: required(realised(text, 'the group that gets the rule')), ...INGRESS_RULE },
    lacks: [...INGRESS_LACKS, 'GroupName'],
    exactlyOneOf: [['CidrIp', 'SourceSecurityGroupId', 'SourcePrefixListId']],
    attributes: ['Id'],
  },
  'AWS::EC2::SecurityGroupEgress': {
    properties: { GroupId: required(realised(text, 'the group that gets the rule')), ...EGRESS_RULE },
    lacks: EGRESS_LACKS,
    exactlyOneOf: [['CidrIp', 'DestinationSecurityGroupId', 'DestinationPrefixListId']],
    attributes: ['Id'],
  },
};
