import type { StackKind } from '../../harness/domain/deployment-state.ts';
import { att, type Resource, type StackTemplate, sub, type TemplateContext, type Value } from './model.ts';
import { databaseIdentifier, NAME_PREFIX, stackName } from './names.ts';
import { resourceTags, TAG_KEYS } from './tags.ts';

/** Stacks that the guard deletes, each so many minutes after the end of the run's time: what is billed first, the network when Lambda has given its interfaces back. */
const DELETIONS: readonly (readonly [kind: StackKind, afterMinutes: number])[] = [
  ['paid', 0],
  ['fn', 45],
  ['net', 90],
];

/**
 * The stack with which the account itself ends the run: a role and one one-time schedule a stack. Created before `paid`, deleted
 * last; none of the stacks that it deletes, for a stack cannot be deleted with a role that is inside it. Undefined where
 * nothing shall end it. Times are rounded down to the second.
 */
export function guardTemplate(context: TemplateContext, kinds: readonly StackKind[]): StackTemplate | undefined {
  if (context.expiresAt === 'never') return undefined;
  const expiresAt = new Date(context.expiresAt);
  const deletions = DELETIONS.filter(([kind]) => kinds.includes(kind));
  return {
    stackName: stackName(context.runId, 'guard'),
    template: {
      AWSTemplateFormatVersion: '2010-09-09',
      Description: `lambda-network-bench run ${context.runId}: deletes the other stacks when the run's time is over`,
      Resources: {
        GuardRole: role(context),
        ...Object.fromEntries(
          deletions.map(([kind, minutes]): [string, Resource] => [
            `Delete${kind.slice(0, 1).toUpperCase()}${kind.slice(1)}`,
            schedule(context, kind, new Date(expiresAt.getTime() + minutes * 60_000)),
          ]),
        ),
      },
    },
    parameterNames: [],
    outputNames: [],
    capabilities: ['CAPABILITY_IAM'],
  };
}

/** A schedule has no tags of its own: only groups of them have. */
function schedule(context: TemplateContext, kind: StackKind, at: Date): Resource {
  const name = stackName(context.runId, kind);
  return {
    Type: 'AWS::Scheduler::Schedule',
    Properties: {
      Name: name,
      Description: `Deletes the stack ${name}, if it is still there`,
      ScheduleExpression: `at(${at.toISOString().slice(0, 19)})`,
      ScheduleExpressionTimezone: 'UTC',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: sub(`arn:\${AWS::Partition}:scheduler:::aws-sdk:cloudformation:deleteStack`),
        RoleArn: att('GuardRole', 'Arn'),
        Input: JSON.stringify({ StackName: name }),
      },
    },
  };
}

function role(context: TemplateContext): Resource {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      Description: 'Lets the schedules of one run delete the stacks of that run',
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'scheduler.amazonaws.com' },
            Action: 'sts:AssumeRole',
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          },
        ],
      },
      Policies: [{ PolicyName: 'delete-run', PolicyDocument: { Version: '2012-10-17', Statement: statements(context) } }],
      Tags: resourceTags(context),
    },
  };
}

/**
 * CloudFormation deletes with the rights of who asked for it, so the role needs what each resource's handler does: by the
 * run's names where the service knows names, by the run's tag in EC2. Looking is allowed everywhere: most of it cannot be limited.
 */
function statements({ runId }: TemplateContext): readonly Value[] {
  const run = `${NAME_PREFIX}${runId}`;
  const arn = (service: string, resource: string): Value =>
    sub(`arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}`);
  const allow = (actions: readonly string[], resources: readonly Value[], condition?: Value): Value => ({
    Effect: 'Allow',
    Action: actions,
    Resource: resources,
    ...(condition === undefined ? {} : { Condition: condition }),
  });
  const groups = arn('logs', `log-group:/aws/lambda/${run}-*`);
  return [
    allow(
      ['cloudformation:DeleteStack'],
      DELETIONS.map(([kind]) => arn('cloudformation', `stack/${stackName(runId, kind)}/*`)),
    ),
    allow(EC2_DELETIONS, ['*'], { StringEquals: { [`aws:ResourceTag/${TAG_KEYS.run}`]: runId } }),
    allow(['rds:DeleteDBInstance'], [arn('rds', `db:${databaseIdentifier(runId)}`)]),
    allow(['rds:DeleteDBSubnetGroup'], [arn('rds', `subgrp:${run}-*`)]),
    allow(['lambda:DeleteFunction', 'lambda:GetFunction'], [arn('lambda', `function:${run}-*`)]),
    allow(['logs:DeleteLogGroup'], [groups, arn('logs', `log-group:/aws/lambda/${run}-*:*`)]),
    allow(['s3:DeleteBucket', 's3:DeleteBucketPolicy', 's3:GetBucketPolicy'], [sub(`arn:\${AWS::Partition}:s3:::${run}-*`)]),
    allow(ROLE_DELETIONS, [sub(`arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/${stackName(runId, 'net')}-*`)]),
    allow(LOOKS, ['*']),
  ];
}

const EC2_DELETIONS = [
  'ec2:DeleteInternetGateway',
  'ec2:DeleteNatGateway',
  'ec2:DeleteRoute',
  'ec2:DeleteRouteTable',
  'ec2:DeleteSecurityGroup',
  'ec2:DeleteSubnet',
  'ec2:DeleteVpc',
  'ec2:DeleteVpcEndpoints',
  'ec2:DetachInternetGateway',
  'ec2:DisassociateRouteTable',
  'ec2:ReleaseAddress',
  'ec2:RevokeSecurityGroupEgress',
  'ec2:RevokeSecurityGroupIngress',
];

const ROLE_DELETIONS = [
  'iam:DeleteRole',
  'iam:DeleteRolePolicy',
  'iam:GetRole',
  'iam:GetRolePolicy',
  'iam:ListAttachedRolePolicies',
  'iam:ListRolePolicies',
];

const LOOKS = [
  'ec2:DescribeAddresses',
  'ec2:DescribeInternetGateways',
  'ec2:DescribeNatGateways',
  // Without it CloudFormation does not wait for the interfaces of a function.
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeRouteTables',
  'ec2:DescribeSecurityGroupRules',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeSubnets',
  'ec2:DescribeVpcEndpoints',
  'ec2:DescribeVpcs',
  'logs:DescribeLogGroups',
  'rds:DescribeDBInstances',
  'rds:DescribeDBSubnetGroups',
];
