import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ProbeAnswer } from '../../harness/domain/probe-wire.ts';
import type { Target } from '../../harness/domain/target.ts';
import { isInRange, provePath } from '../../harness/drive/path-proof.ts';
import { defaultMode } from '../../scenarios/default.ts';
import { vpcEndpoints } from '../../scenarios/vpc-endpoints.ts';
import { vpcEndpointsInterface } from '../../scenarios/vpc-endpoints-interface.ts';
import { takeDoorAway, takeRouteAway } from '../support/lab-kernel.ts';
import { type DeployedRun, type RunningLab, startRunningLab, whyNoLab } from '../support/running-lab.ts';

const INTERFACE = vpcEndpointsInterface.name;
const GATEWAY = vpcEndpoints.name;
const SILENCE = 'timeout in connect';

const missing = whyNoLab();
let lab: RunningLab;
let run: DeployedRun;
/** The endpoint's own name. */
let name: string;

beforeAll(async () => {
  if (missing !== undefined) return;
  lab = await startRunningLab();
  run = await lab.deployRun([defaultMode, vpcEndpoints, vpcEndpointsInterface]);
  name = run.deployment.targets.s3EndpointNames[INTERFACE] ?? '';
});
afterAll(() => lab?.stop());
beforeEach((ctx) => {
  if (missing !== undefined) ctx.skip(missing);
});

/** Asks an arm's function; with `endpointName` S3 is addressed by it, with null by the region's own name, whatever was deployed. */
function ask(scenario: string, target: Target, endpointName?: string | null): Promise<ProbeAnswer> {
  const { deployment } = run;
  const names = endpointName === null ? {} : { [scenario]: endpointName ?? '' };
  const targets = endpointName === undefined ? deployment.targets : { ...deployment.targets, s3EndpointNames: names };
  return lab.ask({ ...deployment, targets }, { scenario, target });
}

/** What an answer says of the way: `by interface-endpoint`, or `timeout in connect`. */
async function wayOf(scenario: string, target: Target, endpointName?: string | null): Promise<string> {
  const { result, proof } = await ask(scenario, target, endpointName);
  if (result.kind === 'error') return `${result.class} in ${result.phase}`;
  return `by ${(proof && provePath({ scenario, target }, proof, run.deployment.pathFacts)?.path) ?? 'nothing proven'}`;
}

/** The namespace of the endpoint's network interface: the one that has the address which S3 was reached at. */
async function endpointNamespace(address: string): Promise<string> {
  for (const namespace of (await lab.namespaces()).filter((candidate) => candidate.startsWith('eni-'))) {
    if ((await lab.inLab(['ip', '-n', namespace, '-o', '-4', 'addr', 'show', 'dev', 'eth0'])).includes(` ${address}/`)) return namespace;
  }
  throw new Error(`no interface has ${address}`);
}

describe('as deployed', () => {
  test.each([
    [INTERFACE, 'internet', SILENCE, 'its route table has no way to the internet'],
    [INTERFACE, 's3', 'by interface-endpoint', 'S3 names this endpoint'],
    [INTERFACE, 'rds', 'by function-subnet', 'the database is in the same VPC'],
    [GATEWAY, 's3', 'by vpc-endpoint', 'S3 names the other one'],
    ['default', 's3', 'by aws-network', 'neither'],
  ] as const)('%s → %s: %s (%s)', async (scenario, target, way, _reason) => {
    expect(await wayOf(scenario, target)).toBe(way);
  });

  test('only the scenario with the endpoint, and its twin if it has one, is told the name', () => {
    expect(name).toMatch(/^vpce-[0-9a-f]+-[0-9a-f]+\.s3\.us-east-1\.vpce\.amazonaws\.com$/);
    expect(Object.keys(run.deployment.targets.s3EndpointNames)).toEqual([INTERFACE]);
    expect(run.deployment.configurationDiff.unexpected).toEqual([]);
  });

  test('S3 is met at an address of the endpoint’s subnet, and the lab’s sentences say so', async () => {
    const { result } = await ask(INTERFACE, 's3');
    expect(isInRange(result.remoteAddress ?? '', '10.20.3.0/24')).toBe(true);
    const sentences = (await lab.notes()).filter((note) => note.includes('S3 interface endpoint'));
    expect(sentences).toEqual([
      expect.stringMatching(
        /-functions-S3Interface towards S3: function → router → S3 interface endpoint: 1 forwarding hop, 0 masquerades$/,
      ),
    ]);
  });
});

