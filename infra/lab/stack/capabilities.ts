import { Refusal } from '../refusal.ts';
import type { Template } from './template.ts';

/** The property by which a template chooses an IAM resource's name; absent for types whose names do not count. */
const NAME_PROPERTIES: ReadonlyMap<string, string> = new Map([
  ['AWS::IAM::Role', 'RoleName'],
  ['AWS::IAM::User', 'UserName'],
  ['AWS::IAM::Group', 'GroupName'],
  ['AWS::IAM::ManagedPolicy', 'ManagedPolicyName'],
  ['AWS::IAM::InstanceProfile', 'InstanceProfileName'],
]);

/**
 * Throws `InsufficientCapabilitiesException` when the template makes IAM resources that the caller has not acknowledged:
 * `CAPABILITY_NAMED_IAM` (which covers both) where it names them, else `CAPABILITY_IAM`.
 */
export function requireCapabilities(template: Template, capabilities: readonly string[]): void {
  const iam = [...template.resources.values()].filter((resource) => resource.type.startsWith('AWS::IAM::'));
  if (iam.length === 0 || capabilities.includes('CAPABILITY_NAMED_IAM')) return;
  const isNamed = iam.some(({ type, properties }) => properties.some(([name]) => name === NAME_PROPERTIES.get(type)));
  if (!isNamed && capabilities.includes('CAPABILITY_IAM')) return;
  const needed = isNamed ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM';
  throw new Refusal('InsufficientCapabilitiesException', 400, `Requires capabilities : [${needed}]`);
}
