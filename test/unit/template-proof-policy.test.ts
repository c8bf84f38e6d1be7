import { expect, test } from 'vitest';
import { PROOF_KEYS } from '../../infra/template/names.ts';
import { paidTemplate } from '../../infra/template/paid.ts';
import { contextOf, TEMPLATE_CASES } from '../support/template-cases.ts';

const ENDPOINT = 'vpce-0123';
const INTERFACE_ENDPOINT = 'vpce-4567';
const NAT = '203.0.113.7';

interface Statement {
  readonly Effect: 'Deny';
  readonly Resource: { readonly 'Fn::Sub': string };
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, { readonly Ref: string }>>>>;
}
interface Request {
  readonly sourceVpce?: string;
  readonly sourceIp?: string;
}

function statementsOf(name: string): readonly Statement[] {
  const templateCase = TEMPLATE_CASES.find((candidate) => candidate.name === name);
  const policy = templateCase && paidTemplate(contextOf(templateCase))?.template.Resources['ProofPolicy'];
  const document = policy?.Properties['PolicyDocument'] as unknown as { readonly Statement: readonly Statement[] };
  return document.Statement;
}

/** IAM's rule for these four operators: a negated one also holds when the request lacks its key. */
function holds(condition: NonNullable<Statement['Condition']>, request: Request): boolean {
  return Object.entries(condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, value]) => {
      const wanted = { S3EndpointId: ENDPOINT, S3InterfaceEndpoint: INTERFACE_ENDPOINT, NatAddress: NAT }[value.Ref];
      const seen = key === 'aws:SourceVpce' ? request.sourceVpce : request.sourceIp;
      const negated = operator === 'StringNotEquals' || operator === 'NotIpAddress';
      return negated ? seen !== wanted : seen === wanted;
    }),
  );
}

function readable(statements: readonly Statement[], request: Request): readonly string[] {
  return Object.values(PROOF_KEYS).filter(
    (key) =>
      !statements.some(
        ({ Resource, Condition }) => Resource['Fn::Sub'].endsWith(`/${key}`) && (Condition === undefined || holds(Condition, request)),
      ),
  );
}

const BY_ENDPOINT: Request = { sourceVpce: ENDPOINT };
const BY_INTERFACE_ENDPOINT: Request = { sourceVpce: INTERFACE_ENDPOINT };
const BY_NAT: Request = { sourceIp: NAT };
const BY_AWS: Request = { sourceIp: '198.51.100.9' };
const BY_FOREIGN_ENDPOINT: Request = { sourceVpce: 'vpce-9999' };

const ROWS: readonly (readonly [string, Request, string, string])[] = [
  ['all', BY_ENDPOINT, PROOF_KEYS.vpcEndpoint, 'through the gateway endpoint'],
  ['all', BY_NAT, PROOF_KEYS.sourceIp, 'from the NAT address'],
  ['all', BY_AWS, PROOF_KEYS.neither, 'from an address of AWS'],
  ['all', BY_FOREIGN_ENDPOINT, PROOF_KEYS.neither, 'through somebody else’s endpoint: neither of ours'],
  ['all-and-more', BY_ENDPOINT, PROOF_KEYS.vpcEndpoint, 'the gateway endpoint is not taken for the interface endpoint'],
  ['all-and-more', BY_INTERFACE_ENDPOINT, PROOF_KEYS.interfaceEndpoint, 'nor the interface endpoint for the gateway endpoint'],
  ['all-and-more', BY_NAT, PROOF_KEYS.sourceIp, 'from the NAT address beside both endpoints'],
  ['all-and-more', BY_FOREIGN_ENDPOINT, PROOF_KEYS.neither, 'through a third endpoint'],
  ['vpc-endpoints-interface', BY_INTERFACE_ENDPOINT, PROOF_KEYS.interfaceEndpoint, 'a run without a gateway endpoint'],
  ['vpc-endpoints-interface', BY_ENDPOINT, PROOF_KEYS.neither, 'an endpoint that is not the run’s'],
  ['vpc-nat', BY_NAT, PROOF_KEYS.sourceIp, 'a run without an endpoint'],
  ['vpc-nat', BY_AWS, PROOF_KEYS.neither, 'default mode in a run without an endpoint'],
  ['vpc-endpoints', BY_ENDPOINT, PROOF_KEYS.vpcEndpoint, 'a run without a NAT'],
  ['vpc-endpoints', BY_AWS, PROOF_KEYS.neither, 'default mode in a run without a NAT'],
  ['default', BY_AWS, PROOF_KEYS.neither, 'a run of default mode alone'],
];

test.each(ROWS)('%s, %j: exactly %s can be read (%s)', (name, request, key) => {
  expect(readable(statementsOf(name), request)).toEqual([key]);
});

test('no rule touches the timed object', () => {
  for (const { Resource } of statementsOf('all'))
    expect(Resource['Fn::Sub']).toMatch(/^arn:\$\{AWS::Partition\}:s3:::\$\{BucketName\}\/proof\//);
});
