import { CloudWatchLogsClient, DeleteLogGroupCommand, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  DeleteFunctionCommand,
  GetAccountSettingsCommand,
  GetRuntimeManagementConfigCommand,
  LambdaClient,
  ListFunctionsCommand,
  PutRuntimeManagementConfigCommand,
} from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Refusal } from '../../infra/lab/refusal.ts';
import { newLogStore } from '../../infra/lab/runtime/log-store.ts';
import type { RuntimeManagement } from '../../infra/lab/runtime/service.ts';
import { errorOf, type FakeApi, FUNCTION, startFakeApi } from '../support/lab-api.ts';

let api: FakeApi;
let lambda: LambdaClient;
let logs: CloudWatchLogsClient;
let functions: string[];
let management: RuntimeManagement;

beforeEach(async () => {
  functions = Array.from({ length: 60 }, (_, index) => `f-${String(index).padStart(2, '0')}`);
  management = { updateOn: 'Auto' };
  const store = newLogStore({ now: () => 5_000, delayMs: () => 0 });
  store.createGroup('/aws/lambda/b', { tags: {}, retentionDays: 7 });
  store.createGroup('/aws/lambda/a', { tags: {} });
  store.createGroup('/other', { tags: {} });
  const line = { timestampMs: 1, message: 'é' };
  store.deliver({ group: '/aws/lambda/a', stream: 's', endMs: 0, lines: [line] });
  api = await startFakeApi({
    logs: store,
    functions: {
      list: () => functions.map((functionName) => ({ ...FUNCTION, functionName })),
      account: () => ({ concurrency: 20, functionCount: functions.length, codeBytes: 1_000 }),
      get: (functionName) => {
        if (functions.includes(functionName)) return { ...FUNCTION, functionName };
        throw new Refusal('ResourceNotFoundException', 404, 'Function not found');
      },
      delete: async (functionName) => void functions.splice(functions.indexOf(functionName), 1),
      runtimeManagement: () => management,
      setRuntimeManagement: (_name, next) => {
        management = next;
      },
    },
  });
  lambda = new LambdaClient(api.client);
  logs = new CloudWatchLogsClient(api.client);
});
afterEach(async () => {
  lambda.destroy();
  logs.destroy();
  await api.close();
});

describe('Lambda', () => {
  test('tells the account’s concurrency', async () => {
    const { AccountLimit, AccountUsage } = await lambda.send(new GetAccountSettingsCommand({}));
    expect(AccountLimit).toMatchObject({ ConcurrentExecutions: 20, UnreservedConcurrentExecutions: 20 });
    expect(AccountUsage).toEqual({ FunctionCount: 60, TotalCodeSize: 1_000 });
  });

  test('lists functions in pages of fifty', async () => {
    const first = await lambda.send(new ListFunctionsCommand({}));
    const second = await lambda.send(new ListFunctionsCommand({ Marker: first.NextMarker }));
    expect([first.Functions?.length, second.Functions?.length, second.NextMarker]).toEqual([50, 10, undefined]);
    expect(second.Functions?.[0]).toMatchObject({ FunctionName: 'f-50', State: 'Active' });
    expect((await errorOf(lambda.send(new ListFunctionsCommand({ FunctionVersion: 'ALL' })))).message).toContain('FunctionVersion');
  });

  test('deletes a function, once', async () => {
    await lambda.send(new DeleteFunctionCommand({ FunctionName: 'f-00' }));
    expect(functions).not.toContain('f-00');
    expect((await errorOf(lambda.send(new DeleteFunctionCommand({ FunctionName: 'f-00' })))).name).toBe('ResourceNotFoundException');
  });

  test('keeps a runtime version pinned', async () => {
    const name = { FunctionName: 'f-01' };
    expect((await lambda.send(new GetRuntimeManagementConfigCommand(name))).UpdateRuntimeOn).toBe('Auto');
    const pin = { ...name, UpdateRuntimeOn: 'Manual', RuntimeVersionArn: FUNCTION.runtimeVersionArn } as const;
    expect(await lambda.send(new PutRuntimeManagementConfigCommand(pin))).toMatchObject({
      UpdateRuntimeOn: 'Manual',
      RuntimeVersionArn: FUNCTION.runtimeVersionArn,
      FunctionArn: FUNCTION.functionArn,
    });
    expect(management).toEqual({ updateOn: 'Manual', runtimeVersionArn: FUNCTION.runtimeVersionArn });
  });

  test.each([
    [{ UpdateRuntimeOn: 'Manual' } as const, 'RuntimeVersionArn must be given', 'a pin without a version'],
    [{ UpdateRuntimeOn: 'Auto', RuntimeVersionArn: 'arn' } as const, 'and only then', 'a version without a pin'],
    [{ UpdateRuntimeOn: 'Never' as 'Auto' } as const, 'not Never', 'a word that is none'],
  ])('refuses %j', async (input, says, _why) => {
    const put = new PutRuntimeManagementConfigCommand({ FunctionName: 'f-01', ...input });
    expect(await errorOf(lambda.send(put))).toMatchObject({
      name: 'InvalidParameterValueException',
      message: expect.stringContaining(says),
    });
    expect(management).toEqual({ updateOn: 'Auto' });
  });
});

describe('log groups', () => {
  test('are listed by the beginning of their name, in pages', async () => {
    const ask = { logGroupNamePrefix: '/aws/lambda/', limit: 1 };
    const first = await logs.send(new DescribeLogGroupsCommand(ask));
    const second = await logs.send(new DescribeLogGroupsCommand({ ...ask, nextToken: first.nextToken }));
    expect(first.logGroups).toMatchObject([{ logGroupName: '/aws/lambda/a', creationTime: 5_000, storedBytes: 2 }]);
    expect(first.logGroups?.[0]?.retentionInDays).toBeUndefined();
    expect(second.logGroups).toMatchObject([
      { logGroupName: '/aws/lambda/b', retentionInDays: 7, arn: 'arn:aws:logs:eu-central-1:111122223333:log-group:/aws/lambda/b:*' },
    ]);
    expect(second.nextToken).toBeUndefined();
  });

  test('are deleted, once', async () => {
    await logs.send(new DeleteLogGroupCommand({ logGroupName: '/other' }));
    expect((await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/other' }))).logGroups).toEqual([]);
    expect((await errorOf(logs.send(new DeleteLogGroupCommand({ logGroupName: '/other' })))).name).toBe('ResourceNotFoundException');
  });
});
