import { describe, expect, it } from 'vitest';
import { RESOURCE_TYPES, type ResourceType } from '../../infra/lab/realise/realiser.ts';
import { checkProperties } from '../../infra/lab/stack/property-check.ts';
import type { MemberTable, Property } from '../../infra/lab/stack/property-shape.ts';
import { PROPERTY_TABLES } from '../../infra/lab/stack/property-tables.ts';
import { newStackLab, stackRequest } from '../support/stack-lab.ts';

const check = (type: ResourceType, values: Readonly<Record<string, unknown>>) =>
  checkProperties({ logicalId: 'It', type }, PROPERTY_TABLES[type], values);

const LAMBDA = { Handler: 's3.handler', Runtime: 'nodejs22.x', Role: 'arn', Code: { S3Bucket: 'b', S3Key: 'k' } };
const DATABASE = {
  ...{ DBInstanceClass: 'db.t4g.micro', Engine: 'postgres', DBSubnetGroupName: 'group', AllocatedStorage: 20 },
  ...{ MasterUsername: 'probe', MasterUserPassword: 'password' },
};
const BUCKET_ENCRYPTION = { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }] };

describe('properties that are refused by name', () => {
  const rows: readonly (readonly [string, ResourceType, Readonly<Record<string, unknown>>, string])[] = [
    ['a misspelt one', 'AWS::EC2::VPC', { CidrBlok: 'x', CidrBlock: 'y' }, 'Encountered unsupported property CidrBlok'],
    ['one of Object', 'AWS::EC2::VPC', { toString: 'x', CidrBlock: 'y' }, 'Encountered unsupported property toString'],
    [
      'an AWS one that the lab lacks',
      'AWS::EC2::VPC',
      { CidrBlock: 'x', InstanceTenancy: 'dedicated' },
      'The property InstanceTenancy of AWS::EC2::VPC is not in this lab',
    ],
    [
      'deep inside',
      'AWS::Lambda::Function',
      { ...LAMBDA, Code: { ZipFile: 'x' } },
      'The property Code/ZipFile of AWS::Lambda::Function is not in this lab',
    ],
    [
      'in a list',
      'AWS::IAM::Role',
      { AssumeRolePolicyDocument: {}, Policies: [{ Name: 'x' }] },
      'Encountered unsupported property Policies/0/Name',
    ],
    [
      'a missing one',
      'AWS::EC2::VPC',
      {},
      'Properties validation failed for resource It with message: #: required key [CidrBlock] not found',
    ],
    ['a missing one inside', 'AWS::Lambda::Function', { ...LAMBDA, Code: { S3Bucket: 'b' } }, '#/Code: required key [S3Key] not found'],
    ['all that are missing', 'AWS::S3::BucketPolicy', {}, '#: required key [Bucket] not found; #: required key [PolicyDocument] not found'],
    ['a word for a number', 'AWS::Lambda::Function', { ...LAMBDA, Timeout: 'long' }, '#/Timeout: expected type: Integer, found: String'],
    ['a fraction', 'AWS::Lambda::Function', { ...LAMBDA, Timeout: 1.5 }, '#/Timeout: expected type: Integer, found: number'],
    ['too small', 'AWS::Lambda::Function', { ...LAMBDA, MemorySize: 64 }, '#/MemorySize: 64 is not greater or equal to 128'],
    ['too large', 'AWS::Lambda::Function', { ...LAMBDA, Timeout: '901' }, '#/Timeout: 901 is not less or equal to 900'],
    [
      'no boolean',
      'AWS::EC2::VPC',
      { CidrBlock: 'x', EnableDnsSupport: 'yes' },
      '#/EnableDnsSupport: expected type: Boolean, found: String',
    ],
    [
      'a text for a list',
      'AWS::EC2::VPCEndpoint',
      { VpcId: 'v', ServiceName: 's', RouteTableIds: 'r' },
      '#/RouteTableIds: expected type: JSONArray, found: String',
    ],
    ['an object for a text', 'AWS::EC2::VPC', { CidrBlock: {} }, '#/CidrBlock: expected type: String, found: JSONObject'],
    [
      'a text for a document',
      'AWS::S3::BucketPolicy',
      { Bucket: 'b', PolicyDocument: '{}' },
      '#/PolicyDocument: expected type: JSONObject, found: String',
    ],
    ['a retention that AWS has not', 'AWS::Logs::LogGroup', { RetentionInDays: 4 }, '#/RetentionInDays: 4 is not a valid enum value'],
    [
      'an endpoint for appliances',
      'AWS::EC2::VPCEndpoint',
      { VpcId: 'v', ServiceName: 's', VpcEndpointType: 'GatewayLoadBalancer' },
      '#/VpcEndpointType: GatewayLoadBalancer is not in this lab, which has only Gateway, Interface',
    ],
    [
      'another engine',
      'AWS::RDS::DBInstance',
      { ...DATABASE, Engine: 'mysql' },
      '#/Engine: mysql is not in this lab, which has only postgres',
    ],
    [
      'backups',
      'AWS::RDS::DBInstance',
      { ...DATABASE, BackupRetentionPeriod: 7 },
      '#/BackupRetentionPeriod: 7 is not in this lab, which has only 0',
    ],
    [
      'tracing',
      'AWS::Lambda::Function',
      { ...LAMBDA, TracingConfig: { Mode: 'Active' } },
      '#/TracingConfig/Mode: Active is not in this lab',
    ],
    [
      'encryption with a key',
      'AWS::S3::Bucket',
      { BucketEncryption: BUCKET_ENCRYPTION },
      'SSEAlgorithm: aws:kms is not in this lab, which has only AES256',
    ],
    [
      'two next hops',
      'AWS::EC2::Route',
      { RouteTableId: 'r', DestinationCidrBlock: 'c', GatewayId: 'g', NatGatewayId: 'n' },
      'exactly one of GatewayId, NatGatewayId must be specified',
    ],
    [
      'no next hop',
      'AWS::EC2::Route',
      { RouteTableId: 'r', DestinationCidrBlock: 'c' },
      'exactly one of GatewayId, NatGatewayId must be specified',
    ],
    [
      'a rule for nobody',
      'AWS::EC2::SecurityGroupIngress',
      { GroupId: 'g', IpProtocol: 'tcp' },
      'exactly one of CidrIp, SourceSecurityGroupId, SourcePrefixListId must be specified',
    ],
  ];

  it.each(rows)('%s', (_because, type, values, message) => {
    expect(() => check(type, values)).toThrow(message);
  });

  it('names several at once', () => {
    expect(() => check('AWS::EC2::VPC', { A: 1, InstanceTenancy: 'x', EnableDnsSupport: 1 })).toThrow(
      'Encountered unsupported property A. The property InstanceTenancy of AWS::EC2::VPC is not in this lab. Properties validation failed for ' +
        'resource It with message: #: required key [CidrBlock] not found; #/EnableDnsSupport: expected type: Boolean, found: number',
    );
  });
});

