import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, FilterLogEventsCommand, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { GetFunctionCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, describe, expect, test } from 'vitest';
import { type CallFault, type CallFaultEffect, THROTTLE_REASONS } from '../../infra/lab/faults/call-fault.ts';
import type { LabKnobs } from '../../infra/lab/faults/knobs.ts';
import type { StoredLogEvent } from '../../infra/lab/runtime/service.ts';
import { errorOf, type FakeApi, type FakeApiOptions, FUNCTION, KEY, SESSION_KEY, startFakeApi } from '../support/lab-api.ts';

const running: FakeApi[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((api) => api.close()));
});

async function start(knobs: Partial<LabKnobs>, options: FakeApiOptions = {}): Promise<FakeApi> {
  const api = await startFakeApi({ ...options, knobs });
  running.push(api);
  return api;
}

type Client = FakeApi['client'];
type Send = (client: Client) => Promise<unknown>;

const s3 = (client: Client) => new S3Client({ ...client, forcePathStyle: true });
const SENDS: Readonly<Record<CallFault['service'], readonly [operation: string, send: Send] | undefined>> = {
  cloudformation: ['DescribeStacks', (client) => new CloudFormationClient(client).send(new DescribeStacksCommand({}))],
  ec2: ['DescribeVpcs', (client) => new EC2Client(client).send(new DescribeVpcsCommand({}))],
  lambda: ['GetFunction', (client) => new LambdaClient(client).send(new GetFunctionCommand({ FunctionName: 'f' }))],
  logs: ['FilterLogEvents', (client) => new CloudWatchLogsClient(client).send(new FilterLogEventsCommand({ logGroupName: 'g' }))],
  rds: ['DescribeDBInstances', (client) => new RDSClient(client).send(new DescribeDBInstancesCommand({}))],
  s3: ['ListObjectsV2', (client) => s3(client).send(new ListObjectsV2Command({ Bucket: 'bucket' }))],
  sts: ['GetCallerIdentity', (client) => new STSClient(client).send(new GetCallerIdentityCommand({}))],
  // The lab's front treats them as the services above that speak the same protocol.
  iam: undefined,
  scheduler: undefined,
  servicequotas: undefined,
  tagging: undefined,
};

const sends = Object.entries(SENDS).flatMap(([service, row]) =>
  row === undefined ? [] : [{ service: service as CallFault['service'], operation: row[0], send: row[1] }],
);

/** S3's own handler words the refusals of S3. */
const S3_WORDS: FakeApiOptions = {
  s3: {
    refuse: (request, response, refusal) => {
      request.resume();
      response.writeHead(refusal.status, { 'content-type': 'application/xml' });
      response.end(`<?xml version="1.0"?><Error><Code>${refusal.code}</Code><Message>${refusal.message}</Message></Error>`);
    },
  },
};

function fault(service: CallFault['service'], operation: string, times: number, effect: CallFaultEffect): Partial<LabKnobs> {
  return { callFaults: [{ service, operation, times, effect }] };
}

