import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newCloudFormationService } from '../../infra/lab/api/cloudformation.ts';
import { newLambdaService } from '../../infra/lab/api/lambda.ts';
import { newLogsService } from '../../infra/lab/api/logs.ts';
import { REST_OPERATIONS } from '../../infra/lab/api/operation-name.ts';
import type { WireService } from '../../infra/lab/api/protocol/wire.ts';
import { newStsService } from '../../infra/lab/api/sts.ts';
import { DEFAULT_KNOBS } from '../../infra/lab/faults/knobs.ts';
import { newLogPages } from '../../infra/lab/faults/log-pages.ts';
import type { StoredLogEvent } from '../../infra/lab/runtime/service.ts';
import type { StackDescription } from '../../infra/lab/stack/service.ts';
import { ACCOUNT, FUNCTION, KEY, SESSION_KEY } from '../support/lab-api.ts';
import { type LoopbackS3, REGION, startLoopbackS3, USER_KEY } from '../support/s3-loopback.ts';
import { sendRaw, signRaw } from '../support/s3-raw-request.ts';
import { type Comparison, compareJson, compareXml, modelledErrors, readServiceModel, whyNoModels } from '../support/service-model.ts';

const missing = whyNoModels();

const NOW = new Date('2026-11-25T18:00:00Z');
const STACK: StackDescription = {
  stackId: 'arn:aws:cloudformation:eu-central-1:1:stack/net/1',
  name: 'net',
  status: 'DELETE_FAILED',
  statusReason: 'why',
  creationTime: NOW,
  deletionTime: NOW,
  parameters: [{ key: 'Size', value: '1' }],
  outputs: [{ key: 'Vpc', value: 'vpc-1', description: 'd' }],
  tags: [{ key: 'lnb:run', value: 'abc' }],
  capabilities: ['CAPABILITY_IAM'],
  onFailure: 'DELETE',
};
const RESOURCE = {
  logicalId: 'Vpc',
  physicalId: 'vpc-1',
  resourceType: 'AWS::EC2::VPC',
  status: 'CREATE_FAILED',
  reason: 'why',
  updatedAt: NOW,
};
const EVENT = {
  ...{ eventId: 'e', stackId: STACK.stackId, stackName: 'net', logicalId: 'Vpc', physicalId: 'vpc-1', resourceType: 'AWS::EC2::VPC' },
  ...{ status: 'CREATE_FAILED', reason: 'why', timestamp: NOW, clientRequestToken: 'token' },
};
const LOG_EVENT: StoredLogEvent = { id: '1', group: 'g', stream: 's', timestampMs: 1, ingestionTimeMs: 2, message: 'm' };

const SERVICES: Readonly<Record<string, WireService>> = {
  cloudformation: newCloudFormationService({
    create: () => STACK.stackId,
    delete: () => undefined,
    describe: () => [STACK],
    events: () => Array.from({ length: 101 }, (_, index) => ({ ...EVENT, eventId: `e${index}` })),
    resources: () => [RESOURCE],
  }),
  lambda: newLambdaService(
    {
      list: () => [FUNCTION],
      account: () => ({ concurrency: 10, functionCount: 1, codeBytes: 2 }),
      runtimeManagement: () => ({ updateOn: 'Auto' }),
      setRuntimeManagement: () => undefined,
      delete: async () => undefined,
      get: () => ({ ...FUNCTION, state: 'Pending' }),
      updateConfiguration: () => FUNCTION,
      invoke: async () => ({ requestId: 'r', payload: Buffer.from('1'), functionError: 'Unhandled', tail: Buffer.from('log') }),
    },
    { account: ACCOUNT, controlPerSecond: () => 100, tailBytes: () => 4096, monotonicMs: () => 0 },
  ),
  logs: newLogsService(
    {
      groups: () => [{ name: 'g', createdMs: 1, retentionDays: 1, storedBytes: 2, tags: {} }],
      deleteGroup: () => undefined,
      streamEvents: () => [LOG_EVENT],
      filterEvents: () => [LOG_EVENT, { ...LOG_EVENT, id: '2' }],
    },
    ACCOUNT,
    newLogPages(() => DEFAULT_KNOBS),
  ),
  sts: newStsService(ACCOUNT),
};

/** What is asked of each operation that the lab has: a form, a JSON body, or a request's line. */
type Ask = { readonly form: string } | { readonly json: object } | { readonly line: string; readonly body?: object };

