/**
 * What CloudFormation's resource handlers ask of AWS in the caller's name, for every type that the templates have.
 * Taken on 2026-11-25 from the handlers' permissions in the CloudFormation registry's schemas, as the documentation of
 * the StackQL `awscc` provider publishes them (`stackql-registry/stackql-provider-awscc`, `website/docs/services/<page>/index.md`).
 * None of it has been run on AWS. What the registry lists for properties that no template sets stands under `leftOut`.
 */
export interface HandlerPermissions {
  readonly create: readonly string[];
  readonly read: readonly string[];
  readonly delete: readonly string[];
  /** Actions that the registry lists and the policies lack, each group with its reason. */
  readonly leftOut: readonly { readonly actions: readonly string[]; readonly reason: string }[];
  /** Page below `website/docs/services/`; `unverified` where no source was found. */
  readonly source: string;
}

const row = (
  source: string,
  create: readonly string[],
  read: readonly string[],
  remove: readonly string[],
  leftOut: HandlerPermissions['leftOut'] = [],
): HandlerPermissions => ({ create, read, delete: remove, leftOut, source });

const unset = (property: string, actions: readonly string[]) => ({ actions, reason: `for ${property}, which no template sets` });

const EC2: Readonly<Record<string, HandlerPermissions>> = {
  'AWS::EC2::EIP': row(
    'ec2/eips',
    ['ec2:AllocateAddress', 'ec2:DescribeAddresses', 'ec2:CreateTags'],
    ['ec2:DescribeAddresses'],
    ['ec2:ReleaseAddress', 'ec2:DescribeAddresses'],
    [unset('InstanceId and TransferAddress', ['ec2:AcceptAddressTransfer', 'ec2:AssociateAddress', 'ec2:DisassociateAddress'])],
  ),
  'AWS::EC2::InternetGateway': row(
    'ec2/internet_gateways',
    ['ec2:CreateInternetGateway', 'ec2:CreateTags', 'ec2:DescribeInternetGateways'],
    ['ec2:DescribeInternetGateways'],
    ['ec2:DeleteInternetGateway', 'ec2:DescribeInternetGateways'],
  ),
  'AWS::EC2::NatGateway': row(
    'ec2/nat_gateways',
    ['ec2:CreateNatGateway', 'ec2:DescribeNatGateways', 'ec2:CreateTags'],
    ['ec2:DescribeNatGateways'],
    ['ec2:DeleteNatGateway', 'ec2:DescribeNatGateways'],
  ),
  'AWS::EC2::Route': row(
    'ec2/routes',
    ['ec2:CreateRoute', 'ec2:DescribeRouteTables', 'ec2:DescribeNetworkInterfaces'],
    ['ec2:DescribeRouteTables'],
    ['ec2:DeleteRoute', 'ec2:DescribeRouteTables'],
  ),
  'AWS::EC2::RouteTable': row(
    'ec2/route_tables',
    ['ec2:CreateRouteTable', 'ec2:CreateTags', 'ec2:DescribeRouteTables'],
    ['ec2:DescribeRouteTables'],
    ['ec2:DescribeRouteTables', 'ec2:DeleteRouteTable'],
  ),
  'AWS::EC2::SecurityGroup': row(
    'ec2/security_groups',
    [
      'ec2:CreateSecurityGroup',
      'ec2:DescribeSecurityGroups',
      'ec2:RevokeSecurityGroupEgress',
      'ec2:AuthorizeSecurityGroupEgress',
      'ec2:CreateTags',
    ],
    ['ec2:DescribeSecurityGroups'],
    ['ec2:DescribeSecurityGroups', 'ec2:DeleteSecurityGroup', 'ec2:DescribeInstances'],
    [unset('SecurityGroupIngress', ['ec2:AuthorizeSecurityGroupIngress'])],
  ),
  'AWS::EC2::SecurityGroupEgress': row(
    'ec2/security_group_egresses',
    ['ec2:AuthorizeSecurityGroupEgress', 'ec2:RevokeSecurityGroupEgress', 'ec2:DescribeSecurityGroupRules'],
    ['ec2:DescribeSecurityGroupRules'],
    ['ec2:RevokeSecurityGroupEgress', 'ec2:DescribeSecurityGroupRules'],
  ),
  'AWS::EC2::SecurityGroupIngress': row(
    'ec2/security_group_ingresses',
    ['ec2:DescribeSecurityGroupRules', 'ec2:AuthorizeSecurityGroupIngress'],
    ['ec2:DescribeSecurityGroups', 'ec2:DescribeSecurityGroupRules'],
    ['ec2:DescribeSecurityGroupRules', 'ec2:RevokeSecurityGroupIngress'],
  ),
  'AWS::EC2::Subnet': row(
    'ec2/subnets',
    ['ec2:DescribeSubnets', 'ec2:CreateSubnet', 'ec2:CreateTags', 'ec2:ModifySubnetAttribute'],
    ['ec2:DescribeSubnets', 'ec2:DescribeNetworkAcls'],
    ['ec2:DescribeSubnets', 'ec2:DeleteSubnet'],
  ),
  'AWS::EC2::SubnetRouteTableAssociation': row(
    'ec2/subnet_route_table_associations',
    ['ec2:AssociateRouteTable', 'ec2:ReplaceRouteTableAssociation', 'ec2:DescribeSubnets', 'ec2:DescribeRouteTables'],
    ['ec2:DescribeRouteTables'],
    ['ec2:DisassociateRouteTable', 'ec2:DescribeSubnets', 'ec2:DescribeRouteTables'],
  ),
  'AWS::EC2::VPC': row(
    'ec2/vpcs',
    ['ec2:CreateVpc', 'ec2:DescribeVpcs', 'ec2:DescribeVpcAttribute', 'ec2:ModifyVpcAttribute', 'ec2:CreateTags'],
    ['ec2:DescribeVpcs', 'ec2:DescribeSecurityGroups', 'ec2:DescribeNetworkAcls', 'ec2:DescribeVpcAttribute'],
    ['ec2:DeleteVpc', 'ec2:DescribeVpcs'],
  ),
  'AWS::EC2::VPCEndpoint': row(
    'ec2/vpc_endpoints',
    [
      'ec2:CreateVpcEndpoint',
      'ec2:DescribeVpcEndpoints',
      'ec2:DescribeSubnets',
      'ec2:DescribeSecurityGroups',
      'ec2:CreateTags',
      'ec2:DescribeVpcs',
    ],
    ['ec2:DescribeVpcEndpoints', 'ec2:DescribeSubnets', 'ec2:DescribeSecurityGroups', 'ec2:DescribeVpcs'],
    ['ec2:DeleteVpcEndpoints', 'ec2:DescribeVpcEndpoints', 'ec2:DescribeSubnets', 'ec2:DescribeSecurityGroups', 'ec2:DescribeVpcs'],
    [
      unset('ServiceNetworkArn and ServiceRegion', [
        'vpc-lattice:CreateServiceNetworkVpcEndpointAssociation',
        'vpc-lattice:DescribeServiceNetworkVpcEndpointAssociation',
        'vpce:AllowMultiRegion',
      ]),
      { actions: ['ec2:DeleteTags'], reason: 'tags are never taken off again' },
    ],
  ),
  'AWS::EC2::VPCGatewayAttachment': row(
    'ec2/vpc_gateway_attachments',
    ['ec2:AttachInternetGateway', 'ec2:DescribeInternetGateways', 'ec2:DescribeVpnGateways'],
    ['ec2:DescribeInternetGateways', 'ec2:DescribeVpnGateways'],
    ['ec2:DetachInternetGateway', 'ec2:DescribeInternetGateways', 'ec2:DescribeVpnGateways'],
    [unset('VpnGatewayId', ['ec2:AttachVpnGateway', 'ec2:DetachVpnGateway'])],
  ),
};

