import { describe, expect, it } from 'vitest';
import type { DeployEvent } from '../../harness/domain/ports.ts';
import { firstCause } from '../../infra/deploy/first-cause.ts';
import { newStackPoller, type StackWatch } from '../../infra/deploy/stack-poller.ts';
import { createStack, newHappenings, type StackClient, type StackHappening } from '../../infra/deploy/stacks.ts';
import { newFakeStacks, serviceError } from '../support/fake-stacks.ts';
import { newManualClock } from '../support/manual-clock.ts';

const STACK = { stackName: 'a', parameterNames: [], outputNames: [], capabilities: [] } as const;
const TEMPLATE = { AWSTemplateFormatVersion: '2010-09-09', Description: 'test', Resources: {} } as const;
const stackTemplate = (stackName: string) => ({ ...STACK, stackName, template: TEMPLATE });
const MORE = { tags: { 'lnb:run': 'r' }, timeoutMinutes: 2, token: 'create-1' };

const happening = (logicalId: string, type: string, status: string, reason?: string): StackHappening => ({
  eventId: logicalId + status,
  logicalId,
  physicalId: '',
  type,
  status,
  ...(reason === undefined ? {} : { reason }),
});
const OWN = 'AWS::CloudFormation::Stack';

describe('the first cause', () => {
  const rows: readonly { readonly why: string; readonly happenings: readonly StackHappening[]; readonly expected: object | undefined }[] = [
    {
      why: 'is not one that was cancelled, even if that one came first',
      happenings: [
        happening('Vpc', 'AWS::EC2::VPC', 'CREATE_FAILED', 'Resource creation cancelled'),
        happening('Database', 'AWS::RDS::DBInstance', 'CREATE_FAILED', 'no capacity'),
        happening('s', OWN, 'ROLLBACK_IN_PROGRESS', 'The following resource(s) failed to create: [Vpc, Database]'),
      ],
      expected: { logicalId: 'Database', type: 'AWS::RDS::DBInstance', reason: 'no capacity' },
    },
    {
      why: 'is the earlier of two',
      happenings: [
        happening('A', 'AWS::EC2::EIP', 'CREATE_FAILED', 'limit'),
        happening('B', 'AWS::EC2::VPC', 'CREATE_FAILED', 'limit too'),
      ],
      expected: { logicalId: 'A', type: 'AWS::EC2::EIP', reason: 'limit' },
    },
    {
      why: 'is the stack’s own reason where no resource failed',
      happenings: [
        happening('s', OWN, 'CREATE_IN_PROGRESS', 'User Initiated'),
        happening('s', OWN, 'DELETE_IN_PROGRESS', 'Stack creation time exceeded'),
      ],
      expected: { logicalId: 's', type: OWN, reason: 'Stack creation time exceeded' },
    },
    {
      why: 'prefers a failure with a reason',
      happenings: [happening('A', 'AWS::EC2::EIP', 'CREATE_FAILED'), happening('B', 'AWS::EC2::VPC', 'CREATE_FAILED', 'limit')],
      expected: { logicalId: 'B', type: 'AWS::EC2::VPC', reason: 'limit' },
    },
    {
      why: 'is a cancelled one where nothing else is known',
      happenings: [happening('A', 'AWS::EC2::EIP', 'CREATE_FAILED', 'Resource creation cancelled')],
      expected: { logicalId: 'A', type: 'AWS::EC2::EIP', reason: 'Resource creation cancelled' },
    },
    { why: 'is unknown while nothing failed', happenings: [happening('A', 'AWS::EC2::EIP', 'CREATE_COMPLETE')], expected: undefined },
  ];
  it.each(rows)('$why', ({ happenings, expected }) => {
    expect(firstCause(happenings)).toEqual(expected);
  });
});

describe('creating', () => {
  it('asks for deletion on failure, tags, a bounded time, and one token for all attempts', async () => {
    const clock = newManualClock();
    const fake = newFakeStacks(clock, {});
    await createStack(fake.client, { ...stackTemplate('a'), capabilities: ['CAPABILITY_IAM'] }, { Key: 'value' }, MORE);
    expect(fake.stacks[0]?.input).toEqual({
      StackName: 'a',
      TemplateBody: JSON.stringify(TEMPLATE),
      Parameters: [{ ParameterKey: 'Key', ParameterValue: 'value' }],
      Capabilities: ['CAPABILITY_IAM'],
      OnFailure: 'DELETE',
      TimeoutInMinutes: 2,
      Tags: [{ Key: 'lnb:run', Value: 'r' }],
      ClientRequestToken: 'create-1',
    });
  });
});

