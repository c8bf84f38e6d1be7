import { describe, expect, it } from 'vitest';
import { parseTemplate } from '../../infra/lab/stack/template.ts';

const vpc = { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } };
const withVpc = (change: Record<string, unknown>) => ({ Resources: { Vpc: { ...vpc, ...change } } });
const withTag = (value: unknown) => withVpc({ Properties: { CidrBlock: '10.0.0.0/16', Tags: [{ Key: 'k', Value: value }] } });
const withOutput = (output: unknown) => ({ Resources: { Vpc: vpc }, Outputs: { Out: output } });

/** Each row: what is wrong, the template, and the refusal's text or its telling part. */
const REFUSALS: readonly (readonly [because: string, template: unknown, message: string])[] = [
  ['no resources', { Resources: {} }, 'Template format error: At least one Resources member must be defined.'],
  ['no Resources at all', { Description: 'x' }, 'Template format error: At least one Resources member must be defined.'],
  ['a list', [], 'Template format error: unsupported structure.'],
  ['Conditions', { Resources: { Vpc: vpc }, Conditions: {} }, 'the section Conditions is not in this lab'],
  ['Mappings', { Resources: { Vpc: vpc }, Mappings: {} }, 'the section Mappings is not in this lab'],
  ['Transform', { Resources: { Vpc: vpc }, Transform: 'AWS::Serverless-2016-10-31' }, 'the section Transform is not in this lab'],
  ['Rules', { Resources: { Vpc: vpc }, Rules: {} }, 'the section Rules is not in this lab'],
  ['a misspelt section', { Resource: { Vpc: vpc } }, 'Invalid template property or properties [Resource]'],
  [
    'another version',
    { AWSTemplateFormatVersion: '2011-01-01', Resources: { Vpc: vpc } },
    'unsupported AWSTemplateFormatVersion 2011-01-01',
  ],
  ['a logical id with a hyphen', { Resources: { 'my-vpc': vpc } }, 'Template format error: Resource name my-vpc is non alphanumeric.'],
  ['no type', { Resources: { Vpc: {} } }, 'Every Resources object must contain a Type member.'],
  [
    'types that are not AWS types',
    { Resources: { A: { Type: 'Custom::Thing' }, B: { Type: 'Vpc' }, Vpc: vpc } },
    'Template format error: Unrecognized resource types: [Custom::Thing, Vpc]',
  ],
  ['a resource attribute of nobody', withVpc({ Propertys: {} }), "Invalid template resource property 'Propertys'"],
  ['Condition on a resource', withVpc({ Condition: 'Prod' }), 'the resource attribute Condition is not in this lab'],
  ['CreationPolicy', withVpc({ CreationPolicy: {} }), 'the resource attribute CreationPolicy is not in this lab'],
  ['Properties that are a list', withVpc({ Properties: [] }), '[/Resources/Vpc/Properties] must be an object'],
  ['an unknown policy', withVpc({ DeletionPolicy: 'Keep' }), 'Unrecognized deletion policy Keep'],
  ['Snapshot of a VPC', withVpc({ DeletionPolicy: 'Snapshot' }), 'resource type AWS::EC2::VPC does not support deletion policy Snapshot'],
  ['null', withTag(null), "Template format error: [/Resources/Vpc/Properties/Tags/0/Value] 'null' values are not allowed in templates"],
  ['null in Metadata', withVpc({ Metadata: { a: null } }), "[/Resources/Vpc/Metadata/a] 'null' values"],
  [
    'Ref of nothing',
    withTag({ Ref: 'Nobody' }),
    'Template format error: Unresolved resource dependencies [Nobody] in the Resources block of the template',
  ],
  ['DependsOn of nothing', withVpc({ DependsOn: ['Nobody'] }), 'Unresolved resource dependencies [Nobody] in the Resources block'],
  ['Sub of two unknown names', withTag({ 'Fn::Sub': `\${A}-\${B.Arn}` }), 'Unresolved resource dependencies [A, B] in the Resources block'],
  [
    'an output of nothing',
    withOutput({ Value: { Ref: 'Nobody' } }),
    'Unresolved resource dependencies [Nobody] in the Outputs block of the template',
  ],
  [
    'GetAtt of nothing',
    withTag({ 'Fn::GetAtt': ['Nobody', 'Arn'] }),
    'Template error: instance of Fn::GetAtt references undefined resource Nobody',
  ],
  [
    'GetAtt of an attribute that the type lacks',
    withOutput({ Value: { 'Fn::GetAtt': 'Vpc.Arn' } }),
    'Template error: resource Vpc does not support attribute type Arn in Fn::GetAtt',
  ],
  [
    'Sub of such an attribute',
    withOutput({ Value: { 'Fn::Sub': `\${Vpc.Arn}` } }),
    'instance of Fn::Sub references invalid resource attribute Vpc.Arn',
  ],
  ['GetAtt without an attribute', withTag({ 'Fn::GetAtt': ['Vpc'] }), 'every Fn::GetAtt object requires two non-empty parameters'],
  ['GetAtt without a dot', withTag({ 'Fn::GetAtt': 'Vpc' }), 'every Fn::GetAtt object requires two non-empty parameters'],
  ['Ref of a list', withTag({ Ref: ['Vpc'] }), 'every Ref object must have a single String value.'],
  [
    'an unknown pseudo parameter',
    withTag({ Ref: 'AWS::NotificationARNs' }),
    'the pseudo parameter AWS::NotificationARNs is not in this lab',
  ],
  ['Fn::If', withTag({ 'Fn::If': ['A', 'b', 'c'] }), 'the function Fn::If is not in this lab'],
  ['Fn::ImportValue', withTag({ 'Fn::ImportValue': 'x' }), 'the function Fn::ImportValue is not in this lab'],
  ['Fn::Base64', withTag({ 'Fn::Base64': 'x' }), 'the function Fn::Base64 is not in this lab'],
  ['Fn::constructor', withTag({ 'Fn::constructor': 'x' }), 'the function Fn::constructor is not in this lab'],
  ['a function beside another key', withTag({ 'Fn::Sub': 'x', Other: 1 }), 'Fn::Sub must be the only key of its object'],
  ['Join without a list', withTag({ 'Fn::Join': [',', 'a'] }), 'every Fn::Join object requires two parameters'],
  ['Join by a number', withTag({ 'Fn::Join': [1, ['a']] }), 'every Fn::Join object requires two parameters'],
  ['Select by a word', withTag({ 'Fn::Select': ['one', ['a']] }), 'Fn::Select requires a list argument with two elements'],
  [
    'Sub with three arguments',
    withTag({ 'Fn::Sub': ['a', {}, {}] }),
    "One or more Fn::Sub intrinsic functions don't specify expected arguments",
  ],
  [
    'Sub with a strange name',
    withTag({ 'Fn::Sub': `\${a b}` }),
    'variable names in Fn::Sub syntax must contain only alphanumeric characters',
  ],
  ['a dynamic reference', withTag('{{resolve:ssm:/a/b}}'), 'dynamic references ({{resolve:...}}) are not in this lab'],
  ['an output without a value', withOutput({ Description: 'x' }), 'Every Outputs member must contain a Value object'],
  ['an export', withOutput({ Value: 'x', Export: { Name: 'y' } }), 'the output member Export is not in this lab'],
];

