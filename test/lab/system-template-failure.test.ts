import { CloudFormationClient, DescribeStacksCommand, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BenchError, EXIT_CODES } from '../../harness/domain/exit-code.ts';
import { newSystemClock } from '../../harness/run/system-clock.ts';
import { controlPlane } from '../../infra/aws/client-options.ts';
import { newDeployer } from '../../infra/deploy/deployer.ts';
import { deployOptions, LAB_DEPLOY_TIMES } from '../../infra/deploy/options.ts';
import { defaultMode } from '../../scenarios/default.ts';
import { vpcNat } from '../../scenarios/vpc-nat.ts';
import { createForeignStack } from '../support/foreign-stacks.ts';
import { newRunId, planOf, type RunningLab, startRunningLab, whyNoLab } from '../support/running-lab.ts';

const missing = whyNoLab();
let lab: RunningLab;
let before: Traces;
beforeAll(async () => {
  if (missing !== undefined) return;
  lab = await startRunningLab();
  before = await traces();
});
afterAll(() => lab?.stop());
beforeEach((ctx) => {
  if (missing !== undefined) ctx.skip(missing);
});

/** Everything of the kernel that a stack could leave. */
interface Traces {
  readonly namespaces: readonly string[];
  /** Routes of the lab's internet: one an elastic address. */
  readonly internetRoutes: string;
  /** Programs that run in the lab, by name; those that serve all the time are among them. */
  readonly programs: readonly string[];
}

async function traces(): Promise<Traces> {
  const [namespaces, internetRoutes, programs] = await Promise.all([
    lab.namespaces(),
    lab.inLab(['ip', '-n', 'inet', 'route']),
    lab.inLab(['sh', '-c', 'for each in /proc/[0-9]*; do tr "\\0" " " < $each/cmdline; echo; done']),
  ]);
  return {
    namespaces,
    internetRoutes,
    programs: programs
      .split('\n')
      .filter((line) => /postgres/.test(line))
      .sort(),
  };
}

const ref = (name: string): object => ({ Ref: name });

/** Made before the resource under test, so that there is something to take back. */
const GROUND = {
  Field: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '192.168.0.0/20' } },
  Gate: { Type: 'AWS::EC2::InternetGateway' },
  Hinge: { Type: 'AWS::EC2::VPCGatewayAttachment', Properties: { VpcId: ref('Field'), InternetGatewayId: ref('Gate') } },
  Plot: { Type: 'AWS::EC2::Subnet', Properties: { VpcId: ref('Field'), CidrBlock: '192.168.1.0/24' } },
  Number: { Type: 'AWS::EC2::EIP', DependsOn: 'Hinge', Properties: { Domain: 'vpc' } },
  Porter: {
    Type: 'AWS::EC2::NatGateway',
    Properties: { SubnetId: ref('Plot'), AllocationId: { 'Fn::GetAtt': ['Number', 'AllocationId'] } },
  },
};

function onGround(odd: object): object {
  return { Resources: { ...GROUND, Odd: { DependsOn: 'Porter', ...odd } } };
}

describe('a resource that cannot be', () => {
  const plot = { VpcId: ref('Field'), CidrBlock: '192.168.2.0/24' };

  test.each([
    ['a type that AWS has and the lab lacks', { Type: 'AWS::EC2::TransitGateway' }, /AWS::EC2::TransitGateway is not in this lab/],
    ['a property that nobody has', { Type: 'AWS::EC2::Subnet', Properties: { ...plot, Colour: 'red' } }, /unsupported property Colour/],
    [
      'a property that the lab lacks',
      { Type: 'AWS::EC2::Subnet', Properties: { ...plot, Ipv6CidrBlock: '2001:db8::/64' } },
      /property Ipv6CidrBlock of AWS::EC2::Subnet is not in this lab/,
    ],
    [
      'a VPC that does not exist',
      { Type: 'AWS::EC2::Subnet', Properties: { ...plot, VpcId: 'vpc-0123456789abcdef0' } },
      /The vpc ID 'vpc-0123456789abcdef0' does not exist/,
    ],
    [
      'a subnet outside its VPC',
      { Type: 'AWS::EC2::Subnet', Properties: { ...plot, CidrBlock: '192.168.99.0/24' } },
      /'192\.168\.99\.0\/24' is invalid/,
    ],
    [
      'an elastic address that is taken',
      {
        Type: 'AWS::EC2::NatGateway',
        Properties: { SubnetId: ref('Plot'), AllocationId: { 'Fn::GetAtt': ['Number', 'AllocationId'] } },
      },
      /already associated/,
    ],
  ] satisfies [string, object, RegExp][])('fails its stack by name and leaves nothing: %s', async (_what, odd, reason) => {
    const stack = await createForeignStack(lab.clients.cloudFormation, `odd-${newRunId()}`, onGround(odd));
    const failures = stack.events.filter(({ ResourceStatus }) => ResourceStatus === 'CREATE_FAILED');
    expect(failures.map(({ LogicalResourceId }) => LogicalResourceId)).toEqual(['Odd']);
    expect(failures[0]?.ResourceStatusReason).toMatch(reason);
    const statusesOf = (id: string) => stack.events.filter((event) => event.LogicalResourceId === id).map((event) => event.ResourceStatus);
    expect(statusesOf('Porter').filter((status) => status?.endsWith('_COMPLETE'))).toEqual(['CREATE_COMPLETE', 'DELETE_COMPLETE']);
    expect(stack.status).toBe('DELETE_COMPLETE');
    expect(await traces()).toEqual(before);
  });

  test.each([
    ['a type that nobody has', {}, /Unrecognized resource types: \[AWS::EC2::Teleporter\]/, 'AWS::EC2::Teleporter'],
    ['Ref', { VpcId: ref('Nowhere'), CidrBlock: '192.168.2.0/24' }, /Unresolved resource dependencies \[Nowhere\]/],
    ['Fn::Sub', { VpcId: { 'Fn::Sub': '\x24{Nowhere}' }, CidrBlock: '192.168.2.0/24' }, /Unresolved resource dependencies \[Nowhere\]/],
    [
      'Fn::GetAtt',
      { VpcId: { 'Fn::GetAtt': ['Field', 'Nothing'] }, CidrBlock: '192.168.2.0/24' },
      /attribute.*Nothing|Nothing.*attribute/i,
    ],
    ['a circle', { VpcId: ref('Odd'), CidrBlock: '192.168.2.0/24' }, /Circular dependency between resources: \[Odd\]/],
  ] satisfies [string, object, RegExp, string?][])(
    'is refused before a stack is made when a type or a reference is bad: %s',
    async (_what, Properties, reason, Type = 'AWS::EC2::Subnet') => {
      const name = `odd-${newRunId()}`;
      const creation = createForeignStack(lab.clients.cloudFormation, name, onGround({ Type, Properties }));
      await expect(creation).rejects.toThrow(reason);
      const look = lab.clients.cloudFormation.send(new DescribeStacksCommand({ StackName: name }));
      await expect(look).rejects.toThrow(`Stack with id ${name} does not exist`);
      expect(await traces()).toEqual(before);
    },
  );
});

