import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeVpcsCommand } from '@aws-sdk/client-ec2';
import { GetFunctionCommand } from '@aws-sdk/client-lambda';
import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../../harness/domain/secret.ts';
import { newDeployClients } from '../../../infra/deploy/options.ts';
import { startBench } from '../../support/bench-process.ts';
import { errorOf } from '../../support/lab-api.ts';
import { newLabOfFile } from '../../support/lab-of-file.ts';

const RUN_MS = 240_000;
const POLICIES = join(import.meta.dirname, '../../../infra/policies');
const file = (name: string): string => join(POLICIES, `${name}.json`);

/** The whole job's rights, without one action. */
function policyWithout(folder: string, name: string, action: string): string {
  const text = readFileSync(file(name), 'utf8');
  const { Version, Statement } = JSON.parse(text) as { Version: string; Statement: { Action: string[] }[] };
  expect(Statement.some(({ Action }) => Action.includes(action))).toBe(true);
  const rest = Statement.map((statement) => ({ ...statement, Action: statement.Action.filter((one) => one !== action) }));
  const path = join(folder, `without-${action.replace(':', '-')}.json`);
  writeFileSync(path, JSON.stringify({ Version, Statement: rest.filter(({ Action }) => Action.length > 0) }));
  return path;
}

/** The variables of one of the lab's identities. */
function as(name: string): Readonly<Record<string, string>> {
  const prefix = `LNB_${name.toUpperCase().replaceAll('-', '_')}`;
  const { [`${prefix}_ACCESS_KEY_ID`]: id = '', [`${prefix}_SECRET_ACCESS_KEY`]: secret = '' } = place.lab.env;
  expect([id, secret]).not.toContain('');
  return { ...place.lab.env, AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret };
}

const identity = (name: string, ...paths: readonly string[]) => paths.flatMap((path) => ['--enforce-policy', `${name}=${path}`]);

const place = newLabOfFile((sandbox) => {
  const [network, without] = [file('deployer-network'), (name: string, action: string) => policyWithout(sandbox.folder, name, action)];
  return [
    ...identity('whole', file('deployer'), network, file('runner')),
    ...identity('deployer', file('deployer'), network),
    ...identity('runner', file('runner')),
    ...identity('no-nat', file('deployer'), without('deployer-network', 'ec2:CreateNatGateway')),
    ...identity('no-upload', without('deployer', 's3:PutObject'), network),
  ];
});

/** How often is looked, and how long is settled, is no matter of rights. */
const WAITING = ['--waiting', 'lab'] as const;
const VPC_NAT = ['--backend', 'aws', '--yes', '--scenario', 'vpc-nat', ...WAITING] as const;
const MAIN_JOB = [...VPC_NAT, '--rounds', '2', '--warm', '2'] as const;
const left = async () => (await startBench(['sweep', '--dry-run', ...WAITING], place.lab.env).ended).stdout;

describe('under exactly the policy files', () => {
  test(
    'the main job deploys, measures and removes',
    async () => {
      const end = await startBench(['run', ...MAIN_JOB, '--out', join(place.sandbox.folder, 'whole')], as('whole')).ended;
      expect({ code: end.code, stderr: end.stderr }).toMatchObject({ code: 0 });
      expect(end.stderr).toContain('as user/whole');
      expect(await left()).toContain('no run');
    },
    RUN_MS,
  );

  test(
    'the deployer alone makes every target, the runner alone measures on what stands and changes none of it, the deployer removes it',
    async () => {
      const [out, results] = [join(place.sandbox.folder, 'standing'), join(place.sandbox.folder, 'measured')];
      // Not a right of anybody: who measures the database needs its password too.
      const password = { LNB_DB_PASSWORD: 'planted-Secret-72' };
      const asDeployer = { ...as('deployer'), ...password };
      const made = await startBench(['deploy', ...VPC_NAT, '--scenario', 'vpc-endpoints-interface', '--out', out], asDeployer).ended;
      expect({ code: made.code, stderr: made.stderr }).toMatchObject({ code: 0 });
      const [, runId = ''] = /run (\w+) stands/.exec(made.stdout) ?? [];
      const on = ['--on', join(out, runId), '--yes', '--rounds', '2', '--warm', '2', ...WAITING, '--out', results];
      const measured = await startBench(on, { ...as('runner'), ...password }).ended;
      expect({ code: measured.code, stderr: measured.stderr }).toMatchObject({ code: 0 });
      expect(measured.stderr).toContain('as user/runner');
      expect(measured.stderr).not.toContain('cannot tell');
      expect(await left()).toContain(`lnb-${runId}-fn`);
      const removed = await startBench(['destroy', runId, '--yes', ...WAITING, '--out', out], as('deployer')).ended;
      expect({ code: removed.code, stderr: removed.stderr }).toMatchObject({ code: 0 });
      expect(await left()).toContain('no run');
    },
    RUN_MS,
  );

  test.each([
    ['no-nat', 'ec2:CreateNatGateway', 'a resource handler’s action'],
    ['no-upload', 's3:PutObject', 'a call of our own'],
    ['deployer', 'lambda:InvokeFunction', 'the deployer does not measure'],
    ['runner', 'cloudformation:CreateStack', 'the runner does not deploy'],
  ])(
    '%s: the job fails without %s and names it (%s)',
    async (name, action) => {
      const end = await startBench(['run', ...MAIN_JOB, '--out', join(place.sandbox.folder, name)], as(name)).ended;
      expect(end.code).not.toBe(0);
      expect(`${end.stderr}${end.stdout}`).toContain(action);
    },
    RUN_MS,
  );
});

test('a refusal is worded as each service words it', async () => {
  const { AWS_ENDPOINT_URL: endpoint = '', AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secret = '' } = as('runner');
  const clients = newDeployClients({ endpoint, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey: new Secret(secret) } });
  const refused = async (call: Promise<unknown>) => {
    const { name, message, $metadata } = await errorOf(call);
    return `${$metadata?.httpStatusCode} ${name}: ${message}`;
  };
  const sentence = (action: string) =>
    new RegExp(
      `User: arn:aws:iam::000000000000:user/runner is not authorized to perform: ${action}.* because no identity-based policy allows`,
    );
  const stacks = await refused(clients.cloudFormation.send(new ListStackResourcesCommand({ StackName: 'lnb-none' })));
  expect(stacks).toMatch(/^403 AccessDenied: /);
  expect(stacks).toMatch(sentence('cloudformation:ListStackResources'));
  const network = await refused(clients.ec2.send(new DescribeVpcsCommand({})));
  expect(network).toMatch(/^403 UnauthorizedOperation: You are not authorized to perform this operation\. /);
  expect(network).toMatch(sentence('ec2:DescribeVpcs'));
  const groups = await refused(clients.logs.send(new DescribeLogGroupsCommand({})));
  expect(groups).toMatch(/^400 AccessDeniedException: /);
  const foreign = await refused(clients.lambda.send(new GetFunctionCommand({ FunctionName: 'somebody-elses' })));
  expect(foreign).toMatch(/^403 AccessDeniedException: .* lambda:GetFunction on resource: \S+:function:somebody-elses /);
  expect(await refused(clients.s3.send(new HeadBucketCommand({ Bucket: 'lnb-none' })))).toMatch(/^404 /);
});
