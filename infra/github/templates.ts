import { policyDocument } from '../policies/documents.ts';
import type { PolicyFile } from '../policies/identities.ts';
import { att, type Resource, sub, type Template, type Value } from '../template/model.ts';

/** GitHub's own issuer of the tokens that workflows exchange for credentials (GitHub: OpenID Connect in AWS). */
const ISSUER = 'token.actions.githubusercontent.com';
/** Whom a token is for when `configure-aws-credentials` asks for it. */
const AUDIENCE = 'sts.amazonaws.com';
/** Of the deploying role, seconds: a run and two that confirm it, each planned at an hour and a quarter, and reserve. */
export const DEPLOYING_SECONDS = 18_000;
/** Of the measuring role: no deployment has to be waited for. */
const MEASURING_SECONDS = 10_800;

/** The templates that somebody creates once, before a workflow can ask for credentials; `<name>.json` beside this file. */
export const GITHUB_TEMPLATES = ['provider', 'deploying-role', 'measuring-role'] as const;
export type GithubTemplate = (typeof GITHUB_TEMPLATES)[number];

const TAGS: Value = [{ Key: 'lnb:purpose', Value: 'scheduled-runs' }];

function provider(): Template {
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description:
      'lambda-network-bench: lets workflows of GitHub ask for credentials. An account has at most one of these; leave it out where it is there.',
    Resources: {
      Provider: {
        Type: 'AWS::IAM::OIDCProvider',
        Properties: { Url: `https://${ISSUER}`, ClientIdList: [AUDIENCE], Tags: TAGS },
      },
    },
  };
}

/** Both conditions are equalities: a subject with a star would let branches and pull requests of anybody in. */
function trust(): Value {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: sub(`arn:\${AWS::Partition}:iam::\${AWS::AccountId}:oidc-provider/${ISSUER}`) },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: {
            [`${ISSUER}:aud`]: AUDIENCE,
            [`${ISSUER}:sub`]: sub(`repo:\${Repository}:ref:refs/heads/\${Branch}`),
          },
        },
      },
    ],
  };
}

/** Placeholders of a policy file are pseudo parameters of CloudFormation: where a string has one it is substituted there. */
function withSub(value: Value): Value {
  if (typeof value === 'string') return value.includes('${') ? sub(value) : value;
  if (Array.isArray(value)) return value.map(withSub);
  if (typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withSub(part)]));
}

function managedPolicy(file: PolicyFile): Resource {
  const { Version, Statement } = policyDocument(file);
  const description = `lambda-network-bench: infra/policies/${file}.json in this region`;
  return {
    Type: 'AWS::IAM::ManagedPolicy',
    Properties: { Description: description, PolicyDocument: { Version, Statement: Statement.map(withSub) } },
  };
}

function logicalId(file: PolicyFile): string {
  return `${file.replace(/(^|-)(\w)/g, (_match, _dash, letter: string) => letter.toUpperCase())}Policy`;
}

function role(what: string, files: readonly PolicyFile[], seconds: number): Template {
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `lambda-network-bench: a role that workflows of one branch of one repository of GitHub may take, which ${what}`,
    Parameters: {
      Repository: { Type: 'String', Description: 'OWNER/NAME, spelt as GitHub spells it', MinLength: 3 },
      Branch: { Type: 'String', Description: 'The branch whose workflows may take the role: main', MinLength: 1 },
    },
    Resources: {
      ...Object.fromEntries(files.map((file) => [logicalId(file), managedPolicy(file)])),
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          Description: `Workflows of GitHub: ${what}`,
          AssumeRolePolicyDocument: trust(),
          MaxSessionDuration: seconds,
          ManagedPolicyArns: files.map((file) => ({ Ref: logicalId(file) })),
          Tags: TAGS,
        },
      },
    },
    Outputs: { RoleArn: { Description: 'For the variable LNB_ROLE_ARN of the repository', Value: att('Role', 'Arn') } },
  };
}

/** What the file `<name>.json` says. */
export function githubTemplate(name: GithubTemplate): Template {
  switch (name) {
    case 'provider':
      return provider();
    case 'deploying-role':
      return role('deploys, measures and removes runs', ['deployer', 'deployer-network', 'runner'], DEPLOYING_SECONDS);
    case 'measuring-role':
      return role('measures on a deployment that was kept, and looks for what is left over', ['scheduled'], MEASURING_SECONDS);
  }
}