/** What RDS looks at before it places an instance. */
const PLACING = [
  'ec2:DescribeAccountAttributes',
  'ec2:DescribeAvailabilityZones',
  'ec2:DescribeInternetGateways',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeSubnets',
  'ec2:DescribeVpcAttribute',
  'ec2:DescribeVpcs',
];

const RDS: Readonly<Record<string, HandlerPermissions>> = {
  'AWS::RDS::DBInstance': row(
    'rds/db_instances',
    [
      ...PLACING,
      'iam:CreateServiceLinkedRole',
      'rds:AddTagsToResource',
      'rds:CreateDBInstance',
      'rds:DescribeDBInstances',
      'rds:DescribeEvents',
      'rds:ModifyDBInstance',
      'rds:RebootDBInstance',
    ],
    [...PLACING, 'rds:DescribeDBInstances'],
    ['rds:DeleteDBInstance', 'rds:DescribeDBInstances'],
    [
      unset('AssociatedRoles, MonitoringRoleArn and Domain', ['iam:GetRole', 'iam:ListRoles', 'iam:PassRole', 'rds:AddRoleToDBInstance']),
      {
        actions: ['kms:CreateGrant', 'kms:DescribeKey'],
        reason: 'for KmsKeyId, which no template sets; that the AWS managed key of RDS asks neither of the caller is unverified',
      },
      unset('SourceDBInstanceIdentifier, DBSnapshotIdentifier and their like', [
        'rds:CreateDBInstanceReadReplica',
        'rds:DescribeDBClusters',
        'rds:DescribeDBClusterSnapshots',
        'rds:DescribeDBInstanceAutomatedBackups',
        'rds:DescribeDBSnapshots',
        'rds:RestoreDBInstanceFromDBSnapshot',
        'rds:RestoreDBInstanceToPointInTime',
        'rds:StartDBInstanceAutomatedBackupsReplication',
      ]),
      unset('ManageMasterUserPassword', ['secretsmanager:CreateSecret', 'secretsmanager:TagResource']),
      { actions: ['rds:CreateDBSnapshot'], reason: 'DeletionPolicy is Delete: no snapshot is made' },
    ],
  ),
  'AWS::RDS::DBSubnetGroup': row(
    'rds/db_subnet_groups',
    [
      'iam:CreateServiceLinkedRole',
      'rds:CreateDBSubnetGroup',
      'rds:DescribeDBSubnetGroups',
      'rds:AddTagsToResource',
      'rds:ListTagsForResource',
    ],
    ['rds:DescribeDBSubnetGroups', 'rds:ListTagsForResource'],
    ['rds:DeleteDBSubnetGroup', 'rds:DescribeDBSubnetGroups', 'rds:ListTagsForResource'],
    [{ actions: ['rds:RemoveTagsFromResource'], reason: 'tags are never taken off again' }],
  ),
};

