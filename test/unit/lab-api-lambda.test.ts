import { randomBytes } from 'node:crypto';
import {
  CreateFunctionCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  ListAliasesCommand,
  TooManyRequestsException,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { afterEach, describe, expect, test } from 'vitest';
import { Refusal } from '../../infra/lab/refusal.ts';
import type { ConfigurationChange, FunctionConfiguration, FunctionService } from '../../infra/lab/runtime/service.ts';
import { errorOf, type FakeApi, FUNCTION, startFakeApi } from '../support/lab-api.ts';

let api: FakeApi | undefined;
let client: LambdaClient | undefined;

afterEach(async () => {
  client?.destroy();
  await api?.close();
});

async function start(functions: Partial<FunctionService>): Promise<{ readonly api: FakeApi; readonly client: LambdaClient }> {
  const started = await startFakeApi({ functions });
  const lambda = new LambdaClient(started.client);
  api = started;
  client = lambda;
  return { api: started, client: lambda };
}

/** Answers with the event itself. */
const echo: Partial<FunctionService> = {
  invoke: (_name, payload) =>
    Promise.resolve({ requestId: 'invocation-1', payload, tail: Buffer.from('REPORT RequestId: invocation-1\n') }),
};

describe('Invoke', () => {
  test('payload, Tail, version and the invocation’s own request id come back', async () => {
    const { client } = await start(echo);
    const answer = await client.send(
      new InvokeCommand({ FunctionName: 'f', LogType: 'Tail', Payload: Buffer.from('{"name":"é 中 🙂 <&>"}') }),
    );
    expect(answer.StatusCode).toBe(200);
    expect(answer.ExecutedVersion).toBe('$LATEST');
    expect(answer.FunctionError).toBeUndefined();
    expect(answer.$metadata.requestId).toBe('invocation-1');
    expect(answer.Payload?.transformToString()).toBe('{"name":"é 中 🙂 <&>"}');
    expect(Buffer.from(answer.LogResult ?? '', 'base64').toString()).toBe('REPORT RequestId: invocation-1\n');
  });

  test('without Tail there is no log result', async () => {
    const { client } = await start(echo);
    expect((await client.send(new InvokeCommand({ FunctionName: 'f' }))).LogResult).toBeUndefined();
  });

  test('a whole 4 KB of Tail fits into the header', async () => {
    const tail = randomBytes(4096);
    const { client } = await start({ invoke: () => Promise.resolve({ requestId: 'r', payload: Buffer.from('1'), tail }) });
    const answer = await client.send(new InvokeCommand({ FunctionName: 'f', LogType: 'Tail' }));
    expect(Buffer.from(answer.LogResult ?? '', 'base64').equals(tail)).toBe(true);
  });

  test('a failed function is an answer, not an error', async () => {
    const { client } = await start({
      invoke: () =>
        Promise.resolve({ requestId: 'r', payload: Buffer.from('{"errorType":"Error"}'), functionError: 'Unhandled', tail: Buffer.of() }),
    });
    const answer = await client.send(new InvokeCommand({ FunctionName: 'f' }));
    expect([answer.StatusCode, answer.FunctionError, answer.Payload?.transformToString()]).toEqual([
      200,
      'Unhandled',
      '{"errorType":"Error"}',
    ]);
  });

  const PAYLOADS: readonly { readonly why: string; readonly bytes: Buffer; readonly seen: Buffer }[] = [
    { why: 'no byte is the empty event', bytes: Buffer.of(), seen: Buffer.from('{}') },
    { why: 'one byte', bytes: Buffer.from('1'), seen: Buffer.from('1') },
    { why: '5 MB', bytes: Buffer.from(`"${'x'.repeat(5_000_000)}"`), seen: Buffer.from(`"${'x'.repeat(5_000_000)}"`) },
    { why: 'the most that is allowed', bytes: Buffer.from(`"${'x'.repeat(6_291_454)}"`), seen: Buffer.from(`"${'x'.repeat(6_291_454)}"`) },
  ];
  test.each(PAYLOADS)('a payload goes both ways unchanged: $why', async ({ bytes, seen }) => {
    const { client } = await start(echo);
    const answer = await client.send(new InvokeCommand({ FunctionName: 'f', Payload: bytes }));
    expect(Buffer.from(answer.Payload ?? []).equals(seen)).toBe(true);
  });

  test('an empty answer stays empty', async () => {
    const { client } = await start({ invoke: () => Promise.resolve({ requestId: 'r', payload: Buffer.of(), tail: Buffer.of() }) });
    expect((await client.send(new InvokeCommand({ FunctionName: 'f' }))).Payload?.length ?? 0).toBe(0);
  });

  const REFUSED: readonly {
    readonly why: string;
    readonly input: ConstructorParameters<typeof InvokeCommand>[0];
    readonly name: string;
    readonly says: string;
  }[] = [
    {
      why: 'a byte too many',
      input: { FunctionName: 'f', Payload: Buffer.from(`"${'x'.repeat(6_291_455)}"`) },
      name: 'RequestTooLargeException',
      says: '6291456',
    },
    { why: 'not JSON', input: { FunctionName: 'f', Payload: Buffer.from('{') }, name: 'InvalidRequestContentException', says: 'json' },
    { why: 'Event', input: { FunctionName: 'f', InvocationType: 'Event' }, name: 'InvalidParameterValueException', says: 'Event' },
    { why: 'DryRun', input: { FunctionName: 'f', InvocationType: 'DryRun' }, name: 'InvalidParameterValueException', says: 'DryRun' },
    {
      why: 'a client context',
      input: { FunctionName: 'f', ClientContext: 'e30=' },
      name: 'InvalidParameterValueException',
      says: 'x-amz-client-context',
    },
    {
      why: 'a version that was never published',
      input: { FunctionName: 'f', Qualifier: '7' },
      name: 'ResourceNotFoundException',
      says: ':7',
    },
    { why: 'a name with odd characters', input: { FunctionName: 'f oo/é' }, name: 'ValidationException', says: 'functionName' },
    {
      why: 'another region',
      input: { FunctionName: 'arn:aws:lambda:us-east-1:111122223333:function:f' },
      name: 'ResourceNotFoundException',
      says: 'us-east-1',
    },
    {
      why: 'another account',
      input: { FunctionName: '999999999999:function:f' },
      name: 'AccessDeniedException',
      says: 'another account',
    },
  ];
  test.each(REFUSED)('refused: $why → $name', async ({ input, name, says }) => {
    const { client } = await start({});
    const error = await errorOf(client.send(new InvokeCommand(input)));
    expect(error.name).toBe(name);
    expect(error.message).toContain(says);
  });

  test.each([
    ['f', 'the name'],
    ['arn:aws:lambda:eu-central-1:111122223333:function:f', 'the full ARN, whose path is encoded twice in the signature'],
    ['arn:aws:lambda:eu-central-1:111122223333:function:f:$LATEST', 'a qualified ARN'],
    ['111122223333:function:f', 'a partial ARN'],
    ['f:$LATEST', 'a qualified name'],
  ])('the function may be named %s: %s', async (named) => {
    const names: string[] = [];
    const { client } = await start({
      invoke: (name) => {
        names.push(name);
        return Promise.resolve({ requestId: 'r', payload: Buffer.from('1'), tail: Buffer.of() });
      },
    });
    await client.send(new InvokeCommand({ FunctionName: named }));
    expect(names).toEqual(['f']);
  });
});

describe('configuration', () => {
  test('GetFunction describes everything that is stored', async () => {
    const { client } = await start({ get: () => FUNCTION });
    const { Configuration, Tags } = await client.send(new GetFunctionCommand({ FunctionName: FUNCTION.functionName }));
    expect(Tags).toEqual({ project: 'bench' });
    expect(Configuration).toMatchObject({
      FunctionName: 'vpc-nat-internet',
      FunctionArn: FUNCTION.functionArn,
      Runtime: 'nodejs22.x',
      Handler: 'internet.handler',
      Description: 'a <probe> & more',
      CodeSize: 660_000,
      CodeSha256: FUNCTION.codeSha256,
      Timeout: 30,
      MemorySize: 1769,
      EphemeralStorage: { Size: 512 },
      Architectures: ['x86_64'],
      Environment: { Variables: { NONCE: '0001', UMLAUT: 'é 中 🙂' } },
      VpcConfig: { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'], VpcId: 'vpc-1' },
      LoggingConfig: { LogFormat: 'JSON', LogGroup: '/aws/lambda/vpc-nat-internet', SystemLogLevel: 'DEBUG', ApplicationLogLevel: 'INFO' },
      State: 'Active',
      LastUpdateStatus: 'Successful',
      RevisionId: 'revision-1',
      LastModified: '2026-11-23T10:00:00.000+0000',
      RuntimeVersionConfig: { RuntimeVersionArn: FUNCTION.runtimeVersionArn },
      Version: '$LATEST',
    });
  });

  test('default mode has no VpcConfig', async () => {
    const { vpcConfig: _, ...plain } = FUNCTION;
    const { client } = await start({ get: () => plain });
    expect((await client.send(new GetFunctionConfigurationCommand({ FunctionName: 'f' }))).VpcConfig).toBeUndefined();
  });

  test('a pending function says why', async () => {
    const { client } = await start({ get: () => ({ ...FUNCTION, state: 'Pending' }) });
    const answer = await client.send(new GetFunctionConfigurationCommand({ FunctionName: 'f' }));
    expect([answer.State, answer.StateReasonCode]).toEqual(['Pending', 'Creating']);
  });

  const CHANGES: readonly {
    readonly why: string;
    readonly input: Omit<ConstructorParameters<typeof UpdateFunctionConfigurationCommand>[0], 'FunctionName'>;
    readonly change: ConfigurationChange;
  }[] = [
    {
      why: 'environment',
      input: { Environment: { Variables: { A: '', B: 'é' } } },
      change: { environment: { A: '', B: 'é' } },
    },
    { why: 'an environment without variables empties it', input: { Environment: {} }, change: { environment: {} } },
    { why: 'description', input: { Description: '' }, change: { description: '' } },
    { why: 'timeout and memory', input: { Timeout: 900, MemorySize: 128 }, change: { timeoutSeconds: 900, memorySizeMb: 128 } },
    {
      why: 'detach from the VPC',
      input: { VpcConfig: { SubnetIds: [], SecurityGroupIds: [] } },
      change: { vpcConfig: { subnetIds: [], securityGroupIds: [] } },
    },
    { why: 'revision', input: { RevisionId: 'revision-1' }, change: { revisionId: 'revision-1' } },
    { why: 'nothing', input: {}, change: {} },
  ];
  test.each(CHANGES)('UpdateFunctionConfiguration hands on: $why', async ({ input, change }) => {
    const seen: unknown[] = [];
    const { client } = await start({
      updateConfiguration: (name, asked) => {
        seen.push([name, asked]);
        return { ...FUNCTION, lastUpdateStatus: 'InProgress', revisionId: 'revision-2' };
      },
    });
    const answer = await client.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'f', ...input }));
    expect(seen).toEqual([['f', change]]);
    expect([answer.LastUpdateStatus, answer.RevisionId]).toEqual(['InProgress', 'revision-2']);
  });

  const REFUSED: readonly {
    readonly input: Omit<ConstructorParameters<typeof UpdateFunctionConfigurationCommand>[0], 'FunctionName'>;
    readonly says: string;
  }[] = [
    { input: { Layers: ['arn:aws:lambda:eu-central-1:1:layer:l:1'] }, says: 'Layers' },
    { input: { Handler: 'other.handler' }, says: 'Handler' },
    { input: { TracingConfig: { Mode: 'Active' } }, says: 'TracingConfig' },
    { input: { VpcConfig: { SubnetIds: ['subnet-1'] } }, says: 'SecurityGroupIds' },
    { input: { VpcConfig: { SubnetIds: [], SecurityGroupIds: [], Ipv6AllowedForDualStack: true } }, says: 'Ipv6AllowedForDualStack' },
    { input: { Timeout: 901 }, says: '901' },
    { input: { MemorySize: 127 }, says: '127' },
  ];
  test.each(REFUSED)('UpdateFunctionConfiguration refuses $says by name', async ({ input, says }) => {
    const { client } = await start({});
    const error = await errorOf(client.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'f', ...input })));
    expect(error.name).toBe('InvalidParameterValueException');
    expect(error.message).toContain(says);
  });

  test('the SDK’s waiter sees InProgress become Successful', async () => {
    const states: FunctionConfiguration['lastUpdateStatus'][] = ['InProgress', 'Successful'];
    const { client } = await start({ get: () => ({ ...FUNCTION, lastUpdateStatus: states.shift() ?? 'Successful' }) });
    const result = await waitUntilFunctionUpdatedV2({ client, maxWaitTime: 10, minDelay: 0.01, maxDelay: 0.01 }, { FunctionName: 'f' });
    expect([String(result.state), states]).toEqual(['SUCCESS', []]);
  });
});