const PATH = '/2015-03-31/functions/f';
const ASKS: Readonly<Record<string, Readonly<Record<string, Ask>>>> = {
  cloudformation: {
    CreateStack: { form: 'StackName=net&TemplateBody=%7B%7D' },
    DescribeStacks: { form: '' },
    DescribeStackEvents: { form: 'StackName=net' },
    ListStackResources: { form: 'StackName=net' },
    DescribeStackResources: { form: 'StackName=net' },
    DeleteStack: { form: 'StackName=net' },
  },
  sts: { GetCallerIdentity: { form: '' } },
  logs: {
    GetLogEvents: { json: { logGroupName: 'g', logStreamName: 's' } },
    FilterLogEvents: { json: { logGroupName: 'g', limit: 1 } },
    DescribeLogGroups: { json: {} },
  },
  lambda: {
    GetFunction: { line: `GET ${PATH}` },
    GetFunctionConfiguration: { line: `GET ${PATH}/configuration` },
    UpdateFunctionConfiguration: { line: `PUT ${PATH}/configuration`, body: { Description: 'd' } },
    ListFunctions: { line: 'GET /2015-03-31/functions/' },
    GetAccountSettings: { line: 'GET /2016-08-19/account-settings/' },
  },
};

/** Members that are younger than the model which Debian 12 packages (December 2022), each with what says that AWS has it. */
const YOUNGER: ReadonlyMap<string, string> = new Map([
  ['RuntimeVersionConfig', 'Lambda API reference, FunctionConfiguration (January 2023)'],
  ['ChecksumType', 'S3 API reference, Object (December 2024)'],
  ['logGroups[].logGroupClass', 'CloudWatch Logs API reference, LogGroup (November 2023)'],
  ['logGroups[].logGroupArn', 'CloudWatch Logs API reference, LogGroup (November 2023)'],
  ['LoggingConfig', 'Lambda API reference, FunctionConfiguration (November 2023)'],
]);

async function answerOf(service: string, operation: string, ask: Ask): Promise<string> {
  const [method = '', path = ''] = ('line' in ask ? ask.line : 'POST /').split(' ');
  const text = 'form' in ask ? `Action=${operation}&${ask.form}` : JSON.stringify('json' in ask ? ask.json : (ask.body ?? {}));
  const headers = { 'x-amz-target': `Logs_20140328.${operation}`, 'x-amz-log-type': 'Tail' };
  const caller = service === 'sts' ? SESSION_KEY : KEY;
  const call = { method, path, query: '', headers, body: Buffer.from(text), caller, requestId: 'r' };
  const wire = SERVICES[service];
  if (wire === undefined) throw new Error(`no service ${service}`);
  const { body } = await wire(call);
  return typeof body === 'string' ? body : Buffer.from(body).toString('utf8');
}

function unexplained({ problems }: Comparison): readonly string[] {
  return problems.filter((problem) => ![...YOUNGER.keys()].some((name) => problem.endsWith(`.${name}`)));
}

const rows = Object.entries(ASKS).flatMap(([service, asks]) =>
  Object.entries(asks).map(([operation, ask]) => ({ service, operation, ask })),
);

describe('every answer is one that the service’s model has', () => {
  test.for(rows)('$service $operation', async ({ service, operation, ask }, ctx) => {
    if (missing !== undefined) return ctx.skip(missing);
    const model = readServiceModel(service);
    const body = await answerOf(service, operation, ask);
    const compared = body.startsWith('<') ? compareXml(model, operation, body) : compareJson(model, operation, JSON.parse(body));
    expect(unexplained(compared)).toEqual([]);
    if (operation !== 'DeleteStack') expect(compared.seen).toBeGreaterThan(0);
  });

  test('the comparison finds what does not belong', (ctx) => {
    if (missing !== undefined) return ctx.skip(missing);
    const lambda = compareJson(readServiceModel('lambda'), 'GetFunctionConfiguration', { Timeout: '3', Nonsense: 1, State: 'Active' });
    expect(lambda.problems).toEqual(['GetFunctionConfiguration.Timeout: "3" is no integer', 'GetFunctionConfiguration.Nonsense']);
    const xml =
      '<R><DescribeStacksResult><Stacks><member><StackName>a</StackName><Nonsense/></member><item/></Stacks></DescribeStacksResult></R>';
    expect(compareXml(readServiceModel('cloudformation'), 'DescribeStacks', xml).problems).toEqual([
      'DescribeStacks.Stacks.member.Nonsense',
      'DescribeStacks.Stacks.item',
    ]);
  });
});