const BUCKET_READS = [
  's3:GetAccelerateConfiguration',
  's3:GetLifecycleConfiguration',
  's3:GetBucketPublicAccessBlock',
  's3:GetAnalyticsConfiguration',
  's3:GetBucketCORS',
  's3:GetEncryptionConfiguration',
  's3:GetInventoryConfiguration',
  's3:GetBucketLogging',
  's3:GetMetricsConfiguration',
  's3:GetBucketNotification',
  's3:GetBucketVersioning',
  's3:GetReplicationConfiguration',
  's3:GetBucketWebsite',
  's3:GetBucketObjectLockConfiguration',
  's3:GetBucketTagging',
  's3:GetBucketOwnershipControls',
  's3:GetIntelligentTieringConfiguration',
  's3:GetBucketMetadataTableConfiguration',
  's3:ListBucket',
];

const S3: Readonly<Record<string, HandlerPermissions>> = {
  'AWS::S3::Bucket': row(
    's3/buckets',
    ['s3:CreateBucket', 's3:PutBucketTagging', 's3:PutBucketPublicAccessBlock', 's3:GetBucketAcl', 's3:ListBucket'],
    BUCKET_READS,
    ['s3:DeleteBucket', 's3:ListBucket'],
    [
      unset('their properties', [
        's3:PutAnalyticsConfiguration',
        's3:PutEncryptionConfiguration',
        's3:PutBucketCORS',
        's3:PutInventoryConfiguration',
        's3:PutLifecycleConfiguration',
        's3:PutMetricsConfiguration',
        's3:PutBucketNotification',
        's3:PutBucketReplication',
        's3:PutBucketWebsite',
        's3:PutAccelerateConfiguration',
        's3:PutReplicationConfiguration',
        's3:PutObjectAcl',
        's3:PutBucketObjectLockConfiguration',
        's3:DeleteObject',
        's3:PutBucketLogging',
        's3:PutBucketVersioning',
        's3:PutObjectLockConfiguration',
        's3:PutBucketOwnershipControls',
        's3:PutIntelligentTieringConfiguration',
        's3:CreateBucketMetadataTableConfiguration',
        'iam:PassRole',
        's3tables:*',
      ]),
    ],
  ),
  'AWS::S3::BucketPolicy': row(
    's3/bucket_policies',
    ['s3:GetBucketPolicy', 's3:PutBucketPolicy'],
    ['s3:GetBucketPolicy'],
    ['s3:GetBucketPolicy', 's3:DeleteBucketPolicy'],
  ),
};

