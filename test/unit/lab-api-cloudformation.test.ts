import {
  CloudFormationClient,
  CreateStackCommand,
  type CreateStackCommandInput,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  ListStackResourcesCommand,
  ListStacksCommand,
  paginateDescribeStackEvents,
  paginateListStackResources,
  waitUntilStackDeleteComplete,
} from '@aws-sdk/client-cloudformation';
import { afterEach, describe, expect, test } from 'vitest';
import { Refusal } from '../../infra/lab/refusal.ts';
import type { CreateStackRequest, StackDescription, StackEvent, StackResource, StackService } from '../../infra/lab/stack/service.ts';
import { errorOf, type FakeApi, startFakeApi } from '../support/lab-api.ts';

const ID = 'arn:aws:cloudformation:eu-central-1:111122223333:stack/lnb-net/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0';

let api: FakeApi | undefined;
let client: CloudFormationClient | undefined;

afterEach(async () => {
  client?.destroy();
  await api?.close();
});

async function start(stacks: Partial<StackService>): Promise<CloudFormationClient> {
  const started = await startFakeApi({ stacks });
  api = started;
  client = new CloudFormationClient(started.client);
  return client;
}

const STACK: StackDescription = {
  stackId: ID,
  name: 'lnb-net',
  status: 'CREATE_COMPLETE',
  creationTime: new Date('2026-11-23T10:00:00.123Z'),
  parameters: [{ key: 'Password', value: '****' }],
  outputs: [
    { key: 'Vpc', value: 'vpc-1', description: 'the <VPC> & its "id"' },
    { key: 'Bare', value: '0012' },
  ],
  tags: [{ key: 'lnb:run', value: 'é 中 🙂' }],
  capabilities: ['CAPABILITY_IAM'],
  onFailure: 'DELETE',
};

