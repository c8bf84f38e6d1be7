import type { Arm } from '../domain/arm.ts';
import { originalOf } from '../domain/arm.ts';
import type { PathFacts } from '../domain/deployment.ts';
import type { Path } from '../domain/path.ts';
import type { ProbeProof, ProofKeys } from '../domain/probe-wire.ts';

/** The path that a target's own view proves. */
export interface ProvenPath {
  readonly path: Path;
  /** For people: what the target saw. */
  readonly seen: string;
}

/** `a.b.c.d` as an unsigned number; undefined for anything else. */
function parseIpv4(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (!match) return undefined;
  const octets = match.slice(1).map(Number);
  return octets.every((octet) => octet <= 255) ? octets.reduce((sum, octet) => sum * 256 + octet, 0) : undefined;
}

/** True when the IPv4 address lies in the range (`10.0.1.0/24`); false for malformed text. */
export function isInRange(address: string, range: string): boolean {
  const [base = '', lengthText = ''] = range.split('/');
  const length = Number(lengthText);
  const [host, net] = [parseIpv4(address), parseIpv4(base)];
  if (host === undefined || net === undefined || !(length >= 0 && length <= 32)) return false;
  const size = 2 ** (32 - length);
  return Math.floor(host / size) === Math.floor(net / size);
}

function pathOfAddress(address: string, scenario: string, facts: PathFacts): Path {
  if (facts.natAddresses[scenario]?.includes(address)) return 'nat-gateway';
  const anyOfOurs = Object.values(facts.natAddresses).some((addresses) => addresses.includes(address));
  return anyOfOurs || parseIpv4(address) === undefined ? 'undetermined' : 'aws-network';
}

/** The proof objects: what each one's name says of the way, and what the bucket policy asks of a request for it. */
const PROOF_OBJECTS: readonly { readonly key: keyof ProofKeys; readonly path: Path; readonly asks: string }[] = [
  { key: 'vpcEndpoint', path: 'vpc-endpoint', asks: 'aws:SourceVpce' },
  { key: 'interfaceEndpoint', path: 'interface-endpoint', asks: 'aws:SourceVpce of the interface endpoint' },
  { key: 'sourceIp', path: 'nat-gateway', asks: 'aws:SourceIp' },
  { key: 'neither', path: 'aws-network', asks: 'neither' },
];

function pathOfObjects(proof: Extract<ProbeProof, { kind: 's3' }>): Path {
  const [only, ...others] = PROOF_OBJECTS.filter(({ key }) => proof[key]);
  return only === undefined || others.length > 0 ? 'undetermined' : only.path;
}

/**
 * What a proof says. `undetermined` when it contradicts itself (two proof objects readable, another scenario's NAT
 * address, an address outside the function subnet): never what any scenario expects, so it reads WRONG PATH.
 * Absent when the proof itself failed.
 */
export function provePath(arm: Arm, proof: ProbeProof, facts: PathFacts): ProvenPath | undefined {
  const scenario = originalOf(arm.scenario);
  switch (proof.kind) {
    case 'internet':
      return { path: pathOfAddress(proof.seenAddress, scenario, facts), seen: `caller address ${proof.seenAddress}` };
    case 'rds': {
      const inside = (facts.functionSubnets[scenario] ?? []).some((range) => isInRange(proof.seenAddress, range));
      return { path: inside ? 'function-subnet' : 'undetermined', seen: `client address ${proof.seenAddress}` };
    }
    case 's3': {
      const readable = PROOF_OBJECTS.filter(({ key }) => proof[key]).map(({ asks }) => asks);
      return { path: pathOfObjects(proof), seen: `readable proof objects: ${readable.join(', ') || 'none'}` };
    }
    case 'failed':
      return undefined;
  }
}