describe('a call that is spoilt', () => {
  test('the next two DescribeStacks answer 503, and only they', async () => {
    const knobs = fault('cloudformation', 'DescribeStacks', 2, { kind: 'server-error', status: 503 });
    const { client } = await start(knobs, { stacks: { describe: () => [], delete: () => undefined } });
    const cloudformation = new CloudFormationClient(client);
    for (const _ of [1, 2]) {
      const error = await errorOf(cloudformation.send(new DescribeStacksCommand({})));
      expect([error.name, error.$metadata?.httpStatusCode]).toEqual(['ServiceUnavailable', 503]);
    }
    expect((await cloudformation.send(new DescribeStacksCommand({}))).Stacks).toEqual([]);
    const sts = new STSClient(client);
    expect((await sts.send(new GetCallerIdentityCommand({}))).Account).toBe('111122223333');
  });

  test('the SDK’s own retries get through', async () => {
    const knobs = fault('cloudformation', 'DescribeStacks', 2, { kind: 'server-error', status: 500 });
    const { client } = await start(knobs, { stacks: { describe: () => [] } });
    const cloudformation = new CloudFormationClient({ ...client, maxAttempts: 3, retryMode: 'standard' });
    expect((await cloudformation.send(new DescribeStacksCommand({}))).$metadata.attempts).toBe(3);
  });

  test.each(sends)(
    '$service throttles, fails and refuses in its own words, which its client knows',
    async ({ service, operation, send }) => {
      const codes: string[] = [];
      const effects: readonly CallFaultEffect[] = [
        { kind: 'throttle' },
        { kind: 'server-error', status: 500 },
        { kind: 'server-error', status: 503 },
        { kind: 'refuse', code: 'AccessDenied', status: 403, message: 'not allowed' },
      ];
      for (const effect of effects) {
        const { client } = await start(fault(service, operation, 1, effect), S3_WORDS);
        const error = await errorOf(send(client));
        codes.push(`${error.name} ${error.$metadata?.httpStatusCode}`);
      }
      expect(codes).toEqual(WORDS[service]);
    },
  );

  test.each(THROTTLE_REASONS)('Lambda throttles with the reason %s', async (reason) => {
    const { client } = await start(fault('lambda', 'Invoke', 1, { kind: 'throttle', reason }), {
      functions: { invoke: async () => ({ requestId: 'r', payload: Buffer.from('1'), tail: Buffer.alloc(0) }) },
    });
    const lambda = new LambdaClient(client);
    const error = await errorOf(lambda.send(new InvokeCommand({ FunctionName: 'f' })));
    expect(error).toMatchObject({ name: 'TooManyRequestsException', Reason: reason, $metadata: { httpStatusCode: 429 } });
    expect((await lambda.send(new InvokeCommand({ FunctionName: 'f' }))).StatusCode).toBe(200);
  });
});

const WORDS: Readonly<Partial<Record<CallFault['service'], readonly string[]>>> = {
  cloudformation: ['Throttling 400', 'InternalFailure 500', 'ServiceUnavailable 503', 'AccessDenied 403'],
  sts: ['Throttling 400', 'InternalFailure 500', 'ServiceUnavailable 503', 'AccessDenied 403'],
  rds: ['Throttling 400', 'InternalFailure 500', 'ServiceUnavailable 503', 'AccessDenied 403'],
  ec2: ['RequestLimitExceeded 503', 'InternalError 500', 'Unavailable 503', 'AccessDenied 403'],
  lambda: ['TooManyRequestsException 429', 'ServiceException 500', 'ServiceUnavailableException 503', 'AccessDenied 403'],
  logs: ['ThrottlingException 400', 'InternalFailure 500', 'ServiceUnavailableException 503', 'AccessDenied 403'],
  s3: ['SlowDown 503', 'InternalError 500', 'ServiceUnavailable 503', 'AccessDenied 403'],
};

describe('a connection that is cut', () => {
  const cases = [
    { when: 'before-body', effects: 0, why: 'nothing was done' },
    { when: 'after-body', effects: 0, why: 'read, and nothing was done' },
    { when: 'after-effect', effects: 1, why: 'done, and nobody is told' },
  ] as const;
  test.each(cases)('$when: $why', async ({ when, effects }) => {
    let invoked = 0;
    const { client, faults } = await start(fault('lambda', 'Invoke', 1, { kind: 'cut', when }), {
      functions: {
        invoke: async () => {
          invoked += 1;
          return { requestId: 'r', payload: Buffer.from('1'), tail: Buffer.alloc(0) };
        },
      },
    });
    const lambda = new LambdaClient(client);
    const error = await errorOf(lambda.send(new InvokeCommand({ FunctionName: 'f', Payload: Buffer.from('{"a":1}') })));
    expect(error.$metadata?.httpStatusCode).toBeUndefined();
    expect(error).toMatchObject({ code: 'ECONNRESET' });
    expect(invoked).toBe(effects);
    await lambda.send(new InvokeCommand({ FunctionName: 'f' }));
    expect([invoked, faults]).toEqual([effects + 1, []]);
  });

  test.each(['before-body', 'after-body', 'after-effect'] as const)('%s also where the body names the operation', async (when) => {
    let described = 0;
    const describe = () => {
      described += 1;
      return [];
    };
    const { client } = await start(fault('cloudformation', 'DescribeStacks', 1, { kind: 'cut', when }), { stacks: { describe } });
    expect(await errorOf(new CloudFormationClient(client).send(new DescribeStacksCommand({})))).toMatchObject({ code: 'ECONNRESET' });
    expect(described).toBe(when === 'after-effect' ? 1 : 0);
  });

  test.each(['before-body', 'after-body'] as const)('%s of an upload to S3', async (when) => {
    const { client } = await start(fault('s3', 'PutObject', 1, { kind: 'cut', when }));
    const put = new PutObjectCommand({ Bucket: 'bucket', Key: 'a b', Body: Buffer.alloc(3_000_000) });
    expect((await errorOf(s3(client).send(put))).$metadata?.httpStatusCode).toBeUndefined();
  });
});

