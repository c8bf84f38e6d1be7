/**
 * Templates of a test's own, in which nothing is called, numbered or arranged as in those of this project: what the lab
 * makes of them can only come from what they say.
 */

type Resources = Readonly<Record<string, object>>;

const ref = (name: string): object => ({ Ref: name });
const att = (name: string, attribute: string): object => ({ 'Fn::GetAtt': [name, attribute] });

function template(parameters: readonly string[], resources: Resources, outputs: Readonly<Record<string, object>>): object {
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    ...(parameters.length === 0 ? {} : { Parameters: Object.fromEntries(parameters.map((name) => [name, { Type: 'String' }])) }),
    Resources: resources,
    Outputs: Object.fromEntries(Object.entries(outputs).map(([key, Value]) => [key, { Value }])),
  };
}

/** A bucket for code and objects, and a role that may read it. Outputs `Store` and `Reader`. */
export const STORE_TEMPLATE: object = template(
  [],
  {
    Shelf: { Type: 'AWS::S3::Bucket', Properties: {} },
    Reader: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: ['lambda.amazonaws.com'] }, Action: ['sts:AssumeRole'] }],
        },
      },
    },
    ReaderRights: {
      Type: 'AWS::IAM::Policy',
      Properties: {
        PolicyName: 'reads',
        Roles: [ref('Reader')],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Action: ['s3:GetObject'], Resource: [{ 'Fn::Join': ['/', [att('Shelf', 'Arn'), '*']] }] },
            { Effect: 'Allow', Action: ['ec2:*NetworkInterface*', 'logs:*'], Resource: ['*'] },
          ],
        },
      },
    },
  },
  { Store: ref('Shelf'), Reader: att('Reader', 'Arn') },
);

/** One VPC with a way to the internet by a NAT gateway from its subnet `<name>Inner`; logical ids begin with `name`. */
function land(name: 'North' | 'South', blocks: { readonly vpc: string; readonly edge: string; readonly inner: string }): Resources {
  const id = (rest: string): string => `${name}${rest}`;
  const own = { VpcId: ref(id('Land')) };
  return {
    [id('Land')]: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: blocks.vpc } },
    [id('Harbour')]: { Type: 'AWS::EC2::InternetGateway', Properties: {} },
    [id('Pier')]: { Type: 'AWS::EC2::VPCGatewayAttachment', Properties: { ...own, InternetGatewayId: ref(id('Harbour')) } },
    [id('Edge')]: { Type: 'AWS::EC2::Subnet', Properties: { ...own, CidrBlock: blocks.edge } },
    [id('Inner')]: {
      Type: 'AWS::EC2::Subnet',
      Properties: { ...own, CidrBlock: blocks.inner, AvailabilityZone: { 'Fn::Select': ['1', { 'Fn::GetAZs': ref('AWS::Region') }] } },
    },
    [id('EdgeRoads')]: { Type: 'AWS::EC2::RouteTable', Properties: own },
    [id('InnerRoads')]: { Type: 'AWS::EC2::RouteTable', Properties: own },
    [id('EdgeSigns')]: {
      Type: 'AWS::EC2::SubnetRouteTableAssociation',
      Properties: { SubnetId: ref(id('Edge')), RouteTableId: ref(id('EdgeRoads')) },
    },
    [id('InnerSigns')]: {
      Type: 'AWS::EC2::SubnetRouteTableAssociation',
      Properties: { SubnetId: ref(id('Inner')), RouteTableId: ref(id('InnerRoads')) },
    },
    [id('ToSea')]: {
      Type: 'AWS::EC2::Route',
      DependsOn: id('Pier'),
      Properties: { RouteTableId: ref(id('EdgeRoads')), DestinationCidrBlock: '0.0.0.0/0', GatewayId: ref(id('Harbour')) },
    },
    [id('Flag')]: { Type: 'AWS::EC2::EIP', DependsOn: [id('Pier')], Properties: {} },
    [id('Ferry')]: {
      Type: 'AWS::EC2::NatGateway',
      DependsOn: id('Pier'),
      Properties: { SubnetId: ref(id('Edge')), AllocationId: att(id('Flag'), 'AllocationId') },
    },
    [id('ToFerry')]: {
      Type: 'AWS::EC2::Route',
      Properties: { RouteTableId: ref(id('InnerRoads')), DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: ref(id('Ferry')) },
    },
    [id('Guard')]: {
      Type: 'AWS::EC2::SecurityGroup',
      Properties: { ...own, GroupDescription: 'lets all out, as EC2 does when nothing is said' },
    },
  };
}

