import { isAwsType } from './aws-types.ts';
import { type Expression, parseExpression, referencedResources, type TemplateNames } from './expression.ts';
import { isJsonObject, type JsonObject, objectAt, stringAt, templateError, templateFormatError, validationError } from './format-error.ts';
import { type DependencyGraph, dependencyOrder } from './order.ts';
import { type ParameterDeclaration, parseParameters } from './parameters.ts';
import { attributesOf } from './property-tables.ts';
import { parseTemplateBody } from './template-body.ts';

/** What becomes of a resource when its stack goes. `RetainExceptOnCreate` goes with a rollback and stays otherwise. */
export const DELETION_POLICIES = ['Delete', 'Retain', 'RetainExceptOnCreate', 'Snapshot'] as const;
export type DeletionPolicy = (typeof DELETION_POLICIES)[number];

/** A declared resource. */
export interface TemplateResource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: readonly (readonly [string, Expression])[];
  /** What has to be there before it: by `DependsOn`, `Ref`, `Fn::GetAtt`, `Fn::Sub`. */
  readonly dependencies: ReadonlySet<string>;
  readonly deletionPolicy: DeletionPolicy;
  /** Kept and without effect: the lab's stacks are never updated. */
  readonly updateReplacePolicy?: DeletionPolicy;
  /** Kept and without effect. */
  readonly metadata?: JsonObject;
}

export interface TemplateOutput {
  readonly key: string;
  readonly value: Expression;
  readonly description?: string;
}

/** A template in which every name means something and no resource waits for itself. */
export interface Template {
  readonly description?: string;
  readonly parameters: ReadonlyMap<string, ParameterDeclaration>;
  /** In the template's order. */
  readonly resources: ReadonlyMap<string, TemplateResource>;
  readonly outputs: readonly TemplateOutput[];
}

const SECTIONS = ['AWSTemplateFormatVersion', 'Description', 'Metadata', 'Parameters', 'Resources', 'Outputs'];
const SECTIONS_NOT_IN_THE_LAB = ['Conditions', 'Mappings', 'Transform', 'Rules', 'Hooks'];
const RESOURCE_KEYS = ['Type', 'Properties', 'DependsOn', 'DeletionPolicy', 'UpdateReplacePolicy', 'Metadata'];
const RESOURCE_KEYS_NOT_IN_THE_LAB = ['Condition', 'CreationPolicy', 'UpdatePolicy'];
/** Types that CloudFormation can take a last snapshot of, as far as the lab has them. */
const SNAPSHOT_TYPES = ['AWS::RDS::DBInstance'];

/** Reads a `TemplateBody`. Throws `ValidationError` in CloudFormation's words; what the lab lacks is refused by its name. */
export function parseTemplate(body: string): Template {
  const json = parseTemplateBody(body);
  refuseSections(json);
  const declared = Object.entries(objectAt('/Resources', json['Resources'] ?? {}));
  if (declared.length === 0) throw templateFormatError('At least one Resources member must be defined.');
  const parameters = parseParameters(json['Parameters'] ?? {});
  const names: TemplateNames = {
    parameters: new Set(parameters.keys()),
    resources: resourceTypes(declared),
    attributesOf,
    unresolved: new Set(),
  };
  const resources = new Map(declared.map(([id, value]) => [id, parseResource(id, objectAt(`/Resources/${id}`, value), names)] as const));
  refuseUnresolved(names, 'Resources');
  refuseCircles(new Map([...resources].map(([id, resource]) => [id, resource.dependencies])));
  const outputs = Object.entries(objectAt('/Outputs', json['Outputs'] ?? {})).map(([key, value]) => parseOutput(key, value, names));
  refuseUnresolved(names, 'Outputs');
  const description = json['Description'] === undefined ? undefined : stringAt('/Description', json['Description']);
  return { parameters, resources, outputs, ...(description !== undefined && { description }) };
}

function refuseSections(json: JsonObject): void {
  const missing = Object.keys(json).filter((key) => SECTIONS_NOT_IN_THE_LAB.includes(key));
  if (missing.length > 0) throw templateFormatError(`the section ${missing.join(', ')} is not in this lab`);
  const unknown = Object.keys(json).filter((key) => !SECTIONS.includes(key));
  if (unknown.length > 0) throw validationError(`Invalid template property or properties [${unknown.join(', ')}]`);
  const version = json['AWSTemplateFormatVersion'];
  if (version !== undefined && version !== '2010-09-09')
    throw templateFormatError(`unsupported AWSTemplateFormatVersion ${String(version)}`);
}

