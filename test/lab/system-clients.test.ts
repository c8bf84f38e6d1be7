import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Deployment } from '../../harness/domain/deployment.ts';
import { Secret } from '../../harness/domain/secret.ts';
import { newSystemClock } from '../../harness/run/system-clock.ts';
import { newDeployer } from '../../infra/deploy/deployer.ts';
import { deployOptions, LAB_DEPLOY_TIMES, newDeployClients } from '../../infra/deploy/options.ts';
import { defaultMode } from '../../scenarios/default.ts';
import { type BenchProcess, newSandbox, type Sandbox, startBench } from '../support/bench-process.ts';
import { type HostState, leftOf, lookAtHost, traceTree } from '../support/host-traces.ts';
import { parseExports } from '../support/lab-up.ts';
import { newRunId, planOf, whyNoLab } from '../support/running-lab.ts';
import { waitUntil } from '../support/wait-until.ts';

/** Debian's, not whatever else is called `aws` on somebody's PATH. */
const AWS = '/usr/bin/aws';
const COMMAND_TIMEOUT_MS = 30_000;
const missing = existsSync(AWS) ? whyNoLab() : "Debian's awscli is not installed";

let sandbox: Sandbox;
let before: HostState;
let lab: BenchProcess;
let variables: Readonly<Record<string, string>>;
let run: Deployment;

async function deploy(): Promise<Deployment> {
  const region = variables['AWS_REGION'] ?? '';
  const keys = { accessKeyId: variables['AWS_ACCESS_KEY_ID'] ?? '', secretAccessKey: new Secret(variables['AWS_SECRET_ACCESS_KEY'] ?? '') };
  const clients = newDeployClients({ endpoint: variables['AWS_ENDPOINT_URL'] ?? '', region, credentials: keys });
  const options = deployOptions({ region, times: LAB_DEPLOY_TIMES, toolVersion: '0.0.0-test', expiresAt: 'never' });
  const deployer = newDeployer(options, { clients, clock: newSystemClock() });
  return deployer.deploy(newRunId(), planOf([defaultMode], ['internet']), () => undefined, new AbortController().signal);
}

beforeAll(async () => {
  if (missing !== undefined) return;
  sandbox = newSandbox();
  before = lookAtHost();
  lab = startBench(['lab', 'up'], sandbox.env);
  await waitUntil('a lab that is up', 60_000, () => {
    if (lab.hasEnded()) throw new Error(`bench lab up ended:\n${lab.stderr()}`);
    return lab.stderr().includes('is up') ? true : undefined;
  });
  variables = parseExports(lab.stdout());
  run = await deploy();
});
afterAll(async () => {
  if (lab !== undefined && !lab.hasEnded()) {
    process.kill(lab.pid, 'SIGKILL');
    await lab.ended;
  }
  sandbox?.remove();
});
beforeEach((ctx) => {
  if (missing !== undefined) ctx.skip(missing);
});

interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs awscli with nothing but the variables that `lab up` printed; older versions do not know `AWS_ENDPOINT_URL`. */
function aws(...args: readonly string[]): Promise<Said> {
  const env = { ...variables, PATH: '/usr/bin:/bin', HOME: join(sandbox.folder, 'aws-home'), AWS_PAGER: '', LC_ALL: 'C.UTF-8' };
  const words = ['--endpoint-url', variables['AWS_ENDPOINT_URL'] ?? '', '--output', 'json', ...args];
  return new Promise((resolve) => {
    execFile(AWS, words, { env, cwd: sandbox.folder, timeout: COMMAND_TIMEOUT_MS }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
  });
}

async function awsJson<Answer>(...args: readonly string[]): Promise<Answer> {
  const said = await aws(...args);
  expect(said).toMatchObject({ code: 0, stderr: '' });
  return JSON.parse(said.stdout) as Answer;
}

describe("Debian's awscli against bench lab up", () => {
  test('is who the printed variables say', async () => {
    const identity = await awsJson<{ readonly Account: string; readonly Arn: string }>('sts', 'get-caller-identity');
    expect(identity).toMatchObject({ Account: run.accountId, Arn: `arn:aws:iam::${run.accountId}:user/lab-operator` });
  });

  test('with a wrong secret is refused, as AWS refuses it', async () => {
    const kept = variables;
    variables = { ...kept, AWS_SECRET_ACCESS_KEY: 'wrong' };
    const said = await aws('sts', 'get-caller-identity').finally(() => {
      variables = kept;
    });
    expect(said.code).not.toBe(0);
    expect(said.stderr).toContain('(SignatureDoesNotMatch) when calling the GetCallerIdentity operation');
  });

  test('describes stacks by name and by id, lists their resources, and is told of one that is not there', async () => {
    const name = `lnb-${run.runId}-fn`;
    interface Described {
      readonly Stacks: readonly { readonly StackId: string; readonly StackName: string; readonly StackStatus: string }[];
    }
    const { Stacks: byName } = await awsJson<Described>('cloudformation', 'describe-stacks', '--stack-name', name);
    expect(byName).toMatchObject([{ StackName: name, StackStatus: 'CREATE_COMPLETE' }]);
    const { Stacks: byId } = await awsJson<Described>('cloudformation', 'describe-stacks', '--stack-name', byName[0]?.StackId ?? '');
    expect(byId).toEqual(byName);
    const { StackResourceSummaries: resources } = await awsJson<{
      readonly StackResourceSummaries: readonly { readonly ResourceType: string; readonly PhysicalResourceId: string }[];
    }>('cloudformation', 'list-stack-resources', '--stack-name', name);
    const functions = resources.filter(({ ResourceType }) => ResourceType === 'AWS::Lambda::Function');
    expect(functions.map(({ PhysicalResourceId }) => PhysicalResourceId).sort()).toEqual(
      run.functions.map(({ functionName }) => functionName).sort(),
    );
    const absent = await aws('cloudformation', 'describe-stacks', '--stack-name', 'nowhere');
    expect(absent.code).not.toBe(0);
    expect(absent.stderr).toContain('(ValidationError) when calling the DescribeStacks operation: Stack with id nowhere does not exist');
  });

  test('invokes with the log tail, and filters the same request out of the log group', async () => {
    const fn = run.functions[0];
    const event = {
      version: 2,
      callId: 'by-hand',
      connection: 'new',
      keep: false,
      prove: true,
      phaseTimeoutMs: 5000,
      target: { kind: 'internet', url: run.targets.internetUrl, echoUrl: run.targets.echoUrl },
    };
    writeFileSync(join(sandbox.folder, 'event.json'), JSON.stringify(event));
    const invoked = await awsJson<{ readonly StatusCode: number; readonly LogResult: string; readonly FunctionError?: string }>(
      ...['lambda', 'invoke', '--function-name', fn?.functionName ?? '', '--log-type', 'Tail'],
      ...['--payload', 'fileb://event.json', 'answer.json'],
    );
    expect(invoked).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
    expect(invoked.FunctionError).toBeUndefined();
    const answer = JSON.parse(readFileSync(join(sandbox.folder, 'answer.json'), 'utf8')) as { readonly requestId: string };
    expect(answer).toMatchObject({ callId: 'by-hand', first: true, result: { kind: 'ok' }, proof: { kind: 'internet' } });
    const tail = Buffer.from(invoked.LogResult, 'base64').toString();
    expect(tail).toMatch(new RegExp(`"platform\\.report".*"requestId":"${answer.requestId}"`));

    const pattern = `{ $.type = "platform.report" && $.record.requestId = "${answer.requestId}" }`;
    interface Filtered {
      readonly events: readonly { readonly message: string }[];
    }
    let events: Filtered['events'] = [];
    const deadline = performance.now() + 10_000;
    while (events.length === 0 && performance.now() < deadline) {
      const group = ['--log-group-name', fn?.logGroup ?? ''];
      ({ events } = await awsJson<Filtered>('logs', 'filter-log-events', ...group, '--filter-pattern', pattern));
    }
    expect(events).toHaveLength(1);
    expect(tail).toContain(events[0]?.message.trim());
  });

  test('copies an object there and back with the same bytes, lists it and removes it', async () => {
    const bytes = randomBytes(1_000_003);
    mkdirSync(join(sandbox.folder, 'back'));
    writeFileSync(join(sandbox.folder, 'there.bin'), bytes);
    const url = `s3://${run.targets.bucket}/a folder/é+%.bin`;
    expect(await aws('s3', 'cp', 'there.bin', url)).toMatchObject({ code: 0, stderr: '' });
    expect((await aws('s3', 'ls', `s3://${run.targets.bucket}/a folder/`)).stdout).toMatch(/ 1000003 é\+%\.bin\n$/);
    expect(await aws('s3', 'cp', url, 'back/again.bin')).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(join(sandbox.folder, 'back/again.bin')).equals(bytes)).toBe(true);
    expect(await aws('s3', 'rm', url)).toMatchObject({ code: 0, stderr: '' });
    expect(await aws('s3', 'ls', `s3://${run.targets.bucket}/a folder/`)).toMatchObject({ code: 1, stdout: '' });
  });

  test('is refused by name where it uploads in parts, which the lab does not have', async () => {
    writeFileSync(join(sandbox.folder, 'large.bin'), Buffer.alloc(9 * 1024 * 1024));
    const said = await aws('s3', 'cp', 'large.bin', `s3://${run.targets.bucket}/large.bin`);
    expect(said.code).toBe(1);
    expect(said.stderr).toMatch(/\(NotImplemented\) when calling the CreateMultipartUpload operation: .+/);
  });

  test('finds nobody any more after SIGINT, which ends the lab with 130 and leaves nothing', async () => {
    const traces = traceTree(lab.pid);
    process.kill(lab.pid, 'SIGINT');
    expect(await lab.ended).toMatchObject({ code: 130 });
    await waitUntil('the end of everything', 5_000, () => (leftOf(traces, before, sandbox.cache).length === 0 ? true : undefined));
    expect((await aws('sts', 'get-caller-identity')).stderr).toContain('Could not connect to the endpoint URL');
  });
});
