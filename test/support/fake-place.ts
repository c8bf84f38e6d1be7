import { originalOf } from '../../harness/domain/arm.ts';
import type { DeployedFunction, Deployment } from '../../harness/domain/deployment.ts';
import { nanoseconds } from '../../harness/domain/nanoseconds.ts';
import { expectedPath } from '../../harness/domain/path.ts';
import type { Plan } from '../../harness/domain/plan.ts';
import type { Clock, InvokeOutcome, LogReader } from '../../harness/domain/ports.ts';
import type { ProbeAnswer, ProbeEvent, ProbeProof, ProbeResult } from '../../harness/domain/probe-wire.ts';
import { newRandom } from '../../harness/domain/random.ts';
import { Secret } from '../../harness/domain/secret.ts';
import type { MeasuringPlace } from '../../harness/run/measure.ts';

/** What a test can make go wrong with one call; absent means nothing. */
export interface FakeBehaviour {
  /** Instead of the ordinary answer to this event. */
  readonly answer?: (event: ProbeEvent, ordinary: ProbeAnswer) => ProbeAnswer | InvokeOutcome;
  /** Instead of the REPORT line of this call; undefined: no line at all. */
  readonly report?: (event: ProbeEvent, ordinary: string) => string | undefined;
  /** How long before the others this function became `Successful`, nanoseconds. */
  readonly updatedEarlierBy?: (functionName: string) => number;
  readonly leftovers?: number;
  readonly deployError?: Error;
}

interface Environment {
  readonly id: string;
  calls: number;
}

const NAT_ADDRESS = '203.0.113.2';

function proofFor(plan: Plan, fn: DeployedFunction): ProbeProof {
  const scenario = plan.scenarios.find(({ name }) => name === originalOf(fn.scenario));
  const path = scenario === undefined ? undefined : expectedPath(scenario, fn.target);
  switch (fn.target) {
    case 'internet':
      return { kind: 'internet', seenAddress: path === 'nat-gateway' ? NAT_ADDRESS : '192.0.2.9' };
    case 'rds':
      return { kind: 'rds', seenAddress: '10.0.1.17' };
    case 's3':
      return {
        kind: 's3',
        vpcEndpoint: path === 'vpc-endpoint',
        interfaceEndpoint: path === 'interface-endpoint',
        sourceIp: path === 'nat-gateway',
        neither: path === 'aws-network',
      };
  }
}

/** A clock that moves only when somebody waits or works; never the wall's. */
export function newFakeClock(): Clock & { advance(ns: number): void } {
  let now = 1_000_000_000;
  return {
    now: () => nanoseconds(now),
    wallTime: () => new Date(1_700_000_000_000 + now / 1e6),
    sleep: async (milliseconds, signal) => {
      signal?.throwIfAborted();
      now += milliseconds * 1e6;
    },
    advance: (ns) => {
      now += ns;
    },
  };
}

function deploymentOf(plan: Plan, runId: string): Deployment {
  const functions = plan.arms.map((arm) => ({
    ...arm,
    functionName: `fn-${arm.scenario}-${arm.target}`,
    logGroup: `/fake/${arm.scenario}/${arm.target}`,
  }));
  const vpc = plan.scenarios.filter(({ network }) => network.kind === 'vpc').map(({ name }) => name);
  return {
    runId,
    region: 'us-east-1',
    accountId: '000000000000',
    functions,
    targets: {
      internetUrl: 'https://internet.test/ping',
      echoUrl: 'https://echo.test/',
      region: 'us-east-1',
      bucket: 'bucket',
      key: 'object',
      proofKeys: { vpcEndpoint: 'a', interfaceEndpoint: 'd', sourceIp: 'b', neither: 'c' },
      s3EndpointNames: {},
      rds: { host: 'db.test', port: 5432, database: 'bench', user: 'bench', password: new Secret('secret-password'), caPem: 'PEM' },
    },
    pathFacts: {
      natAddresses: Object.fromEntries(vpc.map((name) => [name, [NAT_ADDRESS]])),
      functionSubnets: Object.fromEntries(vpc.map((name) => [name, ['10.0.1.0/24']])),
    },
    configurationDiff: { compared: ['CodeSha256', 'MemorySize'], allowed: [], unexpected: [] },
    stackIds: [],
  };
}

/**
 * A place without network: answers like a probe, with times drawn from a seeded generator, and prints REPORT lines.
 * Its clock is the fake one, so a whole run takes milliseconds.
 */