/** Types that AWS does not have are refused here, as CloudFormation does; one that only the lab lacks fails when its turn comes. */
function resourceTypes(declared: readonly (readonly [string, unknown])[]): ReadonlyMap<string, string> {
  const types = new Map<string, string>();
  for (const [logicalId, json] of declared) {
    if (!/^[A-Za-z0-9]+$/.test(logicalId)) throw templateFormatError(`Resource name ${logicalId} is non alphanumeric.`);
    const type = isJsonObject(json) ? json['Type'] : undefined;
    if (typeof type !== 'string') throw templateFormatError(`[/Resources/${logicalId}] Every Resources object must contain a Type member.`);
    types.set(logicalId, type);
  }
  const unknown = [...new Set(types.values())].filter((type) => !isAwsType(type));
  if (unknown.length > 0) throw templateFormatError(`Unrecognized resource types: [${unknown.join(', ')}]`);
  return types;
}

function parseResource(logicalId: string, json: JsonObject, names: TemplateNames): TemplateResource {
  const path = `/Resources/${logicalId}`;
  const missing = Object.keys(json).find((key) => RESOURCE_KEYS_NOT_IN_THE_LAB.includes(key));
  if (missing !== undefined) throw templateFormatError(`[${path}] the resource attribute ${missing} is not in this lab`);
  const unknown = Object.keys(json).find((key) => !RESOURCE_KEYS.includes(key));
  if (unknown !== undefined) throw validationError(`Invalid template resource property '${unknown}'`);
  const type = names.resources.get(logicalId) ?? '';
  const properties = Object.entries(objectAt(`${path}/Properties`, json['Properties'] ?? {})).map(
    ([key, value]) => [key, parseExpression(value, `${path}/Properties/${key}`, names)] as const,
  );
  const dependsOn = parseDependsOn(path, json['DependsOn'] ?? []);
  for (const id of dependsOn) if (!names.resources.has(id)) names.unresolved.add(id);
  const { DeletionPolicy, UpdateReplacePolicy, Metadata } = json;
  return {
    logicalId,
    type,
    properties,
    dependencies: new Set([...dependsOn, ...properties.flatMap(([, value]) => [...referencedResources(value)])]),
    deletionPolicy: DeletionPolicy === undefined ? defaultDeletionPolicy(type) : parsePolicy('deletion', DeletionPolicy, type),
    ...(UpdateReplacePolicy !== undefined && { updateReplacePolicy: parsePolicy('update replace', UpdateReplacePolicy, type) }),
    ...(Metadata !== undefined && { metadata: objectAt(`${path}/Metadata`, Metadata) }),
  };
}

/** CloudFormation's own default: a last snapshot of whatever can have one. */
function defaultDeletionPolicy(type: string): DeletionPolicy {
  return SNAPSHOT_TYPES.includes(type) ? 'Snapshot' : 'Delete';
}

function parsePolicy(which: string, json: unknown, type: string): DeletionPolicy {
  const policy = DELETION_POLICIES.find((known) => known === json);
  if (policy === undefined) throw templateFormatError(`Unrecognized ${which} policy ${String(json)}`);
  if (policy === 'Snapshot' && !SNAPSHOT_TYPES.includes(type)) {
    throw templateError(`resource type ${type} does not support ${which} policy Snapshot`);
  }
  return policy;
}

function parseDependsOn(path: string, json: unknown): readonly string[] {
  const ids: readonly unknown[] = Array.isArray(json) ? json : [json];
  return ids.map((id) => stringAt(`${path}/DependsOn`, id));
}

function parseOutput(key: string, json: unknown, names: TemplateNames): TemplateOutput {
  const path = `/Outputs/${key}`;
  if (!/^[A-Za-z0-9]+$/.test(key)) throw templateFormatError(`Output name ${key} is non alphanumeric.`);
  const output = objectAt(path, json);
  const unknown = Object.keys(output).find((member) => member !== 'Value' && member !== 'Description');
  if (unknown !== undefined) throw templateFormatError(`[${path}] the output member ${unknown} is not in this lab`);
  if (output['Value'] === undefined) throw templateFormatError('Every Outputs member must contain a Value object');
  const description = output['Description'] === undefined ? undefined : stringAt(`${path}/Description`, output['Description']);
  return { key, value: parseExpression(output['Value'], `${path}/Value`, names), ...(description !== undefined && { description }) };
}

function refuseUnresolved(names: TemplateNames, block: string): void {
  if (names.unresolved.size === 0) return;
  throw templateFormatError(`Unresolved resource dependencies [${[...names.unresolved].join(', ')}] in the ${block} block of the template`);
}

function refuseCircles(graph: DependencyGraph): void {
  const ordering = dependencyOrder(graph);
  if (ordering.kind === 'circular') throw validationError(`Circular dependency between resources: [${ordering.members.join(', ')}]`);
}
