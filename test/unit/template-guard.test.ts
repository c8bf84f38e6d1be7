import { describe, expect, test } from 'vitest';
import { guardTemplate } from '../../infra/template/guard.ts';
import { contextOf, guardOf, stacksOf, TEMPLATE_CASES } from '../support/template-cases.ts';

const CASE = TEMPLATE_CASES.find(({ name }) => name === 'all-and-more');
if (CASE === undefined) throw new Error('no such case');
const RUN = contextOf(CASE).runId;

interface Statement {
  readonly Action: readonly string[];
  readonly Resource: readonly (string | { readonly 'Fn::Sub': string })[];
  readonly Condition?: object;
}
const resources = guardOf(CASE).template.Resources;
interface Policy {
  readonly PolicyDocument: { readonly Statement: readonly Statement[] };
}
const policies = resources['GuardRole']?.Properties['Policies'] as unknown as readonly Policy[];
const statements = policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);

/** What CloudFormation's handler of each type calls to delete; a type that a template begins to use is missing here until somebody looks it up. */
const DELETIONS: Readonly<Record<string, readonly string[]>> = {
  'AWS::EC2::EIP': ['ec2:ReleaseAddress'],
  'AWS::EC2::InternetGateway': ['ec2:DeleteInternetGateway'],
  'AWS::EC2::NatGateway': ['ec2:DeleteNatGateway'],
  'AWS::EC2::Route': ['ec2:DeleteRoute'],
  'AWS::EC2::RouteTable': ['ec2:DeleteRouteTable'],
  'AWS::EC2::SecurityGroup': ['ec2:DeleteSecurityGroup'],
  'AWS::EC2::SecurityGroupEgress': ['ec2:RevokeSecurityGroupEgress'],
  'AWS::EC2::SecurityGroupIngress': ['ec2:RevokeSecurityGroupIngress'],
  'AWS::EC2::Subnet': ['ec2:DeleteSubnet'],
  'AWS::EC2::SubnetRouteTableAssociation': ['ec2:DisassociateRouteTable'],
  'AWS::EC2::VPC': ['ec2:DeleteVpc'],
  'AWS::EC2::VPCEndpoint': ['ec2:DeleteVpcEndpoints'],
  'AWS::EC2::VPCGatewayAttachment': ['ec2:DetachInternetGateway'],
  'AWS::IAM::Role': ['iam:DeleteRole', 'iam:DeleteRolePolicy'],
  'AWS::Lambda::Function': ['lambda:DeleteFunction'],
  'AWS::Logs::LogGroup': ['logs:DeleteLogGroup'],
  'AWS::RDS::DBInstance': ['rds:DeleteDBInstance'],
  'AWS::RDS::DBSubnetGroup': ['rds:DeleteDBSubnetGroup'],
  'AWS::S3::Bucket': ['s3:DeleteBucket'],
  'AWS::S3::BucketPolicy': ['s3:DeleteBucketPolicy'],
};

describe('the guard', () => {
  test.each([
    { id: 'DeletePaid', stack: `lnb-${RUN}-paid`, at: '2026-11-23T21:00:00', why: 'what is billed, when the time is over' },
    { id: 'DeleteFn', stack: `lnb-${RUN}-fn`, at: '2026-11-23T21:45:00', why: 'the functions 45 minutes later' },
    { id: 'DeleteNet', stack: `lnb-${RUN}-net`, at: '2026-11-23T22:30:00', why: 'the network when interfaces are back' },
  ])('deletes $why', ({ id, stack, at }) => {
    expect(resources[id]?.Properties).toMatchObject({
      Name: stack,
      ScheduleExpression: `at(${at})`,
      ScheduleExpressionTimezone: 'UTC',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { RoleArn: { 'Fn::GetAtt': ['GuardRole', 'Arn'] }, Input: JSON.stringify({ StackName: stack }) },
    });
  });

  test('may delete every type that the run’s stacks have', () => {
    const types = new Set(stacksOf(CASE).flatMap(({ template }) => Object.values(template.Resources).map(({ Type }) => Type)));
    const allowed = statements.flatMap(({ Action }) => Action);
    expect(types.size).toBeGreaterThan(15);
    for (const type of types)
      expect([type, allowed]).toEqual([type, expect.arrayContaining([...(DELETIONS[type] ?? ['(not looked up)'])])]);
  });

  test('may touch nothing but this run: what changes something is limited by the run’s name or its tag', () => {
    for (const statement of statements) {
      const looksOnly = statement.Action.every((action) => /:(Describe|List|Get)/.test(action));
      const byTag = JSON.stringify(statement.Condition) === JSON.stringify({ StringEquals: { 'aws:ResourceTag/lnb:run': RUN } });
      const byName = statement.Resource.every((resource) => typeof resource === 'object' && resource['Fn::Sub'].includes(`lnb-${RUN}`));
      expect([statement.Action, looksOnly || byTag || byName]).toEqual([statement.Action, true]);
      expect(statement.Action.join()).not.toContain('*');
    }
    expect(statements[0]?.Resource).not.toContainEqual(expect.objectContaining({ 'Fn::Sub': expect.stringContaining('-guard') }));
  });

  test('has no schedule for a stack that is not made, and is not made where nothing shall end', () => {
    const context = contextOf(CASE);
    expect(Object.keys(guardTemplate(context, ['net', 'fn'])?.template.Resources ?? {})).toEqual(['GuardRole', 'DeleteFn', 'DeleteNet']);
    expect(guardTemplate({ ...context, expiresAt: 'never' }, ['net', 'paid', 'fn'])).toBeUndefined();
  });
});
