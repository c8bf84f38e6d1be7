/** What an action is allowed on: `any` where IAM knows no narrower resource, else this tool's own things by name, or a kind of EC2's by id. */
export type ResourceKind =
  | 'any'
  | 'stack'
  | 'bucket'
  | 'object'
  | 'function'
  | 'log-group'
  | 'log-stream'
  | 'db-instance'
  | 'principal'
  | 'vpc'
  | 'subnet'
  | 'route-table'
  | 'internet-gateway'
  | 'security-group'
  | 'network-interface'
  | 'natgateway'
  | 'elastic-ip'
  | 'vpc-endpoint';

/** A permission that the user of this tool needs for a call that the tool itself makes. */
export interface RequiredAction {
  /** Operation of the API, as the SDK's command is called. */
  readonly call: string;
  /** As IAM names it (Service Authorization Reference); not always like the call. */
  readonly action: string;
  readonly on: ResourceKind;
  /** A run cannot do without the one; `doctor` only sees less without the other. */
  readonly by: 'run' | 'doctor';
  /** What it is for. */
  readonly why: string;
}

const run = (call: string, action: string, on: ResourceKind, why: string): RequiredAction => ({ call, action, on, by: 'run', why });
const doctor = (call: string, action: string, on: ResourceKind, why: string): RequiredAction => ({ call, action, on, by: 'doctor', why });

