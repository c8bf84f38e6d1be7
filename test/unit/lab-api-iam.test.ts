import {
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  IAMClient,
  ListRolePoliciesCommand,
  ListUsersCommand,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newIamService, type PolicyJudge } from '../../infra/lab/api/iam.ts';
import { newRoles } from '../../infra/lab/realise/role.ts';
import { ACCOUNT, errorOf, type FakeApi, startFakeApi } from '../support/lab-api.ts';

const TRUST = { Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] };
const POLICY = { Statement: [{ Effect: 'Allow', Action: 'ec2:*', Resource: '*' }] };

let api: FakeApi;
let client: IAMClient;
let keys: string[];
let judge: PolicyJudge;

beforeEach(async () => {
  keys = [];
  judge = () => 'allowed';
  const roles = newRoles(ACCOUNT, { add: (key) => keys.push(key.accessKeyId), remove: (id) => keys.splice(keys.indexOf(id), 1) });
  const names = { logicalId: 'Role', stackId: 's', stackName: 's', generatedName: 's-Role' };
  const policies = ['two', 'one'].map((PolicyName) => ({ PolicyName, PolicyDocument: POLICY }));
  const properties = { RoleName: 'probe', Path: '/bench/', AssumeRolePolicyDocument: TRUST, Policies: policies, Description: 'd' };
  await roles.roleRealiser.create({ ...names, properties, tags: { 'lnb:run': 'abc' } });
  const managed = {
    RoleName: 'managed',
    AssumeRolePolicyDocument: TRUST,
    ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'],
  };
  await roles.roleRealiser.create({ ...names, properties: managed, tags: {} });
  const service = newIamService({ roles, roleRealiser: roles.roleRealiser, judge: (...asked) => judge(...asked) });
  api = await startFakeApi({ wire: { iam: service } });
  client = new IAMClient(api.client);
});
afterEach(async () => {
  client.destroy();
  await api.close();
});

describe('roles', () => {
  test('are described, with their trust policy percent-encoded', async () => {
    const { Role } = await client.send(new GetRoleCommand({ RoleName: 'probe' }));
    expect(Role).toMatchObject({
      RoleName: 'probe',
      Path: '/bench/',
      Arn: 'arn:aws:iam::111122223333:role/bench/probe',
      RoleId: expect.stringMatching(/^AROA/),
      Description: 'd',
      MaxSessionDuration: 3600,
      Tags: [{ Key: 'lnb:run', Value: 'abc' }],
    });
    expect(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''))).toEqual(TRUST);
  });

  test('can be deleted, with their keys, once they are empty', async () => {
    expect((await errorOf(client.send(new DeleteRoleCommand({ RoleName: 'probe' })))).name).toBe('DeleteConflictException');
    const { PolicyNames = [] } = await client.send(new ListRolePoliciesCommand({ RoleName: 'probe' }));
    expect(PolicyNames).toEqual(['one', 'two']);
    for (const PolicyName of PolicyNames) await client.send(new DeleteRolePolicyCommand({ RoleName: 'probe', PolicyName }));
    await client.send(new DeleteRoleCommand({ RoleName: 'probe' }));
    expect(keys).toHaveLength(1);
    expect((await errorOf(client.send(new GetRoleCommand({ RoleName: 'probe' })))).name).toBe('NoSuchEntityException');
  });

  test('list their policies in pages', async () => {
    const first = await client.send(new ListRolePoliciesCommand({ RoleName: 'probe', MaxItems: 1 }));
    const second = await client.send(new ListRolePoliciesCommand({ RoleName: 'probe', MaxItems: 1, Marker: first.Marker }));
    expect([first, second].map(({ PolicyNames, IsTruncated }) => [PolicyNames, IsTruncated])).toEqual([
      [['one'], true],
      [['two'], false],
    ]);
  });

  test.each([
    ['a role with a managed policy', () => client.send(new DeleteRoleCommand({ RoleName: 'managed' })), 'DeleteConflictException'],
    [
      'a policy that is not there',
      () => client.send(new DeleteRolePolicyCommand({ RoleName: 'probe', PolicyName: 'three' })),
      'NoSuchEntityException',
    ],
    ['an action that is not there', () => client.send(new ListUsersCommand({})), 'InvalidAction'],
  ])('refused: %s', async (_why, ask, name) => {
    expect((await errorOf(ask())).name).toBe(name);
  });
});

describe('SimulatePrincipalPolicy', () => {
  const ask = (ResourceArns?: string[]) =>
    client.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: 'arn:aws:iam::111122223333:user/bench',
        ActionNames: ['ec2:CreateVpc', 'rds:CreateDBInstance'],
        ...(ResourceArns === undefined ? {} : { ResourceArns }),
      }),
    );

  test('allows everything while nothing is enforced', async () => {
    const { EvaluationResults, IsTruncated } = await ask();
    expect(EvaluationResults?.map(({ EvalActionName, EvalDecision }) => [EvalActionName, EvalDecision])).toEqual([
      ['ec2:CreateVpc', 'allowed'],
      ['rds:CreateDBInstance', 'allowed'],
    ]);
    expect(IsTruncated).toBe(false);
  });

  test('asks the judge about each action on each resource', async () => {
    judge = (_principal, action, resource) => (action === 'ec2:CreateVpc' && resource === 'arn:a' ? 'explicitDeny' : 'implicitDeny');
    const { EvaluationResults } = await ask(['arn:a', 'arn:b']);
    expect(EvaluationResults?.map(({ EvalDecision }) => EvalDecision)).toEqual([
      'explicitDeny',
      'implicitDeny',
      'implicitDeny',
      'implicitDeny',
    ]);
  });
});
