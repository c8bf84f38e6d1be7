import { DeleteNetworkInterfaceCommand, DescribeNetworkInterfacesCommand, EC2Client, type NetworkInterface } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { emptyBucket } from '../../infra/deploy/bucket.ts';
import { describeStack, stackMembers } from '../../infra/deploy/stacks.ts';
import { stackName } from '../../infra/template/names.ts';
import { vpcEndpoints } from '../../scenarios/vpc-endpoints.ts';
import { deleteForeignStack, type SettledStack } from '../support/foreign-stacks.ts';
import { type DeployedRun, type RunningLab, startRunningLab, whyNoLab } from '../support/running-lab.ts';

const missing = whyNoLab();
let lab: RunningLab;
let before: readonly string[];
let run: DeployedRun;
let ec2: EC2Client;

beforeAll(async () => {
  if (missing !== undefined) return;
  lab = await startRunningLab({ interfaceReleaseMs: 3_600_000 });
  const { endpoint, region, accessKeyId, secretAccessKey } = lab.ready;
  ec2 = new EC2Client({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
  before = await lab.namespaces();
  run = await lab.deployRun([vpcEndpoints], ['s3']);
});
afterAll(async () => {
  ec2?.destroy();
  await lab?.stop();
});
beforeEach((ctx) => {
  if (missing !== undefined) ctx.skip(missing);
});

async function idOf(kind: 'net' | 'fn'): Promise<string> {
  const stack = await describeStack(lab.clients.cloudFormation, stackName(run.runId, kind));
  if (stack === undefined) throw new Error(`there is no stack ${kind}`);
  return stack.stackId;
}

async function deleteNet(netId: string): Promise<SettledStack> {
  for (const { type, physicalId } of await stackMembers(lab.clients.cloudFormation, netId)) {
    if (type === 'AWS::S3::Bucket' && physicalId !== '') await emptyBucket(lab.clients.s3, physicalId);
  }
  return deleteForeignStack(lab.clients.cloudFormation, netId);
}

/** Lambda's interfaces, as a teardown looks for them. */
async function interfaces(): Promise<readonly NetworkInterface[]> {
  const filter = { Name: 'description', Values: ['AWS Lambda VPC ENI-*'] };
  return (await ec2.send(new DescribeNetworkInterfacesCommand({ Filters: [filter] }))).NetworkInterfaces ?? [];
}

describe('interfaces of functions in a VPC', () => {
  test('outlive the functions’ stack, hold the network’s, and let it go once they are deleted', async () => {
    const [netId, fnId] = [await idOf('net'), await idOf('fn')];
    const attached = await interfaces();
    expect(attached.length).toBeGreaterThan(0);
    expect(new Set(attached.map(({ InterfaceType, Status }) => `${InterfaceType} ${Status}`))).toEqual(new Set(['lambda in-use']));

    expect((await deleteForeignStack(lab.clients.cloudFormation, fnId)).status).toBe('DELETE_COMPLETE');
    const left = await interfaces();
    expect(left.map(({ NetworkInterfaceId }) => NetworkInterfaceId)).toEqual(attached.map(({ NetworkInterfaceId }) => NetworkInterfaceId));
    expect(new Set(left.map(({ InterfaceType, Status }) => `${InterfaceType} ${Status}`))).toEqual(new Set(['interface available']));

    const stuck = await deleteNet(netId);
    expect(stuck.status).toBe('DELETE_FAILED');
    const reasons = stuck.events.flatMap(({ ResourceStatus, ResourceStatusReason: why }) =>
      ResourceStatus === 'DELETE_FAILED' ? [why] : [],
    );
    expect(reasons.join('\n')).toContain('DependencyViolation');

    for (const { NetworkInterfaceId } of left) await ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId }));
    expect(await interfaces()).toEqual([]);
    expect((await deleteNet(netId)).status).toBe('DELETE_COMPLETE');
    expect(await lab.namespaces()).toEqual(before);
    expect(lab.log).toEqual([]);
  });
});
