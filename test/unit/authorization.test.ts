import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Account } from '../../infra/lab/account/identity.ts';
import { refuseAccess } from '../../infra/lab/authorization/access-denied.ts';
import { newAuthority } from '../../infra/lab/authorization/authority.ts';
import { handlerCalls } from '../../infra/lab/authorization/handler-calls.ts';
import { decide, type PolicyDecision, parseIdentityPolicy } from '../../infra/lab/authorization/identity-policy.ts';
import { type CallPlace, ownCalls } from '../../infra/lab/authorization/own-calls.ts';
import { POLICY_FILES } from '../../infra/policies/identities.ts';
import { resolvePolicy } from '../../infra/policies/resolve.ts';

const ACCOUNT: Account = { accountId: '111122223333', region: 'eu-central-1', zones: [] };
const USER = 'arn:aws:iam::111122223333:user/deployer';
const PLACE: CallPlace = {
  account: ACCOUNT,
  tagsOf: (id) => (id.endsWith('f') ? {} : { 'lnb:run': 'abcdefghij' }),
  functionTags: () => ({ 'lnb:kept': 'true' }),
  associated: () => ['rtb-1', 'subnet-1'],
};
const statement = (more: object) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:Get*', Resource: '*', ...more }],
});

describe('a policy that the lab would not evaluate is refused by name', () => {
  test.each([
    [statement({ NotAction: 's3:*' }), 'the element "NotAction"'],
    [statement({ Condition: { NumericLessThan: { 'aws:x': '1' } } }), 'Invalid Condition type: "NumericLessThan"'],
    [statement({ Resource: `arn:aws:s3:::\${aws:username}` }), 'the policy variable'],
    [statement({ Effect: 'allow' }), 'Invalid effect: "allow"'],
    [{ Version: '2008-10-17', Statement: [] }, 'Invalid policy version: 2008-10-17'],
    [{ Version: '2012-10-17' }, 'Missing required field Statement'],
  ])('%j', (document, message) => {
    expect(() => parseIdentityPolicy(document)).toThrow(message);
  });
});

test.each([
  ['what nothing allows is denied', [{}], 's3:PutObject', 'implicitDeny'],
  ['the case of actions does not count', [{}], 'S3:GETOBJECT', 'allowed'],
  ['a deny wins wherever it stands', [{ Effect: 'Deny' }, {}], 's3:GetObject', 'explicitDeny'],
  [
    'a condition on a missing key does not hold',
    [{ Condition: { StringEquals: { 'aws:ResourceTag/a': 'b' } } }],
    's3:GetObject',
    'implicitDeny',
  ],
  ['a resource is matched whole', [{ Resource: 'arn:aws:s3:::other' }], 's3:GetObject', 'implicitDeny'],
] as const)('%s', (_why, changes, action, decision: PolicyDecision) => {
  const document = { Version: '2012-10-17', Statement: changes.map((change) => ({ ...statement(change).Statement[0] })) };
  expect(decide(parseIdentityPolicy(document), { action, resource: 'arn:aws:s3:::bucket/key', context: {} })).toBe(decision);
});

test.each(Object.keys(POLICY_FILES).filter((file) => file !== 'function'))('%s.json is evaluated to its last word', (file) => {
  const text = readFileSync(join(import.meta.dirname, `../../infra/policies/${file}.json`), 'utf8');
  const document: unknown = JSON.parse(resolvePolicy(text, { partition: 'aws', ...ACCOUNT }));
  expect(parseIdentityPolicy(document).length).toBeGreaterThan(0);
});

test.each([
  ['ec2', 403, 'UnauthorizedOperation', /^You are not authorized to perform this operation\. User: /],
  ['query', 403, 'AccessDenied', /^User: /],
  ['json', 400, 'AccessDeniedException', /^User: /],
  ['rest-json', 403, 'AccessDeniedException', /^User: /],
  ['s3', 403, 'AccessDenied', /^User: /],
] as const)('%s refuses in its own words', (dialect, status, code, words) => {
  const refusal = refuseAccess(dialect, USER, { action: 'a:B', resource: 'arn:x', context: {} }, 'implicitDeny');
  expect([refusal.status, refusal.code]).toEqual([status, code]);
  expect(refusal.message).toMatch(words);
  expect(refusal.message).toContain(
    `${USER} is not authorized to perform: a:B on resource: arn:x because no identity-based policy allows the a:B action`,
  );
});

