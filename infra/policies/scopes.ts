import { NAME_PREFIX } from '../template/names.ts';
import { TAG_KEYS } from '../template/tags.ts';

/** What an action may be done to: one statement of a policy. */
export interface Scope {
  readonly resources: readonly string[];
  readonly condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

const arn = (service: string, resource: string): string =>
  `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}`;
const globalArn = (service: string, resource: string): string => `arn:\${AWS::Partition}:${service}::${resource}`;

/** A run's tag with any value: the thing belongs to this tool. */
const ANY_RUN = '?*';
/** EC2's words for the things that the templates make. */
const MADE_IN_EC2 = [
  'elastic-ip',
  'internet-gateway',
  'natgateway',
  'route-table',
  'security-group',
  'subnet',
  'vpc',
  'vpc-endpoint',
] as const;
/** Actions that make something in EC2, with a tag from its first moment. */
const EC2_CREATIONS = [
  'AllocateAddress',
  'CreateInternetGateway',
  'CreateNatGateway',
  'CreateRouteTable',
  'CreateSecurityGroup',
  'CreateSubnet',
  'CreateVpc',
  'CreateVpcEndpoint',
] as const;

/** Narrowed by name where the service knows names, in EC2 by the run's tag, and not at all where AWS has no way. */
export const SCOPES = {
  Looking: { resources: ['*'] },
  LookingInEc2: { resources: ['*'] },
  NewInEc2: {
    resources: MADE_IN_EC2.map((kind) => arn('ec2', `${kind}/*`)),
    condition: { StringLike: { [`aws:RequestTag/${TAG_KEYS.run}`]: ANY_RUN } },
  },
  OwnInEc2: {
    resources: [arn('ec2', '*/*')],
    condition: { StringLike: { [`aws:ResourceTag/${TAG_KEYS.run}`]: ANY_RUN } },
  },
  TagsAtCreation: {
    resources: [arn('ec2', '*/*')],
    condition: { StringEquals: { 'ec2:CreateAction': EC2_CREATIONS } },
  },
  // Lambda's interfaces carry no tag, and their ids are known only afterwards.
  Interfaces: { resources: [arn('ec2', 'network-interface/*')] },
  Stacks: { resources: [arn('cloudformation', `stack/${NAME_PREFIX}*/*`)] },
  Functions: { resources: [arn('lambda', `function:${NAME_PREFIX}*`)] },
  KeptFunctions: {
    resources: [arn('lambda', `function:${NAME_PREFIX}*`)],
    condition: { StringEquals: { [`aws:ResourceTag/${TAG_KEYS.kept}`]: 'true' } },
  },
  LogGroups: { resources: [arn('logs', `log-group:/aws/lambda/${NAME_PREFIX}*`)] },
  Databases: { resources: [arn('rds', `db:${NAME_PREFIX}*`), arn('rds', `subgrp:${NAME_PREFIX}*`)] },
  // CreateDBInstance also asks for the groups that it takes by default.
  DefaultDatabaseGroups: { resources: [arn('rds', 'og:default*'), arn('rds', 'pg:default*')] },
  Buckets: { resources: [globalArn('s3', `:${NAME_PREFIX}*`)] },
  Objects: { resources: [globalArn('s3', `:${NAME_PREFIX}*/*`)] },
  Roles: { resources: [globalArn('iam', `\${AWS::AccountId}:role/${NAME_PREFIX}*`)] },
  PassedRoles: {
    resources: [globalArn('iam', `\${AWS::AccountId}:role/${NAME_PREFIX}*`)],
    condition: { StringEquals: { 'iam:PassedToService': ['lambda.amazonaws.com', 'scheduler.amazonaws.com'] } },
  },
  RdsServiceRole: {
    resources: [globalArn('iam', `\${AWS::AccountId}:role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS`)],
    condition: { StringEquals: { 'iam:AWSServiceName': 'rds.amazonaws.com' } },
  },
  Schedules: { resources: [arn('scheduler', `schedule/default/${NAME_PREFIX}*`)] },
} as const satisfies Readonly<Record<string, Scope>>;
export type ScopeName = keyof typeof SCOPES;

/** What the deployer's second file holds. */
export const NETWORK_SCOPES: readonly ScopeName[] = ['LookingInEc2', 'NewInEc2', 'OwnInEc2', 'TagsAtCreation', 'Interfaces'];

/** Actions whose scope does not follow from their service. */
const SPECIAL: Readonly<Record<string, readonly ScopeName[]>> = {
  'ec2:AllocateAddress': ['NewInEc2'],
  'ec2:CreateInternetGateway': ['NewInEc2'],
  'ec2:CreateVpc': ['NewInEc2'],
  // These are asked for the new thing and for what it is made in.
  'ec2:CreateNatGateway': ['NewInEc2', 'OwnInEc2'],
  'ec2:CreateRouteTable': ['NewInEc2', 'OwnInEc2'],
  'ec2:CreateSecurityGroup': ['NewInEc2', 'OwnInEc2'],
  'ec2:CreateSubnet': ['NewInEc2', 'OwnInEc2'],
  'ec2:CreateVpcEndpoint': ['NewInEc2', 'OwnInEc2'],
  'ec2:CreateTags': ['TagsAtCreation'],
  'ec2:DeleteNetworkInterface': ['Interfaces'],
  'cloudformation:DescribeStacks': ['Looking'],
  'iam:CreateServiceLinkedRole': ['RdsServiceRole'],
  'iam:PassRole': ['PassedRoles'],
  'iam:SimulatePrincipalPolicy': ['Looking'],
  'lambda:GetAccountSettings': ['Looking'],
  'logs:DescribeLogGroups': ['Looking'],
  'logs:DescribeResourcePolicies': ['Looking'],
  'rds:CreateDBInstance': ['Databases', 'DefaultDatabaseGroups'],
  // They list, and a list cannot be limited to names.
  'rds:DescribeDBInstances': ['Looking'],
  'rds:DescribeDBSubnetGroups': ['Looking'],
  'rds:DescribeEvents': ['Looking'],
  'rds:DescribeOrderableDBInstanceOptions': ['Looking'],
  's3:AbortMultipartUpload': ['Objects'],
  's3:DeleteObject': ['Objects'],
  's3:DeleteObjectVersion': ['Objects'],
  's3:GetObject': ['Objects'],
  's3:PutObject': ['Objects'],
  'tag:GetResources': ['Looking'],
};

const OF_SERVICE: Readonly<Record<string, ScopeName>> = {
  cloudformation: 'Stacks',
  ec2: 'OwnInEc2',
  iam: 'Roles',
  lambda: 'Functions',
  logs: 'LogGroups',
  rds: 'Databases',
  s3: 'Buckets',
  scheduler: 'Schedules',
  servicequotas: 'Looking',
};

/** The statements in which an action stands. Throws `RangeError` for one of a service that has no scope yet. */
export function scopesOf(action: string): readonly ScopeName[] {
  const special = SPECIAL[action];
  if (special !== undefined) return special;
  if (/^ec2:(Describe|Get)/.test(action)) return ['LookingInEc2'];
  const scope = OF_SERVICE[action.slice(0, action.indexOf(':'))];
  if (scope === undefined) throw new RangeError(`nothing says what ${action} may be done to: infra/policies/scopes.ts`);
  return [scope];
}
