import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ownersOf, policyDocument } from '../../infra/policies/documents.ts';
import { HAND_LIST } from '../../infra/policies/hand-list.ts';
import { HANDLER_PERMISSIONS } from '../../infra/policies/handler-permissions.ts';
import { POLICY_FILES, type PolicyFile } from '../../infra/policies/identities.ts';
import { FUNCTION_CALLS, OWN_CALLS } from '../../infra/policies/own-calls.ts';
import { resolvePolicy } from '../../infra/policies/resolve.ts';
import { scopesOf } from '../../infra/policies/scopes.ts';
import { commandsBelow, commandsIn } from '../support/sdk-commands.ts';
import { guardOf, stacksOf, TEMPLATE_CASES } from '../support/template-cases.ts';

/** Characters of a managed policy, white space not counted (IAM and STS quotas). */
const MANAGED_POLICY_CHARACTERS = 6144;
/** Long names of each kind; the test adds nothing that AWS has not. */
const LONGEST_PLACE = { partition: 'aws-us-gov', region: 'ap-southeast-2', accountId: '123456789012' };

const FILES = Object.keys(POLICY_FILES) as readonly PolicyFile[];

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, unknown>>;
}

const textOf = (file: PolicyFile): string => readFileSync(join(import.meta.dirname, `../../infra/policies/${file}.json`), 'utf8');
const statementsOf = (file: PolicyFile): readonly Statement[] =>
  (JSON.parse(textOf(file)) as { Statement: readonly Statement[] }).Statement;
const allowedBy = (file: PolicyFile): readonly string[] =>
  statementsOf(file).flatMap(({ Effect, Action }) => (Effect === 'Allow' ? [Action].flat() : []));

describe('own calls', () => {
  test('every command of the SDK that the sources send has its row, and no row is left over', () => {
    const sent = commandsBelow(['infra/aws', 'infra/deploy', 'infra/template', 'harness']);
    expect(sent.length).toBeGreaterThan(20);
    expect(Object.keys(OWN_CALLS).sort()).toEqual(sent);
  });
  test('so has every command that functions send', () => {
    expect(Object.keys(FUNCTION_CALLS).sort()).toEqual(commandsBelow(['infra/probe']));
  });
  test('a command is found in any form of import, a type is not', () => {
    const text = `import {\n  GetRoleCommand,\n  type ListRolesCommandOutput,\n  IAMClient,\n} from '@aws-sdk/client-iam';\nimport { HeadObjectCommand } from '@aws-sdk/client-s3';`;
    expect(commandsIn(text)).toEqual(['iam.GetRole', 's3.HeadObject']);
  });
});

describe('resource handlers', () => {
  test('every type that a template has has its row, and no row is left over', () => {
    const stacks = TEMPLATE_CASES.flatMap((templateCase) => [...stacksOf(templateCase), guardOf(templateCase)]);
    const types = stacks.flatMap(({ template }) => Object.values(template.Resources).map(({ Type }) => Type));
    expect(Object.keys(HANDLER_PERMISSIONS).sort()).toEqual([...new Set(types)].sort());
  });
  test.each(Object.entries(HANDLER_PERMISSIONS))(
    '%s: makes, looks and removes, and what it leaves out it does not ask for',
    (_type, row) => {
      for (const actions of [row.create, row.read, row.delete]) expect(actions.length).toBeGreaterThan(0);
      const asked = [...row.create, ...row.read, ...row.delete];
      expect(row.leftOut.flatMap(({ actions }) => actions).filter((action) => asked.includes(action))).toEqual([]);
      expect(row.source).toMatch(/^([a-z0-9]+\/[a-z_]+|unverified)$/);
    },
  );
});

describe.each(FILES)('%s.json', (file) => {
  test('is what the tables say', async () => {
    await expect(`${JSON.stringify(policyDocument(file), null, 2)}\n`).toMatchFileSnapshot(`../../infra/policies/${file}.json`);
  });
  test('fits into one managed policy, in the longest place', () => {
    const text = resolvePolicy(textOf(file), LONGEST_PLACE);
    expect(text).not.toContain('${');
    expect(text.replace(/\s/g, '').length).toBeLessThanOrEqual(MANAGED_POLICY_CHARACTERS);
  });
  test('names every action in full', () => {
    expect(allowedBy(file).filter((action) => !/^[a-z0-9]+:[A-Za-z]+$/.test(action))).toEqual([]);
  });
});

/** What is allowed on everything without condition: it looks, and AWS can limit none of it. */
test.each(FILES.filter((file) => file !== 'function'))('%s.json: what is allowed on everything only looks', (file) => {
  const everywhere = statementsOf(file).filter(({ Resource }) => [Resource].flat().includes('*'));
  const changing = everywhere
    .flatMap(({ Action }) => [Action].flat())
    .filter((action) => !/^[a-z0-9]+:(Describe|Get|List|Simulate)/.test(action));
  expect(changing).toEqual([]);
});

test.each(['deployer', 'runner', 'scheduled'] as const)('%s: each allowed action has an owner, and each owner its action', (identity) => {
  const files = FILES.filter((file) => POLICY_FILES[file] === identity);
  const owned = new Set(ownersOf(identity).map(({ action }) => action));
  expect([...new Set(files.flatMap(allowedBy))].sort()).toEqual([...owned].sort());
});

test('nothing stands in the hand list that a call or a handler needs anyway', () => {
  const needed = [
    ...Object.values(OWN_CALLS).flatMap(({ actions }) => actions),
    ...Object.values(HANDLER_PERMISSIONS).flatMap((row) => [...row.create, ...row.read, ...row.delete]),
  ];
  expect(HAND_LIST.filter(({ action }) => needed.includes(action))).toEqual([]);
});

test('an action of a service without a scope is refused, not allowed on everything', () => {
  expect(() => scopesOf('dynamodb:PutItem')).toThrow('nothing says what dynamodb:PutItem may be done to');
});

test('a placeholder that is not known is refused', () => {
  expect(() => resolvePolicy(`arn:\${AWS::Partition}:s3:::\${AWS::StackName}`, LONGEST_PLACE)).toThrow('AWS::StackName');
});

describe('the function’s role', () => {
  const statements = statementsOf('function');
  test('can make no log group: one that Lambda makes belongs to no stack', () => {
    expect(allowedBy('function').filter((action) => action.startsWith('logs:'))).toEqual(['logs:CreateLogStream', 'logs:PutLogEvents']);
  });
  test('cannot use its interface rights from code', () => {
    const denied = statements.filter(({ Effect }) => Effect === 'Deny');
    expect(denied).toHaveLength(1);
    expect(denied[0]?.Action).toEqual(expect.arrayContaining(allowedBy('function').filter((action) => action.startsWith('ec2:'))));
    expect(denied[0]?.Condition).toEqual({
      ArnLike: { 'lambda:SourceFunctionArn': `arn:\${AWS::Partition}:lambda:\${AWS::Region}:\${AWS::AccountId}:function:lnb-*-*` },
    });
  });
  test('may do what the functions’ own calls need', () => {
    expect(allowedBy('function')).toEqual(expect.arrayContaining(Object.values(FUNCTION_CALLS).flatMap(({ actions }) => [...actions])));
  });
});
