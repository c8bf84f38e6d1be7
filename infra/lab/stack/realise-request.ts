import type { RealiseRequest, Realiser } from '../realise/realiser.ts';
import { type EvaluationContext, evaluateMap } from './evaluate.ts';
import { generatedName } from './generated-name.ts';
import { checkProperties, PropertyError } from './property-check.ts';
import { labResourceType, PROPERTY_TABLES } from './property-tables.ts';
import type { StackParts, StackRecord } from './record.ts';
import type { TemplateResource } from './template.ts';

/** A resource that is ready to be made, and who makes it. */
export interface ReadyResource {
  readonly realiser: Realiser;
  readonly request: RealiseRequest;
}

/**
 * Evaluates and checks a resource whose dependencies are made. Throws `EvaluationError`, or `PropertyError` that names what the lab lacks:
 * the type, a property or the deletion policy.
 */
export function readyResource(parts: StackParts, record: StackRecord, resource: TemplateResource): ReadyResource {
  const type = labResourceType(resource.type);
  if (type === undefined) throw new PropertyError(`The resource type ${resource.type} is not in this lab`);
  if (resource.deletionPolicy === 'Snapshot') {
    throw new PropertyError(`DeletionPolicy Snapshot, the default of ${type}, is not in this lab: declare DeletionPolicy Delete`);
  }
  const table = PROPERTY_TABLES[type];
  const properties = checkProperties(resource, table, evaluateMap(resource.properties, evaluationContext(parts, record)));
  const { logicalId } = resource;
  const { name } = record.request;
  return {
    realiser: parts.realisers[type],
    request: {
      logicalId,
      stackId: record.id,
      stackName: name,
      properties,
      tags: 'Tags' in table.properties ? arrivingTags(record, logicalId, properties['Tags']) : {},
      generatedName: generatedName(name, logicalId, parts.ids.suffix(), type),
    },
  };
}

/** What expressions of the stack may depend on, as far as it is made. */
export function evaluationContext(parts: StackParts, record: StackRecord): EvaluationContext {
  const made = [...record.resources].flatMap(([id, { realised }]) => (realised === undefined ? [] : [[id, realised] as const]));
  return {
    account: parts.account,
    stackId: record.id,
    stackName: record.request.name,
    parameters: new Map([...record.parameters].map(([name, { value }]) => [name, value] as const)),
    resources: new Map(made),
  };
}

/** The resource's own tags over the stack's, beside the three by which CloudFormation marks what it made. */
function arrivingTags(record: StackRecord, logicalId: string, own: unknown): Readonly<Record<string, string>> {
  const ownTags = (own ?? []) as readonly { readonly Key: string; readonly Value: string }[];
  return Object.fromEntries([
    ...record.request.tags.map(({ key, value }) => [key, value] as const),
    ...ownTags.map(({ Key, Value }) => [Key, Value] as const),
    ['aws:cloudformation:stack-name', record.request.name],
    ['aws:cloudformation:stack-id', record.id],
    ['aws:cloudformation:logical-id', logicalId],
  ]);
}