describe('Invoke', () => {
  test('answers in headers, all of which the model has', async (ctx) => {
    if (missing !== undefined) return ctx.skip(missing);
    const { headers } = await (SERVICES['lambda'] as WireService)({
      ...{ method: 'POST', path: `${PATH}/invocations`, query: '', headers: { 'x-amz-log-type': 'Tail' } },
      ...{ body: Buffer.from('{}'), caller: KEY, requestId: 'r' },
    });
    const members = Object.values(readServiceModel('lambda').shapes['InvocationResponse']?.members ?? {});
    const known = members.flatMap(({ locationName }) => locationName ?? []);
    expect(Object.keys(headers).filter((name) => name.startsWith('X-Amz-'))).toEqual(
      expect.arrayContaining(['X-Amz-Executed-Version', 'X-Amz-Function-Error', 'X-Amz-Log-Result']),
    );
    for (const name of Object.keys(headers).filter((header) => header.startsWith('X-Amz-'))) expect(known).toContain(name);
  });
});

describe('S3', () => {
  const bucket = 'answers-of-the-lab';
  let s3: LoopbackS3;
  beforeAll(async () => {
    s3 = await startLoopbackS3(bucket);
    await ask('PUT', '/a%20key');
  });
  afterAll(() => s3.stop());

  const ask = async (method: string, path: string, query = ''): Promise<string> => {
    const raw = { method, path: `/${bucket}${path}`, query };
    const { body } = await sendRaw(s3.endpoint, raw, signRaw(raw, new URL(s3.endpoint).host, USER_KEY, REGION).headers);
    return body.toString();
  };
  test.for([
    ['ListObjectsV2', 'list-type=2'],
    ['ListObjectVersions', 'versions'],
    ['ListMultipartUploads', 'uploads'],
  ] as const)('%s', async ([operation, query], ctx) => {
    if (missing !== undefined) return ctx.skip(missing);
    const compared = compareXml(readServiceModel('s3'), operation, await ask('GET', '', query));
    expect(unexplained(compared)).toEqual([]);
    expect(compared.seen).toBeGreaterThan(3);
  });
});

describe('operations told by method and path', () => {
  const all = Object.entries(REST_OPERATIONS).flatMap(([service, operations]) =>
    Object.entries(operations).map(([operation, [method, path]]) => ({ service, operation, method, path })),
  );
  /** Younger than Debian 12's model (January 2023). */
  const younger = ['GetRuntimeManagementConfig', 'PutRuntimeManagementConfig'];
  test.for(all.filter(({ operation }) => !younger.includes(operation)))('$service $operation is $method $path', (row, ctx) => {
    if (missing !== undefined) return ctx.skip(missing);
    expect(readServiceModel(row.service).operations[row.operation]?.http).toMatchObject({ method: row.method, requestUri: row.path });
  });
});

/** Files whose refusals a service's callers see. */
const SOURCES: Readonly<Record<string, readonly string[]>> = {
  cloudformation: ['api/cloudformation.ts', 'stack/engine.ts', 'stack/capabilities.ts', 'stack/format-error.ts'],
  lambda: ['api/lambda.ts', 'api/lambda-configuration.ts', 'api/function-name.ts', 'runtime/functions.ts', 'runtime/configuration.ts'],
  logs: ['api/logs.ts', 'runtime/log-store.ts'],
};

/** Codes that no model lists with an operation, because any operation can answer them. */
const COMMON: ReadonlyMap<string, string> = new Map([
  ['ValidationError', 'CloudFormation API reference, common errors'],
  ['AccessDeniedException', 'Lambda API reference, common errors'],
  ['ValidationException', 'Lambda API reference, common errors: what its own model forbids'],
  ['ResourceAlreadyExistsException', 'answered to CreateLogGroup, which only a stack asks for here'],
  ['PreconditionFailedException', 'Lambda API reference, UpdateFunctionConfiguration: RevisionId'],
]);

describe('error codes', () => {
  test.for(Object.entries(SOURCES))('of %s are in its model or in the list of common ones', ([service, files], ctx) => {
    if (missing !== undefined) return ctx.skip(missing);
    const model = readServiceModel(service);
    const modelled = new Set(Object.keys(ASKS[service] ?? {}).flatMap((operation) => modelledErrors(model, operation)));
    if (service === 'lambda') for (const code of modelledErrors(model, 'Invoke')) modelled.add(code);
    const shortened = [...modelled].flatMap((code) => [code, code.replace(/Exception$/, '')]);
    const used = files.flatMap((file) => {
      const text = readFileSync(fileURLToPath(new URL(`../../infra/lab/${file}`, import.meta.url)), 'utf8');
      return [...text.matchAll(/(?:Refusal|refuse)\(\s*'([A-Za-z]+)'|INVALID = '([A-Za-z]+)'/g)].map((match) => match[1] ?? match[2] ?? '');
    });
    expect(used.length).toBeGreaterThan(0);
    expect(
      [...new Set(used)].filter((code) => !COMMON.has(code) && !shortened.includes(code) && !shortened.includes(`${code}Exception`)),
    ).toEqual([]);
  });
});