describe('errors', () => {
  const PORT_ERRORS: readonly (readonly [Refusal, string])[] = [
    [new Refusal('ResourceNotFoundException', 404, 'Function not found: f'), 'an unknown function'],
    [new Refusal('ResourceConflictException', 409, 'The operation cannot be performed at this time: Pending'), 'an update under way'],
    [new Refusal('PreconditionFailedException', 412, 'The Revision Id provided does not match'), 'another revision'],
    [
      new Refusal('TooManyRequestsException', 429, 'Rate Exceeded.', { Reason: 'ConcurrentInvocationLimitExceeded' }),
      'no concurrency left',
    ],
    [new Refusal('EC2ThrottledException', 502, 'Request limit <exceeded>'), 'a server’s fault with markup'],
    [new Refusal('ServiceException', 500, 'é 中'), 'a server’s fault outside ASCII'],
  ];
  test.each(PORT_ERRORS)('$code reaches the client by name, with its status and words', async (refusal) => {
    const { client } = await start({ invoke: () => Promise.reject(refusal) });
    const error = await errorOf(client.send(new InvokeCommand({ FunctionName: 'f' })));
    expect([error.name, error.message, error.$metadata?.httpStatusCode]).toEqual([refusal.code, refusal.message, refusal.status]);
  });

  test('a fault of the lab is ServiceException and is reported', async () => {
    const fault = new Error('broken');
    const { client, api } = await start({ invoke: () => Promise.reject(fault) });
    const error = await errorOf(client.send(new InvokeCommand({ FunctionName: 'f' })));
    expect([error.name, error.$metadata?.httpStatusCode]).toEqual(['ServiceException', 500]);
    expect(api.faults).toEqual([fault]);
  });

  test('operations that are not realised are refused by name', async () => {
    const { client } = await start({});
    const create = new CreateFunctionCommand({ FunctionName: 'f', Role: 'r', Code: { ZipFile: Buffer.of(1) } });
    for (const sent of [client.send(new ListAliasesCommand({ FunctionName: 'f' })), client.send(create)]) {
      const error = await errorOf(sent);
      expect(error.name).toBe('UnknownOperationException');
      expect(error.message).toMatch(/(GET|POST) \/2015-03-31\/functions/);
    }
  });
});

