import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { GetRoleCommand, IAMClient, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import { GetResourcesCommand, ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { GetServiceQuotaCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createForeignStack, type SettledStack } from '../support/foreign-stacks.ts';
import { type RunningLab, startRunningLab, whyNoLab } from '../support/running-lab.ts';

const missing = whyNoLab();
/** From the schedule's creation to its time: enough for its stack to be there first, though AWS's times have whole seconds. */
const LEAD_MS = 3_000;

let lab: RunningLab;
let victim: SettledStack;
let guard: SettledStack;
let client: {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
};

const VICTIM = {
  Resources: {
    Log: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/victim', Tags: [{ Key: 'guarded', Value: 'yes' }] } },
  },
};

/** A role and a schedule that deletes the other stack. */
function guardTemplate(stackName: string, at: Date): object {
  const trust = { Effect: 'Allow', Principal: { Service: 'scheduler.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const allow = { Effect: 'Allow', Action: ['cloudformation:DeleteStack', 'logs:DeleteLogGroup'], Resource: '*' };
  return {
    Resources: {
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [trust] },
          Policies: [{ PolicyName: 'delete', PolicyDocument: { Version: '2012-10-17', Statement: [allow] } }],
        },
      },
      Schedule: {
        Type: 'AWS::Scheduler::Schedule',
        Properties: {
          Name: 'end-of-victim',
          ScheduleExpression: `at(${at.toISOString().slice(0, 19)})`,
          FlexibleTimeWindow: { Mode: 'OFF' },
          Target: {
            Arn: 'arn:aws:scheduler:::aws-sdk:cloudformation:deleteStack',
            RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
            Input: JSON.stringify({ StackName: stackName }),
          },
        },
      },
    },
    Outputs: { Role: { Value: { Ref: 'Role' } } },
  };
}

beforeAll(async () => {
  if (missing !== undefined) return;
  lab = await startRunningLab();
  const { endpoint, region, accessKeyId, secretAccessKey } = lab.ready;
  client = { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
  victim = await createForeignStack(lab.clients.cloudFormation, 'victim', VICTIM);
  guard = await createForeignStack(lab.clients.cloudFormation, 'guard', guardTemplate('victim', new Date(Date.now() + LEAD_MS)));
});
afterAll(() => lab?.stop());
beforeEach((ctx) => {
  if (missing !== undefined) ctx.skip(missing);
});

describe('the account of a whole lab', () => {
  test('has quotas, roles whose rights can be asked for, log groups, and no database yet', async () => {
    const { Quota } = await new ServiceQuotasClient(client).send(
      new GetServiceQuotaCommand({ ServiceCode: 'vpc', QuotaCode: 'L-F678F1CE' }),
    );
    expect(Quota?.Value).toBe(5);
    const iam = new IAMClient(client);
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: guard.outputs['Role'] }));
    const simulate = new SimulatePrincipalPolicyCommand({ PolicySourceArn: Role?.Arn, ActionNames: ['cloudformation:DeleteStack'] });
    expect((await iam.send(simulate)).EvaluationResults?.[0]?.EvalDecision).toBe('allowed');
    expect((await new RDSClient(client).send(new DescribeDBInstancesCommand({}))).DBInstances).toEqual([]);
  });

  test('loses a stack when a schedule of another stack says so, and what it held is untagged, unlogged, gone', async () => {
    const cloudFormation = new CloudFormationClient(client);
    const logs = new CloudWatchLogsClient(client);
    expect(guard.status).toBe('CREATE_COMPLETE');
    await vi.waitFor(
      async () => {
        const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: victim.id }));
        expect(Stacks?.[0]?.StackStatus).toBe('DELETE_COMPLETE');
      },
      { timeout: 20_000, interval: 50 },
    );
    expect((await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/victim' }))).logGroups).toEqual([]);
    const tagged = new GetResourcesCommand({ TagFilters: [{ Key: 'guarded' }] });
    expect((await new ResourceGroupsTaggingAPIClient(client).send(tagged)).ResourceTagMappingList).toEqual([]);
    // A template cannot ask for ActionAfterCompletion, so the schedule stays, and does no more.
    const { Schedules } = await new SchedulerClient(client).send(new ListSchedulesCommand({}));
    expect(Schedules?.map(({ Name }) => Name)).toEqual(['end-of-victim']);
    expect(lab.log).toEqual([]);
  });
});
