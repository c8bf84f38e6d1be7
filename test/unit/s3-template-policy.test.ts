import { expect, test } from 'vitest';
import { isAllowed, type RequestOrigin, resourceArn } from '../../infra/lab/api/s3/policy.ts';
import { parseBucketPolicy } from '../../infra/lab/api/s3/policy-document.ts';
import { PROOF_KEYS } from '../../infra/template/names.ts';
import { paidTemplate } from '../../infra/template/paid.ts';
import { contextOf, TEMPLATE_CASES } from '../support/template-cases.ts';

const BUCKET = 'lnb-data';
const ENDPOINT = 'vpce-0123456789abcdef0';
const INTERFACE_ENDPOINT = 'vpce-0123456789abcdef1';
const NAT = '203.0.113.20';

const MADE: Readonly<Record<string, string>> = { NatAddress: NAT, S3EndpointId: ENDPOINT, S3InterfaceEndpoint: INTERFACE_ENDPOINT };

/** The template's references, by what the stack would put in their place. */
function resolve(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(resolve);
  if (typeof value !== 'object' || value === null) return value;
  if ('Ref' in value) return MADE[String(value.Ref)] ?? BUCKET;
  if ('Fn::Sub' in value)
    return String(value['Fn::Sub'])
      .replaceAll(/\$\{AWS::Partition\}/g, 'aws')
      .replaceAll(/\$\{\w+\}/g, BUCKET);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, resolve(inner)]));
}

const ORIGINS: Readonly<Record<string, RequestOrigin>> = {
  [PROOF_KEYS.vpcEndpoint]: { vpcEndpointId: ENDPOINT, secureTransport: true },
  [PROOF_KEYS.interfaceEndpoint]: { vpcEndpointId: INTERFACE_ENDPOINT, secureTransport: true },
  [PROOF_KEYS.sourceIp]: { sourceAddress: NAT, secureTransport: true },
  [PROOF_KEYS.neither]: { sourceAddress: '203.0.113.6', secureTransport: true },
};

test.each([
  { name: 'all-and-more', ways: Object.values(PROOF_KEYS) },
  { name: 'vpc-endpoints-interface', ways: [PROOF_KEYS.interfaceEndpoint, PROOF_KEYS.neither] },
  { name: 'all', ways: [PROOF_KEYS.vpcEndpoint, PROOF_KEYS.sourceIp, PROOF_KEYS.neither] },
  { name: 'vpc-nat', ways: [PROOF_KEYS.sourceIp, PROOF_KEYS.neither] },
  { name: 'vpc-endpoints', ways: [PROOF_KEYS.vpcEndpoint, PROOF_KEYS.neither] },
])('the lab takes the proof policy of "$name", and each way can read its own object alone', ({ name, ways }) => {
  const found = TEMPLATE_CASES.find((candidate) => candidate.name === name);
  const document = found && paidTemplate(contextOf(found))?.template.Resources['ProofPolicy']?.Properties['PolicyDocument'];
  const policy = parseBucketPolicy(resolve(document), BUCKET);
  for (const way of ways) {
    const readable = Object.values(PROOF_KEYS).filter((key) =>
      isAllowed(policy, {
        action: 's3:GetObject',
        resource: resourceArn(BUCKET, key),
        principalArn: 'arn:aws:iam::123456789012:role/probe',
        ...(ORIGINS[way] ?? { secureTransport: true }),
      }),
    );
    expect(readable).toEqual([way]);
  }
});
