import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type InspectionClients, inspectAccount } from '../../infra/deploy/inspection.ts';
import { principalOf, simulatePermissions } from '../../infra/deploy/permission-looks.ts';
import { REQUIRED_ACTIONS } from '../../infra/deploy/required-actions.ts';
import { askAccount } from '../../infra/deploy/told.ts';
import { serviceError } from '../support/fake-stacks.ts';

type Input = Readonly<Record<string, unknown>>;
/** By operation: what it answers, or throws. */
type Answers = Readonly<Record<string, (input: Input) => object>>;

const REGION = 'eu-central-1';
const SESSION = 'arn:aws:sts::111122223333:assumed-role/deployer/ci';
const ROLE = 'arn:aws:iam::111122223333:role/bench/deployer';
const refuse = (name: string, status: number) => () => {
  throw serviceError(name, status, 'no');
};

const ACCOUNT: Answers = {
  DescribeAvailabilityZones: () => ({ AvailabilityZones: [{ ZoneName: `${REGION}b` }, { ZoneName: `${REGION}a` }] }),
  DescribeVpcs: () => ({ Vpcs: [{}, {}] }),
  DescribeAddresses: () => ({ Addresses: [{}] }),
  DescribeNatGateways: () => ({
    NatGateways: [
      { SubnetId: 'subnet-a', State: 'available' },
      { SubnetId: 'subnet-a', State: 'deleted' },
      { SubnetId: 'subnet-b', State: 'available' },
    ],
  }),
  DescribeSubnets: ({ Filters }) => {
    expect(Filters).toEqual([{ Name: 'availability-zone', Values: [`${REGION}a`] }]);
    return { Subnets: [{ SubnetId: 'subnet-a' }] };
  },
  DescribeDBInstances: ({ Marker }) => (Marker === undefined ? { DBInstances: [{}, {}], Marker: 'more' } : { DBInstances: [{}] }),
  DescribeOrderableDBInstanceOptions: ({ Marker }) => {
    const option = (EngineVersion: string, StorageType: string, zone: string) => ({
      ...{ EngineVersion, StorageType, AvailabilityZones: [{ Name: `${REGION}${zone}` }] },
    });
    const first = [option('17.9', 'gp3', 'a'), option('18.1', 'io2', 'a'), option('18.1', 'gp3', 'c')];
    return Marker === undefined
      ? { OrderableDBInstanceOptions: first, Marker: 'more' }
      : { OrderableDBInstanceOptions: [option('18.2', 'gp3', 'b')] };
  },
  GetServiceQuota: ({ QuotaCode }) => {
    if (QuotaCode === 'L-0263D0A3') throw serviceError('NoSuchResourceException', 400, 'nobody changed it');
    return { Quota: { Value: 7 } };
  },
  GetAWSDefaultServiceQuota: () => ({ Quota: { Value: 5 } }),
  GetAccountSettings: () => ({ AccountLimit: { UnreservedConcurrentExecutions: 10 } }),
  GetRole: () => ({ Role: { Arn: ROLE } }),
  SimulatePrincipalPolicy: ({ ActionNames }) => ({
    EvaluationResults: (ActionNames as string[]).map((EvalActionName) => ({ EvalActionName, EvalDecision: 'allowed' })),
  }),
  DescribeStacks: () => ({ Stacks: [] }),
  GetResources: () => ({ ResourceTagMappingList: [] }),
};

function clientsOf(answers: Answers): InspectionClients {
  const send = async (command: { readonly input: Input }): Promise<object> => {
    const call = command.constructor.name.replace(/Command$/, '');
    const answer = answers[call];
    if (answer === undefined) throw new TypeError(`${call} was not expected`);
    return answer(command.input);
  };
  const service = { send };
  return {
    ...{ ec2: service, rds: service, cloudFormation: service, tagging: service, iam: service, lambda: service, quotas: service },
  } as unknown as InspectionClients;
}
const inspect = (change: Answers = {}, caller = SESSION) => inspectAccount(clientsOf({ ...ACCOUNT, ...change }), caller, REGION);