describe('CreateStack', () => {
  async function created(input: CreateStackCommandInput): Promise<CreateStackRequest | undefined> {
    const requests: CreateStackRequest[] = [];
    const client = await start({
      create: (request) => {
        requests.push(request);
        return ID;
      },
    });
    expect((await client.send(new CreateStackCommand(input))).StackId).toBe(ID);
    return requests[0];
  }

  test('everything that is sent arrives', async () => {
    const template = JSON.stringify({ Description: 'é 中 🙂 <&>"\' + % \n\t', Resources: {} });
    const request = await created({
      StackName: 'lnb-net',
      TemplateBody: template,
      Parameters: [
        { ParameterKey: 'Password', ParameterValue: 'p&=+ %' },
        { ParameterKey: 'Empty', ParameterValue: '' },
      ],
      Tags: Array.from({ length: 11 }, (_, i) => ({ Key: `k${i + 1}`, Value: `v${i + 1}` })),
      Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'],
      OnFailure: 'DELETE',
      TimeoutInMinutes: 7,
      ClientRequestToken: 'token-1',
    });
    expect(request).toEqual({
      name: 'lnb-net',
      templateBody: template,
      parameters: { Password: 'p&=+ %', Empty: '' },
      tags: Array.from({ length: 11 }, (_, i) => ({ key: `k${i + 1}`, value: `v${i + 1}` })),
      capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'],
      onFailure: 'DELETE',
      timeoutMinutes: 7,
      clientRequestToken: 'token-1',
    });
  });

  test('what is not sent is absent, a failure rolls back, empty lists are empty', async () => {
    expect(await created({ StackName: 's', TemplateBody: '{}', Tags: [], Parameters: [], Capabilities: [] })).toEqual({
      name: 's',
      templateBody: '{}',
      parameters: {},
      tags: [],
      capabilities: [],
      onFailure: 'ROLLBACK',
    });
  });

  test('DisableRollback is DO_NOTHING', async () => {
    expect((await created({ StackName: 's', TemplateBody: '{}', DisableRollback: true }))?.onFailure).toBe('DO_NOTHING');
  });

  test('the largest template passes', async () => {
    expect((await created({ StackName: 's', TemplateBody: 'x'.repeat(51_200) }))?.templateBody.length).toBe(51_200);
  });

  const REFUSED: readonly { readonly why: string; readonly input: Partial<CreateStackCommandInput>; readonly says: string }[] = [
    { why: 'a template by URL', input: { TemplateURL: 'https://example.com/t' }, says: 'TemplateURL' },
    { why: 'a role', input: { RoleARN: 'arn:aws:iam::111122223333:role/deployer' }, says: 'RoleARN' },
    { why: 'notifications', input: { NotificationARNs: ['arn:aws:sns:eu-central-1:111122223333:t'] }, says: 'NotificationARNs' },
    { why: 'termination protection', input: { EnableTerminationProtection: true }, says: 'EnableTerminationProtection' },
    {
      why: 'a previous value',
      input: { Parameters: [{ ParameterKey: 'P', ParameterValue: 'v', UsePreviousValue: true }] },
      says: 'UsePreviousValue',
    },
    { why: 'a parameter without value', input: { Parameters: [{ ParameterKey: 'P' }] }, says: 'P has no value' },
    {
      why: 'a parameter given twice',
      input: {
        Parameters: [
          { ParameterKey: 'P', ParameterValue: '1' },
          { ParameterKey: 'P', ParameterValue: '2' },
        ],
      },
      says: 'twice',
    },
    { why: 'rollback both ways', input: { OnFailure: 'DELETE', DisableRollback: true }, says: 'not both' },
    { why: 'no template', input: { TemplateBody: undefined }, says: 'TemplateBody' },
    { why: 'a byte too many, counted in UTF-8', input: { TemplateBody: 'é'.repeat(25_601) }, says: '51200' },
    { why: 'a name that begins with a digit', input: { StackName: '1net' }, says: "'1net'" },
    { why: 'a name with markup', input: { StackName: '<net>&"' }, says: `'<net>&"'` },
    { why: 'a name outside ASCII', input: { StackName: 'nét' }, says: "'nét'" },
    { why: 'a name that is an id', input: { StackName: ID }, says: ID },
    { why: 'a name of 129 characters', input: { StackName: 'n'.repeat(129) }, says: '128' },
    { why: 'an unknown capability', input: { Capabilities: ['CAPABILITY_ALL' as 'CAPABILITY_IAM'] }, says: 'CAPABILITY_ALL' },
  ];
  test.each(REFUSED)('refused: $why', async ({ input, says }) => {
    const client = await start({});
    const error = await errorOf(client.send(new CreateStackCommand({ StackName: 's', TemplateBody: '{}', ...input })));
    expect([error.name, error.$metadata?.httpStatusCode]).toEqual(['ValidationError', 400]);
    expect(error.message).toContain(says);
  });
});