function scout(subnet?: string, guard?: string): object {
  return {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Runtime: 'nodejs20.x',
      Handler: 'look.handler',
      Timeout: 10,
      Role: ref('Reader'),
      Code: { S3Bucket: ref('Store'), S3Key: ref('Code') },
      ...(subnet === undefined || guard === undefined
        ? {}
        : { VpcConfig: { SubnetIds: [ref(subnet)], SecurityGroupIds: [att(guard, 'GroupId')] } }),
    },
  };
}

/** Keys of the objects that the store's policy tells apart. */
export const OBJECTS = {
  byTunnel: 'only/by-tunnel',
  fromNorth: 'only/from-north',
  fromSouth: 'only/from-south',
  anyWay: 'any/way',
} as const;

function closed(key: string, unless: object): object {
  const Resource = { 'Fn::Sub': `arn:aws:s3:::\${Store}/${key}` };
  return { Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource, Condition: unless };
}

/**
 * Two VPCs whose blocks overlap and whose inner subnets have the same block, each with its own NAT gateway; the northern one also has a
 * gateway endpoint on the table of its NAT route, and a subnet whose table has neither. Functions `NorthScout`, `SouthScout`, `LostScout`
 * and `FreeScout` (no VPC). Parameters `Store`, `Reader`, `Code`; outputs: every function's name, `NorthFlag`, `SouthFlag`, `Tunnel`.
 */
export const LANDS_TEMPLATE: object = template(
  ['Store', 'Reader', 'Code'],
  {
    ...land('North', { vpc: '172.20.0.0/16', edge: '172.20.255.0/24', inner: '172.20.4.0/23' }),
    ...land('South', { vpc: '172.20.0.0/20', edge: '172.20.15.240/28', inner: '172.20.4.0/23' }),
    Moor: { Type: 'AWS::EC2::Subnet', Properties: { VpcId: ref('NorthLand'), CidrBlock: '172.20.64.0/26' } },
    MoorRoads: { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: ref('NorthLand') } },
    MoorSigns: {
      Type: 'AWS::EC2::SubnetRouteTableAssociation',
      Properties: { SubnetId: ref('Moor'), RouteTableId: ref('MoorRoads') },
    },
    Tunnel: {
      Type: 'AWS::EC2::VPCEndpoint',
      Properties: {
        VpcId: ref('NorthLand'),
        ServiceName: { 'Fn::Join': ['.', ['com', 'amazonaws', ref('AWS::Region'), 's3']] },
        RouteTableIds: [ref('NorthInnerRoads')],
      },
    },
    Doors: {
      Type: 'AWS::S3::BucketPolicy',
      Properties: {
        Bucket: ref('Store'),
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            closed(OBJECTS.byTunnel, { StringNotEquals: { 'aws:SourceVpce': ref('Tunnel') } }),
            closed(OBJECTS.fromNorth, { NotIpAddress: { 'aws:SourceIp': ref('NorthFlag') } }),
            closed(OBJECTS.fromSouth, { NotIpAddress: { 'aws:SourceIp': { 'Fn::Sub': `\${SouthFlag}/32` } } }),
          ],
        },
      },
    },
    NorthScout: scout('NorthInner', 'NorthGuard'),
    SouthScout: scout('SouthInner', 'SouthGuard'),
    LostScout: scout('Moor', 'NorthGuard'),
    FreeScout: scout(),
  },
  {
    NorthScout: ref('NorthScout'),
    SouthScout: ref('SouthScout'),
    LostScout: ref('LostScout'),
    FreeScout: ref('FreeScout'),
    NorthFlag: ref('NorthFlag'),
    SouthFlag: att('SouthFlag', 'PublicIp'),
    NorthLand: ref('NorthLand'),
    Tunnel: ref('Tunnel'),
  },
);
