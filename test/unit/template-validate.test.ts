import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CelEngine, type Engine, type StandardDiagnostic, TemplateFile } from '@aws/cloudformation-validate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GITHUB_TEMPLATES, githubTemplate } from '../../infra/github/templates.ts';
import type { Resource, StackTemplate, Template } from '../../infra/template/model.ts';
import { guardOf, stacksOf, TEMPLATE_CASES } from '../support/template-cases.ts';

/** INFO rules whose findings are accepted, each with the reason. */
const ACCEPTED_INFO: Readonly<Record<string, string>> = {
  I9001: 'a create-only property is replaced when it changes: a run’s stacks are never updated',
};
/** One WARN on one resource is accepted. */
const ACCEPTED_WARN = {
  ruleId: 'W1011',
  resourceId: 'Database',
  reason:
    'the password is random, lives as long as the run and is NoEcho; a dynamic reference would need a secret store that the run would have to make, pay and delete',
};

let engine: Engine;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lnb-test-validate-'));
  engine = new CelEngine();
}, 60_000);
afterAll(() => {
  engine.free();
  rmSync(folder, { recursive: true, force: true });
});

function findings(template: Template): readonly StandardDiagnostic[] {
  const path = join(folder, 'template.json');
  writeFileSync(path, JSON.stringify(template));
  return engine.validateStandard(new TemplateFile(path), { pseudoParameterOverrides: { region: 'eu-central-1' } }).diagnostics;
}
function isAccepted({ severity, ruleId, entity }: StandardDiagnostic): boolean {
  if (severity === 'INFO') return ruleId in ACCEPTED_INFO;
  return severity === 'WARN' && ruleId === ACCEPTED_WARN.ruleId && entity?.logicalId === ACCEPTED_WARN.resourceId;
}
const shown = ({ severity, ruleId, entity, propertyPath, message }: StandardDiagnostic) =>
  `${severity} ${ruleId} ${entity?.logicalId ?? ''} ${propertyPath ?? ''}: ${message}`;

const STACKS: readonly (readonly [string, StackTemplate])[] = TEMPLATE_CASES.flatMap((templateCase) =>
  [...stacksOf(templateCase), guardOf(templateCase)].map((stack) => [`${templateCase.name} ${stack.stackName}`, stack] as const),
);

test.each(STACKS)(
  '%s: nothing but what is accepted by name',
  (_name, stack) => {
    expect(
      findings(stack.template)
        .filter((finding) => !isAccepted(finding))
        .map(shown),
    ).toEqual([]);
  },
  60_000,
);

test.each(GITHUB_TEMPLATES)('infra/github/%s.json: nothing but what is accepted by name', (name) => {
  expect(
    findings(githubTemplate(name))
      .filter((finding) => !isAccepted(finding))
      .map(shown),
  ).toEqual([]);
});

test('the engine sees what it should: an untagged resource, a misspelt property, a value of the wrong type, a dangling reference', () => {
  const [, stack] = STACKS.find(([name]) => name === 'all lnb-abcdefghij-net') ?? [];
  if (!stack) throw new Error('no such stack');
  const { Resources } = stack.template;
  const planted: Template = {
    ...stack.template,
    Resources: {
      ...Resources,
      Bucket: { ...(Resources['Bucket'] as Resource), Properties: {} },
      Vpc: { Type: 'AWS::EC2::VPC', Properties: { ...Resources['Vpc']?.Properties, CidrBlok: '10.0.0.0/16' } },
      PublicSubnet: { Type: 'AWS::EC2::Subnet', Properties: { ...Resources['PublicSubnet']?.Properties, MapPublicIpOnLaunch: 'perhaps' } },
      PublicRoute: { Type: 'AWS::EC2::Route', Properties: { ...Resources['PublicRoute']?.Properties, GatewayId: { Ref: 'Nowhere' } } },
    },
  };
  const unexpected = findings(planted).filter((finding) => !isAccepted(finding));
  for (const logicalId of ['Bucket', 'Vpc', 'PublicSubnet', 'PublicRoute']) {
    expect(unexpected.some(({ entity }) => entity?.logicalId === logicalId)).toBe(true);
  }
  expect(unexpected.map(({ ruleId }) => ruleId)).toContain('I9040');
});
