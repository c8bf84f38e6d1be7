import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleInside, type InsideBundle } from '../support/inside-lab.ts';
import { LAB_SHELLS } from '../support/lab-shell.ts';

/** What `inside/use-network.ts` prints; read by path in the tables below. */
type Seen = Readonly<Record<string, unknown>>;

function at(seen: Seen, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => (value as Seen)?.[name], seen);
}

const SILENCE = { failed: 'silence' };
const said = (text: string): { readonly said: string } => ({ said: text });

/** Path in what was seen, what it must be, and why. */
const TRAFFIC: readonly (readonly [path: string, expected: unknown, reason: string])[] = [
  ['internet.default', said('web sees 192.0.2.10'), "without a VPC a function leaves by AWS's own address"],
  ['internet.a', said('web sees 203.0.113.1'), 'a NAT gateway shows its elastic address'],
  ['internet.b', said('web sees 203.0.113.2'), 'a second VPC with the same block has its own NAT gateway'],
  ['internet.publicSubnet', SILENCE, 'an interface without a public address gets nothing through an internet gateway'],
  ['groups.beforeRule', SILENCE, 'a group without ingress rules drops, and does not refuse'],
  ['groups.afterRule.0', said('database sees 10.0.1.4'), 'members of the group that the rule names may connect, untranslated'],
  ['groups.afterRule.1', SILENCE, 'the rule is for its port only'],
  ['groups.lateMember', said('database sees 10.0.1.5'), 'a member that joins later is let in too'],
  ['groups.otherVpc', SILENCE, 'the same address in another VPC leads nowhere'],
  ['groups.default', SILENCE, 'default mode has no way into a VPC, and is told so by nobody'],
  ['groups.ruleGone', SILENCE, 'a rule that is deleted lets nobody in'],
  ['groups.narrow.0', said('web sees 203.0.113.1'), 'the egress rule lets HTTPS out'],
  ['groups.narrow.1', SILENCE, 'other ports are dropped on the way out, without an error'],
  ['groups.narrow.2', said('sent'), 'nor does a dropped datagram give its sender an error'],
  ['groups.widened', said('web sees 203.0.113.1'), 'a rule that is added later counts for members that are there'],
  ['groups.resolver', said('resolver sees 10.0.1.6'), 'no security group filters the resolver'],
  ['s3.default', said('s3 by the internet sees 192.0.2.10'), 'default mode reaches S3 over the internet'],
  ['s3.webWithEndpoint', said('web sees 203.0.113.1'), 'an endpoint takes S3 only'],
  [
    's3.routeDeleted',
    said('s3 by the internet sees 203.0.113.1'),
    "without the endpoint's route S3 is reached by NAT: nothing but that route decided it",
  ],
  ['s3.withoutNatRoute.1', SILENCE, 'without a NAT route there is no internet'],
  ['s3.withNothing', SILENCE, 'without either there is no S3'],
  ['nat.withoutMasquerade', SILENCE, 'the rule in the NAT gateway is what translates'],
  ['nat.masqueradeBack', said('web sees 203.0.113.2'), 'and nothing else was broken'],
  ['nat.withoutGatewayRoute', SILENCE, "a NAT gateway needs its own subnet's route to the internet gateway"],
];

let bundle: InsideBundle;
const seenBy = new Map<string, Seen>();
beforeAll(async () => {
  bundle = await bundleInside(['listener'], ['use-network', 'dial']);
  // Side by side: most of the time is waiting for silence.
  const working = LAB_SHELLS.filter((shell) => shell.missing === undefined);
  await Promise.all(working.map(async ({ mode }) => seenBy.set(mode, await bundle.run<Seen>('use-network', mode))));
});
afterAll(() => bundle.remove());

describe.each(LAB_SHELLS)('the network in the kernel ($title)', ({ mode, missing }) => {
  let seen: Seen;
  beforeAll(() => {
    seen = seenBy.get(mode) ?? {};
  });

  test.skipIf(missing !== undefined).each(TRAFFIC)('%s is %j: %s', (path, expected) => {
    expect(at(seen, path)).toEqual(expected);
  });

  test.skipIf(missing !== undefined)('S3 knows the endpoint and the private address by the socket', () => {
    const answer = (at(seen, 's3.withEndpoint') as { readonly said: string }).said;
    expect(answer).toBe(`s3 by ${at(seen, 's3.endpointId')} sees 10.0.1.4`);
    const [second] = at(seen, 's3.withoutNatRoute') as readonly { readonly said: string }[];
    expect(second?.said).toMatch(/^s3 by vpce-[0-9a-f]{17} sees 10\.0\.1\.4$/);
    expect(second?.said).not.toContain(String(at(seen, 's3.endpointId')));
  });

  test.skipIf(missing !== undefined)(
    'default and NAT take equally many hops, by the count that packets arrive with and by the routes',
    () => {
      const hops = Object.values(at(seen, 'remainingHops') as Readonly<Record<string, number>>);
      expect(hops).toEqual([60, 60, 60]);
      const paths = at(seen, 'paths') as readonly {
        readonly network: string;
        readonly forwards: readonly string[];
        readonly masquerades: number;
      }[];
      expect(paths.map((path) => path.network)).toEqual(['default', 'a-private', 'b-private']);
      for (const path of paths) {
        expect(path.forwards).toEqual(['router', 'NAT', 'router', 'internet']);
        expect(path.masquerades).toBe(1);
      }
    },
  );

  test.skipIf(missing !== undefined)('sentences follow the kernel: an endpoint appears, a broken NAT subnet goes', () => {
    const whole = ': function → router → NAT → router → internet: 4 forwarding hops, 1 masquerade';
    expect(at(seen, 'sentences')).toEqual([`default${whole}`, `a-private${whole}`, `b-private${whole}`]);
    expect(at(seen, 's3.sentences')).toContain('a-private towards S3: function → router → S3 endpoint: 1 forwarding hop, 0 masquerades');
    expect(at(seen, 'nat.sentences')).toEqual([`default${whole}`]);
  });

  test.skipIf(missing !== undefined)('what is in use cannot be deleted', () => {
    expect(at(seen, 'groups.inUse')).toMatch(/^DependencyViolation: resource sg-[0-9a-f]+ has a dependent object$/);
    expect(at(seen, 'teardown.subnetInUse')).toMatch(
      /^DependencyViolation: The subnet 'subnet-[0-9a-f]+' has dependencies and cannot be deleted\.$/,
    );
    expect(at(seen, 'teardown.gatewayInUse')).toMatch(/^DependencyViolation: Network vpc-[0-9a-f]+ has some mapped public address/);
    expect(at(seen, 'teardown.vpcInUse')).toMatch(
      /^DependencyViolation: The vpc 'vpc-[0-9a-f]+' has dependencies and cannot be deleted\.$/,
    );
  });

  test.skipIf(missing !== undefined)('deleting takes everything away, also what was changed by hand', () => {
    expect(at(seen, 'teardown.namespaces')).toEqual(['aws', 'aws-nat', 'inet', 's3', 'web']);
    expect(at(seen, 'teardown.afterStop')).toEqual([]);
    const calls = at(seen, 'teardown.resolver') as readonly string[];
    const vpcs = calls.filter((call) => call.startsWith('stop ')).map((call) => call.slice('stop '.length));
    expect(vpcs).toHaveLength(2);
    expect(calls).toEqual(['serve aws default', ...vpcs.map((id) => `serve ${id} ${id}`), ...vpcs.map((id) => `stop ${id}`)]);
  });
});
