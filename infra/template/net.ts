import {
  att,
  type Properties,
  type Resource,
  ref,
  type StackTemplate,
  sub,
  type Template,
  type TemplateContext,
  type Value,
  zone,
} from './model.ts';
import { NAME_PREFIX, stackName } from './names.ts';
import type { RouteProfile } from './needs.ts';
import { functionSubnetIdName, NET_OUTPUTS, netOutputNames, routeTableIdName } from './outputs.ts';
import { resourceTags } from './tags.ts';

const VPC_CIDR = '10.20.0.0/16';
const PUBLIC_SUBNET_CIDR = '10.20.0.0/24';
const ENDPOINT_SUBNET_CIDR = '10.20.3.0/24';
const DATABASE_SUBNET_CIDRS = ['10.20.1.0/24', '10.20.2.0/24'] as const;
const ANYWHERE = '0.0.0.0/0';
/** Port of the DB instance, in every stack that names it. */
export const DATABASE_PORT = 5432;

type Resources = Readonly<Record<string, Resource>>;

/** The stack of what costs nothing to keep: network, role, bucket. It is deleted last, because network interfaces outlive functions. */
export function netTemplate(context: TemplateContext): StackTemplate {
  const { needs } = context;
  const inVpc = needs.profiles.length > 0;
  const template: Template = {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `lambda-network-bench run ${context.runId}: network, role and bucket (nothing billed by the hour)`,
    Resources: {
      ...bucketAndRole(context),
      ...(inVpc ? vpc(context) : {}),
      ...(needs.natGateway ? publicSubnet(context) : {}),
      ...Object.assign({}, ...needs.profiles.map((profile) => functionSubnet(context, profile))),
      ...(needs.s3Endpoint ? s3Endpoint(context) : {}),
      ...(needs.s3InterfaceEndpoint ? endpointNetwork(context) : {}),
      ...(needs.database ? databaseNetwork(context) : {}),
    },
    Outputs: outputs(context),
  };
  return {
    stackName: stackName(context.runId, 'net'),
    template,
    parameterNames: [],
    outputNames: netOutputNames(needs),
    capabilities: ['CAPABILITY_IAM'],
  };
}

function bucketAndRole(context: TemplateContext): Resources {
  return {
    Bucket: {
      Type: 'AWS::S3::Bucket',
      DeletionPolicy: 'Delete',
      UpdateReplacePolicy: 'Delete',
      Properties: {
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        Tags: resourceTags(context),
      },
    },
    FunctionRole: {
      Type: 'AWS::IAM::Role',
      Properties: {
        Description: 'The one role of all functions of the run, so that none has more to do at start than another',
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
        Policies: [
          {
            PolicyName: 'function',
            PolicyDocument: { Version: '2012-10-17', Statement: functionStatements(context.runId, `\${Bucket.Arn}/*`) },
          },
        ],
        Tags: resourceTags(context),
      },
    },
  };
}

/** What Lambda itself does with the role to give a VPC function its network interface; no resource can be named for it. */
const INTERFACE_ACTIONS = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/**
 * Logs of the run's groups, which are there already: a group that Lambda would make belongs to no stack. Objects of the run's
 * bucket. And what Lambda wants for a VPC function, denied to the function's own code: only its calls carry `lambda:SourceFunctionArn`
 * (Lambda developer guide, "Working with lambda:SourceFunctionArn condition key").
 */
export function functionStatements(runId: string, objects: string): readonly Value[] {
  const own = `arn:\${AWS::Partition}:lambda:\${AWS::Region}:\${AWS::AccountId}:function:${NAME_PREFIX}${runId}-*`;
  const groups = `arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:/aws/lambda/${NAME_PREFIX}${runId}-*:*`;
  return [
    { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: sub(groups) },
    { Effect: 'Allow', Action: 's3:GetObject', Resource: sub(objects) },
    { Effect: 'Allow', Action: INTERFACE_ACTIONS, Resource: '*' },
    {
      Effect: 'Deny',
      Action: [...INTERFACE_ACTIONS, 'ec2:DetachNetworkInterface'],
      Resource: '*',
      Condition: { ArnLike: { 'lambda:SourceFunctionArn': sub(own) } },
    },
  ];
}