describe('the wrong way is told', () => {
  test('a request through the interface endpoint does not pass for the gateway endpoint’s', async () => {
    expect(await wayOf(GATEWAY, 's3', name)).toBe('by interface-endpoint');
  });

  test('without the name there is no way at all: the region’s own name leads to a public address', async () => {
    expect(await wayOf(INTERFACE, 's3', null)).toBe(SILENCE);
  });

  test('the name is public and its address is not: default mode finds it and hears nothing', async () => {
    expect(await wayOf('default', 's3', name)).toBe(SILENCE);
  });

  test('TLS is verified: a name that leads there and is not in its certificate is refused', async () => {
    expect(await wayOf(INTERFACE, 's3', `other.${name}`)).toBe('tls in tls');
  });
});

describe('what carries the path, taken away', () => {
  test('the security group’s rule: S3 is silent for this scenario alone, and is back with the rule', async () => {
    const { result } = await ask(INTERFACE, 's3');
    const door = await takeDoorAway(lab, await endpointNamespace(result.remoteAddress ?? ''), 443);
    try {
      expect(await wayOf(INTERFACE, 's3'), door.what).toBe(SILENCE);
      expect(await wayOf(INTERFACE, 'rds')).toBe('by function-subnet');
      expect(await wayOf(GATEWAY, 's3')).toBe('by vpc-endpoint');
    } finally {
      await door.putBack();
    }
    expect(await wayOf(INTERFACE, 's3')).toBe('by interface-endpoint');
  });

  test('the interface’s link: silence as well, and nothing takes over', async () => {
    const { result } = await ask(INTERFACE, 's3');
    const namespace = await endpointNamespace(result.remoteAddress ?? '');
    const address = (await lab.inLab(['ip', '-n', namespace, '-o', '-4', 'addr', 'show', 'dev', 'eth0'])).match(/inet (\S+)/)?.[1] ?? '';
    await lab.inLab(['ip', '-n', namespace, 'addr', 'del', address, 'dev', 'eth0']);
    try {
      expect(await wayOf(INTERFACE, 's3')).toMatch(/^(timeout|unreachable) in connect$/);
      expect(await wayOf(INTERFACE, 'rds')).toBe('by function-subnet');
    } finally {
      await lab.inLab(['ip', '-n', namespace, 'addr', 'add', address, 'dev', 'eth0']);
      const gateway = address.replace(/\.\d+\/.*$/, '.1');
      await lab.inLab(['ip', '-n', namespace, 'route', 'replace', 'default', 'via', gateway]);
    }
    expect(await wayOf(INTERFACE, 's3')).toBe('by interface-endpoint');
  });

  test('the gateway endpoint’s route, which it never used', async () => {
    const { result } = await ask(GATEWAY, 's3');
    const router = (await lab.namespaces()).find((candidate) => candidate.startsWith('vpc-')) ?? '';
    const route = await takeRouteAway(lab, router, result.remoteAddress ?? '');
    try {
      expect(await wayOf(GATEWAY, 's3'), route.what).toBe(SILENCE);
      expect(await wayOf(INTERFACE, 's3')).toBe('by interface-endpoint');
    } finally {
      await route.putBack();
    }
  });
});

test('the teardown leaves no namespace', async () => {
  expect(await run.destroy()).toEqual([]);
  expect(await lab.namespaces()).toEqual(['aws', 'aws-nat', 'inet', 's3', 'web']);
  expect(lab.log).toEqual([]);
});