/** The permissions that this tool's own calls need. `GetCallerIdentity` needs none: AWS answers it whatever a policy says. */
export const REQUIRED_ACTIONS: readonly RequiredAction[] = [
  run('CreateStack', 'cloudformation:CreateStack', 'stack', "makes a run's stacks"),
  run('DeleteStack', 'cloudformation:DeleteStack', 'stack', "removes a run's stacks"),
  run('DescribeStacks', 'cloudformation:DescribeStacks', 'any', 'waits for stacks, and finds those of all runs'),
  run('DescribeStackEvents', 'cloudformation:DescribeStackEvents', 'stack', 'tells progress, and why a stack failed'),
  run('ListStackResources', 'cloudformation:ListStackResources', 'stack', 'knows what a stack still holds'),

  run('HeadBucket', 's3:ListBucket', 'bucket', "looks whether a run's bucket is gone"),
  run('PutObject', 's3:PutObject', 'object', "uploads the functions' code and the objects that are read"),
  run('ListObjectVersions', 's3:ListBucketVersions', 'bucket', 'finds what the bucket holds before it is deleted'),
  run('DeleteObjects', 's3:DeleteObject', 'object', 'empties the bucket'),
  run('DeleteObjects', 's3:DeleteObjectVersion', 'object', 'empties the bucket, old versions too'),
  run('ListMultipartUploads', 's3:ListBucketMultipartUploads', 'bucket', 'finds uploads that were never finished'),
  run('AbortMultipartUpload', 's3:AbortMultipartUpload', 'object', 'ends uploads that were never finished'),

  run('GetFunction', 'lambda:GetFunction', 'function', 'waits for functions, and proves that they match'),
  run(
    'UpdateFunctionConfiguration',
    'lambda:UpdateFunctionConfiguration',
    'function',
    'forces cold starts, and takes functions out of the VPC',
  ),
  run('PutRuntimeManagementConfig', 'lambda:PutRuntimeManagementConfig', 'function', 'holds functions to one runtime version'),
  run('Invoke', 'lambda:InvokeFunction', 'function', 'makes the measured calls'),

  run('FilterLogEvents', 'logs:FilterLogEvents', 'log-group', 'finds REPORT lines'),
  run('GetLogEvents', 'logs:GetLogEvents', 'log-stream', 'reads REPORT lines'),
  run('DescribeLogGroups', 'logs:DescribeLogGroups', 'any', 'finds log groups that outlived their function'),
  run('DeleteLogGroup', 'logs:DeleteLogGroup', 'log-group', 'removes log groups that outlived their function'),

  run('DescribeDBInstances', 'rds:DescribeDBInstances', 'any', 'looks whether the DB instance is gone'),
  run('DeleteDBInstance', 'rds:DeleteDBInstance', 'db-instance', 'removes a DB instance that its stack left'),

  run('GetResources', 'tag:GetResources', 'any', 'finds by tag what a run left'),
  run('DescribeVpcs', 'ec2:DescribeVpcs', 'any', 'finds what a run left'),
  run('DescribeSubnets', 'ec2:DescribeSubnets', 'any', 'finds what a run left'),
  run('DescribeRouteTables', 'ec2:DescribeRouteTables', 'any', 'finds what a run left'),
  run('DescribeInternetGateways', 'ec2:DescribeInternetGateways', 'any', 'finds what a run left'),
  run('DescribeSecurityGroups', 'ec2:DescribeSecurityGroups', 'any', 'finds what a run left'),
  run('DescribeNatGateways', 'ec2:DescribeNatGateways', 'any', 'finds what a run left'),
  run('DescribeAddresses', 'ec2:DescribeAddresses', 'any', 'finds what a run left'),
  run('DescribeVpcEndpoints', 'ec2:DescribeVpcEndpoints', 'any', 'finds what a run left'),
  run('DescribeNetworkInterfaces', 'ec2:DescribeNetworkInterfaces', 'any', 'waits until Lambda has let go of the VPC'),
  run('DeleteNetworkInterface', 'ec2:DeleteNetworkInterface', 'network-interface', 'removes interfaces that Lambda let go'),
  run('DeleteVpcEndpoints', 'ec2:DeleteVpcEndpoints', 'vpc-endpoint', 'removes what a stack could not'),
  run('DeleteNatGateway', 'ec2:DeleteNatGateway', 'natgateway', 'removes what a stack could not'),
  run('ReleaseAddress', 'ec2:ReleaseAddress', 'elastic-ip', 'removes what a stack could not'),
  run('DisassociateRouteTable', 'ec2:DisassociateRouteTable', 'route-table', 'removes what a stack could not'),
  run('DeleteRouteTable', 'ec2:DeleteRouteTable', 'route-table', 'removes what a stack could not'),
  run('DeleteSubnet', 'ec2:DeleteSubnet', 'subnet', 'removes what a stack could not'),
  run('DetachInternetGateway', 'ec2:DetachInternetGateway', 'internet-gateway', 'removes what a stack could not'),
  run('DeleteInternetGateway', 'ec2:DeleteInternetGateway', 'internet-gateway', 'removes what a stack could not'),
  run('RevokeSecurityGroupIngress', 'ec2:RevokeSecurityGroupIngress', 'security-group', 'removes what a stack could not'),
  run('RevokeSecurityGroupEgress', 'ec2:RevokeSecurityGroupEgress', 'security-group', 'removes what a stack could not'),
  run('DeleteSecurityGroup', 'ec2:DeleteSecurityGroup', 'security-group', 'removes what a stack could not'),
  run('DeleteVpc', 'ec2:DeleteVpc', 'vpc', 'removes what a stack could not'),

  doctor('DescribeAvailabilityZones', 'ec2:DescribeAvailabilityZones', 'any', 'counts the zones'),
  doctor('DescribeOrderableDBInstanceOptions', 'rds:DescribeOrderableDBInstanceOptions', 'any', 'knows where the DB class is offered'),
  doctor('GetServiceQuota', 'servicequotas:GetServiceQuota', 'any', 'reads quotas'),
  doctor('GetAWSDefaultServiceQuota', 'servicequotas:GetAWSDefaultServiceQuota', 'any', 'reads quotas that nobody changed'),
  doctor('GetAccountSettings', 'lambda:GetAccountSettings', 'any', 'reads how many calls Lambda runs at once'),
  doctor('GetRole', 'iam:GetRole', 'principal', 'finds the role of a session'),
  doctor('SimulatePrincipalPolicy', 'iam:SimulatePrincipalPolicy', 'principal', 'tells which permissions are lacking'),
];
