import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleLab } from '../../infra/lab/bundle.ts';
import type { CpuGroups } from '../../infra/lab/kernel/cpu-quota.ts';
import { newEnvironmentSpawner } from '../../infra/lab/runtime/environment-process.ts';
import { type FunctionPools, newFunctionPools } from '../../infra/lab/runtime/function-pools.ts';
import type { Deployment, InvokeAnswer, LogDelivery, SlotPlace } from '../../infra/lab/runtime/wire.ts';

/** Functions that run in real processes on the machine's own network, with the Runtime API on free ports. */
export interface TestRuntime {
  readonly pools: FunctionPools;
  readonly deliveries: LogDelivery[];
  /** Places that were asked for beyond the first. */
  readonly attached: SlotPlace[];
  readonly detached: string[];
  /** Pids in the order of their start. */
  readonly pids: number[];
  /** Writes `files` as a function's code and routes to it; a second time with the same name makes the next generation. */
  deploy(functionName: string, files: Readonly<Record<string, string>>, changes?: Partial<Deployment>, lagMs?: number): Promise<Deployment>;
  invoke(functionName: string, event?: unknown): Promise<TestAnswer>;
  close(): Promise<void>;
}

/** An answer, decoded. */
export interface TestAnswer {
  readonly requestId: string;
  readonly result: unknown;
  readonly functionError?: string;
  readonly tail: string;
}

/** `2026-11-23T10:00:00Z` to the letter, where a test needs a request id that reads well. */
function newRequestId(count: number): string {
  return `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`;
}

async function listenOnFreePort(): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** A deployment with everything that a test does not care about. */
export function testDeployment(functionName: string, codeFolder: string, generation: number): Deployment {
  return {
    functionName,
    functionArn: `arn:aws:lambda:us-east-1:111122223333:function:${functionName}`,
    region: 'us-east-1',
    generation,
    runtime: 'nodejs22.x',
    runtimeVersion: 'nodejs:20.test',
    runtimeVersionArn: 'arn:aws:lambda:us-east-1::runtime:0123abcd',
    handler: 'index.handler',
    codeFolder,
    timeoutSeconds: 10,
    memorySizeMb: 1769,
    environment: {},
    credentials: { accessKeyId: 'ASIATEST', secretAccessKey: 'secret', sessionToken: 'token' },
    initializationType: 'on-demand',
    logging: { format: 'Text', group: `/aws/lambda/${functionName}`, systemLogLevel: 'INFO', applicationLogLevel: 'INFO' },
    network: { key: 'default', subnetIds: [], securityGroupIds: [] },
  };
}

/** What a test runtime may have that others do not. */
export interface TestRuntimeOptions {
  /** Default 10 000. */
  readonly initLimitMs?: number;
  /** Where functions get their share of the CPU; default: nowhere. */
  readonly cpu?: CpuGroups;
}

/** Bundles the bootstrap and starts with no functions. `close` ends every process. */
export async function startTestRuntime(options: TestRuntimeOptions = {}): Promise<TestRuntime> {
  const folder = await mkdtemp(join(tmpdir(), 'lnb-runtime-'));
  await bundleLab(join(folder, 'bundle'), ['bootstrap']);
  process.env['LNB_LAB_BUNDLE'] = join(folder, 'bundle');
  const deliveries: LogDelivery[] = [];
  const attached: SlotPlace[] = [];
  const detached: string[] = [];
  const pids: number[] = [];
  const generations = new Map<string, number>();
  let requests = 0;

  const spawnEnvironment = newEnvironmentSpawner(options.cpu);
  const pools = newFunctionPools({
    spawn: (request) => {
      const started = spawnEnvironment(request);
      pids.push(started.pid);
      return started;
    },
    monotonicNs: process.hrtime.bigint,
    wallMs: Date.now,
    temporaryRoot: join(folder, 'tmp'),
    initLimitMs: options.initLimitMs ?? 10_000,
    listen: listenOnFreePort,
    attach: async (functionName) => {
      const place = { interfaceId: `eni-${functionName}-${attached.length + 1}`, zoneId: 'use1-az1' };
      attached.push(place);
      return place;
    },
    detach: async (place) => {
      detached.push(place.interfaceId);
    },
    deliverLogs: (delivery) => {
      deliveries.push(delivery);
    },
  });

  return {
    pools,
    deliveries,
    attached,
    detached,
    pids,
    async deploy(functionName, files, changes = {}, lagMs = 0) {
      const generation = (generations.get(functionName) ?? 0) + 1;
      generations.set(functionName, generation);
      const codeFolder = join(folder, 'code', functionName, String(generation));
      await mkdir(codeFolder, { recursive: true });
      for (const [name, text] of Object.entries(files)) await writeFile(join(codeFolder, name), text);
      const deployment = { ...testDeployment(functionName, codeFolder, generation), ...changes };
      pools.route({ deployment, lagMs });
      return deployment;
    },
    async invoke(functionName, event = {}) {
      requests += 1;
      const requestId = newRequestId(requests);
      return newTestAnswer(requestId, await pools.invoke({ functionName, requestId, payload: JSON.stringify(event) }));
    },
    async close() {
      await pools.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function newTestAnswer(requestId: string, answer: InvokeAnswer): TestAnswer {
  return {
    requestId,
    result: JSON.parse(answer.payload),
    tail: Buffer.from(answer.tailBase64, 'base64').toString('utf8'),
    ...(answer.functionError === undefined ? {} : { functionError: answer.functionError }),
  };
}

/** Polls a condition until it holds; throws after `deadlineMs`. */
export async function eventually(condition: () => boolean | Promise<boolean>, deadlineMs = 5_000): Promise<void> {
  const end = Date.now() + deadlineMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error('the condition did not come true in time');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** The number after a label of a text REPORT line, e.g. `Init Duration`; undefined when the label is not there. */
export function reportFigure(tail: string, label: string): number | undefined {
  const report = tail.split('\n').find((line) => line.startsWith('REPORT '));
  const found = new RegExp(`(?:^|\\t|[0-9a-f]\\t)${label}: ([0-9.]+) (?:ms|MB)`).exec(report ?? '');
  return found === null ? undefined : Number(found[1]);
}