describe('the poller', () => {
  const watchOf = (stackId: string, more: Partial<StackWatch> = {}): StackWatch => ({
    stackId,
    name: stackId.split('/')[1] ?? '',
    isSettled: (status) => status !== 'CREATE_IN_PROGRESS',
    deadlineMs: 1_000,
    known: new Set(),
    onEvent: () => undefined,
    ...more,
  });

  it('serves all waiting in one loop', async () => {
    const clock = newManualClock();
    const fake = newFakeStacks(clock, { a: { createMs: 120 }, b: { createMs: 400 } });
    const poller = newStackPoller(fake.client, clock, 50);
    const ids = [
      await createStack(fake.client, stackTemplate('a'), {}, MORE),
      await createStack(fake.client, stackTemplate('b'), {}, MORE),
    ];
    const settled = await Promise.all(ids.map((id) => poller.settled(watchOf(id))));
    expect(settled.map(({ kind, state }) => [kind, state?.status])).toEqual([
      ['settled', 'CREATE_COMPLETE'],
      ['settled', 'CREATE_COMPLETE'],
    ]);
    expect(clock.sleeps).toEqual(Array(8).fill(50));
  });

  it('tells each happening once, oldest first, and none that is old news', async () => {
    const clock = newManualClock();
    const fake = newFakeStacks(clock, {
      a: { createMs: 120, resources: [{ logicalId: 'R', type: 'AWS::EC2::VPC', physicalId: 'vpc-1' }] },
    });
    const id = await createStack(fake.client, stackTemplate('a'), {}, MORE);
    const events: DeployEvent[] = [];
    await newStackPoller(fake.client, clock, 50).settled(watchOf(id, { onEvent: (event) => events.push(event) }));
    expect(events).toEqual([
      { stack: 'a', status: 'CREATE_IN_PROGRESS' },
      { stack: 'a', resource: 'R', status: 'CREATE_COMPLETE' },
      { stack: 'a', status: 'CREATE_COMPLETE' },
    ]);
    const known = new Set<string>();
    await newHappenings(fake.client, id, known);
    expect(await newHappenings(fake.client, id, known)).toEqual([]);
  });

  /** CloudFormation that answers the given looks with an error. */
  const failing = (client: StackClient, error: Error, fails: (look: number) => boolean): StackClient => {
    let looks = 0;
    const send = async (command: never) => {
      if (fails(++looks)) throw error;
      return client.send(command);
    };
    return { send } as unknown as StackClient;
  };
  const away = serviceError('ServiceUnavailable', 503, 'try again');
  it.each([
    {
      why: 'outlives a service that is away for a while',
      error: away,
      fails: (look: number) => look <= 4,
      says: 'CREATE_COMPLETE',
      looks: 5,
    },
    { why: 'gives up one that stays away', error: away, fails: () => true, says: 'try again', looks: 5 },
    { why: 'does not ask again where it may not', error: serviceError('AccessDenied', 403, 'no'), fails: () => true, says: 'no', looks: 1 },
    {
      why: 'does not ask again with keys that have ended',
      error: serviceError('ExpiredToken', 400, 'over'),
      fails: () => true,
      says: 'over',
      looks: 1,
    },
  ])('$why', async ({ error, fails, says, looks }) => {
    const clock = newManualClock();
    const fake = newFakeStacks(clock, { a: { createMs: 120 } });
    const id = await createStack(fake.client, stackTemplate('a'), {}, MORE);
    let asked = 0;
    const counted = failing(fake.client, error, (look) => {
      asked = look;
      return fails(look);
    });
    const ended = await newStackPoller(counted, clock, 50)
      .settled(watchOf(id))
      .then(
        ({ state }) => state?.status,
        (thrown: Error) => thrown.message,
      );
    expect(ended).toBe(says);
    expect(asked).toBeGreaterThanOrEqual(looks);
    if (says !== 'CREATE_COMPLETE') expect(asked).toBe(looks);
  });

  it('ends at its deadline', async () => {
    const clock = newManualClock();
    const fake = newFakeStacks(clock, { a: { createMs: 10_000 } });
    const id = await createStack(fake.client, stackTemplate('a'), {}, MORE);
    const settled = await newStackPoller(fake.client, clock, 50).settled(watchOf(id, { deadlineMs: 200 }));
    expect(settled).toMatchObject({ kind: 'overdue', state: { status: 'CREATE_IN_PROGRESS' } });
    expect(clock.elapsedMs()).toBe(200);
  });

  it('rejects with the signal’s reason, and goes on for the others', async () => {
    const clock = newManualClock();
    const fake = newFakeStacks(clock, { a: { createMs: 10_000 }, b: { createMs: 300 } });
    const poller = newStackPoller(fake.client, clock, 50);
    const [a, b] = [
      await createStack(fake.client, stackTemplate('a'), {}, MORE),
      await createStack(fake.client, stackTemplate('b'), {}, MORE),
    ];
    const stop = new AbortController();
    const first = poller.settled(watchOf(a, { signal: stop.signal }));
    const second = poller.settled(watchOf(b));
    stop.abort(new Error('interrupted'));
    await expect(first).rejects.toThrow('interrupted');
    expect((await second).state?.status).toBe('CREATE_COMPLETE');
  });

  it('rejects with what CloudFormation refuses, and can be used again', async () => {
    const clock = newManualClock();
    const fake = newFakeStacks(clock, {});
    const id = await createStack(fake.client, stackTemplate('a'), {}, MORE);
    const poller = newStackPoller(fake.client, clock, 50);
    fake.refusals.set('DescribeStacksCommand a', serviceError('AccessDenied', 403, 'no'));
    await expect(poller.settled(watchOf(id))).rejects.toThrow('no');
    fake.refusals.clear();
    expect((await poller.settled(watchOf(id))).state?.status).toBe('CREATE_COMPLETE');
  });
});
