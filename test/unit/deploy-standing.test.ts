import { describe, expect, it } from 'vitest';
import type { DeploymentState } from '../../harness/domain/deployment-state.ts';
import type { Plan } from '../../harness/domain/plan.ts';
import { Secret } from '../../harness/domain/secret.ts';
import { newPlan } from '../../harness/plan/plan.ts';
import { type DeployClients, deployOptions, LAB_DEPLOY_TIMES } from '../../infra/deploy/options.ts';
import { newStandingDeployer } from '../../infra/deploy/standing.ts';
import { needsOf } from '../../infra/template/needs.ts';
import { netOutputNames, PAID_OUTPUTS } from '../../infra/template/outputs.ts';
import { SCENARIOS } from '../../scenarios/index.ts';
import { serviceError } from '../support/fake-stacks.ts';
import { newManualClock } from '../support/manual-clock.ts';

const RUN = 'abcdefghij';
const OPTIONS = { backend: 'aws', scenarios: ['vpc-nat'], rounds: 1, warm: 1, seed: 's', reference: true } as const;
const DEPLOYED = newPlan({ ...OPTIONS, targets: ['internet', 's3', 'rds'] }, SCENARIOS);
const PART = newPlan({ ...OPTIONS, targets: ['internet', 's3'] }, SCENARIOS);
const NET = Object.fromEntries(netOutputNames(needsOf(DEPLOYED)).map((name) => [name, name === 'BucketName' ? 'the-bucket' : `${name}-1`]));
const PAID = {
  [PAID_OUTPUTS.natAddress]: '203.0.113.7',
  [PAID_OUTPUTS.natGatewayId]: 'nat-1',
  [PAID_OUTPUTS.databaseHost]: 'db.example',
  [PAID_OUTPUTS.databasePort]: '5432',
};
const stack = (kind: 'net' | 'paid' | 'fn') => ({ kind, name: `lnb-${RUN}-${kind}`, id: `id-${kind}`, status: 'created' as const });
const STATE: DeploymentState = {
  ...{ schema: 1, runId: RUN, backend: 'aws', region: 'eu-central-1', account: '…3333', expiresAt: 'never', kept: true },
  stacks: [stack('net'), stack('paid'), stack('fn')],
  functions: [],
};

type Command = { readonly constructor: { readonly name: string }; readonly input: Readonly<Record<string, string>> };

/** Knows the three looks that a runner may have, and refuses every other call as IAM does. */
function newPlace(change: { readonly outputs?: object; readonly status?: string; readonly nonce?: string; readonly code?: string } = {}) {
  const asked: string[] = [];
  const refuse = (name: string) => {
    throw serviceError('AccessDeniedException', 403, `not authorized to perform: ${name}`);
  };
  const cloudFormation = async ({ constructor: { name }, input }: Command) => {
    asked.push(`${name} ${input['StackName']}`);
    if (name !== 'DescribeStacksCommand') return refuse(name);
    const outputs = { 'id-net': { ...NET, ...change.outputs }, 'id-paid': PAID }[input['StackName'] ?? ''] ?? {};
    const Outputs = Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }));
    return { Stacks: [{ StackId: input['StackName'], StackStatus: change.status ?? 'CREATE_COMPLETE', Outputs }] };
  };
  const lambda = async ({ constructor: { name }, input }: Command) => {
    if (name !== 'GetFunctionCommand') return refuse(name);
    const functionName = input['FunctionName'] ?? '';
    const isTwin = functionName.includes('twin');
    return {
      Configuration: {
        FunctionName: functionName,
        CodeSha256: isTwin ? (change.code ?? 'code==') : 'code==',
        Handler: `${functionName.split('-').at(-1)}.handler`,
        Environment: { Variables: { LNB_NONCE: isTwin ? (change.nonce ?? '0') : '0', LNB_LEVEL: 'FATAL' } },
        ...{ State: 'Active', LastUpdateStatus: 'Successful' },
      },
    };
  };
  const clients = {
    cloudFormation: { send: cloudFormation },
    lambda: { send: lambda },
    sts: { send: async () => ({ Account: '111122223333' }) },
  } as unknown as Pick<DeployClients, 'cloudFormation' | 'lambda' | 'sts'>;
  const deployer = (given: { readonly databasePassword?: Secret } = {}) =>
    newStandingDeployer(
      { state: STATE, deployed: DEPLOYED },
      deployOptions({
        region: 'eu-central-1',
        times: LAB_DEPLOY_TIMES,
        toolVersion: '0.1.0',
        expiresAt: 'never',
        rdsCaPem: 'PEM',
        ...given,
      }),
      {
        ...{ clients, clock: newManualClock() },
        packageProbe: async () => ({ zip: new Uint8Array(), files: [], sha256Hex: 'c0de', codeSha256Base64: 'code==' }),
      },
    );
  const look = (plan: Plan, given: { readonly databasePassword?: Secret } = {}) =>
    deployer(given).deploy('zyxwvutsrq', plan, () => undefined, new AbortController().signal);
  return { look, asked, deployer };
}

describe('a deployment that stands', () => {
  it('is found by its own ids and names, whatever the measuring run is called', async () => {
    const place = newPlace();
    const found = await place.look(PART);
    expect(place.asked).toEqual(['DescribeStacksCommand id-net', 'DescribeStacksCommand id-paid', 'DescribeStacksCommand id-fn']);
    expect(found.functions.map(({ functionName }) => functionName)).toContain(`lnb-${RUN}-vpc-nat-s3`);
    expect(found.targets).toMatchObject({ bucket: 'the-bucket', region: 'eu-central-1' });
    expect(found.pathFacts.natAddresses['vpc-nat']).toEqual(['203.0.113.7']);
    expect(found.configurationDiff.unexpected).toEqual([]);
  });

  it('has a database for who brings the password, and none for anybody else', async () => {
    const found = await newPlace().look(DEPLOYED, { databasePassword: new Secret('known-to-both') });
    expect(found.targets.rds).toMatchObject({ host: 'db.example', port: 5432, caPem: 'PEM' });
    expect(found.targets.rds?.password.reveal()).toBe('known-to-both');
    expect((await newPlace().look(PART)).targets.rds).toBeUndefined();
  });

  it('may have been measured in part before: another nonce is no difference, the first round gives all the same', async () => {
    expect((await newPlace({ nonce: '1' }).look(PART)).configurationDiff.unexpected).toEqual([]);
  });

  it.each([
    { why: 'code of another version', change: { code: 'other==' }, says: 'functions do not have the code' },
    { why: 'a stack that is being removed', change: { status: 'DELETE_IN_PROGRESS' }, says: 'cannot be measured on' },
    { why: 'outputs that are not ours', change: { outputs: { BucketName: '' } }, says: 'cannot be measured on' },
  ])('is refused with $why', async ({ change, says }) => {
    await expect(newPlace(change).look(PART)).rejects.toMatchObject({ exitCode: 4, message: expect.stringContaining(says) });
  });

  it('is never removed', async () => {
    const place = newPlace();
    expect(await place.deployer().destroy(RUN, () => undefined)).toEqual([]);
    expect(place.asked).toEqual([]);
  });
});
