import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Path } from '../../harness/domain/path.ts';
import type { ProbeAnswer } from '../../harness/domain/probe-wire.ts';
import type { Target } from '../../harness/domain/target.ts';
import { provePath } from '../../harness/drive/path-proof.ts';
import { SCENARIOS } from '../../scenarios/index.ts';
import { keepTracking, takeRouteAway, takeTranslationAway, translationsIn, watchArrivals } from '../support/lab-kernel.ts';
import { type Asked, type DeployedRun, type RunningLab, startRunningLab, whyNoLab } from '../support/running-lab.ts';

const missing = whyNoLab();
let lab: RunningLab;
let run: DeployedRun;
/** Namespaces of the run's one NAT gateway and of its VPC's router. */
let nat: string;
let router: string;

beforeAll(async () => {
  if (missing !== undefined) return;
  lab = await startRunningLab();
  run = await lab.deployRun(SCENARIOS);
  const names = await lab.namespaces();
  nat = names.find((name) => name.startsWith('nat-')) ?? '';
  router = names.find((name) => name.startsWith('vpc-')) ?? '';
});
afterAll(() => lab?.stop());
beforeEach((ctx) => {
  if (missing !== undefined) ctx.skip(missing);
});

function ask(scenario: string, target: Target, asked?: Asked): Promise<ProbeAnswer> {
  return lab.ask(run.deployment, { scenario, target }, asked);
}

/** What an answer says of the way: `by nat-gateway`, or `timeout in connect`. */
async function wayOf(scenario: string, target: Target): Promise<string> {
  const { result, proof } = await ask(scenario, target);
  if (result.kind === 'error') return `${result.class} in ${result.phase}`;
  const proven = proof === undefined ? undefined : provePath({ scenario, target }, proof, run.deployment.pathFacts);
  return `by ${proven?.path ?? `nothing proven: ${JSON.stringify(proof)}`}`;
}

/** Scenario, target, the way that must be seen, and why. */
type Pair = [scenario: string, target: Target, way: string, reason: string];

const SILENCE = 'timeout in connect';
const by = (path: Exclude<Path, 'undetermined'>): string => `by ${path}`;

describe('all pairs of scenario and target, as deployed', () => {
  test.each([
    ['default', 'internet', by('aws-network'), "AWS's own network leads to the internet"],
    ['default', 's3', by('aws-network'), 'and to S3'],
    ['default', 'rds', SILENCE, 'but to no private address, and nobody says so'],
    ['vpc-nat', 'internet', by('nat-gateway'), 'the internet sees the elastic address'],
    ['vpc-nat', 's3', by('nat-gateway'), 'S3 sees it too'],
    ['vpc-nat', 'rds', by('function-subnet'), 'inside a VPC nothing is translated'],
    ['vpc-endpoints', 'internet', SILENCE, 'its route table has no way to the internet'],
    ['vpc-endpoints', 's3', by('vpc-endpoint'), 'S3 names the endpoint'],
    ['vpc-endpoints', 'rds', by('function-subnet'), 'the database is in the same VPC'],
    ['vpc-endpoints-interface', 's3', by('interface-endpoint'), 'S3 names this endpoint and not the other'],
  ] satisfies readonly Pair[])('%s → %s: %s (%s)', async (scenario, target, way, _reason) => {
    expect(await wayOf(scenario, target)).toBe(way);
  });

  test('the addresses that targets see are those that stand in the kernel', async () => {
    const [[mine], [aws]] = await Promise.all([translationsIn(lab, nat), translationsIn(lab, 'aws-nat')]);
    expect(mine?.address).not.toBe(aws?.address);
    expect((await ask('vpc-nat', 'internet')).proof).toEqual({ kind: 'internet', seenAddress: mine?.address });
    expect((await ask('default', 'internet')).proof).toEqual({ kind: 'internet', seenAddress: aws?.address });
    expect(run.deployment.pathFacts.natAddresses['vpc-nat']).toEqual([mine?.address]);
  });
});

