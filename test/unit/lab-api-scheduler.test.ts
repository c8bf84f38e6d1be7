import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListScheduleGroupsCommand,
  ListSchedulesCommand,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newSchedules, type Schedules } from '../../infra/lab/account/schedules.ts';
import { newSchedulerService } from '../../infra/lab/api/scheduler/service.ts';
import { newScheduleRealiser } from '../../infra/lab/realise/schedule.ts';
import { checkProperties } from '../../infra/lab/stack/property-check.ts';
import { PROPERTY_TABLES } from '../../infra/lab/stack/property-tables.ts';
import { ACCOUNT, errorOf, type FakeApi, SESSION_KEY, startFakeApi } from '../support/lab-api.ts';
import { newTimerClock, type TimerClock } from '../support/stack-lab.ts';

const ROLE = 'arn:aws:iam::111122223333:role/guard';
const DAY_MS = 86_400_000;
/** The timer clock begins with 2026. */
const INPUT: CreateScheduleCommandInput = {
  Name: 'lnb-abc-paid',
  ScheduleExpression: 'at(2026-01-01T01:00:00)',
  FlexibleTimeWindow: { Mode: 'OFF' },
  ActionAfterCompletion: 'DELETE',
  Target: { Arn: 'arn:aws:scheduler:::aws-sdk:cloudformation:deleteStack', RoleArn: ROLE, Input: '{"StackName":"lnb-abc-paid"}' },
};

let api: FakeApi;
let client: SchedulerClient;
let clock: TimerClock;
let schedules: Schedules;
let calls: string[];
let faults: unknown[];
let failure: Error | undefined;
let timeScale: number;

beforeEach(async () => {
  clock = newTimerClock();
  calls = [];
  faults = [];
  failure = undefined;
  timeScale = 1;
  schedules = newSchedules({
    account: ACCOUNT,
    clock,
    scaled: (milliseconds) => milliseconds / timeScale,
    keyOf: (roleArn) => (roleArn === ROLE ? SESSION_KEY : undefined),
    call: async ({ stackName }, as) => {
      calls.push(`${stackName} as ${as.principalArn}`);
      if (failure !== undefined) throw failure;
    },
    onFault: (error) => faults.push(error),
  });
  api = await startFakeApi({ wire: { scheduler: newSchedulerService(schedules) } });
  client = new SchedulerClient(api.client);
});
afterEach(async () => {
  client.destroy();
  await api.close();
});

const create = (change: Partial<CreateScheduleCommandInput> = {}) => client.send(new CreateScheduleCommand({ ...INPUT, ...change }));
const names = async () => (await client.send(new ListSchedulesCommand({}))).Schedules?.map(({ Name }) => Name);

describe('a schedule', () => {
  test('is described back', async () => {
    const { ScheduleArn } = await create({ Description: 'd' });
    expect(ScheduleArn).toBe('arn:aws:scheduler:eu-central-1:111122223333:schedule/default/lnb-abc-paid');
    expect(await client.send(new GetScheduleCommand({ Name: 'lnb-abc-paid' }))).toMatchObject({
      ...INPUT,
      Arn: ScheduleArn,
      Description: 'd',
      GroupName: 'default',
      State: 'ENABLED',
      ScheduleExpressionTimezone: 'UTC',
      CreationDate: new Date('2026-01-01T00:00:00Z'),
    });
  });

  test('calls once at its time, as its role, and is gone', async () => {
    await create();
    await clock.advance(3_599_000);
    expect(calls).toEqual([]);
    await clock.advance(1_000);
    expect(calls).toEqual([`lnb-abc-paid as ${SESSION_KEY.principalArn}`]);
    expect(await names()).toEqual([]);
    await clock.advance(DAY_MS);
    expect(calls).toHaveLength(1);
  });

  test('stays when it was not told to go, also after a call that failed, which is told', async () => {
    failure = new Error('no such stack');
    await create({ ActionAfterCompletion: 'NONE' });
    await clock.advance(3_600_000);
    expect(await names()).toEqual(['lnb-abc-paid']);
    expect(faults).toEqual([failure]);
  });

  test('waits longer than a timer can', async () => {
    await create({ ScheduleExpression: 'at(2026-03-01T00:00:00)' });
    await clock.advance(58 * DAY_MS);
    expect(calls).toEqual([]);
    await clock.advance(DAY_MS);
    expect(calls).toHaveLength(1);
  });

  test('comes sooner on a scaled clock, by the scale of its creation, and is described as it was asked for', async () => {
    timeScale = 3_600;
    await create({ ActionAfterCompletion: 'NONE' });
    timeScale = 1;
    await clock.advance(999);
    expect(calls).toEqual([]);
    await clock.advance(1);
    expect(calls).toHaveLength(1);
    expect(await client.send(new GetScheduleCommand({ Name: 'lnb-abc-paid' }))).toMatchObject({
      ScheduleExpression: 'at(2026-01-01T01:00:00)',
    });
  });

  test('does nothing once deleted, or disabled', async () => {
    await create();
    await create({ Name: 'off', State: 'DISABLED' });
    await client.send(new DeleteScheduleCommand({ Name: 'lnb-abc-paid' }));
    await clock.advance(DAY_MS);
    expect(calls).toEqual([]);
    expect(clock.pending()).toBe(0);
    expect(await names()).toEqual(['off']);
  });

  test('is listed by the beginning of its name, in pages', async () => {
    for (const Name of ['b-2', 'b-1', 'a']) await create({ Name });
    const first = await client.send(new ListSchedulesCommand({ NamePrefix: 'b-', MaxResults: 1 }));
    const second = await client.send(new ListSchedulesCommand({ NamePrefix: 'b-', MaxResults: 1, NextToken: first.NextToken }));
    expect([...(first.Schedules ?? []), ...(second.Schedules ?? [])].map(({ Name }) => Name)).toEqual(['b-1', 'b-2']);
    expect(second.NextToken).toBeUndefined();
  });
});

