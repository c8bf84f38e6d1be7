import { describe, expect, it } from 'vitest';
import { parseParameters, resolveParameters } from '../../infra/lab/stack/parameters.ts';

const resolve = (declared: unknown, given: Readonly<Record<string, string>> = {}) => resolveParameters(parseParameters(declared), given);

describe('declarations that are refused', () => {
  it.each([
    ['no type', { P: {} }, 'Every Parameters object must contain a Type member.'],
    ['a type of AWS', { P: { Type: 'AWS::EC2::VPC::Id' } }, 'the type AWS::EC2::VPC::Id of parameter P is not in this lab'],
    ['a list of numbers', { P: { Type: 'List<Number>' } }, 'the type List<Number> of parameter P is not in this lab'],
    ['a key of nobody', { P: { Type: 'String', Defualt: 'x' } }, "Invalid template parameter property 'Defualt'"],
    ['a hyphen', { 'a-b': { Type: 'String' } }, 'Parameter name a-b is non alphanumeric.'],
    ['a default that is a list', { P: { Type: 'String', Default: [] } }, 'Every Default member must be a string.'],
    ['a pattern that is none', { P: { Type: 'String', AllowedPattern: '(' } }, 'is not a regular expression that this lab can read'],
    ['a bound that is none', { P: { Type: 'String', MinLength: 'many' } }, '[/Parameters/P/MinLength] must be a number'],
  ])('%s', (_because, declared, message) => {
    expect(() => parseParameters(declared)).toThrow(
      expect.objectContaining({ code: 'ValidationError', message: expect.stringContaining(message) }),
    );
  });
});

describe('values that are refused', () => {
  it.each([
    ['unknown ones', { P: { Type: 'String' } }, { P: 'x', Q: 'y', R: 'z' }, 'Parameters: [Q, R] do not exist in the template'],
    ['missing ones', { P: { Type: 'String' }, Q: { Type: 'String' } }, {}, 'Parameters: [P, Q] must have values'],
    ['no number', { P: { Type: 'Number' } }, { P: 'many' }, "Parameter 'P' must be a number"],
    ['an empty number', { P: { Type: 'Number' } }, { P: '' }, "Parameter 'P' must be a number"],
    ['not allowed', { P: { Type: 'String', AllowedValues: ['a', 'b'] } }, { P: 'c' }, "Parameter 'P' must be one of AllowedValues"],
    [
      'not allowed, as a default',
      { P: { Type: 'String', AllowedValues: [1, 2], Default: 3 } },
      {},
      "Parameter 'P' must be one of AllowedValues",
    ],
    ['a pattern matches whole', { P: { Type: 'String', AllowedPattern: 'a|b' } }, { P: 'ab' }, "Parameter 'P' must match pattern a|b"],
    ['too short', { P: { Type: 'String', MinLength: '8' } }, { P: 'short' }, "Parameter 'P' must contain at least 8 characters"],
    ['too long', { P: { Type: 'String', MaxLength: 3 } }, { P: 'long' }, "Parameter 'P' must contain at most 3 characters"],
    ['too small', { P: { Type: 'Number', MinValue: 1 } }, { P: '0' }, "Parameter 'P' must be a number not less than 1"],
    ['too large', { P: { Type: 'Number', MaxValue: 9 } }, { P: '10' }, "Parameter 'P' must be a number not greater than 9"],
    [
      'a member of a list',
      { P: { Type: 'CommaDelimitedList', AllowedPattern: '[a-z]+' } },
      { P: 'a, B' },
      "Parameter 'P' must match pattern",
    ],
    [
      'with the template author’s words',
      { P: { Type: 'String', AllowedPattern: '[a-z]+', ConstraintDescription: 'lower case letters' } },
      { P: 'UPPER' },
      "Parameter 'P' failed to satisfy constraint: lower case letters",
    ],
  ])('%s', (_because, declared, given, message) => {
    expect(() => resolve(declared, given)).toThrow(
      expect.objectContaining({ code: 'ValidationError', message: expect.stringContaining(message) }),
    );
  });

  it('never quotes the value', () => {
    const declared = { P: { Type: 'String', NoEcho: 'true', AllowedPattern: '[a-z]+' } };
    expect(() => resolve(declared, { P: 'Secret1' })).toThrow(expect.not.objectContaining({ message: expect.stringContaining('Secret1') }));
  });
});

describe('values that are taken', () => {
  it.each([
    ['a given text', { P: { Type: 'String', Default: 'd' } }, { P: '' }, ''],
    ['a default', { P: { Type: 'String', Default: 'd' } }, {}, 'd'],
    ['a default that is a number', { P: { Type: 'Number', Default: 20 } }, {}, '20'],
    ['a list, trimmed', { P: { Type: 'CommaDelimitedList' } }, { P: 'a, b ,c' }, ['a', 'b', 'c']],
    ['an empty list', { P: { Type: 'List<String>' } }, { P: '' }, []],
  ])('%s', (_because, declared, given, value) => {
    expect(resolve(declared, given as Readonly<Record<string, string>>).get('P')?.value).toEqual(value);
  });
});
