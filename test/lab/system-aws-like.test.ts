import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeStackEventsCommand, type StackEvent } from '@aws-sdk/client-cloudformation';
import { GetFunctionConfigurationCommand, LambdaClient, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CallFault } from '../../infra/lab/faults/call-fault.ts';
import { DEFAULT_KNOBS } from '../../infra/lab/faults/knobs.ts';
import { parseKnobs } from '../../infra/lab/faults/parse-knobs.ts';
import { defaultMode } from '../../scenarios/default.ts';
import { vpcNat } from '../../scenarios/vpc-nat.ts';
import { type DeployedRun, type RunningLab, startRunningLab, whyNoLab } from '../support/running-lab.ts';

const missing = whyNoLab();
/** Minutes of AWS in a second of the lab. */
const SCALE = 200;
const FAULTS: readonly CallFault[] = [
  { service: 'cloudformation', operation: 'DescribeStacks', times: 2, effect: { kind: 'server-error', status: 503 } },
  { service: 'cloudformation', operation: 'CreateStack', times: 1, effect: { kind: 'throttle' } },
];
let lab: RunningLab;
let run: DeployedRun;
let lambda: LambdaClient;

beforeAll(async () => {
  if (missing !== undefined) return;
  // As --lab-knobs has it.
  lab = await startRunningLab(parseKnobs(DEFAULT_KNOBS, JSON.stringify({ preset: 'aws-like', timeScale: SCALE, callFaults: FAULTS })));
  run = await lab.deployRun([defaultMode, vpcNat], ['internet']);
  const { endpoint, region, accessKeyId, secretAccessKey } = lab.ready;
  lambda = new LambdaClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
}, 120_000);
afterAll(async () => {
  lambda?.destroy();
  try {
    // How a teardown waits for interfaces is its own matter: here they go with their functions.
    if (run !== undefined) await lab.knobs({ interfaceReleaseMs: 0 });
    if (run !== undefined) expect(await run.destroy()).toEqual([]);
  } finally {
    await lab?.stop();
  }
}, 120_000);
beforeEach((ctx) => {
  if (missing !== undefined) ctx.skip(missing);
});

/** How long each resource of a stack was being made, in seconds of AWS. */
async function madeIn(stackName: string): Promise<ReadonlyMap<string, { readonly type: string; readonly seconds: number }>> {
  const { StackEvents = [] } = await lab.clients.cloudFormation.send(new DescribeStackEventsCommand({ StackName: stackName }));
  const at = (wanted: StackEvent, status: string): number =>
    Math.min(
      ...StackEvents.filter((e) => e.LogicalResourceId === wanted.LogicalResourceId && e.ResourceStatus === status).map((e) =>
        Number(e.Timestamp),
      ),
    );
  return new Map(
    StackEvents.filter(({ ResourceStatus }) => ResourceStatus === 'CREATE_COMPLETE').map((event) => {
      const milliseconds = at(event, 'CREATE_COMPLETE') - at(event, 'CREATE_IN_PROGRESS');
      return [event.LogicalResourceId ?? '', { type: event.ResourceType ?? '', seconds: (milliseconds / 1000) * SCALE }];
    }),
  );
}

/** Resolves when the function's update is `Successful`; throws when it failed or never ends. */
async function updated(FunctionName: string): Promise<void> {
  for (let polls = 0; polls < 500; polls += 1) {
    const { LastUpdateStatus } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    if (LastUpdateStatus === 'Successful') return;
    if (LastUpdateStatus === 'Failed') break;
    await sleep(100);
  }
  throw new Error(`the update of ${FunctionName} was not Successful`);
}

describe('a lab with AWS’s times on a scaled clock', () => {
  test('a NAT gateway takes its 100 s and is waited for, whatever else is made its 3 s', async () => {
    const net = [...(await madeIn(`lnb-${run.runId}-net`)).values()];
    const paid = [...(await madeIn(`lnb-${run.runId}-paid`)).values()];
    const made = [...net, ...paid].filter(({ type }) => type !== 'AWS::CloudFormation::Stack');
    expect(made.length).toBeGreaterThan(10);
    // Event times are whole milliseconds: one of them is a fifth of a second here.
    for (const { type, seconds } of made) expect([type, seconds]).toEqual([type, expect.toSatisfy((is: number) => is >= 3 - 1)]);
    const nat = made.find(({ type }) => type === 'AWS::EC2::NatGateway');
    expect(nat?.seconds).toBeGreaterThanOrEqual(100 - 1);
  });

  test('updates take at least 1 s in default mode and 25 s in a VPC, and both end', async () => {
    for (const [scenario, seconds] of [
      ['default', 1],
      ['vpc-nat', 25],
    ] as const) {
      const FunctionName = run.deployment.functions.find((fn) => fn.scenario === scenario)?.functionName ?? '';
      const begun = performance.now();
      await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Description: `a change of ${scenario}` }));
      await updated(FunctionName);
      expect(((performance.now() - begun) / 1000) * SCALE).toBeGreaterThanOrEqual(seconds);
    }
  });

  test('the deploy got through the calls that were spoilt, and each was met', async () => {
    const response = await fetch(`${lab.ready.endpoint}/_lab/facts`, { headers: { 'x-lab-token': lab.ready.token } });
    expect(await response.json()).toMatchObject({
      faultsMet: [
        { on: 'cloudformation:DescribeStacks', times: 2, met: 2 },
        { on: 'cloudformation:CreateStack', times: 1, met: 1 },
      ],
    });
  });
});