export function newFakePlace(
  plan: Plan,
  clock: ReturnType<typeof newFakeClock>,
  behaviour: FakeBehaviour = {},
): MeasuringPlace & { readonly destroyed: () => boolean } {
  const random = newRandom('fake-place');
  const environments = new Map<string, Environment>();
  let nonce = '0'.repeat(32);
  let counter = 0;
  let destroyed = false;
  let deployment: Deployment | undefined;

  const resultOf = (fn: DeployedFunction, event: ProbeEvent): ProbeResult => {
    const planned = plan.arms.find((arm) => arm.scenario === fn.scenario && arm.target === fn.target);
    if (planned?.expected === 'blocked') {
      return {
        kind: 'error',
        class: 'timeout',
        phase: 'connect',
        message: 'connect timed out',
        phases: { dns: 100_000 },
        elapsedNs: 1_000_000_000,
      };
    }
    const base = 1_000_000 + Math.floor(random.next() * 200_000) + (fn.scenario.startsWith('vpc-nat') ? 500_000 : 0);
    if (event.connection === 'reused') {
      return {
        kind: 'ok',
        phases: { ttfb: base, body: 1000 },
        totalNs: base + 1000,
        localAddress: '10.0.1.17',
        remoteAddress: '198.51.100.1',
      };
    }
    const phases = { dns: 100_000, connect: 200_000, tls: 300_000, ttfb: base, body: 1000 };
    return { kind: 'ok', phases, totalNs: base + 601_000, tlsResumed: false, localAddress: '10.0.1.17', remoteAddress: '198.51.100.1' };
  };

  const invoke = async (functionName: string, payload: Uint8Array): Promise<InvokeOutcome> => {
    const requestId = `request-${++counter}`;
    const event = JSON.parse(new TextDecoder().decode(payload)) as ProbeEvent;
    const fn = deployment?.functions.find((candidate) => candidate.functionName === functionName);
    if (fn === undefined || event.callId === undefined) {
      return { kind: 'answered', requestId, functionError: 'Unhandled', payload: new TextEncoder().encode('{}') };
    }
    const environment = environments.get(functionName) ?? { id: `env-${counter}`, calls: 0 };
    environments.set(functionName, environment);
    environment.calls++;
    const first = environment.calls === 1;
    const ordinary: ProbeAnswer = {
      version: 2,
      callId: event.callId,
      nonce,
      environmentId: environment.id,
      first,
      ...(first ? { initGapNs: 1_000_000, moduleNs: 50_000_000 } : {}),
      requestId,
      logStream: `stream-${environment.id}`,
      result: resultOf(fn, event),
      ...(event.prove ? { proof: proofFor(plan, fn), azId: 'euc1-az1' } : {}),
    };
    clock.advance(3_000_000 + (first ? 150_000_000 : 0));
    const line = `REPORT RequestId: ${requestId}\tDuration: 2.50 ms\tBilled Duration: ${first ? 103 : 3} ms\tMemory Size: 1769 MB\tMax Memory Used: 60 MB\t${first ? 'Init Duration: 100.25 ms\t' : ''}\n`;
    const report = behaviour.report === undefined ? line : behaviour.report(event, line);
    const changed = behaviour.answer?.(event, ordinary) ?? ordinary;
    if ('kind' in changed) return changed;
    const logTail = report === undefined ? {} : { logTail: Buffer.from(report).toString('base64') };
    return { kind: 'answered', requestId, payload: new TextEncoder().encode(JSON.stringify(changed)), ...logTail };
  };

  const logReader: LogReader = { readStream: async () => [], findRequest: async () => [] };
  return {
    facts: async () => ({ kind: 'lab', region: 'us-east-1', account: '0000', labMode: 'fake', notes: ['No network: a fake for tests.'] }),
    deployer: {
      deploy: async (runId, given) => {
        if (behaviour.deployError !== undefined) throw behaviour.deployError;
        deployment = deploymentOf(given, runId);
        return deployment;
      },
      destroy: async () => {
        destroyed = true;
        return Array.from({ length: behaviour.leftovers ?? 0 }, (_, i) => ({ kind: 'stack', id: `s${i}`, why: 'told to stay' }));
      },
    },
    invoker: { invoke },
    coldForcer: {
      force: async (names, fresh) => {
        nonce = fresh;
        for (const name of names) environments.delete(name);
        const at = (name: string): number => clock.now() - (behaviour.updatedEarlierBy?.(name) ?? 0);
        return names.map((functionName) => {
          const successfulAt = nanoseconds(at(functionName));
          return { functionName, acceptedAt: successfulAt, successfulAt };
        });
      },
    },
    logReader,
    findBounds: { pollMs: 1, maxPollMs: 2, streamMs: 5, filterMs: 5 },
    settleMs: 1,
    phaseTimeoutMs: 1000,
    destroyed: () => destroyed,
  };
}