const REQUEST = {
  ...{ logicalId: 'Thing', stackId: 'stack', stackName: 'lnb-abcdefghij-net', generatedName: 'lnb-abcdefghij-net-Thing-X' },
  tags: { 'lnb:run': 'abcdefghij' },
};

describe('resource handlers', () => {
  test('a new thing is asked for by the tags it gets, what it is made in by those it has', () => {
    const handled = { type: 'AWS::EC2::Subnet', request: { ...REQUEST, properties: { VpcId: 'vpc-1', CidrBlock: '10.0.0.0/24' } } };
    expect(handlerCalls(PLACE, 'create', handled).filter(({ action }) => /Create/.test(action))).toEqual([
      {
        ...{ action: 'ec2:CreateSubnet', resource: 'arn:aws:ec2:eu-central-1:111122223333:subnet/new' },
        context: { 'aws:requesttag/lnb:run': 'abcdefghij' },
      },
      {
        ...{ action: 'ec2:CreateSubnet', resource: 'arn:aws:ec2:eu-central-1:111122223333:vpc/vpc-1' },
        context: { 'aws:resourcetag/lnb:run': 'abcdefghij' },
      },
      {
        ...{ action: 'ec2:CreateTags', resource: 'arn:aws:ec2:eu-central-1:111122223333:subnet/new' },
        context: { 'aws:requesttag/lnb:run': 'abcdefghij', 'ec2:createaction': 'CreateSubnet' },
      },
    ]);
  });
  test('a role is passed to the service of the type', () => {
    const properties = { FunctionName: 'lnb-x', Role: 'arn:aws:iam::111122223333:role/lnb-r', Code: { S3Bucket: 'b', S3Key: 'k' } };
    const calls = handlerCalls(PLACE, 'create', { type: 'AWS::Lambda::Function', request: { ...REQUEST, properties } });
    expect(calls.find(({ action }) => action === 'iam:PassRole')).toMatchObject({
      resource: properties.Role,
      context: { 'iam:passedtoservice': 'lambda.amazonaws.com' },
    });
  });
});

describe('under deployer-network.json', () => {
  const text = readFileSync(join(import.meta.dirname, '../../infra/policies/deployer-network.json'), 'utf8');
  const policy = parseIdentityPolicy(JSON.parse(resolvePolicy(text, { partition: 'aws', ...ACCOUNT })));
  const authority = newAuthority(new Map([[USER, policy]]), PLACE);
  const subnetIn = (vpc: string, tags: Readonly<Record<string, string>>) => () =>
    authority.checkHandler(USER, 'create', { type: 'AWS::EC2::Subnet', request: { ...REQUEST, tags, properties: { VpcId: vpc } } });
  test('a subnet is made in a VPC of ours, with our tag', () => {
    expect(subnetIn('vpc-1', REQUEST.tags)).not.toThrow();
  });
  test('not in a VPC of somebody else, and not without our tag', () => {
    expect(subnetIn('vpc-f', REQUEST.tags)).toThrow('ec2:CreateSubnet on resource: arn:aws:ec2:eu-central-1:111122223333:vpc/vpc-f');
    expect(subnetIn('vpc-1', {})).toThrow('ec2:CreateSubnet on resource: arn:aws:ec2:eu-central-1:111122223333:subnet/new');
  });
  test('an association is taken off by what it joins', () => {
    const body = Buffer.from('Action=DisassociateRouteTable&AssociationId=rtbassoc-1');
    const asked = ownCalls(PLACE, 'ec2', 'DisassociateRouteTable', { method: 'POST', path: '/', query: '', headers: {}, body });
    expect(asked.map(({ resource }) => resource.split(':').at(-1))).toEqual(['route-table/rtb-1', 'subnet/subnet-1']);
  });
  test('who has no policy may do everything', () => {
    expect(() =>
      authority.checkHandler('arn:aws:iam::111122223333:user/other', 'delete', {
        type: 'AWS::IAM::Role',
        request: { ...REQUEST, properties: {} },
      }),
    ).not.toThrow();
  });
});
