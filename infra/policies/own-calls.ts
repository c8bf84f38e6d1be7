import type { Identity } from './identities.ts';

/** A call that the tool itself makes, and who makes it. */
export interface OwnCall {
  /** Actions that the call needs; none where AWS asks for no permission. */
  readonly actions: readonly string[];
  readonly identities: readonly Identity[];
  readonly reason: string;
}

const call = (actions: readonly string[], identities: readonly Identity[], reason: string): OwnCall => ({ actions, identities, reason });

const DOCTOR = 'for `bench doctor`, which says what it may not ask';
const DEPLOY = 'to deploy and to follow a stack';
const SWEEP = 'to remove by type what a stack could not, and to verify that nothing is left';

/** EC2 actions are called as their operations are. */
const ec2 = (operation: string): readonly [string, OwnCall] => [operation, call([`ec2:${operation}`], ['deployer'], SWEEP)];

const EC2_CALLS = [
  'DeleteInternetGateway',
  'DeleteNatGateway',
  'DeleteRouteTable',
  'DeleteSecurityGroup',
  'DeleteSubnet',
  'DeleteVpc',
  'DeleteVpcEndpoints',
  'DescribeAddresses',
  'DescribeInternetGateways',
  'DescribeNatGateways',
  'DescribeRouteTables',
  'DescribeSecurityGroups',
  'DescribeSubnets',
  'DescribeVpcEndpoints',
  'DescribeVpcs',
  'DetachInternetGateway',
  'DisassociateRouteTable',
  'ReleaseAddress',
  'RevokeSecurityGroupEgress',
  'RevokeSecurityGroupIngress',
].map(ec2);

/**
 * Every command of the AWS SDK that the sources send, by its client and operation (`lambda.Invoke` for `InvokeCommand` of
 * `@aws-sdk/client-lambda`), with its IAM actions (AWS, "Service Authorization Reference"). A test lists the sources' commands.
 */
export const OWN_CALLS: Readonly<Record<string, OwnCall>> = {
  'cloudformation.CreateStack': call(['cloudformation:CreateStack'], ['deployer'], DEPLOY),
  'cloudformation.DeleteStack': call(['cloudformation:DeleteStack'], ['deployer'], 'to remove a run'),
  'cloudformation.DescribeStacks': call(
    ['cloudformation:DescribeStacks'],
    ['deployer', 'runner', 'scheduled'],
    'to follow stacks, to find runs, and to measure on what stands',
  ),
  'cloudformation.DescribeStackEvents': call(['cloudformation:DescribeStackEvents'], ['deployer'], 'to name the cause of a failed stack'),
  'cloudformation.ListStackResources': call(['cloudformation:ListStackResources'], ['deployer'], 'to find the network of a stack'),
  'cloudwatch-logs.DeleteLogGroup': call(['logs:DeleteLogGroup'], ['deployer'], 'late lines make a group anew'),
  'cloudwatch-logs.DescribeLogGroups': call(['logs:DescribeLogGroups'], ['deployer'], SWEEP),
  'cloudwatch-logs.FilterLogEvents': call(['logs:FilterLogEvents'], ['runner', 'scheduled'], 'to find REPORT lines that a Tail lacks'),
  'cloudwatch-logs.GetLogEvents': call(['logs:GetLogEvents'], ['runner', 'scheduled'], 'to read a log stream'),
  'ec2.DescribeAvailabilityZones': call(['ec2:DescribeAvailabilityZones'], ['deployer'], DOCTOR),
  ...Object.fromEntries(EC2_CALLS.map(([operation, row]) => [`ec2.${operation}`, row])),
  'ec2.DeleteNetworkInterface': call(['ec2:DeleteNetworkInterface'], ['deployer'], 'to give back interfaces that Lambda has detached'),
  'ec2.DescribeNetworkInterfaces': call(['ec2:DescribeNetworkInterfaces'], ['deployer'], 'to see the interfaces that Lambda still holds'),
  'iam.GetRole': call(['iam:GetRole'], ['deployer'], DOCTOR),
  'iam.SimulatePrincipalPolicy': call(['iam:SimulatePrincipalPolicy'], ['deployer'], DOCTOR),
  'lambda.GetAccountSettings': call(
    ['lambda:GetAccountSettings'],
    ['deployer', 'runner', 'scheduled'],
    'to refuse an account without calls; who may not ask is told so',
  ),
  'lambda.GetFunction': call(['lambda:GetFunction'], ['deployer', 'runner', 'scheduled'], 'to see when a function is ready'),
  'lambda.Invoke': call(['lambda:InvokeFunction'], ['runner', 'scheduled'], 'to measure'),
  'lambda.PutRuntimeManagementConfig': call(
    ['lambda:PutRuntimeManagementConfig'],
    ['deployer'],
    'to hold every function to one runtime version',
  ),
  'lambda.UpdateFunctionConfiguration': call(
    ['lambda:UpdateFunctionConfiguration'],
    ['deployer', 'runner', 'scheduled'],
    'to make the next call cold, and to take a function out of its VPC',
  ),
  'rds.DeleteDBInstance': call(['rds:DeleteDBInstance'], ['deployer'], SWEEP),
  'rds.DescribeDBInstances': call(['rds:DescribeDBInstances'], ['deployer'], SWEEP),
  'rds.DescribeOrderableDBInstanceOptions': call(['rds:DescribeOrderableDBInstanceOptions'], ['deployer'], DOCTOR),
  'resource-groups-tagging-api.GetResources': call(
    ['tag:GetResources'],
    ['deployer', 'scheduled'],
    'to find what carries the tags of a run',
  ),
  's3.AbortMultipartUpload': call(['s3:AbortMultipartUpload'], ['deployer'], 'to empty the bucket'),
  's3.DeleteObjects': call(['s3:DeleteObject', 's3:DeleteObjectVersion'], ['deployer'], 'to empty the bucket'),
  's3.HeadBucket': call(['s3:ListBucket'], ['deployer'], 'to verify that the bucket is gone'),
  's3.ListMultipartUploads': call(['s3:ListBucketMultipartUploads'], ['deployer'], 'to empty the bucket'),
  's3.ListObjectVersions': call(['s3:ListBucketVersions'], ['deployer'], 'to empty the bucket'),
  's3.PutObject': call(['s3:PutObject'], ['deployer'], "to upload the functions' code and the objects that probes read"),
  'service-quotas.GetAWSDefaultServiceQuota': call(['servicequotas:GetAWSDefaultServiceQuota'], ['deployer'], DOCTOR),
  'service-quotas.GetServiceQuota': call(['servicequotas:GetServiceQuota'], ['deployer'], DOCTOR),
  'sts.GetCallerIdentity': call([], ['deployer', 'runner', 'scheduled'], 'AWS asks for no permission'),
};

/** Commands that functions send with their own role, by the same names. */
export const FUNCTION_CALLS: Readonly<Record<string, OwnCall>> = {
  's3.GetObject': call(['s3:GetObject'], ['function'], 'the operation that is timed'),
};
