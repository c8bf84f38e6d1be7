import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AccessKey, Account } from '../../infra/lab/account/identity.ts';
import { newFunctionRealiser } from '../../infra/lab/realise/function.ts';
import { newLogGroupRealiser } from '../../infra/lab/realise/log-group.ts';
import type { RealiseRequest, Realiser } from '../../infra/lab/realise/realiser.ts';
import { newRoles, type Roles } from '../../infra/lab/realise/role.ts';
import { Refusal } from '../../infra/lab/refusal.ts';
import { newCodeStore } from '../../infra/lab/runtime/code-store.ts';
import type { Functions, NewFunction } from '../../infra/lab/runtime/functions.ts';
import { newLogStore } from '../../infra/lab/runtime/log-store.ts';
import { newFakeFabric } from '../support/fake-fabric.ts';

const ACCOUNT: Account = { accountId: '111122223333', region: 'us-east-1', zones: ['us-east-1a'] };
const TRUST = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

function request(properties: Readonly<Record<string, unknown>>, logicalId = 'Thing'): RealiseRequest {
  return {
    logicalId,
    stackId: 'stack-1',
    stackName: 'stack',
    properties,
    tags: { run: 'abc' },
    generatedName: `stack-${logicalId}-ABCDEFGHIJKL`,
  };
}

describe('roles', () => {
  let keys: Map<string, AccessKey>;
  let roles: Roles;
  beforeEach(() => {
    keys = new Map();
    roles = newRoles(ACCOUNT, { add: (key) => keys.set(key.accessKeyId, key), remove: (id) => keys.delete(id) });
  });

  test('have an ARN, and keys that are valid as long as the role is there', async () => {
    const role = await roles.roleRealiser.create(request({ AssumeRolePolicyDocument: TRUST, Path: '/bench/' }));
    expect(role).toEqual({
      physicalId: 'stack-Thing-ABCDEFGHIJKL',
      attributes: {
        Arn: 'arn:aws:iam::111122223333:role/bench/stack-Thing-ABCDEFGHIJKL',
        RoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}$/),
      },
    });
    const arn = role.attributes['Arn'] ?? '';
    const key = roles.roleCredentials(arn);
    expect(key).toMatchObject({ accessKeyId: expect.stringMatching(/^ASIA[A-Z2-7]{16}$/), principalArn: arn });
    expect([...keys.values()]).toEqual([key]);
    await roles.roleRealiser.delete(role.physicalId);
    expect(keys.size).toBe(0);
    expect(() => roles.roleCredentials(arn)).toThrow('The role defined for the function cannot be assumed by Lambda.');
  });

  const allowances = [
    { action: 'ec2:*', allowed: true, why: 'a wildcard covers it' },
    { action: ['s3:GetObject', 'EC2:createnetworkinterface'], allowed: true, why: 'actions have no case' },
    { action: 'ec2:Describe*', allowed: false, why: 'another action' },
  ];
  test.each(allowances)('allow what their policies say: $why', async ({ action, allowed }) => {
    const document = { Statement: { Effect: 'Allow', Action: action, Resource: '*' } };
    const { attributes } = await roles.roleRealiser.create(
      request({ AssumeRolePolicyDocument: TRUST, Policies: [{ PolicyName: 'p', PolicyDocument: document }] }),
    );
    expect(roles.allows(attributes['Arn'] ?? '', 'ec2:CreateNetworkInterface')).toBe(allowed);
  });

  test('take a policy of its own resource, and lose it with that', async () => {
    const role = await roles.roleRealiser.create(request({ RoleName: 'r', AssumeRolePolicyDocument: TRUST }));
    const arn = role.attributes['Arn'] ?? '';
    const document = { Statement: [{ Effect: 'Allow', Action: 'ec2:CreateNetworkInterface', Resource: '*' }] };
    const policy = await roles.policyRealiser.create(request({ PolicyName: 'extra', PolicyDocument: document, Roles: ['r'] }));
    expect(roles.allows(arn, 'ec2:CreateNetworkInterface')).toBe(true);
    await roles.policyRealiser.delete(policy.physicalId);
    expect(roles.allows(arn, 'ec2:CreateNetworkInterface')).toBe(false);
  });

  test('allow interfaces by the managed policy', async () => {
    const managed = ['arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole'];
    const role = await roles.roleRealiser.create(request({ AssumeRolePolicyDocument: TRUST, ManagedPolicyArns: managed }));
    expect(roles.allows(role.attributes['Arn'] ?? '', 'ec2:CreateNetworkInterface')).toBe(true);
  });

  test('of another service cannot be assumed by Lambda', async () => {
    const trust = { Statement: [{ Effect: 'Allow', Principal: { Service: ['ec2.amazonaws.com'] }, Action: 'sts:AssumeRole' }] };
    const role = await roles.roleRealiser.create(request({ AssumeRolePolicyDocument: trust }));
    expect(() => roles.roleCredentials(role.attributes['Arn'] ?? '')).toThrow(
      expect.objectContaining({ code: 'InvalidParameterValueException' }),
    );
  });

  const refused = [
    { act: () => roles.roleRealiser.create(request({})), code: 'MalformedPolicyDocument', why: 'no trust policy' },
    {
      act: () => roles.roleRealiser.create(request({ AssumeRolePolicyDocument: TRUST, PermissionsBoundary: 'x' })),
      code: 'ValidationError',
      why: 'an unknown property',
    },
    {
      act: () => roles.policyRealiser.create(request({ PolicyName: 'p', PolicyDocument: TRUST, Roles: ['none'] })),
      code: 'NoSuchEntity',
      why: 'no such role',
    },
    {
      act: () => roles.policyRealiser.create(request({ PolicyName: 'p', PolicyDocument: TRUST, Users: ['u'] })),
      code: 'ValidationError',
      why: 'policies of users',
    },
  ];
  test.each(refused)('refuse $why', async ({ act, code }) => {
    await expect(act()).rejects.toMatchObject({ code });
  });
});