describe('credentials that expire', () => {
  test.each([
    ['sts', 'ExpiredToken 403'],
    ['cloudformation', 'ExpiredToken 403'],
    ['rds', 'ExpiredToken 403'],
    ['ec2', 'RequestExpired 400'],
    ['logs', 'ExpiredTokenException 400'],
    ['lambda', 'ExpiredTokenException 403'],
    ['s3', 'ExpiredToken 400'],
  ] as const)('%s says %s from that moment on', async (service, words) => {
    const send = SENDS[service]?.[1];
    let skewMs = 0;
    const { client } = await start(
      { credentialsExpireAt: new Date(Date.now() + 60_000).toISOString() },
      { ...S3_WORDS, skewMs: () => skewMs, functions: { get: () => FUNCTION } },
    );
    const name = async () => {
      const error = await errorOf(send?.(client) ?? Promise.resolve());
      return `${error.name} ${error.$metadata?.httpStatusCode}`;
    };
    const lambda = new LambdaClient(client);
    expect((await lambda.send(new GetFunctionCommand({ FunctionName: 'f' }))).Configuration?.State).toBe('Active');
    skewMs = 61_000;
    expect(await name()).toBe(words);
  });
});

describe('a scope of another service', () => {
  const correct = (service: string) => `Credential should be scoped to correct service: '${service}'. `;
  test.each([
    ['cloudformation', 'sts', 'SignatureDoesNotMatch', correct('cloudformation')],
    ['sts', 'logs', 'SignatureDoesNotMatch', correct('sts')],
    ['logs', 'cloudformation', 'InvalidSignatureException', correct('logs')],
    ['lambda', 'logs', 'InvalidSignatureException', correct('lambda')],
    ['ec2', 'cloudformation', 'AuthFailure', 'AWS was not able to validate the provided access credentials'],
  ] as const)('%s, signed for %s, is %s in the words of the service asked', async (service, signingName, code, message) => {
    const { client } = await start({});
    const [, send] = SENDS[service] ?? [];
    const misSigned: Client & { readonly signingName: string } = { ...client, signingName };
    const error = await errorOf(send?.(misSigned) ?? Promise.resolve());
    expect([error.name, error.message]).toEqual([code, message]);
  });
});

describe('EC2 says AuthFailure, 401, of whatever it cannot validate', () => {
  const cases: readonly { readonly why: string; readonly change: Partial<Client>; readonly skewMs?: number }[] = [
    { why: 'an unknown key', change: { credentials: { accessKeyId: 'AKIASTRANGER', secretAccessKey: 'x' } } },
    { why: 'a bad signature', change: { credentials: { accessKeyId: KEY.accessKeyId, secretAccessKey: 'wrong' } } },
    {
      why: 'a session key without its token',
      change: { credentials: { accessKeyId: SESSION_KEY.accessKeyId, secretAccessKey: SESSION_KEY.secretAccessKey } },
    },
    { why: 'another region', change: { region: 'us-west-2' } },
    { why: 'a clock that is 6 min off', change: {}, skewMs: 360_000 },
  ];
  test.each(cases)('$why', async ({ change, skewMs = 0 }) => {
    const { client } = await start({}, { skewMs: () => skewMs });
    const error = await errorOf(new EC2Client({ ...client, ...change }).send(new DescribeVpcsCommand({})));
    expect([error.name, error.$metadata?.httpStatusCode]).toEqual(['AuthFailure', 401]);
  });
});

