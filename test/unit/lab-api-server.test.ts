import { Agent, request as httpRequest } from 'node:http';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, describe, expect, test } from 'vitest';
import { ListenError } from '../../infra/lab/api/listen.ts';
import type { S3Auth } from '../../infra/lab/api/s3-handler.ts';
import { DEFAULT_KNOBS } from '../../infra/lab/faults/knobs.ts';
import { errorOf, type FakeApi, type FakeApiOptions, KEY, LAB_TOKEN, SESSION_KEY, startFakeApi } from '../support/lab-api.ts';

const started: FakeApi[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((api) => api.close()));
});

async function start(options: FakeApiOptions = {}): Promise<FakeApi> {
  const api = await startFakeApi(options);
  started.push(api);
  return api;
}

interface RawAnswer {
  readonly status: number | undefined;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** An HTTP request that no SDK would send. */
function raw(
  api: FakeApi,
  asked: {
    readonly method?: string;
    readonly path?: string;
    readonly headers?: Record<string, string>;
    readonly body?: string | Buffer;
    readonly agent?: Agent;
  },
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const { body, agent = false, ...rest } = asked;
    const request = httpRequest({ host: '127.0.0.1', port: api.port, agent, ...rest }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString() }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

type ClientOptions = FakeApi['client'] & { readonly credentials: { readonly sessionToken?: string } };

/** One call of each protocol, and how its service words what is wrong with a signature. */
const PROTOCOLS: readonly {
  readonly protocol: string;
  readonly call: (options: ClientOptions) => Promise<unknown>;
  readonly wrongKey: string;
  readonly wrongSecret: string;
  readonly status: number;
}[] = [
  {
    protocol: 'query (STS)',
    call: (options) => new STSClient(options).send(new GetCallerIdentityCommand({})),
    wrongKey: 'InvalidClientTokenId',
    wrongSecret: 'SignatureDoesNotMatch',
    status: 403,
  },
  {
    protocol: 'query (CloudFormation)',
    call: (options) => new CloudFormationClient(options).send(new DescribeStacksCommand({})),
    wrongKey: 'InvalidClientTokenId',
    wrongSecret: 'SignatureDoesNotMatch',
    status: 403,
  },
  {
    protocol: 'json (Logs)',
    call: (options) => new CloudWatchLogsClient(options).send(new FilterLogEventsCommand({ logGroupName: 'g' })),
    wrongKey: 'UnrecognizedClientException',
    wrongSecret: 'InvalidSignatureException',
    status: 400,
  },
  {
    protocol: 'rest-json (Lambda)',
    call: (options) => new LambdaClient(options).send(new InvokeCommand({ FunctionName: 'f' })),
    wrongKey: 'UnrecognizedClientException',
    wrongSecret: 'InvalidSignatureException',
    status: 403,
  },
];

describe('who may call', () => {
  test.each(PROTOCOLS)(
    '$protocol: an unknown key is $wrongKey, a wrong secret $wrongSecret',
    async ({ call, wrongKey, wrongSecret, status }) => {
      const { client } = await start();
      const stranger = await errorOf(call({ ...client, credentials: { ...client.credentials, accessKeyId: 'AKIASTRANGER' } }));
      expect([stranger.name, stranger.$metadata?.httpStatusCode]).toEqual([wrongKey, status]);
      const liar = await errorOf(call({ ...client, credentials: { ...client.credentials, secretAccessKey: 'wrong' } }));
      expect([liar.name, liar.$metadata?.httpStatusCode]).toEqual([wrongSecret, status]);
      const elsewhere = await errorOf(call({ ...client, region: 'us-west-2' }));
      expect([elsewhere.name, elsewhere.message]).toEqual([wrongSecret, expect.stringContaining('valid region')]);
    },
  );

  test.each(PROTOCOLS)('$protocol: a session key needs its token', async ({ call, wrongKey }) => {
    const { client } = await start();
    const { accessKeyId, secretAccessKey } = SESSION_KEY;
    for (const sessionToken of [undefined, 'wrong']) {
      const credentials = { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
      expect((await errorOf(call({ ...client, credentials }))).name).toBe(wrongKey);
    }
  });

  test.each(PROTOCOLS)('$protocol: a clock that is 6 min off is refused', async ({ call, wrongSecret }) => {
    for (const skewMs of [360_000, -360_000]) {
      const { client } = await start({ skewMs: () => skewMs });
      const error = await errorOf(call(client));
      expect([error.name, error.message]).toEqual([wrongSecret, expect.stringMatching(/^Signature (expired|not yet current): /)]);
    }
  });

  test('with retries the SDK reads our clock from the answer and gets through', async () => {
    const { client } = await start({ skewMs: () => 3_600_000 });
    const sts = new STSClient({ ...client, maxAttempts: 2 });
    expect((await sts.send(new GetCallerIdentityCommand({}))).Account).toBe('111122223333');
    sts.destroy();
  });

  const UNSIGNED: readonly {
    readonly why: string;
    readonly asked: Parameters<typeof raw>[1];
    readonly code: string;
    readonly status: number;
  }[] = [
    { why: 'nothing', asked: {}, code: '<Code>MissingAuthenticationToken</Code>', status: 403 },
    {
      why: 'a form',
      asked: { method: 'POST', body: 'Action=GetCallerIdentity&Version=2011-06-15' },
      code: '<Code>MissingAuthenticationToken</Code>',
      status: 403,
    },
    {
      why: 'a JSON target',
      asked: { method: 'POST', headers: { 'x-amz-target': 'Logs_20140328.GetLogEvents' }, body: '{}' },
      code: '"__type":"MissingAuthenticationTokenException"',
      status: 403,
    },
    {
      why: 'a Lambda path',
      asked: { path: '/2015-03-31/functions/f' },
      code: '"message":"Missing Authentication Token"',
      status: 403,
    },
    { why: 'a presigned query', asked: { path: '/?X-Amz-Signature=00' }, code: '<Code>NotImplemented</Code>', status: 501 },
    {
      why: 'a header of another scheme',
      asked: { headers: { authorization: 'Basic YTpi' } },
      code: '<Code>IncompleteSignature</Code>',
      status: 400,
    },
  ];
  test.each(UNSIGNED)('unsigned: $why', async ({ asked, code, status }) => {
    const answer = await raw(await start(), asked);
    expect(answer.status).toBe(status);
    expect(answer.body).toContain(code);
    expect(answer.headers['x-amzn-requestid']).toBe('request-1');
  });
});

describe('STS', () => {
  test('a user', async () => {
    const { client } = await start();
    const sts = new STSClient(client);
    const identity = await sts.send(new GetCallerIdentityCommand({}));
    expect(identity).toMatchObject({ Account: '111122223333', Arn: KEY.principalArn, UserId: expect.stringMatching(/^AIDA[0-9A-F]{17}$/) });
    expect(identity.$metadata.requestId).toBe('request-1');
    sts.destroy();
  });

  test('a role’s session, with its token', async () => {
    const { client } = await start();
    const sts = new STSClient({ ...client, credentials: SESSION_KEY });
    const identity = await sts.send(new GetCallerIdentityCommand({}));
    expect([identity.Arn, identity.UserId]).toEqual([SESSION_KEY.principalArn, expect.stringMatching(/^AROA[0-9A-F]{17}:session-1$/)]);
    sts.destroy();
  });

  test('another action is InvalidAction by name', async () => {
    const { client } = await start();
    const error = await errorOf(
      new STSClient(client).send(new AssumeRoleCommand({ RoleArn: KEY.principalArn, RoleSessionName: 'session' })),
    );
    expect([error.name, error.message]).toEqual(['InvalidAction', expect.stringContaining('AssumeRole')]);
  });
});

describe('services that the lab does not have', () => {
  test('EC2 and RDS read InvalidAction, with the service’s name, in their own error shapes', async () => {
    const { client } = await start();
    for (const [sent, service] of [
      [new EC2Client(client).send(new DescribeVpcsCommand({})), 'ec2'],
      [new RDSClient(client).send(new DescribeDBInstancesCommand({})), 'rds'],
    ] as const) {
      const error = await errorOf(sent);
      expect([error.name, error.message, error.$metadata?.httpStatusCode]).toEqual([
        'InvalidAction',
        `The lab does not realise the service ${service}.`,
        400,
      ]);
    }
  });
});

describe('S3', () => {
  function s3Of(api: FakeApi): S3Client {
    return new S3Client({ ...api.client, forcePathStyle: true });
  }

  test('the handler gets the verified principal, the seal and the body unread', async () => {
    const seen: { readonly auth: S3Auth; readonly body: string }[] = [];
    const api = await start({
      s3: {
        handle: async (request, response, auth) => {
          const chunks: Buffer[] = [];
          for await (const chunk of request) chunks.push(chunk as Buffer);
          seen.push({ auth, body: Buffer.concat(chunks).toString() });
          response.end();
        },
      },
    });
    const s3 = s3Of(api);
    const { $metadata } = await s3.send(new PutObjectCommand({ Bucket: 'b', Key: 'a key/é+%25?&', Body: 'hello' }));
    s3.destroy();
    expect($metadata.httpStatusCode).toBe(200);
    expect(seen[0]?.auth).toMatchObject({ key: KEY, requestId: 'request-1', scope: { service: 's3', region: 'eu-central-1' } });
    expect(seen[0]?.body).toContain('hello');
  });

  test('a body larger than the server would hold reaches the handler as a stream', async () => {
    const size = 20 * 1024 * 1024;
    const lengths: number[] = [];
    const api = await start({
      s3: {
        handle: async (request, response) => {
          let length = 0;
          for await (const chunk of request) length += (chunk as Buffer).length;
          lengths.push(length);
          response.end();
        },
      },
    });
    const s3 = s3Of(api);
    await s3.send(new PutObjectCommand({ Bucket: 'b', Key: 'k', Body: Buffer.alloc(size) }));
    s3.destroy();
    expect(lengths).toEqual([size]);
  });

  test('a wrong secret never reaches `handle`: `refuse` is told', async () => {
    const refused: string[] = [];
    const api = await start({
      s3: {
        refuse: (_request, response, refusal, requestId) => {
          refused.push(refusal.code, requestId);
          response.writeHead(refusal.status, { 'content-type': 'application/xml' });
          response.end(`<Error><Code>${refusal.code}</Code><Message>no</Message></Error>`);
        },
      },
    });
    const s3 = new S3Client({ ...api.client, forcePathStyle: true, credentials: { ...api.client.credentials, secretAccessKey: 'wrong' } });
    expect((await errorOf(s3.send(new GetObjectCommand({ Bucket: 'b', Key: 'k' })))).name).toBe('SignatureDoesNotMatch');
    s3.destroy();
    expect(refused).toEqual(['SignatureDoesNotMatch', 'request-1']);
  });

  test('a handler that throws is a fault: InternalError', async () => {
    const fault = new Error('broken');
    const api = await start({
      s3: {
        handle: () => Promise.reject(fault),
        refuse: (_request, response, refusal) => {
          response.writeHead(refusal.status, { 'content-type': 'application/xml' });
          response.end(`<Error><Code>${refusal.code}</Code></Error>`);
        },
      },
    });
    const s3 = s3Of(api);
    expect((await errorOf(s3.send(new GetObjectCommand({ Bucket: 'b', Key: 'k' })))).name).toBe('InternalError');
    s3.destroy();
    expect(api.faults).toEqual([fault]);
  });
});

describe('the lab’s own paths', () => {
  const token = { 'x-lab-token': LAB_TOKEN };

  test('knobs are read, changed in part and taken back', async () => {
    const api = await start();
    const put = (change: unknown) => raw(api, { method: 'PUT', path: '/_lab/knobs', headers: token, body: JSON.stringify(change) });
    expect(JSON.parse((await raw(api, { path: '/_lab/knobs', headers: token })).body)).toEqual(DEFAULT_KNOBS);
    const changed = { ...DEFAULT_KNOBS, updateMs: 7, delays: { synAck: 30 }, failResource: 'Nat' };
    const answer = await put({ updateMs: 7, delays: { synAck: 30 }, failResource: 'Nat' });
    expect([answer.status, JSON.parse(answer.body)]).toEqual([200, changed]);
    expect(api.knobs).toEqual(changed);
    await put({ delays: {}, failResource: null });
    expect(api.knobs).toEqual({ ...DEFAULT_KNOBS, updateMs: 7 });
  });

  test.each([
    ['{"updateMss":1}', 'updateMss', 'no such knob'],
    ['{"updateMs":-1}', 'updateMs', 'negative'],
    ['{"updateMs":"1"}', 'updateMs', 'not a number'],
    ['{"lambdaControlPerSecond":0}', 'lambdaControlPerSecond', 'a rate of 0 would never let anything through'],
    ['{"delays":{"syn":1}}', 'syn', 'no such delay'],
    ['{"delays":3}', 'delays', 'not an object'],
    ['{"failResource":3}', 'failResource', 'not a name'],
    ['{', 'JSON', 'not JSON'],
    ['[]', 'object', 'a list'],
  ])('PUT %s is refused, naming %s: %s', async (body, says) => {
    const api = await start();
    const answer = await raw(api, { method: 'PUT', path: '/_lab/knobs', headers: token, body });
    expect([answer.status, JSON.parse(answer.body)]).toEqual([400, { code: 'InvalidKnob', message: expect.stringContaining(says) }]);
    expect(api.knobs).toEqual(DEFAULT_KNOBS);
  });

  test('facts are read; other paths are 404', async () => {
    const api = await start({ facts: { mode: 'root' } });
    expect(JSON.parse((await raw(api, { path: '/_lab/facts', headers: token })).body)).toEqual({ mode: 'root' });
    expect((await raw(api, { path: '/_lab/other', headers: token })).status).toBe(404);
  });

  const WRONG_TOKENS: readonly { readonly wrong?: string; readonly why: string }[] = [
    { why: 'none' },
    { wrong: '', why: 'empty' },
    { wrong: `${LAB_TOKEN}x`, why: 'longer' },
  ];
  test.each(WRONG_TOKENS)('a wrong token is refused: $why', async ({ wrong }) => {
    const answer = await raw(await start(), { path: '/_lab/knobs', headers: wrong === undefined ? {} : { 'x-lab-token': wrong } });
    expect(answer.status).toBe(403);
  });
});

describe('the server', () => {
  test('a taken port is a typed error that says which', async () => {
    const { port } = await start();
    const error = await errorOf(startFakeApi({ port }));
    expect(error).toBeInstanceOf(ListenError);
    expect(error).toMatchObject({ kind: 'port-taken', host: '127.0.0.1', port });
  });

  test('connections are kept', async () => {
    const api = await start();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const first = await raw(api, { agent });
    expect(first.headers['keep-alive']).toBe('timeout=120');
    await raw(api, { agent });
    expect(Object.values(agent.freeSockets).flat().length).toBe(1);
    agent.destroy();
  });

  test('17 MiB are refused and the next request on the connection is answered', async () => {
    const api = await start();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const body = Buffer.alloc(17 * 1024 * 1024, 0x20);
    const answer = await raw(api, { method: 'POST', path: '/2015-03-31/functions/f/invocations', body, agent });
    expect([answer.status, answer.headers['x-amzn-errortype']]).toEqual([413, 'RequestTooLargeException']);
    expect((await raw(api, { agent })).status).toBe(403);
    agent.destroy();
  });

  test('a client that goes away is no fault of the lab', async () => {
    const api = await start();
    await new Promise<void>((resolve) => {
      const request = httpRequest({ host: '127.0.0.1', port: api.port, method: 'POST', headers: { 'content-length': 10 } });
      request.on('error', () => resolve());
      request.write('12345', () => request.destroy(new Error('gone')));
    });
    expect((await raw(api, {})).status).toBe(403);
    expect(api.faults).toEqual([]);
  });
});
