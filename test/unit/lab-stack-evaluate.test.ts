import { describe, expect, it } from 'vitest';
import { type EvaluationContext, evaluate } from '../../infra/lab/stack/evaluate.ts';
import { parseExpression } from '../../infra/lab/stack/expression.ts';
import { TEST_ACCOUNT } from '../support/stack-lab.ts';

const context: EvaluationContext = {
  account: TEST_ACCOUNT,
  stackId: 'arn:aws:cloudformation:us-east-1:123456789012:stack/net/1',
  stackName: 'net',
  parameters: new Map<string, string | readonly string[]>([
    ['Size', '20'],
    ['Index', '1'],
    ['Names', ['a', 'b']],
  ]),
  resources: new Map([['Db', { physicalId: 'db-1', attributes: { 'Endpoint.Address': 'db.example', 'Endpoint.Port': '5432' } }]]),
};

function value(json: unknown, change: Partial<EvaluationContext> = {}): unknown {
  const names = {
    parameters: new Set(['Size', 'Names', 'Index']),
    resources: new Map([['Db', 'AWS::RDS::DBInstance']]),
    attributesOf: () => undefined,
    unresolved: new Set<string>(),
  };
  return evaluate(parseExpression(json, '/x', names), { ...context, ...change });
}

describe('functions', () => {
  it.each([
    ['a resource by its physical id', { Ref: 'Db' }, 'db-1'],
    ['a parameter', { Ref: 'Size' }, '20'],
    ['a list parameter', { Ref: 'Names' }, ['a', 'b']],
    ['an attribute with a dot, as a list', { 'Fn::GetAtt': ['Db', 'Endpoint.Port'] }, '5432'],
    ['an attribute with a dot, as text', { 'Fn::GetAtt': 'Db.Endpoint.Address' }, 'db.example'],
    ['the account', { Ref: 'AWS::AccountId' }, '123456789012'],
    ['the region', { Ref: 'AWS::Region' }, 'us-east-1'],
    ['the partition', { Ref: 'AWS::Partition' }, 'aws'],
    ['the URL suffix', { Ref: 'AWS::URLSuffix' }, 'amazonaws.com'],
    ['the stack', { Ref: 'AWS::StackName' }, 'net'],
    ['the stack’s id', { Ref: 'AWS::StackId' }, context.stackId],
    ['NoValue takes its key away', { a: 1, b: { Ref: 'AWS::NoValue' } }, { a: 1 }],
    ['NoValue takes its member away', ['a', { Ref: 'AWS::NoValue' }, 'b'], ['a', 'b']],
    ['NoValue inside a Join', { 'Fn::Join': ['-', ['a', { Ref: 'AWS::NoValue' }, 'b']] }, 'a-b'],
    ['Join of a list parameter', { 'Fn::Join': ['+', { Ref: 'Names' }] }, 'a+b'],
    ['Join of numbers and booleans', { 'Fn::Join': [':', [1, true, 'x']] }, '1:true:x'],
    ['Join of nothing', { 'Fn::Join': [',', []] }, ''],
    ['Select by a text index', { 'Fn::Select': ['1', ['a', 'b']] }, 'b'],
    ['Select from a parameter by a parameter', { 'Fn::Select': [{ Ref: 'Index' }, { Ref: 'Names' }] }, 'b'],
    ['Select of a zone', { 'Fn::Select': [1, { 'Fn::GetAZs': '' }] }, 'us-east-1b'],
    ['zones of the region by name', { 'Fn::GetAZs': { Ref: 'AWS::Region' } }, ['us-east-1a', 'us-east-1b']],
    ['Sub of everything', { 'Fn::Sub': `\${Db}/\${Db.Endpoint.Port}/\${AWS::Region}/\${Size}` }, 'db-1/5432/us-east-1/20'],
    ['Sub with its own names first', { 'Fn::Sub': [`\${Size}-\${Db}`, { Size: { Ref: 'AWS::StackName' } }] }, 'net-db-1'],
    ['Sub leaves literals', { 'Fn::Sub': `\${!Size} $ {x} $\${Size} \${open` }, `\${Size} $ {x} $20 \${open`],
    ['plain values as they are', { n: 1, t: 'x', f: false, l: [{ k: [] }] }, { n: 1, t: 'x', f: false, l: [{ k: [] }] }],
    ['a lone Ref beside another key is data', { Ref: 'Nobody', x: 1 }, { Ref: 'Nobody', x: 1 }],
  ])('%s', (_because, json, expected) => {
    expect(value(json)).toEqual(expected);
  });

  it('knows the other partitions', () => {
    const china = { account: { ...TEST_ACCOUNT, region: 'cn-north-1' } };
    expect(value([{ Ref: 'AWS::Partition' }, { Ref: 'AWS::URLSuffix' }], china)).toEqual(['aws-cn', 'amazonaws.com.cn']);
    expect(value({ Ref: 'AWS::Partition' }, { account: { ...TEST_ACCOUNT, region: 'us-gov-west-1' } })).toBe('aws-us-gov');
  });
});

describe('expressions without a value', () => {
  it.each([
    ['an index behind the end', { 'Fn::Select': [2, ['a', 'b']] }, 'Template error: Fn::Select cannot select nonexistent value at index 2'],
    ['an index that is a word', { 'Fn::Select': [{ Ref: 'AWS::Region' }, ['a']] }, 'Fn::Select needs an integer index'],
    ['Select from a text', { 'Fn::Select': [0, { Ref: 'Size' }] }, 'Fn::Select needs a list'],
    ['Join of a text', { 'Fn::Join': [',', { Ref: 'Size' }] }, 'Fn::Join needs a list of strings'],
    ['Join of lists', { 'Fn::Join': [',', [['a']]] }, 'Fn::Join needs a list of strings'],
    ['Sub of a list', { 'Fn::Sub': `\${Names}` }, 'Fn::Sub can put in only strings'],
    ['zones elsewhere', { 'Fn::GetAZs': 'eu-west-1' }, 'this lab has only the region us-east-1'],
    ['an attribute that nobody gave', { 'Fn::GetAtt': 'Db.DBSystemId' }, 'this lab does not give the attribute DBSystemId of Db'],
    ['an attribute that only objects have', { 'Fn::GetAtt': 'Db.toString' }, 'this lab does not give the attribute toString of Db'],
  ])('%s', (_because, json, message) => {
    expect(() => value(json)).toThrow(message);
  });
});
