import { describe, expect, test } from 'vitest';
import { RESOURCE_TYPES } from '../../infra/lab/realise/realiser.ts';
import { formatTemplate, type Resource, type StackTemplate } from '../../infra/template/model.ts';
import { needsOf } from '../../infra/template/needs.ts';
import { contextOf, stacksOf, TEMPLATE_CASES, type TemplateCase } from '../support/template-cases.ts';

/** CreateStack's limit on TemplateBody. */
const BODY_LIMIT_BYTES = 51_200;
const FIRST_ZONE = { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] };

const resourcesOf = (stacks: readonly StackTemplate[]): readonly (readonly [string, Resource])[] =>
  stacks.flatMap((stack) => Object.entries(stack.template.Resources));
const ofType = (stacks: readonly StackTemplate[], type: string) => resourcesOf(stacks).filter(([, resource]) => resource.Type === type);
const endpointsOf = (stacks: readonly StackTemplate[], kind: 'Gateway' | 'Interface') =>
  ofType(stacks, 'AWS::EC2::VPCEndpoint')
    .map(([, { Properties }]) => Properties)
    .filter(({ VpcEndpointType }) => VpcEndpointType === kind);
const featuresOf = (templateCase: TemplateCase, feature: string) =>
  contextOf(templateCase)
    .needs.profiles.filter((profile) => (profile.features as readonly string[]).includes(feature))
    .map((profile) => profile.key);