describe('templates that are refused at once', () => {
  it.each(REFUSALS)('%s', (_because, template, message) => {
    expect(() => parseTemplate(JSON.stringify(template))).toThrow(
      expect.objectContaining({ code: 'ValidationError', status: 400, message: expect.stringContaining(message) }),
    );
  });

  it.each([
    ['YAML', 'Resources:\n  Vpc:\n    Type: AWS::EC2::VPC\n', 'this lab reads templates in JSON, not in YAML'],
    ['YAML that begins with a marker', '---\n{}', 'not in YAML'],
    ['nothing', '', 'not in YAML'],
    ['broken JSON', '{\n  "Resources": {,}\n}', 'Template format error: JSON not well-formed. (line 2, column 17)'],
    ['cut JSON', '{"Resources": {', 'Template format error: JSON not well-formed. (line 1, column 16)'],
  ])('%s', (_because, body, message) => {
    expect(() => parseTemplate(body)).toThrow(message);
  });

  it('takes 51,200 bytes and not one more, counted in UTF-8', () => {
    const empty = JSON.stringify({ Description: '', Resources: { Vpc: vpc } });
    const description = 'é'.repeat((51_200 - empty.length) / 2) + 'x'.repeat((51_200 - empty.length) % 2);
    const largest = JSON.stringify({ Description: description, Resources: { Vpc: vpc } });
    expect(Buffer.byteLength(largest)).toBe(51_200);
    expect(parseTemplate(largest).description).toBe(description);
    expect(() => parseTemplate(`${largest} `)).toThrow('Member must have length less than or equal to 51200');
  });

  it.each([
    ['itself', { A: { ...vpc, DependsOn: 'A' } }, '[A]'],
    ['two', { A: { ...vpc, DependsOn: 'B' }, B: { ...vpc, DependsOn: 'A' } }, '[A, B]'],
    [
      'a circle with one before and one behind it, which are not in it',
      {
        Before: vpc,
        A: { ...vpc, DependsOn: ['B', 'Before'] },
        B: { Type: 'AWS::EC2::Subnet', Properties: { VpcId: { Ref: 'C' } } },
        C: { ...vpc, DependsOn: 'A' },
        Behind: { ...vpc, DependsOn: 'A' },
      },
      '[A, B, C]',
    ],
  ])('names the members of a circle: %s', (_what, resources, members) => {
    expect(() => parseTemplate(JSON.stringify({ Resources: resources }))).toThrow(`Circular dependency between resources: ${members}`);
  });
});

