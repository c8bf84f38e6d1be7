import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEPLOYING_SECONDS, GITHUB_TEMPLATES, githubTemplate } from '../../infra/github/templates.ts';
import { policyDocument } from '../../infra/policies/documents.ts';
import type { Value } from '../../infra/template/model.ts';

/** Of a template that is sent in a request (CloudFormation quotas). */
const TEMPLATE_BYTES = 51_200;
/** Of a description of a stack (CloudFormation quotas). */
const DESCRIPTION_BYTES = 1024;

const folder = join(import.meta.dirname, '../../infra/github');
const propertiesOf = (name: 'deploying-role' | 'measuring-role', id: string) => githubTemplate(name).Resources[id]?.Properties ?? {};

describe.each(GITHUB_TEMPLATES)('infra/github/%s.json', (name) => {
  it('is what the code says, and fits into a request', async () => {
    const text = `${JSON.stringify(githubTemplate(name), null, 2)}\n`;
    await expect(text).toMatchFileSnapshot(join(folder, `${name}.json`));
    expect(Buffer.byteLength(text)).toBeLessThan(TEMPLATE_BYTES);
    expect(Buffer.byteLength(githubTemplate(name).Description)).toBeLessThan(DESCRIPTION_BYTES);
  });
});

describe.each(['deploying-role', 'measuring-role'] as const)('%s', (name) => {
  it('may be taken by one branch of one repository, and by nobody else', () => {
    expect(propertiesOf(name, 'Role')['AssumeRolePolicyDocument']).toMatchObject({
      Statement: [
        {
          Action: 'sts:AssumeRoleWithWebIdentity',
          Principal: { Federated: { 'Fn::Sub': expect.stringMatching(/oidc-provider\/token\.actions\.githubusercontent\.com$/) } },
          Condition: {
            StringEquals: {
              'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
              'token.actions.githubusercontent.com:sub': { 'Fn::Sub': `repo:\${Repository}:ref:refs/heads/\${Branch}` },
            },
          },
        },
      ],
    });
    const { Statement } = propertiesOf(name, 'Role')['AssumeRolePolicyDocument'] as { Statement: readonly Value[] };
    expect(Statement).toHaveLength(1);
    expect(JSON.stringify(Statement)).not.toMatch(/[*?]|StringLike/);
  });

  it('has every policy that it makes, and none that is not in infra/policies', () => {
    const { Resources } = githubTemplate(name);
    const policies = Object.entries(Resources).filter(([, { Type }]) => Type === 'AWS::IAM::ManagedPolicy');
    expect(policies.length).toBeGreaterThan(0);
    expect(propertiesOf(name, 'Role')['ManagedPolicyArns']).toEqual(policies.map(([id]) => ({ Ref: id })));
  });
});

it('a placeholder of a policy is substituted wherever it stands, and nothing else is changed', () => {
  const document = propertiesOf('measuring-role', 'ScheduledPolicy')['PolicyDocument'];
  const back = JSON.parse(JSON.stringify(document), (_key, part: unknown) =>
    typeof part === 'object' && part !== null && 'Fn::Sub' in part ? part['Fn::Sub'] : part,
  );
  expect(back).toEqual(policyDocument('scheduled'));
  expect(JSON.stringify(document)).toMatch(/"Fn::Sub":"arn:\$\{AWS::Partition\}:lambda:/);
});

it('the deploying role’s session is no longer than AWS allows', () => {
  // IAM: MaxSessionDuration, 3600 to 43200 seconds.
  expect(DEPLOYING_SECONDS).toBeGreaterThanOrEqual(3600);
  expect(DEPLOYING_SECONDS).toBeLessThanOrEqual(43_200);
});
