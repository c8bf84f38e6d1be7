import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { evaluatePolicy, isAllowed, type PolicyRequest, permanentArn, type RequestOrigin } from '../../infra/lab/api/s3/policy.ts';
import { parseBucketPolicy } from '../../infra/lab/api/s3/policy-document.ts';
import { Refusal } from '../../infra/lab/refusal.ts';
import { type LoopbackS3, ROLE_KEY, startLoopbackS3, USER_KEY } from '../support/s3-loopback.ts';

const BUCKET = 'proof-of-the-lab';
const ENDPOINT = 'vpce-0a1b2c3d4e5f60718';
const NAT = '203.0.113.20';
const ROLE = 'arn:aws:iam::123456789012:role/probe';
const SESSION = 'arn:aws:sts::123456789012:assumed-role/probe/env';

const THROUGH_ENDPOINT: RequestOrigin = { vpcEndpointId: ENDPOINT, secureTransport: true };
const FROM_NAT: RequestOrigin = { sourceAddress: NAT, secureTransport: true };
const FROM_AWS: RequestOrigin = { sourceAddress: '203.0.113.6', secureTransport: true };

function get(origin: RequestOrigin, key = 'k', principalArn = SESSION): PolicyRequest {
  return { action: 's3:GetObject', resource: `arn:aws:s3:::${BUCKET}/${key}`, principalArn, ...origin };
}

