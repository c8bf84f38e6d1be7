import { describe, expect, it } from 'vitest';
import type { PathFacts } from '../../harness/domain/deployment.ts';
import type { Path } from '../../harness/domain/path.ts';
import type { ProbeProof } from '../../harness/domain/probe-wire.ts';
import { isInRange, provePath } from '../../harness/drive/path-proof.ts';

const FACTS: PathFacts = {
  natAddresses: { 'vpc-nat': ['203.0.113.2'], other: ['203.0.113.3'] },
  functionSubnets: { 'vpc-nat': ['10.0.1.0/24'] },
};
const s3 = (vpcEndpoint: boolean, sourceIp: boolean, neither: boolean, interfaceEndpoint = false): ProbeProof => ({
  kind: 's3',
  vpcEndpoint,
  interfaceEndpoint,
  sourceIp,
  neither,
});

const PROOFS: readonly (readonly [string, ProbeProof, Path, string])[] = [
  ['vpc-nat', { kind: 'internet', seenAddress: '203.0.113.2' }, 'nat-gateway', "the scenario's own NAT"],
  ['vpc-nat~twin', { kind: 'internet', seenAddress: '203.0.113.2' }, 'nat-gateway', "a twin uses its original's NAT"],
  ['default', { kind: 'internet', seenAddress: '192.0.2.10' }, 'aws-network', 'an address that is none of ours'],
  ['vpc-nat', { kind: 'internet', seenAddress: '203.0.113.3' }, 'undetermined', "another scenario's NAT"],
  ['default', { kind: 'internet', seenAddress: '203.0.113.2' }, 'undetermined', 'default mode through our NAT cannot be'],
  ['default', { kind: 'internet', seenAddress: '<html>' }, 'undetermined', 'an answer that is no address'],
  ['vpc-nat', { kind: 'rds', seenAddress: '10.0.1.17' }, 'function-subnet', 'inside the subnet'],
  ['vpc-nat', { kind: 'rds', seenAddress: '10.0.2.17' }, 'undetermined', 'outside of it'],
  ['default', { kind: 'rds', seenAddress: '10.0.1.17' }, 'undetermined', 'default mode has no subnet'],
  ['vpc-endpoints', s3(true, false, false), 'vpc-endpoint', 'only the endpoint object'],
  ['vpc-endpoints-interface', s3(false, false, false, true), 'interface-endpoint', 'only the interface endpoint’s object'],
  ['vpc-endpoints', s3(true, false, false, true), 'undetermined', 'a request comes through one endpoint'],
  ['vpc-nat', s3(false, true, false), 'nat-gateway', 'only the NAT object'],
  ['default', s3(false, false, true), 'aws-network', 'only the object for neither'],
  ['vpc-nat', s3(true, true, false), 'undetermined', 'two contradict each other'],
  ['vpc-nat', s3(false, false, false), 'undetermined', 'none proves nothing'],
];

describe('provePath', () => {
  it.each(PROOFS)('%s with %j is %s: %s', (scenario, proof, path) => {
    expect(provePath({ scenario, target: 's3' }, proof, FACTS)?.path).toBe(path);
  });

  it('says nothing when the proof itself failed', () => {
    const failed: ProbeProof = { kind: 'failed', class: 'timeout', phase: 'connect', message: '' };
    expect(provePath({ scenario: 'default', target: 's3' }, failed, FACTS)).toBeUndefined();
  });
});

describe('isInRange', () => {
  it.each([
    ['10.0.1.255', '10.0.1.0/24', true],
    ['10.0.2.0', '10.0.1.0/24', false],
    ['255.255.255.255', '0.0.0.0/0', true],
    ['10.0.1.1', '10.0.1.1/32', true],
    ['10.0.1', '10.0.1.0/24', false],
    ['10.0.1.256', '10.0.1.0/24', false],
    ['10.0.1.1', '10.0.1.0/33', false],
  ])('%s in %s: %s', (address, range, inside) => expect(isInRange(address, range)).toBe(inside));
});