describe.each(TEMPLATE_CASES)('$name', (templateCase) => {
  const stacks = stacksOf(templateCase);
  const { needs } = contextOf(templateCase);

  test('every type is one that the lab can make', () => {
    for (const [, resource] of resourcesOf(stacks)) expect(RESOURCE_TYPES as readonly string[]).toContain(resource.Type);
  });

  test('functions of one target differ in name and VpcConfig only, those of one scenario also in the handler', () => {
    const functions = ofType(stacks, 'AWS::Lambda::Function').map(([, { Properties }]) => Properties);
    expect(functions).toHaveLength(needs.functions.length);
    const matched = functions.map(({ FunctionName: _name, VpcConfig: _vpc, Handler: _handler, Tags: _tags, ...rest }) => rest);
    for (const settings of matched) expect(settings).toEqual(matched[0]);
    const handlers = needs.functions.map((need) => `${need.target}.handler`);
    expect(functions.map(({ Handler }) => Handler)).toEqual(handlers);
  });

  test('a function sits in the one subnet of its profile, a twin in its original’s, default mode in none', () => {
    const functions = ofType(stacks, 'AWS::Lambda::Function').map(([, { Properties }]) => Properties['VpcConfig']);
    const expected = needs.functions.map(({ profile }) =>
      profile === undefined
        ? undefined
        : { SubnetIds: [{ Ref: `FunctionSubnet${profile}Id` }], SecurityGroupIds: [{ Ref: 'FunctionSecurityGroupId' }] },
    );
    expect(functions).toEqual(expected);
  });

  test('names are unique, at most 64 characters, and the log group is the one that Lambda would make', () => {
    const names = ofType(stacks, 'AWS::Lambda::Function').map(([, { Properties }]) => String(Properties['FunctionName']));
    const groups = ofType(stacks, 'AWS::Logs::LogGroup').map(([, { Properties }]) => String(Properties['LogGroupName']));
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-zA-Z0-9-_]{1,64}$/);
    expect(groups).toEqual(names.map((name) => `/aws/lambda/${name}`));
    for (const [id, { DependsOn }] of ofType(stacks, 'AWS::Lambda::Function')) {
      expect(DependsOn).toEqual([id.replace(/^Function/, 'LogGroup')]);
    }
  });

  test('the interface endpoint has a subnet and a group of its own, no route table, and does not take the region’s name', () => {
    const asked = featuresOf(templateCase, 's3-interface-endpoint').length > 0;
    const endpoints = endpointsOf(stacks, 'Interface');
    expect(endpoints).toHaveLength(asked ? 1 : 0);
    for (const { Tags: _tags, ...endpoint } of endpoints) {
      expect(endpoint).toEqual({
        VpcEndpointType: 'Interface',
        VpcId: { Ref: 'VpcId' },
        ServiceName: { 'Fn::Sub': `com.amazonaws.\${AWS::Region}.s3` },
        SubnetIds: [{ Ref: 'EndpointSubnetId' }],
        SecurityGroupIds: [{ Ref: 'EndpointSecurityGroupId' }],
        PrivateDnsEnabled: false,
      });
    }
    const paid = stacks.filter(({ template }) => 'S3InterfaceEndpoint' in template.Resources).map(({ stackName }) => stackName);
    expect(paid).toEqual(asked ? ['lnb-abcdefghij-paid'] : []);
  });

  test('the S3 endpoint is on the route tables of the profiles that ask for it, and on no other', () => {
    const endpoints = endpointsOf(stacks, 'Gateway');
    const tables = featuresOf(templateCase, 's3-gateway-endpoint').map((key) => ({ Ref: `RouteTable${key}` }));
    expect(endpoints.map(({ RouteTableIds }) => RouteTableIds)).toEqual(tables.length === 0 ? [] : [tables]);
    for (const endpoint of endpoints) expect(endpoint).not.toHaveProperty('PrivateDnsEnabled');
  });

  test('the NAT route is in the tables of the NAT profiles, the internet gateway’s in the public one, and in no other', () => {
    const routes = ofType(stacks, 'AWS::EC2::Route').map(([, { Properties }]) => Properties);
    const nat = routes.filter((route) => 'NatGatewayId' in route).map(({ RouteTableId }) => RouteTableId);
    const out = routes.filter((route) => 'GatewayId' in route).map(({ RouteTableId }) => RouteTableId);
    expect(nat).toEqual(featuresOf(templateCase, 'nat-gateway').map((key) => ({ Ref: `RouteTable${key}Id` })));
    expect(out).toEqual(needs.natGateway ? [{ Ref: 'PublicRouteTable' }] : []);
    expect(routes).toHaveLength(nat.length + out.length);
  });

  test('each profile has one subnet with a table of its own', () => {
    const associations = ofType(stacks, 'AWS::EC2::SubnetRouteTableAssociation').map(([, { Properties }]) => Properties);
    for (const { key } of needs.profiles) {
      const own = associations.filter(({ RouteTableId }) => JSON.stringify(RouteTableId) === JSON.stringify({ Ref: `RouteTable${key}` }));
      expect(own).toEqual([{ SubnetId: { Ref: `FunctionSubnet${key}` }, RouteTableId: { Ref: `RouteTable${key}` } }]);
    }
  });

  test('everything measured is in one zone; the second one is only named to RDS', () => {
    for (const [id, { Properties }] of ofType(stacks, 'AWS::EC2::Subnet')) {
      const zone = id === 'DatabaseSubnet2' ? { 'Fn::Select': [1, { 'Fn::GetAZs': '' }] } : FIRST_ZONE;
      expect([id, Properties['AvailabilityZone']]).toEqual([id, zone]);
    }
    for (const [, { Properties }] of ofType(stacks, 'AWS::RDS::DBInstance')) expect(Properties['AvailabilityZone']).toEqual(FIRST_ZONE);
  });

  test('subnets do not overlap', () => {
    const cidrs = ofType(stacks, 'AWS::EC2::Subnet').map(([, { Properties }]) => String(Properties['CidrBlock']));
    expect(new Set(cidrs).size).toBe(cidrs.length);
    for (const cidr of cidrs) expect(cidr).toMatch(/^10\.20\.\d+\.0\/24$/);
  });

  test('the database is private, reached from the functions alone, and nothing of it outlives the run', () => {
    const databases = ofType(stacks, 'AWS::RDS::DBInstance');
    expect(databases).toHaveLength(needs.database ? 1 : 0);
    for (const [, database] of databases) {
      expect(database.Properties).toMatchObject({ PubliclyAccessible: false, BackupRetentionPeriod: 0, DeleteAutomatedBackups: true });
      expect(database.Properties['MasterUserPassword']).toEqual({ Ref: 'DatabasePassword' });
    }
    const ingress = ofType(stacks, 'AWS::EC2::SecurityGroupIngress').map(([, { Properties }]) => Properties);
    const doors = [needs.s3InterfaceEndpoint, needs.database].filter(Boolean);
    expect(ingress.map(({ SourceSecurityGroupId }) => SourceSecurityGroupId)).toEqual(
      doors.map(() => ({ 'Fn::GetAtt': ['FunctionSecurityGroup', 'GroupId'] })),
    );
    for (const [, { Properties }] of ofType(stacks, 'AWS::EC2::SecurityGroup'))
      expect(Properties).not.toHaveProperty('SecurityGroupIngress');
  });

  test('what holds data is deleted with its stack', () => {
    const holders = ['AWS::S3::Bucket', 'AWS::RDS::DBInstance', 'AWS::Logs::LogGroup'];
    for (const [id, resource] of resourcesOf(stacks)) {
      const policy = holders.includes(resource.Type) ? 'Delete' : undefined;
      expect([id, resource.DeletionPolicy, resource.UpdateReplacePolicy]).toEqual([id, policy, policy]);
    }
  });

  test('no name is taken from another stack by export, and the password is never shown', () => {
    const text = stacks.map((stack) => formatTemplate(stack.template)).join();
    expect(text).not.toMatch(/ImportValue|"Export"|resolve:secretsmanager/);
    for (const { template } of stacks) {
      const parameter = template.Parameters?.['DatabasePassword'];
      if (parameter) expect(parameter.NoEcho).toBe(true);
    }
  });

  test('parameters and outputs are the ones that are announced, and each parameter is used', () => {
    for (const { template, parameterNames, outputNames } of stacks) {
      expect(Object.keys(template.Parameters ?? {})).toEqual(parameterNames);
      expect(Object.keys(template.Outputs ?? {})).toEqual(outputNames);
      const body = JSON.stringify(template.Resources);
      for (const name of parameterNames) expect(body.includes(`"Ref":"${name}"`) || body.includes(`\${${name}}`)).toBe(true);
    }
  });

  test('each body is below the limit of CreateStack', () => {
    for (const { template } of stacks) expect(Buffer.byteLength(formatTemplate(template))).toBeLessThan(BODY_LIMIT_BYTES);
  });
});