describe('refused', () => {
  const target = (change: object) => ({ Target: { ...INPUT.Target, ...change } as CreateScheduleCommandInput['Target'] });
  const ROWS: readonly { readonly why: string; readonly change: Partial<CreateScheduleCommandInput>; readonly says: string }[] = [
    { why: 'a repeated one', change: { ScheduleExpression: 'rate(1 hour)' }, says: 'one-time schedules only' },
    { why: 'no such day', change: { ScheduleExpression: 'at(2026-02-30T00:00:00)' }, says: 'Invalid Schedule Expression' },
    { why: 'a time that is over', change: { ScheduleExpression: 'at(2025-12-31T23:59:59)' }, says: 'is over' },
    { why: "somebody's own clock", change: { ScheduleExpressionTimezone: 'Europe/Berlin' }, says: 'Europe/Berlin' },
    { why: 'a window', change: { FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 5 } }, says: 'FLEXIBLE' },
    { why: 'a role that Scheduler may not act as', change: target({ RoleArn: `${ROLE}s` }), says: 'to assume the role' },
    { why: 'another target', change: target({ Arn: 'arn:aws:lambda:eu-central-1:111122223333:function:f' }), says: 'deleteStack only' },
    {
      why: 'a parameter of the target that is not realised',
      change: target({ Input: '{"StackName":"s","RoleARN":"r"}' }),
      says: 'RoleARN',
    },
    { why: 'an end', change: { EndDate: new Date() }, says: 'EndDate' },
    { why: 'a name with a space', change: { Name: 'a b' }, says: 'regular expression' },
  ];
  test.each(ROWS)('$why', async ({ change, says }) => {
    expect(await errorOf(create(change))).toMatchObject({ name: 'ValidationException', message: expect.stringContaining(says) });
    expect(await names()).toEqual([]);
  });

  test('a name that is taken, one that is not there, and another operation', async () => {
    await create();
    expect((await errorOf(create())).name).toBe('ConflictException');
    expect((await errorOf(client.send(new GetScheduleCommand({ Name: 'none' })))).name).toBe('ResourceNotFoundException');
    expect((await errorOf(client.send(new DeleteScheduleCommand({ Name: 'none' })))).name).toBe('ResourceNotFoundException');
    expect((await errorOf(client.send(new ListScheduleGroupsCommand({})))).name).toBe('UnknownOperationException');
  });
});

describe('a schedule of a template', () => {
  const { Name: _name, ActionAfterCompletion: _no, ...properties } = INPUT;
  const resource = { logicalId: 'Guard', type: 'AWS::Scheduler::Schedule' } as Parameters<typeof checkProperties>[0];
  const check = (more: object) => checkProperties(resource, PROPERTY_TABLES['AWS::Scheduler::Schedule'], { ...properties, ...more });

  test('is made, and unmade before it calls', async () => {
    const realiser = newScheduleRealiser(schedules);
    const request = { logicalId: 'Guard', stackId: 's', stackName: 's', tags: {}, generatedName: 's-Guard-ABCDEFGHIJKL' };
    const { physicalId, attributes } = await realiser.create({ ...request, properties: check({ State: 'ENABLED' }) });
    expect([physicalId, attributes['Arn']]).toEqual(['s-Guard-ABCDEFGHIJKL', expect.stringMatching(/default\/s-Guard-ABCDEFGHIJKL$/)]);
    expect(await client.send(new GetScheduleCommand({ Name: physicalId }))).toMatchObject({ ActionAfterCompletion: 'NONE' });
    await realiser.delete(physicalId);
    await realiser.delete(physicalId);
    await clock.advance(DAY_MS);
    expect(calls).toEqual([]);
  });

  test('has no ActionAfterCompletion: CloudFormation’s type lacks it', () => {
    expect(() => check({ ActionAfterCompletion: 'DELETE' })).toThrow('ActionAfterCompletion');
  });
});