describe('what an account says about itself', () => {
  it('is read over all pages, and only what the templates ask for counts', async () => {
    const { zones, databaseZones, concurrency, quotas, principal, permissions, runs } = await inspect();
    expect(zones).toEqual({ kind: 'told', value: [`${REGION}a`, `${REGION}b`] });
    expect(databaseZones).toEqual({ kind: 'told', value: [`${REGION}b`, `${REGION}c`] });
    expect(concurrency).toEqual({ kind: 'told', value: 10 });
    expect(quotas.map(({ quota, use }) => [quota.name, use])).toEqual([
      ['VPCs', { kind: 'told', value: { limit: 7, used: 2 } }],
      // A quota that nobody changed has only the value that every account begins with.
      ['Elastic IP addresses', { kind: 'told', value: { limit: 5, used: 1 } }],
      ['NAT gateways in a zone', { kind: 'told', value: { limit: 7, used: 1 } }],
      ['DB instances', { kind: 'told', value: { limit: 7, used: 3 } }],
    ]);
    expect(principal).toEqual({ kind: 'role', arn: ROLE });
    expect(permissions).toMatchObject({ kind: 'told', value: expect.arrayContaining([expect.objectContaining({ decision: 'allowed' })]) });
    expect(runs).toEqual({ kind: 'told', value: [] });
  });

  it.each([
    { why: 'denied as EC2 says it', name: 'UnauthorizedOperation', status: 403, kind: 'denied' },
    { why: 'denied as most say it', name: 'AccessDeniedException', status: 400, kind: 'denied' },
    { why: 'throttled as EC2 says it', name: 'RequestLimitExceeded', status: 503, kind: 'throttled' },
    { why: 'throttled as most say it', name: 'ThrottlingException', status: 400, kind: 'throttled' },
    { why: 'throttled by status alone', name: 'Unheard', status: 429, kind: 'throttled' },
    { why: 'a server that lacks it', name: 'InvalidAction', status: 400, kind: 'unavailable' },
  ])('may be refused everywhere, and each refusal is an answer: $why', async ({ name, status, kind }) => {
    const refused = Object.fromEntries(Object.keys(ACCOUNT).map((call) => [call, refuse(name, status)]));
    const all = await inspect(refused);
    const kinds = [all.zones, all.databaseZones, all.concurrency, all.runs, all.permissions, ...all.quotas.map(({ use }) => use)];
    expect(kinds.map((told) => told?.kind)).toEqual(Array.from({ length: 9 }, () => kind));
    // Without the role's path its ARN is the one that most roles have.
    expect(all.principal).toEqual({ kind: 'role', arn: 'arn:aws:iam::111122223333:role/deployer' });
  });

  it('names the action that counting lacks, not the one of the quota', async () => {
    const { quotas } = await inspect({ DescribeSubnets: refuse('UnauthorizedOperation', 403) });
    const [nat] = quotas.filter(({ quota }) => quota.resourceType === 'AWS::EC2::NatGateway');
    expect(nat?.use).toMatchObject({ kind: 'denied', actions: ['ec2:DescribeNatGateways', 'ec2:DescribeSubnets'] });
  });

  it('does not take a fault of our own for a refusal', async () => {
    await expect(
      askAccount([], async () => {
        throw new TypeError('ours');
      }),
    ).rejects.toThrow('ours');
  });
});

describe('who acts, for the simulation', () => {
  const iam = clientsOf(ACCOUNT).iam;
  it.each([
    { why: 'a session: its role, with the path', arn: SESSION, principal: { kind: 'role', arn: ROLE } },
    { why: 'a user', arn: 'arn:aws:iam::1:user/a/b', principal: { kind: 'user', arn: 'arn:aws:iam::1:user/a/b' } },
    { why: 'the root user', arn: 'arn:aws:iam::1:root', principal: { kind: 'root' } },
    { why: 'a federated user', arn: 'arn:aws:sts::1:federated-user/x', principal: { kind: 'other' } },
  ])('$why', async ({ arn, principal }) => {
    expect(await principalOf(iam, arn)).toEqual(principal);
  });

  it('is not asked about where IAM has no policies of it', async () => {
    expect(await inspect({}, 'arn:aws:iam::1:root')).not.toHaveProperty('permissions');
  });
});

describe('the simulation', () => {
  const place = { partition: 'aws', region: REGION, accountId: '111122223333', principal: ROLE };

  it('asks about each action on an example of its own resource, follows its pages, and tells what hangs on a condition', async () => {
    const asked: Input[] = [];
    const { iam } = clientsOf({
      SimulatePrincipalPolicy: (input) => {
        asked.push(input);
        const names = input['ActionNames'] as string[];
        if (input['Marker'] === undefined && names.length > 1) {
          return { EvaluationResults: [{ EvalActionName: names[0], EvalDecision: 'implicitDeny' }], IsTruncated: true, Marker: 'more' };
        }
        const open = names.includes('s3:PutObject');
        const result = open
          ? { EvalDecision: 'implicitDeny', MissingContextValues: ['aws:RequestTag/x'] }
          : { EvalDecision: 'explicitDeny' };
        return { EvaluationResults: [{ EvalActionName: names.at(-1), ...result }] };
      },
    });
    const wanted = ['cloudformation:CreateStack', 'cloudformation:DeleteStack', 's3:PutObject', 'tag:GetResources'];
    const required = REQUIRED_ACTIONS.filter(({ action }) => wanted.includes(action));
    const verdicts = await simulatePermissions(iam, place, required);
    expect(verdicts).toMatchObject({ kind: 'told', value: ['denied', 'denied', 'ignorant', 'denied'].map((decision) => ({ decision })) });
    expect(asked.map(({ ResourceArns, Marker }) => [ResourceArns, Marker])).toEqual([
      [[`arn:aws:cloudformation:${REGION}:111122223333:stack/lnb-doctor0000/x`], undefined],
      [[`arn:aws:cloudformation:${REGION}:111122223333:stack/lnb-doctor0000/x`], 'more'],
      [['arn:aws:s3:::lnb-doctor0000/x'], undefined],
      [undefined, undefined],
    ]);
  });
});

describe('the required actions', () => {
  /** AWS answers it whatever a policy says. */
  const FREE = ['GetCallerIdentity'];
  const sources = ['infra/aws', 'infra/deploy'].flatMap((folder) =>
    readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8')),
  );
  const calls = new Set(sources.flatMap((text) => [...text.matchAll(/new ([A-Z]\w+)Command\(/g)].map(([, call = '']) => call)));

  it('are those of the calls that the sources make, and of no others', () => {
    expect(calls.size).toBeGreaterThan(40);
    const named = new Set([...REQUIRED_ACTIONS.map(({ call }) => call), ...FREE]);
    expect([...calls].filter((call) => !named.has(call))).toEqual([]);
    expect([...named].filter((call) => !calls.has(call))).toEqual([]);
  });

  it('stand once each', () => {
    const actions = REQUIRED_ACTIONS.map(({ action }) => action);
    expect(actions).toEqual([...new Set(actions)]);
  });
});