describe('DescribeStacks', () => {
  test('by id, with colons and slashes', async () => {
    const asked: (string | undefined)[] = [];
    const client = await start({
      describe: (name) => {
        asked.push(name);
        return [STACK];
      },
    });
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: ID }));
    expect(asked).toEqual([ID]);
    expect(Stacks).toEqual([
      {
        StackId: ID,
        StackName: 'lnb-net',
        StackStatus: 'CREATE_COMPLETE',
        CreationTime: new Date('2026-11-23T10:00:00.123Z'),
        DisableRollback: false,
        Parameters: [{ ParameterKey: 'Password', ParameterValue: '****' }],
        Outputs: [
          { OutputKey: 'Vpc', OutputValue: 'vpc-1', Description: 'the <VPC> & its "id"' },
          { OutputKey: 'Bare', OutputValue: '0012' },
        ],
        Tags: [{ Key: 'lnb:run', Value: 'é 中 🙂' }],
        Capabilities: ['CAPABILITY_IAM'],
      },
    ]);
  });

  test('all, of which there are none', async () => {
    const asked: (string | undefined)[] = [];
    const client = await start({
      describe: (name) => {
        asked.push(name);
        return [];
      },
    });
    expect((await client.send(new DescribeStacksCommand({}))).Stacks).toEqual([]);
    expect(asked).toEqual([undefined]);
  });

  test('a deleted one says when and why', async () => {
    const deletionTime = new Date('2026-11-23T11:00:00Z');
    const client = await start({ describe: () => [{ ...STACK, status: 'DELETE_COMPLETE', statusReason: 'asked', deletionTime }] });
    const [stack] = (await client.send(new DescribeStacksCommand({ StackName: ID }))).Stacks ?? [];
    expect([stack?.StackStatus, stack?.StackStatusReason, stack?.DeletionTime]).toEqual(['DELETE_COMPLETE', 'asked', deletionTime]);
  });

  test.each([
    ['a b', 'a blank'],
    ['nét', 'outside ASCII'],
    ['<&>', 'markup'],
  ])('the name %j is refused as it stands: %s', async (name) => {
    const client = await start({});
    const error = await errorOf(client.send(new DescribeStacksCommand({ StackName: name })));
    expect(error.name).toBe('ValidationError');
    expect(error.message).toContain(`Value '${name}'`);
  });

  test('what the port refuses reaches the client by name, with its words', async () => {
    const message = 'Stack with id <gone> & "lost" does not exist';
    const client = await start({
      describe: () => {
        throw new Refusal('ValidationError', 400, message);
      },
    });
    const error = await errorOf(client.send(new DescribeStacksCommand({ StackName: 'gone' })));
    expect([error.name, error.message, error.$metadata?.httpStatusCode]).toEqual(['ValidationError', message, 400]);
  });

  test('the SDK’s waiter takes "does not exist" for deleted', async () => {
    const client = await start({
      describe: () => {
        throw new Refusal('ValidationError', 400, 'Stack with id s does not exist');
      },
    });
    const result = await waitUntilStackDeleteComplete({ client, maxWaitTime: 5, minDelay: 0.01, maxDelay: 0.01 }, { StackName: 's' });
    expect(String(result.state)).toBe('SUCCESS');
  });
});