describe('properties that are taken', () => {
  it('come in their own form, whatever form a parameter or a careless author gave them', () => {
    const environment = { Variables: { PORT: 5432, DEBUG: false, toString: 'x' } };
    expect(check('AWS::Lambda::Function', { ...LAMBDA, Timeout: '30', MemorySize: 1769, Environment: environment })).toMatchObject({
      Timeout: 30,
      MemorySize: 1769,
      Environment: { Variables: { PORT: '5432', DEBUG: 'false', toString: 'x' } },
    });
    expect(check('AWS::RDS::DBInstance', { ...DATABASE, MultiAZ: 'false', MasterUserPassword: 12345678 })).toMatchObject({
      MultiAZ: false,
      MasterUserPassword: '12345678',
    });
    const rule = { IpProtocol: -1, CidrIp: '0.0.0.0/0' };
    expect(check('AWS::EC2::SecurityGroup', { GroupDescription: 'd', VpcId: 'v', SecurityGroupEgress: [rule] })).toMatchObject({
      SecurityGroupEgress: [{ IpProtocol: '-1' }],
    });
  });

  it('leave policy documents as they are', () => {
    const document = { Statement: [{ Effect: 'Deny', Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' }, Bool: { x: true } } }] };
    expect(check('AWS::S3::BucketPolicy', { Bucket: 'b', PolicyDocument: document })['PolicyDocument']).toEqual(document);
  });
});

describe('the tables', () => {
  function* rows(table: MemberTable, path: string): Generator<readonly [string, Property]> {
    for (const [name, property] of Object.entries(table.properties)) {
      yield [`${path}/${name}`, property];
      const shape = property.shape.kind === 'list' ? property.shape.of : property.shape;
      if (shape.kind === 'members') yield* rows(shape.members, `${path}/${name}`);
    }
  }

  it.each(RESOURCE_TYPES)('%s says of each property what becomes of it, and lists none twice', (type) => {
    const table = PROPERTY_TABLES[type];
    for (const [path, property] of rows(table, type)) expect(property.does, path).toMatch(/\w/);
    expect(table.lacks.filter((name) => Object.hasOwn(table.properties, name))).toEqual([]);
    expect(new Set(table.lacks).size).toBe(table.lacks.length);
    expect(table.exactlyOneOf.flat().filter((name) => !Object.hasOwn(table.properties, name))).toEqual([]);
  });
});

describe('what a stack says of what the lab lacks', () => {
  it.each([
    [
      'a resource type',
      { Type: 'AWS::EC2::Instance', Properties: { ImageId: 'ami' } },
      'The resource type AWS::EC2::Instance is not in this lab',
    ],
    [
      'a property',
      { Type: 'AWS::EC2::EIP', Properties: { InstanceId: 'i-1' } },
      'The property InstanceId of AWS::EC2::EIP is not in this lab',
    ],
    [
      'a last snapshot, also when it is only the default',
      { Type: 'AWS::RDS::DBInstance', Properties: DATABASE },
      'DeletionPolicy Snapshot, the default of AWS::RDS::DBInstance, is not in this lab: declare DeletionPolicy Delete',
    ],
    [
      'a value that only evaluation shows',
      {
        Type: 'AWS::EC2::Subnet',
        Properties: { VpcId: 'v', CidrBlock: 'c', AvailabilityZone: { 'Fn::Select': [9, { 'Fn::GetAZs': '' }] } },
      },
      'Template error: Fn::Select cannot select nonexistent value at index 9',
    ],
  ])('%s', async (_what, resource, reason) => {
    const lab = newStackLab();
    const id = lab.engine.create(stackRequest({ Resources: { It: resource } }));
    await lab.engine.settled(id);
    expect(lab.timeline(id)).toEqual([
      'net CREATE_IN_PROGRESS',
      'It CREATE_IN_PROGRESS',
      'It CREATE_FAILED',
      'net ROLLBACK_IN_PROGRESS',
      'It DELETE_COMPLETE',
      'net ROLLBACK_COMPLETE',
    ]);
    expect(lab.reasons(id, 'It')).toEqual([reason]);
    expect(lab.calls).toEqual([]);
  });
});