describe('what Lambda and Logs return less of', () => {
  test.each([
    [3, 'end'],
    [0, ''],
    [4096, 'the end'],
  ])('Tail of %s bytes', async (tailBytes, expected) => {
    const { client } = await start(
      { tailBytes },
      { functions: { invoke: async () => ({ requestId: 'r', payload: Buffer.from('1'), tail: Buffer.from('the end') }) } },
    );
    const answer = await new LambdaClient(client).send(new InvokeCommand({ FunctionName: 'f', LogType: 'Tail' }));
    expect(Buffer.from(answer.LogResult ?? '', 'base64').toString()).toBe(expected);
  });

  const event: StoredLogEvent = { id: '1', group: 'g', stream: 's', timestampMs: 1, ingestionTimeMs: 2, message: 'found' };
  const logs = { filterEvents: () => [event], streamEvents: () => [event] };

  async function readAll(api: FakeApi): Promise<{ readonly tokens: readonly string[]; readonly found: number }> {
    const client = new CloudWatchLogsClient(api.client);
    const tokens: string[] = [];
    let nextToken: string | undefined;
    for (let pages = 0; pages < 20; pages += 1) {
      const page = await client.send(new FilterLogEventsCommand({ logGroupName: 'g', filterPattern: 'found', nextToken }));
      if (page.nextToken === undefined) return { tokens, found: page.events?.length ?? 0 };
      expect(page.events ?? []).toEqual([]);
      tokens.push(page.nextToken);
      nextToken = page.nextToken;
    }
    throw new Error('the search never ended');
  }

  test.each([
    [{ emptyLogPages: 0 }, 0, 0, 'at once'],
    [{ emptyLogPages: 3 }, 3, 0, 'after empty pages'],
    [{ repeatedLogTokens: 2 }, 3, 2, 'after a token that repeats: whoever stops there finds nothing'],
  ])(
    'FilterLogEvents with %j finds its event behind %i pages, %i of them with a repeated token: %s',
    async (knobs, pages, repeats, _why) => {
      const { tokens, found } = await readAll(await start(knobs, { logs }));
      expect([tokens.length, tokens.length - new Set(tokens).size, found]).toEqual([pages, repeats, 1]);
    },
  );

  test('GetLogEvents with empty pages never repeats a token before the end', async () => {
    const client = new CloudWatchLogsClient((await start({ emptyLogPages: 3 }, { logs })).client);
    const seen: number[] = [];
    let nextToken: string | undefined;
    for (let pages = 0; pages < 20; pages += 1) {
      const page = await client.send(new GetLogEventsCommand({ logGroupName: 'g', logStreamName: 's', startFromHead: true, nextToken }));
      seen.push(page.events?.length ?? 0);
      if (page.nextForwardToken === nextToken) break;
      nextToken = page.nextForwardToken;
    }
    expect(seen).toEqual([0, 0, 1, 0]);
  });
});

test('S3’s operations are told apart by method and address', async () => {
  const { client } = await start(fault('s3', 'GetObject', 1, { kind: 'throttle' }), {
    s3: {
      ...S3_WORDS.s3,
      handle: async (_request, response) => {
        response.writeHead(200, { 'content-length': '0' });
        response.end();
      },
    },
  });
  await s3(client).send(new PutObjectCommand({ Bucket: 'bucket', Key: 'k', Body: 'x' }));
  expect((await errorOf(s3(client).send(new GetObjectCommand({ Bucket: 'bucket', Key: 'k' })))).name).toBe('SlowDown');
});