describe('events and resources', () => {
  const EVENTS: readonly StackEvent[] = Array.from({ length: 250 }, (_, i) => ({
    eventId: `Vpc-CREATE/${i} é`,
    stackId: ID,
    stackName: 'lnb-net',
    logicalId: 'Vpc',
    physicalId: i === 0 ? '' : 'vpc-1',
    resourceType: 'AWS::EC2::VPC',
    status: 'CREATE_FAILED',
    timestamp: new Date(Date.UTC(2026, 10, 23, 10, 0, 0, 250 - i)),
    ...(i === 0 ? { reason: 'no <room> & no "air"\nat all\u0001', clientRequestToken: 'token-1' } : {}),
  }));

  test('events come in pages, newest first; one that arrives between pages shifts nothing', async () => {
    const newer: StackEvent[] = [];
    const client = await start({ events: () => [...newer, ...EVENTS] });
    const pages: number[] = [];
    const ids: (string | undefined)[] = [];
    for await (const { StackEvents = [] } of paginateDescribeStackEvents({ client }, { StackName: ID })) {
      pages.push(StackEvents.length);
      ids.push(...StackEvents.map((event) => event.EventId));
      newer.unshift({ ...(EVENTS[1] as StackEvent), eventId: `newer-${pages.length}` });
    }
    expect(pages).toEqual([100, 100, 50]);
    expect(ids).toEqual(EVENTS.map((event) => event.eventId));
  });

  test('an event has all its members; what XML cannot carry becomes U+FFFD', async () => {
    const client = await start({ events: () => EVENTS.slice(0, 1) });
    const { StackEvents } = await client.send(new DescribeStackEventsCommand({ StackName: 'lnb-net' }));
    expect(StackEvents).toEqual([
      {
        EventId: 'Vpc-CREATE/0 é',
        StackId: ID,
        StackName: 'lnb-net',
        LogicalResourceId: 'Vpc',
        PhysicalResourceId: '',
        ResourceType: 'AWS::EC2::VPC',
        ResourceStatus: 'CREATE_FAILED',
        ResourceStatusReason: 'no <room> & no "air"\nat all\uFFFD',
        ClientRequestToken: 'token-1',
        Timestamp: new Date('2026-11-23T10:00:00.250Z'),
      },
    ]);
  });

  test('a token that is not one of ours is refused', async () => {
    const client = await start({ events: () => EVENTS });
    const error = await errorOf(client.send(new DescribeStackEventsCommand({ StackName: ID, NextToken: 'bm9uZQ' })));
    expect(error.name).toBe('ValidationError');
  });

  const RESOURCES: readonly StackResource[] = Array.from({ length: 101 }, (_, i) => ({
    logicalId: `R${i}`,
    physicalId: i === 0 ? '' : `r-${i}`,
    resourceType: 'AWS::EC2::Subnet',
    status: 'CREATE_IN_PROGRESS',
    updatedAt: new Date('2026-11-23T10:00:00Z'),
  }));

  test('ListStackResources pages; a resource that does not exist yet has no physical id', async () => {
    const client = await start({ resources: () => RESOURCES });
    const listed: (string | undefined)[] = [];
    for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName: ID })) {
      listed.push(...StackResourceSummaries.map((resource) => resource.PhysicalResourceId));
    }
    expect(listed).toEqual([undefined, ...RESOURCES.slice(1).map((resource) => resource.physicalId)]);
    const { StackResourceSummaries: [first] = [] } = await client.send(new ListStackResourcesCommand({ StackName: ID }));
    expect(first?.LastUpdatedTimestamp).toEqual(new Date('2026-11-23T10:00:00Z'));
  });

  test('DescribeStackResources finds one by its logical id', async () => {
    const client = await start({ describe: () => [STACK], resources: () => RESOURCES });
    const { StackResources } = await client.send(new DescribeStackResourcesCommand({ StackName: 'lnb-net', LogicalResourceId: 'R7' }));
    expect(StackResources?.map((resource) => [resource.StackId, resource.PhysicalResourceId])).toEqual([[ID, 'r-7']]);
    const error = await errorOf(client.send(new DescribeStackResourcesCommand({ StackName: 'lnb-net', LogicalResourceId: 'R' })));
    expect(error.message).toBe('Resource R does not exist for stack lnb-net');
  });
});

describe('DeleteStack and the rest', () => {
  test('an id arrives as it is; the answer is empty', async () => {
    const deleted: string[] = [];
    const client = await start({ delete: (name) => deleted.push(name) });
    const { $metadata } = await client.send(new DeleteStackCommand({ StackName: ID }));
    expect([deleted, $metadata.httpStatusCode, $metadata.requestId]).toEqual([[ID], 200, 'request-1']);
  });

  test('what DeleteStack does not realise is refused by name, and nothing is deleted', async () => {
    const client = await start({});
    const error = await errorOf(client.send(new DeleteStackCommand({ StackName: ID, RetainResources: ['Vpc'] })));
    expect([error.name, error.message]).toEqual(['ValidationError', expect.stringContaining('RetainResources')]);
  });

  test('an action that is not realised is InvalidAction by name', async () => {
    const client = await start({});
    const error = await errorOf(client.send(new ListStacksCommand({})));
    expect([error.name, error.message]).toEqual(['InvalidAction', expect.stringContaining('ListStacks')]);
  });

  test('a fault of the lab is InternalFailure and is reported', async () => {
    const fault = new Error('broken');
    const client = await start({
      events: () => {
        throw fault;
      },
    });
    const error = await errorOf(client.send(new DescribeStackEventsCommand({ StackName: ID })));
    expect([error.name, error.$metadata?.httpStatusCode, api?.faults]).toEqual(['InternalFailure', 500, [fault]]);
  });
});