describe('log groups', () => {
  test('have a name, an ARN and a retention, and are gone when deleted', async () => {
    const logs = newLogStore({ now: () => 0, delayMs: () => 0 });
    const realiser = newLogGroupRealiser(logs, ACCOUNT);
    const made = await realiser.create(
      request({ LogGroupName: '/aws/lambda/f', RetentionInDays: 7, Tags: [{ Key: 'run', Value: 'abc' }] }),
    );
    expect(made).toEqual({
      physicalId: '/aws/lambda/f',
      attributes: { Arn: 'arn:aws:logs:us-east-1:111122223333:log-group:/aws/lambda/f:*' },
    });
    expect(logs.filterEvents('/aws/lambda/f', {})).toEqual([]);
    await expect(realiser.create(request({ LogGroupName: '/aws/lambda/f' }))).rejects.toMatchObject({
      code: 'ResourceAlreadyExistsException',
    });
    await realiser.delete('/aws/lambda/f');
    expect(() => logs.filterEvents('/aws/lambda/f', {})).toThrow(Refusal);
  });

  const refused = [
    { properties: { RetentionInDays: 8 }, why: 'a retention that AWS does not have' },
    { properties: { KmsKeyId: 'k' }, why: 'a key' },
    { properties: { LogGroupClass: 'INFREQUENT_ACCESS' }, why: 'another class' },
  ];
  test.each(refused)('refuse $why', async ({ properties }) => {
    const realiser = newLogGroupRealiser(newLogStore({ now: () => 0, delayMs: () => 0 }), ACCOUNT);
    await expect(realiser.create(request(properties))).rejects.toBeInstanceOf(Refusal);
  });
});

