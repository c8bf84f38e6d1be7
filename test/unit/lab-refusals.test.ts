import { strToU8, zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newPaperLab, type PaperLab } from '../support/paper-lab.ts';
import { stackRequest } from '../support/stack-lab.ts';

let lab: PaperLab;
beforeEach(() => {
  lab = newPaperLab(zipSync({ 'internet.mjs': strToU8('export const handler = 1;') }));
});
afterEach(() => lab.close());

type Resources = Readonly<Record<string, unknown>>;
const ref = (logicalId: string) => ({ Ref: logicalId });
const resource = (Type: string, Properties: Resources = {}, DependsOn?: string) => ({
  Type,
  Properties,
  ...(DependsOn ? { DependsOn } : {}),
});

const GATEWAY = { Gateway: resource('AWS::EC2::InternetGateway') };
const VPC = { Vpc: resource('AWS::EC2::VPC', { CidrBlock: '10.0.0.0/16' }) };
const SUBNET = { Subnet: resource('AWS::EC2::Subnet', { VpcId: ref('Vpc'), CidrBlock: '10.0.1.0/24', AvailabilityZone: 'us-east-1a' }) };
const GROUP = { Group: resource('AWS::EC2::SecurityGroup', { VpcId: ref('Vpc'), GroupDescription: 'a group' }) };
const ATTACHMENT = { Attachment: resource('AWS::EC2::VPCGatewayAttachment', { VpcId: ref('Vpc'), InternetGatewayId: ref('Gateway') }) };
const TABLE = { Table: resource('AWS::EC2::RouteTable', { VpcId: ref('Vpc') }) };
const ROLE = {
  Role: resource('AWS::IAM::Role', {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
  }),
};
const fn = (more: Resources) =>
  resource('AWS::Lambda::Function', {
    Code: { S3Bucket: 'b', S3Key: 'k' },
    Handler: 'internet.handler',
    Runtime: 'nodejs22.x',
    Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
    ...more,
  });

function thrownBy(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    const { code, message } = error as { readonly code?: string; readonly message: string };
    return `${code}: ${message}`;
  }
  throw new Error('it was not refused');
}

const CreateStack = (template: unknown, change: Parameters<typeof stackRequest>[1] = {}) =>
  thrownBy(() => lab.engine.create(stackRequest(template, change)));
const withParameter = { Parameters: { Size: { Type: 'Number' } }, Resources: GATEWAY };

/** Why a resource could not be made. */
async function notMade(logicalId: string, resources: Resources): Promise<string> {
  const id = await lab.create(resources);
  expect(lab.engine.describe(id)[0]?.status).toBe('CREATE_FAILED');
  return lab.reasonOf(id, logicalId) ?? '';
}

/** Why a resource could not be deleted, after `before` had done something with the stack. */
async function notDeleted(logicalId: string, resources: Resources, before: (stackId: string) => unknown): Promise<string> {
  const id = await lab.create(resources);
  expect(lab.engine.describe(id)[0]?.status).toBe('CREATE_COMPLETE');
  await before(id);
  expect(await lab.remove(id)).toBe('DELETE_FAILED');
  return lab.reasonOf(id, logicalId) ?? '';
}

function attachInterface(stackId: string): Promise<unknown> {
  const [subnetId, group] = [lab.physicalIdOf(stackId, 'Subnet'), lab.engine.resources(stackId).find((r) => r.logicalId === 'Group')];
  return lab.network.fabric.attach({ subnetId, securityGroupIds: group === undefined ? [] : [group.physicalId], description: 'in use' });
}

function putObject(stackId: string): void {
  const upload = lab.store.newUpload();
  upload.write(Buffer.from('x'));
  const checksum = { algorithm: 'CRC32', value: '' } as const;
  const object = { key: 'k', sizeBytes: 1, etag: '', lastModified: '', checksum, headers: {}, userMetadata: {} };
  upload.commit(lab.physicalIdOf(stackId, 'Bucket'), object);
}

interface Row {
  readonly rule: string;
  /** Where AWS says so, or `unverified` with what it rests on. */
  readonly source: string;
  readonly refused: () => string | Promise<string>;
  readonly says: RegExp;
}