function vpc(context: TemplateContext): Resources {
  return {
    Vpc: {
      Type: 'AWS::EC2::VPC',
      Properties: {
        CidrBlock: VPC_CIDR,
        EnableDnsSupport: true,
        EnableDnsHostnames: true,
        Tags: named(context, 'vpc'),
      },
    },
    FunctionSecurityGroup: {
      Type: 'AWS::EC2::SecurityGroup',
      Properties: {
        GroupDescription: 'Functions: out to HTTPS anywhere',
        VpcId: ref('Vpc'),
        SecurityGroupEgress: [{ Description: 'HTTPS', IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: ANYWHERE }],
        Tags: named(context, 'functions'),
      },
    },
  };
}

/** Where the NAT gateway stands. Functions never do: their interfaces get no public address. */
function publicSubnet(context: TemplateContext): Resources {
  return {
    InternetGateway: { Type: 'AWS::EC2::InternetGateway', Properties: { Tags: named(context, 'internet') } },
    InternetGatewayAttachment: {
      Type: 'AWS::EC2::VPCGatewayAttachment',
      Properties: { VpcId: ref('Vpc'), InternetGatewayId: ref('InternetGateway') },
    },
    PublicSubnet: {
      Type: 'AWS::EC2::Subnet',
      Properties: subnet(context, PUBLIC_SUBNET_CIDR, 0, 'public'),
    },
    PublicRouteTable: { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: ref('Vpc'), Tags: named(context, 'public') } },
    PublicRoute: {
      Type: 'AWS::EC2::Route',
      DependsOn: ['InternetGatewayAttachment'],
      Properties: { RouteTableId: ref('PublicRouteTable'), DestinationCidrBlock: ANYWHERE, GatewayId: ref('InternetGateway') },
    },
    PublicRouteTableAssociation: association('PublicSubnet', 'PublicRouteTable'),
  };
}

/** One subnet and one route table of its own a profile; the NAT route comes with the NAT gateway, in the stack `paid`. */
function functionSubnet(context: TemplateContext, profile: RouteProfile): Resources {
  const name = `functions-${profile.key}`;
  return {
    [`FunctionSubnet${profile.key}`]: { Type: 'AWS::EC2::Subnet', Properties: subnet(context, profile.cidr, 0, name) },
    [`RouteTable${profile.key}`]: { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: ref('Vpc'), Tags: named(context, name) } },
    [`RouteTableAssociation${profile.key}`]: association(`FunctionSubnet${profile.key}`, `RouteTable${profile.key}`),
  };
}

/** On the tables of the profiles that ask for it and no other: on the NAT table it would silently win over the NAT route. */
function s3Endpoint(context: TemplateContext): Resources {
  const profiles = context.needs.profiles.filter((profile) => profile.features.includes('s3-gateway-endpoint'));
  return {
    S3Endpoint: {
      Type: 'AWS::EC2::VPCEndpoint',
      Properties: {
        VpcEndpointType: 'Gateway',
        VpcId: ref('Vpc'),
        ServiceName: sub(`com.amazonaws.\${AWS::Region}.s3`),
        RouteTableIds: profiles.map((profile) => ref(`RouteTable${profile.key}`)),
        Tags: named(context, 's3'),
      },
    },
  };
}

/** Where the interface endpoint's network interface stands: one hop from the functions, as the database's. */
function endpointNetwork(context: TemplateContext): Resources {
  return {
    EndpointSubnet: { Type: 'AWS::EC2::Subnet', Properties: subnet(context, ENDPOINT_SUBNET_CIDR, 0, 'endpoints') },
    EndpointRouteTable: { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: ref('Vpc'), Tags: named(context, 'endpoints') } },
    EndpointRouteTableAssociation: association('EndpointSubnet', 'EndpointRouteTable'),
    EndpointSecurityGroup: {
      Type: 'AWS::EC2::SecurityGroup',
      Properties: {
        GroupDescription: 'Interface endpoint: in from the functions only',
        VpcId: ref('Vpc'),
        Tags: named(context, 'endpoints'),
      },
    },
    EndpointIngress: {
      Type: 'AWS::EC2::SecurityGroupIngress',
      Properties: {
        Description: 'HTTPS from the functions',
        GroupId: att('EndpointSecurityGroup', 'GroupId'),
        SourceSecurityGroupId: att('FunctionSecurityGroup', 'GroupId'),
        IpProtocol: 'tcp',
        FromPort: 443,
        ToPort: 443,
      },
    },
  };
}