describe('a deploy whose stack fails at a named resource', () => {
  const plan = planOf([defaultMode, vpcNat]);

  /** A client that remembers the ids of the stacks that it created. */
  function rememberingClient(ids: string[]): CloudFormationClient {
    const client = new CloudFormationClient(controlPlane(lab.place));
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const result = await next(args);
        if (context.commandName === 'CreateStackCommand') ids.push((result.output as { readonly StackId?: string }).StackId ?? '');
        return result;
      },
      { step: 'initialize' },
    );
    return client;
  }

  async function bucketsOf(stackId: string): Promise<readonly string[]> {
    const { StackResourceSummaries: members = [] } = await lab.clients.cloudFormation.send(
      new ListStackResourcesCommand({ StackName: stackId }),
    );
    return members
      .filter(({ ResourceType }) => ResourceType === 'AWS::S3::Bucket')
      .map(({ PhysicalResourceId = '' }) => PhysicalResourceId);
  }

  test.each([
    ['net', 'PublicSubnet', 'AWS::EC2::Subnet', 1],
    ['paid', 'NatGateway', 'AWS::EC2::NatGateway', 3],
    ['fn', 'FunctionVpcNatRds', 'AWS::Lambda::Function', 3],
  ] satisfies [string, string, string, number][])(
    '%s at %s: names the first cause, leaves nothing',
    async (kind, resource, type, stacks) => {
      await lab.knobs({ failResource: resource });
      const ids: string[] = [];
      const runId = newRunId();
      const { region, rdsCaPem } = lab.ready;
      const options = deployOptions({ region, times: LAB_DEPLOY_TIMES, toolVersion: '0.0.0-test', expiresAt: 'never', rdsCaPem });
      const clients = { ...lab.clients, cloudFormation: rememberingClient(ids) };
      const deployer = newDeployer(options, { clients, clock: newSystemClock() });
      const thrown: unknown = await deployer
        .deploy(runId, plan, () => undefined, new AbortController().signal)
        .catch((error: unknown) => error);
      if (!(thrown instanceof BenchError)) throw thrown;
      expect(thrown.message).toBe(`stack lnb-${runId}-${kind} failed at ${resource}`);
      expect(thrown.why).toMatch(new RegExp(`^${type}: .*The lab was told to fail ${resource} `));
      expect(thrown).toMatchObject({ exitCode: EXIT_CODES.environment, leftBehind: 'nothing' });
      expect(ids).toHaveLength(stacks);
      const looks = ids.map((StackName) => lab.clients.cloudFormation.send(new DescribeStacksCommand({ StackName })));
      expect((await Promise.all(looks)).map(({ Stacks }) => Stacks?.[0]?.StackStatus)).toEqual(ids.map(() => 'DELETE_COMPLETE'));
      const [bucket] = (await Promise.all(ids.map(bucketsOf))).flat();
      await expect(lab.clients.s3.send(new HeadBucketCommand({ Bucket: bucket }))).rejects.toMatchObject({
        $metadata: { httpStatusCode: 404 },
      });
      expect(await traces()).toEqual(before);
    },
  );

  test('and the same plan deploys when nothing fails any more', async () => {
    await lab.knobs({ failResource: null });
    const run = await lab.deployRun([defaultMode, vpcNat]);
    expect((await lab.ask(run.deployment, { scenario: 'vpc-nat', target: 'rds' })).result.kind).toBe('ok');
    expect((await traces()).programs).not.toEqual(before.programs);
    expect(await run.destroy()).toEqual([]);
    expect(await traces()).toEqual(before);
    expect(lab.log).toEqual([]);
  });
});