describe('a template that is taken', () => {
  it('knows what each resource needs, from every place that can name one', () => {
    const resources = {
      ...{ A: vpc, B: vpc, C: vpc, D: vpc, E: vpc, F: vpc },
      User: {
        Type: 'AWS::Lambda::Function',
        DependsOn: ['A'],
        Properties: {
          Role: { 'Fn::GetAtt': ['B', 'VpcId'] },
          Handler: { 'Fn::Sub': [`\${x}-\${C.CidrBlock}-\${!D}`, { x: { Ref: 'E' } }] },
          Description: { 'Fn::Join': ['', [{ 'Fn::Select': [0, [{ Ref: 'F' }]] }, { Ref: 'AWS::Region' }, { Ref: 'Param' }]] },
        },
      },
    };
    const template = parseTemplate(JSON.stringify({ Parameters: { Param: { Type: 'String' } }, Resources: resources }));
    expect([...(template.resources.get('User')?.dependencies ?? [])].sort()).toEqual(['A', 'B', 'C', 'E', 'F']);
  });

  it('keeps Condition in a policy and a lone key that only looks like a function name', () => {
    const policy = { Statement: [{ Effect: 'Deny', Condition: { StringNotEquals: { 'aws:SourceVpce': { Ref: 'Vpc' } } } }] };
    const resources = { Vpc: vpc, Policy: { Type: 'AWS::S3::BucketPolicy', Properties: { Bucket: 'b', PolicyDocument: policy } } };
    expect([...(parseTemplate(JSON.stringify({ Resources: resources })).resources.get('Policy')?.dependencies ?? [])]).toEqual(['Vpc']);
  });

  it('keeps policies and metadata; a DB instance is snapshot by default, as on AWS', () => {
    const resources = {
      Vpc: { ...vpc, DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Delete', Metadata: { why: 'a test' } },
      Database: { Type: 'AWS::RDS::DBInstance' },
      Gateway: { Type: 'AWS::EC2::InternetGateway' },
    };
    const template = parseTemplate(JSON.stringify({ Resources: resources }));
    expect(template.resources.get('Vpc')).toMatchObject({
      deletionPolicy: 'Retain',
      updateReplacePolicy: 'Delete',
      metadata: { why: 'a test' },
    });
    expect(template.resources.get('Database')?.deletionPolicy).toBe('Snapshot');
    expect(template.resources.get('Gateway')?.deletionPolicy).toBe('Delete');
  });
});