describe('default and NAT cost the same number of hops and translations', () => {
  /** `4 forwarding hops, 1 masquerade` of the sentence that begins with this network and leads to the internet. */
  function countsOf(notes: readonly string[], network: RegExp): string | undefined {
    return notes.find((note) => network.test(note.split(':')[0] ?? ''))?.match(/\d+ forwarding hops?, \d+ masquerades?$/)?.[0];
  }

  test('by the sentences for reports, which are there from the start for default', async () => {
    const notes = await lab.notes();
    const reference = countsOf(notes, /^default$/);
    expect(reference).toMatch(/^[1-9]\d* forwarding hops?, 1 masquerade$/);
    expect(countsOf(notes, /-Nat$/)).toBe(reference);
    expect(countsOf(lab.ready.notes, /^default$/)).toBe(reference);
  });

  test.each(['web', 's3'] as const)('by the TTL with which their connections arrive at %s', async (host) => {
    const arrivals = await watchArrivals(lab, host);
    const target = host === 'web' ? 'internet' : 's3';
    await Promise.all([ask('default', target), ask('vpc-nat', target)]);
    const seen = await arrivals();
    const [[mine], [aws]] = await Promise.all([translationsIn(lab, nat), translationsIn(lab, 'aws-nat')]);
    expect([...seen.keys()].sort()).toEqual([mine?.address, aws?.address].sort());
    const [one, other] = [...seen.values()];
    expect(one).toBe(other);
    expect(64 - (one ?? 64)).toBe(Number(countsOf(lab.ready.notes, /^default$/)?.split(' ')[0]));
  });
});

describe("without the NAT gateway's masquerade rule", () => {
  test('internet and S3 stop for vpc-nat and for nobody else, and come back with the rule', async () => {
    expect((await ask('vpc-nat', 'internet')).result.kind).toBe('ok');
    const rule = await takeTranslationAway(lab, nat);
    try {
      const ways = await Promise.all([wayOf('vpc-nat', 'internet'), wayOf('vpc-nat', 's3'), wayOf('vpc-nat', 'rds')]);
      expect(ways, rule.what).toEqual([SILENCE, SILENCE, by('function-subnet')]);
      expect(await wayOf('default', 'internet')).toBe(by('aws-network'));
      expect(await wayOf('vpc-endpoints', 's3')).toBe(by('vpc-endpoint'));
    } finally {
      await rule.putBack();
    }
    expect(await wayOf('vpc-nat', 'internet')).toBe(by('nat-gateway'));
  });

  test('a connection that was open before goes on by its conntrack entry, and a new one does not', async () => {
    await keepTracking(lab, nat);
    expect((await ask('vpc-nat', 'internet')).result.kind).toBe('ok');
    const rule = await takeTranslationAway(lab, nat);
    try {
      const kept = await ask('vpc-nat', 'internet', { purpose: 'measure', connection: 'reused' });
      expect(kept.result).toMatchObject({ kind: 'ok' });
      expect(await wayOf('vpc-nat', 'internet')).toBe(SILENCE);
    } finally {
      await rule.putBack();
    }
  });
});

describe("without the gateway endpoint's route", () => {
  test('a VPC that has no NAT does not reach S3, and reaches it again with the route', async () => {
    const { result } = await ask('vpc-endpoints', 's3');
    if (result.kind !== 'ok') throw new Error(`S3 was not reached before: ${result.message}`);
    const route = await takeRouteAway(lab, router, result.remoteAddress);
    try {
      expect(await wayOf('vpc-endpoints', 's3'), route.what).toBe(SILENCE);
      expect(await wayOf('vpc-nat', 's3'), 'which never used it').toBe(by('nat-gateway'));
    } finally {
      await route.putBack();
    }
    expect(await wayOf('vpc-endpoints', 's3')).toBe(by('vpc-endpoint'));
  });
});

describe('the teardown of a run whose kernel was changed by hand', () => {
  test('leaves no namespace, though a rule and a route had been deleted', async () => {
    const { result } = await ask('vpc-endpoints', 's3');
    await takeTranslationAway(lab, nat);
    await takeRouteAway(lab, router, result.remoteAddress ?? '');
    expect(await run.destroy()).toEqual([]);
    expect(await lab.namespaces()).toEqual(['aws', 'aws-nat', 'inet', 's3', 'web']);
    expect(lab.log).toEqual([]);
  });
});