const OTHERS: Readonly<Record<string, HandlerPermissions>> = {
  'AWS::IAM::Role': row(
    'iam/roles',
    ['iam:CreateRole', 'iam:PutRolePolicy', 'iam:GetRolePolicy', 'iam:TagRole', 'iam:GetRole'],
    ['iam:GetRole', 'iam:ListAttachedRolePolicies', 'iam:ListRolePolicies', 'iam:GetRolePolicy'],
    ['iam:DeleteRole', 'iam:DeleteRolePolicy', 'iam:GetRole', 'iam:ListAttachedRolePolicies', 'iam:ListRolePolicies'],
    [
      unset('ManagedPolicyArns', ['iam:AttachRolePolicy', 'iam:DetachRolePolicy']),
      { actions: ['iam:UntagRole'], reason: 'tags are never taken off again' },
    ],
  ),
  'AWS::Lambda::Function': row(
    'lambda/functions',
    [
      'lambda:CreateFunction',
      'lambda:GetFunction',
      'iam:PassRole',
      's3:GetObject',
      'ec2:DescribeSecurityGroups',
      'ec2:DescribeSubnets',
      'ec2:DescribeVpcs',
      'lambda:TagResource',
    ],
    ['lambda:GetFunction', 'lambda:GetFunctionCodeSigningConfig', 'lambda:GetFunctionRecursionConfig'],
    ['lambda:DeleteFunction', 'lambda:GetFunction', 'ec2:DescribeNetworkInterfaces'],
    [
      unset('ReservedConcurrentExecutions, Layers, CodeSigningConfigArn, RuntimeManagementConfig and RecursiveLoop', [
        'lambda:PutFunctionConcurrency',
        'lambda:GetLayerVersion',
        'lambda:GetCodeSigningConfig',
        'lambda:GetRuntimeManagementConfig',
        'lambda:PutRuntimeManagementConfig',
        'lambda:PutFunctionRecursionConfig',
      ]),
      unset('Code.S3ObjectVersion', ['s3:GetObjectVersion']),
      unset('FileSystemConfigs and KmsKeyArn', [
        'elasticfilesystem:DescribeMountTargets',
        'kms:CreateGrant',
        'kms:Decrypt',
        'kms:Encrypt',
        'kms:GenerateDataKey',
      ]),
    ],
  ),
  'AWS::Logs::LogGroup': row(
    'logs/log_groups',
    ['logs:DescribeLogGroups', 'logs:CreateLogGroup', 'logs:PutRetentionPolicy', 'logs:TagResource'],
    [
      'logs:DescribeLogGroups',
      'logs:ListTagsForResource',
      'logs:GetDataProtectionPolicy',
      'logs:DescribeIndexPolicies',
      'logs:DescribeResourcePolicies',
    ],
    ['logs:DescribeLogGroups', 'logs:DeleteLogGroup'],
    [
      unset('DataProtectionPolicy, FieldIndexPolicies and ResourcePolicyDocument', [
        'logs:PutDataProtectionPolicy',
        'logs:DeleteDataProtectionPolicy',
        'logs:CreateLogDelivery',
        's3:REST.PUT.OBJECT',
        'firehose:TagDeliveryStream',
        'logs:PutResourcePolicy',
        'logs:PutIndexPolicy',
      ]),
    ],
  ),
  'AWS::Scheduler::Schedule': row(
    'scheduler/schedules',
    ['scheduler:CreateSchedule', 'scheduler:GetSchedule', 'iam:PassRole'],
    ['scheduler:GetSchedule'],
    ['scheduler:DeleteSchedule', 'scheduler:GetSchedule'],
  ),
};

/** By resource type. */
export const HANDLER_PERMISSIONS: Readonly<Record<string, HandlerPermissions>> = { ...EC2, ...RDS, ...S3, ...OTHERS };
