import type { ResourceKind } from './required-actions.ts';

/** What an ARN is made from; `*` for either fits all of them in a policy. */
export interface ArnPlace {
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  /** ARN of the user or role that acts. */
  readonly principal: string;
}

/** Name of one thing of this tool, in an ARN that is made up to ask about, or of all of them in a policy. */
const NAMES = { example: 'lnb-doctor0000', policy: 'lnb-*' } as const;
type Use = keyof typeof NAMES;

const EC2_PREFIXES = {
  vpc: 'vpc',
  subnet: 'subnet',
  'route-table': 'rtb',
  'internet-gateway': 'igw',
  'security-group': 'sg',
  'network-interface': 'eni',
  natgateway: 'nat',
  'elastic-ip': 'eipalloc',
  'vpc-endpoint': 'vpce',
} as const;

/** ARN of a kind of resource: one example for IAM's simulation, or the pattern for a policy; `*` for `any`. */
export function arnOf(kind: ResourceKind, use: Use, { partition, region, accountId, principal }: ArnPlace): string {
  const name = NAMES[use];
  const more = use === 'policy' ? '*' : 'x';
  const arn = (service: string, rest: string): string => `arn:${partition}:${service}:${region}:${accountId}:${rest}`;
  switch (kind) {
    case 'any':
      return '*';
    case 'principal':
      return principal;
    case 'stack':
      return arn('cloudformation', `stack/${name}/${more}`);
    case 'bucket':
      return `arn:${partition}:s3:::${name}`;
    case 'object':
      return `arn:${partition}:s3:::${name}/${more}`;
    case 'function':
      return arn('lambda', `function:${name}`);
    case 'log-group':
      return arn('logs', `log-group:/aws/lambda/${name}:${use === 'policy' ? '*' : ''}`);
    case 'log-stream':
      return arn('logs', `log-group:/aws/lambda/${name}:log-stream:${more}`);
    case 'db-instance':
      return arn('rds', `db:${name}`);
    default:
      return arn('ec2', `${kind}/${use === 'policy' ? '*' : `${EC2_PREFIXES[kind]}-0123456789abcdef0`}`);
  }
}
