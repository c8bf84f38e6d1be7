import { describe, expect, it } from 'vitest';
import { generatedName } from '../../infra/lab/stack/generated-name.ts';
import { randomStackIds } from '../../infra/lab/stack/ids.ts';
import { newStackLab, stackRequest } from '../support/stack-lab.ts';

const role = (properties: Record<string, unknown> = {}) => ({
  Resources: { Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {}, ...properties } } },
});
const gateway = { Resources: { Gateway: { Type: 'AWS::EC2::InternetGateway' } } };

describe('capabilities', () => {
  it.each([
    [role(), [], '[CAPABILITY_IAM]'],
    [role({ RoleName: 'r' }), [], '[CAPABILITY_NAMED_IAM]'],
    [role({ RoleName: { Ref: 'AWS::StackName' } }), ['CAPABILITY_IAM'], '[CAPABILITY_NAMED_IAM]'],
    [role(), ['CAPABILITY_IAM'], undefined],
    [role(), ['CAPABILITY_NAMED_IAM'], undefined],
    [role({ RoleName: 'r' }), ['CAPABILITY_NAMED_IAM'], undefined],
    [gateway, [], undefined],
  ])('row %#', (template, capabilities, missing) => {
    const create = () => newStackLab().engine.create(stackRequest(template, { capabilities }));
    if (missing === undefined) expect(create()).toMatch(/^arn:/);
    else {
      expect(create).toThrow(
        expect.objectContaining({ code: 'InsufficientCapabilitiesException', status: 400, message: `Requires capabilities : ${missing}` }),
      );
    }
  });

  it('a policy needs its name anyway: that does not count as a chosen one', () => {
    const policy = { Type: 'AWS::IAM::Policy', Properties: { PolicyName: 'p', PolicyDocument: {} } };
    const request = stackRequest({ Resources: { Policy: policy } }, { capabilities: ['CAPABILITY_IAM'] });
    expect(newStackLab().engine.create(request)).toMatch(/^arn:/);
  });
});

describe('a request that is refused', () => {
  it.each([
    ['a name with an underscore', 'a_b', 'Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*'],
    ['a name that begins with a digit', '1a', 'Member must satisfy regular expression pattern'],
    ['a name of 129 characters', 'a'.repeat(129), 'Member must have length less than or equal to 128'],
  ])('%s', (_because, name, message) => {
    expect(() => newStackLab().engine.create(stackRequest(gateway, { name }))).toThrow(message);
  });

  it('leaves no stack behind', () => {
    const lab = newStackLab();
    expect(() => lab.engine.create(stackRequest({ Resources: {} }))).toThrow('At least one Resources member must be defined.');
    expect(lab.engine.describe()).toEqual([]);
    expect(lab.engine.create(stackRequest(gateway))).toMatch(/^arn:/);
  });
});

describe('names that CloudFormation makes', () => {
  it.each([
    ['the parts whole', 'net', 'Role', 'AWS::IAM::Role', 'net-Role-ABCDEFGHIJ12'],
    ['a bucket in lower case', 'Net', 'Proof', 'AWS::S3::Bucket', 'net-proof-abcdefghij12'],
    ['no hyphen beside another for RDS', 'a--b', 'Db', 'AWS::RDS::DBInstance', 'a-b-db-abcdefghij12'],
    ['the stack cut', 's'.repeat(128), 'Role', 'AWS::IAM::Role', `${'s'.repeat(46)}-Role-ABCDEFGHIJ12`],
    ['a bucket one shorter', 's'.repeat(128), 'Role', 'AWS::S3::Bucket', `${'s'.repeat(45)}-role-abcdefghij12`],
    ['no hyphen left from the cut', `${'s'.repeat(45)}-x`, 'Role', 'AWS::IAM::Role', `${'s'.repeat(45)}-Role-ABCDEFGHIJ12`],
    ['a logical id that is too long itself', 'net', 'L'.repeat(90), 'AWS::IAM::Role', `n-${'L'.repeat(49)}-ABCDEFGHIJ12`],
  ])('%s', (_because, stack, logicalId, type, name) => {
    expect(generatedName(stack, logicalId, 'ABCDEFGHIJ12', type)).toBe(name);
    expect(name.length).toBeLessThanOrEqual(64);
  });

  it('end in twelve random characters', () => {
    const suffixes = Array.from({ length: 50 }, () => randomStackIds.suffix());
    for (const suffix of suffixes) expect(suffix).toMatch(/^[A-Z0-9]{12}$/);
    expect(new Set(suffixes).size).toBe(50);
  });
});