/** RDS wants subnets in two zones; the instance is pinned to the first, beside the functions. */
function databaseNetwork(context: TemplateContext): Resources {
  const [first, second] = DATABASE_SUBNET_CIDRS;
  const rule = { IpProtocol: 'tcp', FromPort: DATABASE_PORT, ToPort: DATABASE_PORT };
  return {
    DatabaseSubnet1: { Type: 'AWS::EC2::Subnet', Properties: subnet(context, first, 0, 'database-1') },
    DatabaseSubnet2: { Type: 'AWS::EC2::Subnet', Properties: subnet(context, second, 1, 'database-2') },
    DatabaseSubnetGroup: {
      Type: 'AWS::RDS::DBSubnetGroup',
      Properties: {
        DBSubnetGroupDescription: `lambda-network-bench run ${context.runId}`,
        SubnetIds: [ref('DatabaseSubnet1'), ref('DatabaseSubnet2')],
        Tags: resourceTags(context),
      },
    },
    DatabaseSecurityGroup: {
      Type: 'AWS::EC2::SecurityGroup',
      Properties: { GroupDescription: 'Database: in from the functions only', VpcId: ref('Vpc'), Tags: named(context, 'database') },
    },
    DatabaseIngress: {
      Type: 'AWS::EC2::SecurityGroupIngress',
      Properties: {
        Description: 'PostgreSQL from the functions',
        GroupId: att('DatabaseSecurityGroup', 'GroupId'),
        SourceSecurityGroupId: att('FunctionSecurityGroup', 'GroupId'),
        ...rule,
      },
    },
    FunctionEgressToDatabase: {
      Type: 'AWS::EC2::SecurityGroupEgress',
      Properties: {
        Description: 'PostgreSQL to the database',
        GroupId: att('FunctionSecurityGroup', 'GroupId'),
        DestinationSecurityGroupId: att('DatabaseSecurityGroup', 'GroupId'),
        ...rule,
      },
    },
  };
}

function subnet(context: TemplateContext, cidr: string, zoneIndex: 0 | 1, name: string): Properties {
  return {
    VpcId: ref('Vpc'),
    CidrBlock: cidr,
    AvailabilityZone: zone(context, zoneIndex),
    MapPublicIpOnLaunch: false,
    Tags: named(context, name),
  };
}

function association(subnetLogicalId: string, routeTableLogicalId: string): Resource {
  return {
    Type: 'AWS::EC2::SubnetRouteTableAssociation',
    Properties: { SubnetId: ref(subnetLogicalId), RouteTableId: ref(routeTableLogicalId) },
  };
}

function named(context: TemplateContext, part: string): readonly Value[] {
  return resourceTags(context, { name: `${NAME_PREFIX}${context.runId}-${part}` });
}

function outputs(context: TemplateContext): NonNullable<Template['Outputs']> {
  const values: Record<string, Value> = {
    [NET_OUTPUTS.bucketName]: ref('Bucket'),
    [NET_OUTPUTS.functionRoleArn]: att('FunctionRole', 'Arn'),
    [NET_OUTPUTS.vpcId]: ref('Vpc'),
    [NET_OUTPUTS.functionSecurityGroupId]: att('FunctionSecurityGroup', 'GroupId'),
    [NET_OUTPUTS.s3EndpointId]: ref('S3Endpoint'),
    [NET_OUTPUTS.endpointSubnetId]: ref('EndpointSubnet'),
    [NET_OUTPUTS.endpointSecurityGroupId]: att('EndpointSecurityGroup', 'GroupId'),
    [NET_OUTPUTS.publicSubnetId]: ref('PublicSubnet'),
    [NET_OUTPUTS.databaseSubnetGroupName]: ref('DatabaseSubnetGroup'),
    [NET_OUTPUTS.databaseSecurityGroupId]: att('DatabaseSecurityGroup', 'GroupId'),
    ...Object.fromEntries(
      context.needs.profiles.flatMap(({ key }) => [
        [functionSubnetIdName(key), ref(`FunctionSubnet${key}`)],
        [routeTableIdName(key), ref(`RouteTable${key}`)],
      ]),
    ),
  };
  return Object.fromEntries(
    netOutputNames(context.needs).map((name) => [name, { Description: 'For the other stacks of this run', Value: values[name] ?? '' }]),
  );
}