const ROWS: readonly Row[] = [
  {
    rule: 'IAM resources without a capability',
    source: 'CloudFormation API reference, CreateStack, Capabilities and InsufficientCapabilities',
    refused: () => CreateStack({ Resources: ROLE }),
    says: /^InsufficientCapabilitiesException: Requires capabilities : \[CAPABILITY_IAM\]$/,
  },
  {
    rule: 'a parameter without a value',
    source: 'words seen in public issue reports',
    refused: () => CreateStack(withParameter),
    says: /^ValidationError: Parameters: \[Size\] must have values$/,
  },
  {
    rule: 'a parameter that the template does not declare',
    source: 'words seen in public issue reports',
    refused: () => CreateStack({ Resources: GATEWAY }, { parameters: { Size: '1' } }),
    says: /^ValidationError: Parameters: \[Size\] do not exist in the template$/,
  },
  {
    rule: 'a stack name with an underscore',
    source: 'CloudFormation API reference, CreateStack, StackName',
    refused: () => CreateStack({ Resources: GATEWAY }, { name: 'a_b' }),
    says: /^ValidationError: .*'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern/,
  },
  {
    rule: 'a stack name of 129 characters',
    source: 'CloudFormation API reference, CreateStack, StackName',
    refused: () => CreateStack({ Resources: GATEWAY }, { name: 'a'.repeat(129) }),
    says: /Member must have length less than or equal to 128$/,
  },
  {
    rule: 'a name that a live stack has',
    source: 'CloudFormation API reference, CreateStack, AlreadyExistsException',
    refused: async () => {
      await lab.create(GATEWAY);
      return CreateStack({ Resources: GATEWAY });
    },
    says: /^AlreadyExistsException: Stack \[net\] already exists$/,
  },
  {
    rule: 'a deleted stack by its name (its id still finds it)',
    source: 'CloudFormation API reference, DescribeStacks: for deleted stacks the unique id must be given',
    refused: async () => {
      const id = await lab.create(GATEWAY);
      expect(await lab.remove(id)).toBe('DELETE_COMPLETE');
      return thrownBy(() => lab.engine.describe('net'));
    },
    says: /^ValidationError: Stack with id net does not exist$/,
  },
  {
    rule: 'a template body of 51,201 bytes',
    source: 'CloudFormation quotas, template body in a request: 51,200 bytes',
    refused: () => CreateStack({ Resources: GATEWAY, Description: 'x'.repeat(51_200) }),
    says: /'templateBody' failed to satisfy constraint: Member must have length less than or equal to 51200/,
  },
  {
    rule: 'a resource type that AWS does not have',
    source: 'words seen in public issue reports',
    refused: () => CreateStack({ Resources: { Beam: resource('AWS::EC2::Teleporter'), ...GATEWAY } }),
    says: /^ValidationError: Template format error: Unrecognized resource types: \[AWS::EC2::Teleporter\]$/,
  },
  {
    rule: 'a resource type that AWS has and the lab has not',
    source: 'the lab’s own rule: what it lacks fails by name, when its turn comes',
    refused: () => notMade('Acl', { ...VPC, Acl: resource('AWS::EC2::NetworkAcl', { VpcId: ref('Vpc') }) }),
    says: /^The resource type AWS::EC2::NetworkAcl is not in this lab$/,
  },
  {
    rule: 'a route to an internet gateway before its attachment',
    source: 'CloudFormation user guide, DependsOn: VPC-gateway attachments; words seen in public issue reports',
    refused: () =>
      notMade('Route', {
        ...{ ...VPC, ...GATEWAY, ...TABLE },
        Route: resource('AWS::EC2::Route', { RouteTableId: ref('Table'), DestinationCidrBlock: '0.0.0.0/0', GatewayId: ref('Gateway') }),
      }),
    says: /route table rtb-\S+ and network gateway igw-\S+ belong to different networks.*Error Code: InvalidParameterValue/,
  },
  {
    rule: 'a NAT gateway before the attachment of the VPC’s internet gateway',
    source: 'EC2 API reference, CreateNatGateway, failure code Gateway.NotAttached',
    refused: () =>
      notMade('Nat', {
        ...{ ...VPC, ...SUBNET },
        Address: resource('AWS::EC2::EIP', { Domain: 'vpc' }),
        Nat: resource('AWS::EC2::NatGateway', { SubnetId: ref('Subnet'), AllocationId: { 'Fn::GetAtt': ['Address', 'AllocationId'] } }),
      }),
    says: /Network vpc-\S+ has no Internet gateway attached.*Error Code: Gateway\.NotAttached/,
  },
  {
    rule: 'a DB subnet group in one zone',
    source: 'RDS API reference, CreateDBSubnetGroup, DBSubnetGroupDoesNotCoverEnoughAZs',
    refused: () =>
      notMade('Subnets', {
        ...{ ...VPC, ...SUBNET },
        Subnets: resource('AWS::RDS::DBSubnetGroup', { DBSubnetGroupDescription: 'd', SubnetIds: [ref('Subnet')] }),
      }),
    says: /coverage requirement.*Add subnets to cover at least 2 AZs.*Error Code: DBSubnetGroupDoesNotCoverEnoughAZs/,
  },
  {
    rule: 'a function in a VPC whose role may not make interfaces',
    source: 'Lambda developer guide, VPC permissions; words seen in public issue reports',
    refused: () =>
      notMade('Fn', {
        ...{ ...VPC, ...SUBNET, ...GROUP, ...ROLE },
        Fn: fn({ VpcConfig: { SubnetIds: [ref('Subnet')], SecurityGroupIds: [ref('Group')] } }),
      }),
    says: /The provided execution role does not have permissions to call CreateNetworkInterface on EC2/,
  },
  {
    rule: 'environment variables of more than 4 KB',
    source: 'Lambda quotas; words seen in public issue reports',
    refused: () => notMade('Fn', { ...ROLE, Fn: fn({ Environment: { Variables: { BIG: 'x'.repeat(4_096) } } }) }),
    says: /environment variables you have provided exceeded the 4KB limit/,
  },
  {
    rule: 'the deletion of a bucket that has an object',
    source: 'S3 API reference, DeleteBucket, BucketNotEmpty',
    refused: () => notDeleted('Bucket', { Bucket: resource('AWS::S3::Bucket') }, putObject),
    says: /The bucket you tried to delete is not empty.*Error Code: BucketNotEmpty/,
  },
  {
    rule: 'the deletion of a subnet with an interface in it',
    source: 'EC2 API reference, error code DependencyViolation; words seen in public issue reports',
    refused: () => notDeleted('Subnet', { ...VPC, ...SUBNET }, attachInterface),
    says: /The subnet 'subnet-\S+' has dependencies and cannot be deleted\..*Error Code: DependencyViolation/,
  },
  {
    rule: 'the deletion of a group that an interface has',
    source: 'EC2 API reference, error code DependencyViolation; words seen in public issue reports',
    refused: () => notDeleted('Group', { ...VPC, ...SUBNET, ...GROUP }, attachInterface),
    says: /resource sg-\S+ has a dependent object.*Error Code: DependencyViolation/,
  },
];

describe('what AWS refuses, the lab refuses', () => {
  test.each(ROWS)('$rule ($source)', async ({ refused, says }) => {
    expect(await refused()).toMatch(says);
  });

  test('every row says where its rule comes from', () => {
    for (const { source } of ROWS) expect(source.length).toBeGreaterThan(10);
  });
});

test('an address needs no attachment: only its association would (unverified: nothing public says that the allocation is refused)', async () => {
  const id = await lab.create({ ...VPC, ...GATEWAY, Address: resource('AWS::EC2::EIP', { Domain: 'vpc' }) });
  expect(lab.engine.describe(id)[0]?.status).toBe('CREATE_COMPLETE');
});

test('with DependsOn the gateway’s route is made', async () => {
  const route = { RouteTableId: ref('Table'), DestinationCidrBlock: '0.0.0.0/0', GatewayId: ref('Gateway') };
  const Route = resource('AWS::EC2::Route', route, 'Attachment');
  const id = await lab.create({ ...VPC, ...GATEWAY, ...ATTACHMENT, ...TABLE, Route });
  expect(lab.engine.describe(id)[0]?.status).toBe('CREATE_COMPLETE');
});