describe('the control plane’s rate', () => {
  const update = (client: LambdaClient) => client.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'f', Timeout: 3 }));

  test('the 16th request at once is TooManyRequestsException with its reason; a fifteenth of a second later one passes', async () => {
    const { client, api } = await start({ updateConfiguration: () => FUNCTION, get: () => FUNCTION });
    for (let i = 0; i < 15; i += 1) await update(client);
    const error = await errorOf(update(client));
    expect(error).toBeInstanceOf(TooManyRequestsException);
    expect((error as TooManyRequestsException).Reason).toBe('CallerRateLimitExceeded');
    expect(error.$metadata?.httpStatusCode).toBe(429);
    api.advance(1000 / 15);
    await update(client);
    expect((await errorOf(update(client))).name).toBe('TooManyRequestsException');
  });

  test('GetFunctionConfiguration counts, GetFunction has 100 of its own, Invoke none', async () => {
    const { client } = await start({ ...echo, get: () => FUNCTION });
    for (let i = 0; i < 15; i += 1) await client.send(new GetFunctionConfigurationCommand({ FunctionName: 'f' }));
    expect((await errorOf(client.send(new GetFunctionConfigurationCommand({ FunctionName: 'f' })))).name).toBe('TooManyRequestsException');
    for (let i = 0; i < 100; i += 1) await client.send(new GetFunctionCommand({ FunctionName: 'f' }));
    expect((await errorOf(client.send(new GetFunctionCommand({ FunctionName: 'f' })))).name).toBe('TooManyRequestsException');
    for (let i = 0; i < 30; i += 1) await client.send(new InvokeCommand({ FunctionName: 'f' }));
  });

  test('the SDK’s own retries get through', async () => {
    const { client, api } = await start({ updateConfiguration: () => FUNCTION });
    for (let i = 0; i < 15; i += 1) await update(client);
    const patient = new LambdaClient({ ...api.client, maxAttempts: 3 });
    patient.middlewareStack.add(
      (next) => (args) => {
        api.advance(100);
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low', name: 'timePasses' },
    );
    const answer = await update(patient);
    patient.destroy();
    expect(answer.FunctionName).toBe(FUNCTION.functionName);
  });
});