test('default mode alone has no VPC, no gateway and no database', () => {
  const [templateCase] = TEMPLATE_CASES;
  const types = templateCase ? resourcesOf(stacksOf(templateCase)).map(([, { Type }]) => Type) : [];
  expect(new Set(types)).toEqual(
    new Set(['AWS::S3::Bucket', 'AWS::IAM::Role', 'AWS::S3::BucketPolicy', 'AWS::Logs::LogGroup', 'AWS::Lambda::Function']),
  );
});

test('internet alone, in default mode, pays for nothing: there is no stack for it', () => {
  const templateCase = TEMPLATE_CASES.find(({ name }) => name === 'default-internet');
  expect(templateCase && stacksOf(templateCase).map(({ stackName }) => stackName)).toEqual(['lnb-abcdefghij-net', 'lnb-abcdefghij-fn']);
});

test('arms whose names would fall together are refused, as is an arm of a scenario that the plan does not have', () => {
  const [templateCase] = TEMPLATE_CASES;
  if (!templateCase) throw new Error('no case');
  const [original] = templateCase.scenarios;
  if (!original) throw new Error('no scenario');
  const clash = { ...templateCase, scenarios: [original, { ...original, name: 'default-twin' }] };
  expect(() => stacksOf(clash)).toThrow('the arms default-twin/internet and default~twin/internet would get the same name');
  const arms = [{ scenario: 'vpc-net', target: 's3', expected: 'reachable' }] as const;
  expect(() => needsOf({ scenarios: [original], targets: ['s3'], arms })).toThrow('scenario "vpc-net"');
});