function denyWhen(condition: unknown) {
  const statement = { Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${BUCKET}/*`, Condition: condition };
  return parseBucketPolicy({ Version: '2012-10-17', Statement: statement }, BUCKET);
}

describe('conditions: whether a Deny applies', () => {
  test.each([
    { condition: { StringEquals: { 'aws:SourceVpce': ENDPOINT } }, origin: THROUGH_ENDPOINT, applies: true, why: 'same endpoint' },
    { condition: { StringEquals: { 'aws:SourceVpce': 'vpce-other' } }, origin: THROUGH_ENDPOINT, applies: false, why: 'another endpoint' },
    {
      condition: { StringEquals: { 'aws:SourceVpce': ['vpce-other', ENDPOINT] } },
      origin: THROUGH_ENDPOINT,
      applies: true,
      why: 'one of several',
    },
    { condition: { StringEquals: { 'aws:SourceVpce': ENDPOINT } }, origin: FROM_NAT, applies: false, why: 'key absent' },
    {
      condition: { StringEquals: { 'aws:sourcevpce': ENDPOINT } },
      origin: THROUGH_ENDPOINT,
      applies: true,
      why: 'case of keys is ignored',
    },
    {
      condition: { StringEquals: { 'aws:SourceVpce': ENDPOINT.toUpperCase() } },
      origin: THROUGH_ENDPOINT,
      applies: false,
      why: 'case of values counts',
    },
    {
      condition: { StringEquals: { 'aws:SourceVpce': 'vpce-*' } },
      origin: THROUGH_ENDPOINT,
      applies: false,
      why: 'no wildcard in StringEquals',
    },
    {
      condition: { StringEqualsIfExists: { 'aws:SourceVpce': ENDPOINT } },
      origin: FROM_NAT,
      applies: true,
      why: 'IfExists holds without key',
    },
    {
      condition: { StringEqualsIfExists: { 'aws:SourceVpce': 'vpce-other' } },
      origin: THROUGH_ENDPOINT,
      applies: false,
      why: 'IfExists compares with key',
    },
    { condition: { StringNotEquals: { 'aws:SourceVpce': ENDPOINT } }, origin: FROM_NAT, applies: true, why: 'negated holds without key' },
    { condition: { StringNotEquals: { 'aws:SourceVpce': ENDPOINT } }, origin: THROUGH_ENDPOINT, applies: false, why: 'negated, equal' },
    {
      condition: { StringNotEquals: { 'aws:SourceVpce': ['vpce-x', ENDPOINT] } },
      origin: THROUGH_ENDPOINT,
      applies: false,
      why: 'negated: none may be equal',
    },
    { condition: { StringLike: { 'aws:SourceVpce': 'vpce-0?1b*' } }, origin: THROUGH_ENDPOINT, applies: true, why: 'wildcards' },
    { condition: { StringLike: { 'aws:SourceVpce': '*' } }, origin: FROM_NAT, applies: false, why: 'even * needs the key' },
    { condition: { IpAddress: { 'aws:SourceIp': NAT } }, origin: FROM_NAT, applies: true, why: 'an address is a /32' },
    { condition: { IpAddress: { 'aws:SourceIp': `${NAT}/32` } }, origin: FROM_AWS, applies: false, why: 'another address' },
    {
      condition: { IpAddress: { 'aws:SourceIp': '203.0.113.99/24' } },
      origin: FROM_AWS,
      applies: true,
      why: 'host bits of a range are ignored',
    },
    { condition: { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } }, origin: FROM_AWS, applies: true, why: 'the whole internet' },
    {
      condition: { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } },
      origin: THROUGH_ENDPOINT,
      applies: false,
      why: 'an endpoint has no source address',
    },
    { condition: { NotIpAddress: { 'aws:SourceIp': NAT } }, origin: THROUGH_ENDPOINT, applies: true, why: 'negated holds without key' },
    { condition: { NotIpAddress: { 'aws:SourceIp': NAT } }, origin: FROM_NAT, applies: false, why: 'negated, in range' },
    {
      condition: { NotIpAddress: { 'aws:SourceIp': ['198.51.100.0/24', NAT] } },
      origin: FROM_NAT,
      applies: false,
      why: 'negated: in none of the ranges',
    },
    { condition: { Null: { 'aws:SourceVpce': 'true' } }, origin: FROM_NAT, applies: true, why: 'is absent' },
    { condition: { Null: { 'aws:SourceVpce': 'true' } }, origin: THROUGH_ENDPOINT, applies: false, why: 'is present' },
    {
      condition: { Null: { 'aws:SourceVpce': false } },
      origin: THROUGH_ENDPOINT,
      applies: true,
      why: 'a JSON truth value counts as its word',
    },
    {
      condition: { Bool: { 'aws:SecureTransport': 'false' } },
      origin: { ...FROM_NAT, secureTransport: false },
      applies: true,
      why: 'plain http',
    },
    { condition: { Bool: { 'aws:SecureTransport': 'false' } }, origin: FROM_NAT, applies: false, why: 'TLS' },
    { condition: { StringEquals: { 'aws:PrincipalArn': ROLE } }, origin: FROM_NAT, applies: true, why: 'a session counts as its role' },
    {
      condition: { StringLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:user/*' } },
      origin: FROM_NAT,
      applies: false,
      why: 'a role is no user',
    },
    {
      condition: { StringEquals: { 'aws:SourceVpce': ENDPOINT, 'aws:PrincipalArn': 'arn:aws:iam::123456789012:role/other' } },
      origin: THROUGH_ENDPOINT,
      applies: false,
      why: 'all keys must hold',
    },
    {
      condition: { Null: { 'aws:SourceVpce': 'true' }, NotIpAddress: { 'aws:SourceIp': NAT } },
      origin: FROM_NAT,
      applies: false,
      why: 'all operators must hold',
    },
    { condition: {}, origin: FROM_NAT, applies: true, why: 'no condition: always' },
  ])('$condition: $applies ($why)', ({ condition, origin, applies }) => {
    expect(evaluatePolicy(denyWhen(condition), get(origin))).toBe(applies ? 'deny' : 'unmentioned');
  });
});

describe('whom and what a statement is about', () => {
  const base = { Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${BUCKET}/*` };
  test.each([
    { change: {}, verdict: 'deny', why: 'everyone, every object' },
    { change: { Principal: { AWS: '*' } }, verdict: 'deny', why: 'everyone, long form' },
    { change: { Principal: { AWS: ROLE } }, verdict: 'deny', why: 'the role of the session' },
    { change: { Principal: { AWS: [SESSION] } }, verdict: 'deny', why: 'the session itself' },
    { change: { Principal: { AWS: '123456789012' } }, verdict: 'deny', why: 'the account' },
    { change: { Principal: { AWS: 'arn:aws:iam::123456789012:root' } }, verdict: 'deny', why: 'the account as ARN' },
    { change: { Principal: { AWS: '999999999999' } }, verdict: 'unmentioned', why: 'another account' },
    { change: { Principal: { AWS: `${ROLE}2` } }, verdict: 'unmentioned', why: 'another role' },
    { change: { Action: 's3:get*' }, verdict: 'deny', why: 'case of actions is ignored, wildcards count' },
    { change: { Action: '*' }, verdict: 'deny', why: 'every action' },
    { change: { Action: ['s3:PutObject', 's3:GetObject'] }, verdict: 'deny', why: 'one of several' },
    { change: { Action: 's3:PutObject' }, verdict: 'unmentioned', why: 'another action' },
    { change: { Resource: `arn:aws:s3:::${BUCKET}/k` }, verdict: 'deny', why: 'this key' },
    { change: { Resource: `arn:aws:s3:::${BUCKET}/K` }, verdict: 'unmentioned', why: 'case of keys counts' },
    { change: { Resource: `arn:aws:s3:::${BUCKET}*` }, verdict: 'deny', why: '* crosses the slash' },
    { change: { Effect: 'Allow' }, verdict: 'allow', why: 'an Allow' },
  ])('$why', ({ change, verdict }) => {
    const policy = parseBucketPolicy({ Statement: [{ ...base, ...change }] }, BUCKET);
    expect(evaluatePolicy(policy, get(FROM_NAT))).toBe(verdict);
  });

  test('a Deny wins over an Allow, in either order; without any, the account’s own principals may', () => {
    const allow = { ...base, Effect: 'Allow' };
    for (const Statement of [
      [allow, base],
      [base, allow],
    ]) {
      expect(isAllowed(parseBucketPolicy({ Statement }, BUCKET), get(FROM_NAT))).toBe(false);
    }
    expect(isAllowed(parseBucketPolicy({ Statement: [{ ...base, Action: 's3:PutObject' }] }, BUCKET), get(FROM_NAT))).toBe(true);
    expect(isAllowed(undefined, get(FROM_NAT))).toBe(true);
  });

  test('only a session has another permanent ARN', () => {
    expect([SESSION, ROLE].map(permanentArn)).toEqual([ROLE, ROLE]);
  });
});

describe('what the lab would not evaluate is refused when the policy is put, by name', () => {
  const base = { Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${BUCKET}/*` };
  const withCondition = (Condition: unknown) => ({ Statement: { ...base, Condition } });
  test.each([
    { policy: 'text', names: 'The policy' },
    { policy: {}, names: 'Statement' },
    { policy: { Statement: [] }, names: 'Statement' },
    { policy: { Statement: base, Extra: 1 }, names: 'Extra' },
    { policy: { Version: '2020-01-01', Statement: base }, names: '2020-01-01' },
    { policy: { Statement: { ...base, NotAction: 's3:GetObject' } }, names: 'NotAction' },
    { policy: { Statement: { ...base, NotPrincipal: '*' } }, names: 'NotPrincipal' },
    { policy: { Statement: { ...base, Effect: 'Maybe' } }, names: 'Maybe' },
    { policy: { Statement: { ...base, Principal: undefined } }, names: 'Principal' },
    { policy: { Statement: { ...base, Principal: { Service: 'x.amazonaws.com' } } }, names: 'Service' },
    { policy: { Statement: { ...base, Principal: { AWS: 'arn:aws:iam::123456789012:role/*' } } }, names: 'role/*' },
    { policy: { Statement: { ...base, Action: 's3:PutBucketPolicy' } }, names: 's3:PutBucketPolicy' },
    { policy: { Statement: { ...base, Action: 'ec2:*' } }, names: 'ec2:*' },
    { policy: { Statement: { ...base, Action: [] } }, names: 'Action' },
    { policy: { Statement: { ...base, Resource: 'arn:aws:s3:::other/*' } }, names: 'other' },
    { policy: { Statement: { ...base, Resource: `arn:aws:s3:::${BUCKET}2/*` } }, names: `${BUCKET}2` },
    { policy: { Statement: { ...base, Resource: `arn:aws:s3:::${BUCKET}` } }, names: 'does not apply' },
    { policy: { Statement: { ...base, Action: 's3:ListBucket' } }, names: 'does not apply' },
    { policy: { Statement: { ...base, Resource: `arn:aws:s3:::${BUCKET}/\${aws:username}` } }, names: 'aws:username' },
    { policy: withCondition({ StringNotLike: { 'aws:SourceVpce': 'x' } }), names: 'StringNotLike' },
    { policy: withCondition({ 'ForAnyValue:StringEquals': { 'aws:SourceVpce': 'x' } }), names: 'ForAnyValue' },
    { policy: withCondition({ NullIfExists: { 'aws:SourceVpce': 'true' } }), names: 'NullIfExists' },
    { policy: withCondition({ StringEquals: { 'aws:SourceVpc': 'vpc-1' } }), names: 'aws:SourceVpc' },
    { policy: withCondition({ StringEquals: { 'aws:SourceIp': NAT } }), names: 'aws:SourceIp' },
    { policy: withCondition({ IpAddress: { 'aws:SourceVpce': NAT } }), names: 'aws:SourceVpce' },
    { policy: withCondition({ IpAddress: { 'aws:SourceIp': '2001:db8::/32' } }), names: '2001:db8::/32' },
    { policy: withCondition({ IpAddress: { 'aws:SourceIp': '10.0.0.0/33' } }), names: '10.0.0.0/33' },
    { policy: withCondition({ Bool: { 'aws:SecureTransport': 'yes' } }), names: 'yes' },
    { policy: withCondition({ StringEquals: { 'aws:SourceVpce': [] } }), names: 'aws:SourceVpce' },
    { policy: withCondition({ StringEquals: { 'aws:SourceVpce': 7 } }), names: 'aws:SourceVpce' },
    { policy: { Id: 'x'.repeat(21_000), Statement: base }, names: 'size' },
  ])('$names', ({ policy, names }) => {
    const parse = () => parseBucketPolicy(policy, BUCKET);
    expect(parse).toThrow(Refusal);
    expect(parse).toThrow(expect.objectContaining({ code: 'MalformedPolicy', message: expect.stringContaining(names) }));
  });
});

describe('the path proof on the wire: exactly one of three objects can be read', () => {
  const deny = (key: string, Condition: unknown) => ({
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:GetObject',
    Resource: `arn:aws:s3:::${BUCKET}/proof/${key}`,
    Condition,
  });
  const policy = {
    Version: '2012-10-17',
    Statement: [
      deny('endpoint', { StringNotEquals: { 'aws:SourceVpce': ENDPOINT } }),
      deny('address', { NotIpAddress: { 'aws:SourceIp': NAT } }),
      deny('neither', { StringEquals: { 'aws:SourceVpce': ENDPOINT } }),
      deny('neither', { IpAddress: { 'aws:SourceIp': NAT } }),
    ],
  };
  let s3: LoopbackS3;
  beforeAll(async () => {
    s3 = await startLoopbackS3(BUCKET);
    parseBucketPolicy(policy, BUCKET);
    s3.store.putPolicy(BUCKET, JSON.stringify(policy));
    for (const name of ['endpoint', 'address', 'neither']) {
      await s3.client().send(new PutObjectCommand({ Bucket: BUCKET, Key: `proof/${name}`, Body: name }));
    }
  });
  afterAll(() => s3.stop());

  test.each([
    { caller: 'through the endpoint', origin: THROUGH_ENDPOINT, readable: 'endpoint' },
    { caller: 'through the NAT gateway', origin: FROM_NAT, readable: 'address' },
    { caller: 'from AWS’s own network', origin: FROM_AWS, readable: 'neither' },
    { caller: 'through another endpoint', origin: { ...THROUGH_ENDPOINT, vpcEndpointId: 'vpce-other' }, readable: 'neither' },
  ])('$caller', async ({ origin, readable }) => {
    s3.comeFrom(origin);
    for (const credentials of [ROLE_KEY, USER_KEY]) {
      for (const name of ['endpoint', 'address', 'neither']) {
        const answer = s3.client({ credentials }).send(new GetObjectCommand({ Bucket: BUCKET, Key: `proof/${name}` }));
        if (name === readable) expect(await (await answer).Body?.transformToString()).toBe(name);
        else await expect(answer).rejects.toMatchObject({ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
      }
    }
  });

  test('a Deny also holds for each key of a batch delete', async () => {
    const { DeleteObjectsCommand } = await import('@aws-sdk/client-s3');
    const other = { ...deny('neither', {}), Action: 's3:DeleteObject' };
    s3.store.putPolicy(BUCKET, JSON.stringify({ Statement: [other] }));
    const Objects = ['proof/neither', 'proof/address'].map((Key) => ({ Key }));
    const answer = await s3.client().send(new DeleteObjectsCommand({ Bucket: BUCKET, Delete: { Objects } }));
    expect(answer.Deleted?.map(({ Key }) => Key)).toEqual(['proof/address']);
    expect(answer.Errors).toMatchObject([{ Key: 'proof/neither', Code: 'AccessDenied' }]);
  });
});