describe('functions', () => {
  const ZIP = zipSync({ 'internet.mjs': strToU8('export const handler = 1;'), 'deep/er.txt': strToU8('x') });
  const BASE = {
    Code: { S3Bucket: 'b', S3Key: 'k.zip' },
    Handler: 'internet.handler',
    Runtime: 'nodejs22.x',
    Role: 'arn:aws:iam::111122223333:role/r',
  };
  let root: string;
  let created: NewFunction[];
  let realiser: Realiser;
  let mayAttach: boolean;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'lnb-code-'));
    created = [];
    mayAttach = true;
    const functions: Pick<Functions, 'create' | 'delete'> = {
      async create(made) {
        created.push(made);
        const { functionName } = made.configuration;
        const rest = {
          functionArn: `arn:${functionName}`,
          state: 'Active',
          lastUpdateStatus: 'Successful',
          revisionId: '1',
          lastModified: '',
        } as const;
        return { ...made.configuration, ...rest };
      },
      delete: async () => undefined,
    };
    realiser = newFunctionRealiser({
      region: 'us-east-1',
      functions: functions as Functions,
      code: newCodeStore(root),
      fabric: newFakeFabric(),
      roleAllows: () => mayAttach,
      readObject: async (bucket, key) => {
        if (key === 'bad.zip') return strToU8('no zip at all');
        if (key === 'evil.zip') return zipSync({ '../outside': strToU8('x') });
        if (bucket === 'b' && key === 'k.zip') return ZIP;
        throw new Refusal('NoSuchKey', 404, 'The specified key does not exist.');
      },
    });
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  test('have the defaults of Lambda, a generated name, the tags, and their code on disk', async () => {
    const made = await realiser.create(request(BASE, 'Fn'));
    expect(made).toEqual({ physicalId: 'stack-Fn-ABCDEFGHIJKL', attributes: { Arn: 'arn:stack-Fn-ABCDEFGHIJKL' } });
    const [{ configuration, codeFolder } = { configuration: undefined, codeFolder: '' }] = created;
    expect(configuration).toMatchObject({
      timeoutSeconds: 3,
      memorySizeMb: 128,
      ephemeralStorageMb: 512,
      architecture: 'x86_64',
      environment: {},
      logging: { format: 'Text', group: '/aws/lambda/stack-Fn-ABCDEFGHIJKL' },
      tags: { run: 'abc' },
      codeSize: ZIP.length,
      codeSha256: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
      runtimeVersionArn: expect.stringMatching(/^arn:aws:lambda:us-east-1::runtime:[0-9a-f]{64}$/),
    });
    expect(configuration).not.toHaveProperty('vpcConfig');
    expect(await readFile(join(codeFolder, 'internet.mjs'), 'utf8')).toBe('export const handler = 1;');
    expect(await readFile(join(codeFolder, 'deep/er.txt'), 'utf8')).toBe('x');
  });

  test('take what a template says, numbers also as text', async () => {
    await realiser.create(
      request({
        ...BASE,
        FunctionName: 'lnb-run-vpc-nat-s3',
        Timeout: '30',
        MemorySize: 1769,
        Architectures: ['arm64'],
        Environment: { Variables: { NONCE: '0', NUMBER: 1 } },
        VpcConfig: { SubnetIds: ['subnet-a'], SecurityGroupIds: ['sg-1'] },
        LoggingConfig: { LogFormat: 'JSON', SystemLogLevel: 'DEBUG', ApplicationLogLevel: 'FATAL', LogGroup: '/own' },
      }),
    );
    expect(created[0]?.configuration).toMatchObject({
      functionName: 'lnb-run-vpc-nat-s3',
      timeoutSeconds: 30,
      memorySizeMb: 1769,
      architecture: 'arm64',
      environment: { NONCE: '0', NUMBER: '1' },
      vpcConfig: { subnetIds: ['subnet-a'], securityGroupIds: ['sg-1'], vpcId: 'vpc-1' },
      logging: { format: 'JSON', systemLogLevel: 'DEBUG', applicationLogLevel: 'FATAL', group: '/own' },
    });
  });

  test('of the same zip share one folder', async () => {
    await Promise.all([realiser.create(request(BASE, 'One')), realiser.create(request(BASE, 'Two'))]);
    expect(new Set(created.map((made) => made.codeFolder)).size).toBe(1);
  });

  test('keep a long generated name within 64 characters and its random end', async () => {
    const { physicalId } = await realiser.create(request(BASE, 'L'.repeat(60)));
    expect(physicalId).toHaveLength(64);
    expect(physicalId).toMatch(/-ABCDEFGHIJKL$/);
  });

  const refused = [
    { change: { Runtime: 'python3.13' }, text: 'Runtime', why: 'another runtime' },
    {
      change: { Code: { S3Bucket: 'b', S3Key: 'none' } },
      text: 'Error occurred while GetObject. S3 Error Code: NoSuchKey',
      why: 'no such object',
    },
    { change: { Code: { S3Bucket: 'b', S3Key: 'bad.zip' } }, text: 'Could not unzip uploaded file', why: 'no zip' },
    { change: { Code: { S3Bucket: 'b', S3Key: 'evil.zip' } }, text: 'Could not unzip uploaded file', why: 'a path that leads outside' },
    { change: { Code: { ZipFile: 'x' } }, text: 'ZipFile', why: 'inline code' },
    { change: { Layers: ['arn'] }, text: 'Layers', why: 'layers' },
    { change: { TracingConfig: { Mode: 'Active' } }, text: 'Mode', why: 'tracing' },
    {
      change: { VpcConfig: { SubnetIds: ['subnet-x'], SecurityGroupIds: ['sg-1'] } },
      text: 'InvalidSubnetID.NotFound',
      why: 'an unknown subnet',
    },
    { change: { LoggingConfig: { SystemLogLevel: 'DEBUG' } }, text: 'LogFormat is JSON', why: 'levels in text' },
    { change: { MemorySize: 64 }, text: 'MemorySize', why: 'too little memory' },
    { change: { Environment: { Variables: { AWS_REGION: 'x' } } }, text: 'reserved keys', why: 'a reserved variable' },
  ];
  test.each(refused)('refuse $why', async ({ change, text }) => {
    await expect(realiser.create(request({ ...BASE, ...change }))).rejects.toThrow(text);
    expect(created).toEqual([]);
  });

  test('refuse a VPC when the role may not make interfaces', async () => {
    mayAttach = false;
    const vpc = { VpcConfig: { SubnetIds: ['subnet-a'], SecurityGroupIds: ['sg-1'] } };
    await expect(realiser.create(request({ ...BASE, ...vpc }))).rejects.toThrow('CreateNetworkInterface on EC2');
  });
});
