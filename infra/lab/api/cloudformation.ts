import { Refusal } from '../refusal.ts';
import type { CreateStackRequest, StackDescription, StackEvent, StackResource, StackService } from '../stack/service.ts';
import { refuseUnknown } from './protocol/dialect.ts';
import { formatQueryAnswer, parseQueryParameters, type QueryParameters } from './protocol/query.ts';
import type { WireService } from './protocol/wire.ts';
import type { XmlStructure } from './protocol/xml.ts';

const NAMESPACE = 'http://cloudformation.amazonaws.com/doc/2010-05-15/';
/** Bytes of a template in the request itself (CloudFormation quotas). */
const TEMPLATE_BODY_BYTES = 51_200;
/** Events, or resources, in one answer. */
const PAGE = 100;

type Action = (parameters: QueryParameters, principalArn: string) => XmlStructure | undefined;

/**
 * CloudFormation: CreateStack, DescribeStacks, DescribeStackEvents, ListStackResources, DescribeStackResources, DeleteStack. Any
 * other action is `InvalidAction`, a parameter that is not realised `ValidationError`, both by name.
 */
export function newCloudFormationService(stacks: StackService): WireService {
  const actions: Readonly<Record<string, Action>> = {
    CreateStack: (parameters, principalArn) => ({ StackId: stacks.create(parseCreateStack(parameters), principalArn) }),
    DescribeStacks: (parameters) => describeStacks(parameters, stacks),
    DescribeStackEvents: (parameters) => describeEvents(parameters, stacks),
    ListStackResources: (parameters) => listResources(parameters, stacks),
    DescribeStackResources: (parameters) => describeResources(parameters, stacks),
    DeleteStack: (parameters, principalArn) => deleteStack(parameters, stacks, principalArn),
  };
  return (call) => {
    const parameters = parseQueryParameters(call.body);
    const action = Object.hasOwn(actions, parameters.action) ? actions[parameters.action] : undefined;
    if (action === undefined) throw refuseUnknown('query', `The lab does not realise the action ${parameters.action} of cloudformation.`);
    return formatQueryAnswer(NAMESPACE, parameters.action, call.requestId, action(parameters, call.caller.principalArn));
  };
}

function invalid(message: string): Refusal {
  return new Refusal('ValidationError', 400, message);
}

function constraint(value: string, at: string, rule: string): Refusal {
  return invalid(`1 validation error detected: Value '${value}' at '${at}' failed to satisfy constraint: Member must ${rule}`);
}

/** A name or an id, as every action but CreateStack takes it. */
function parseNameOrId(value: string): string {
  const pattern = '[a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*';
  if (!new RegExp(`^(${pattern})$`).test(value)) throw constraint(value, 'stackName', `satisfy regular expression pattern: ${pattern}`);
  return value;
}

function parseNewName(value: string): string {
  if (!/^[a-zA-Z][-a-zA-Z0-9]*$/.test(value)) {
    throw constraint(value, 'stackName', 'satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*');
  }
  if (value.length > 128) throw constraint(value, 'stackName', 'have length less than or equal to 128');
  return value;
}

function parseCreateStack(parameters: QueryParameters): CreateStackRequest {
  const name = parseNewName(parameters.required('StackName'));
  const templateBody = parameters.required('TemplateBody');
  if (Buffer.byteLength(templateBody) > TEMPLATE_BODY_BYTES) {
    throw constraint(`${templateBody.slice(0, 40)}…`, 'templateBody', `have length less than or equal to ${TEMPLATE_BODY_BYTES}`);
  }
  const timeoutMinutes = parseMinutes(parameters.text('TimeoutInMinutes'));
  const clientRequestToken = parameters.text('ClientRequestToken');
  const request: CreateStackRequest = {
    name,
    templateBody,
    parameters: parseStackParameters(parameters),
    tags: parameters.structures('Tags', ['Key', 'Value']).map((tag) => {
      if (tag.Key === undefined || tag.Value === undefined) throw invalid('Each tag needs a Key and a Value.');
      return { key: tag.Key, value: tag.Value };
    }),
    capabilities: parameters.texts('Capabilities').map(parseCapability),
    onFailure: parseOnFailure(parameters),
    ...(timeoutMinutes === undefined ? {} : { timeoutMinutes }),
    ...(clientRequestToken === undefined ? {} : { clientRequestToken }),
  };
  parameters.finish();
  return request;
}

function parseStackParameters(parameters: QueryParameters): Readonly<Record<string, string>> {
  const values = new Map<string, string>();
  for (const { ParameterKey, ParameterValue } of parameters.structures('Parameters', ['ParameterKey', 'ParameterValue'])) {
    if (ParameterKey === undefined) throw invalid('Each parameter needs a ParameterKey.');
    if (ParameterValue === undefined) throw invalid(`Parameter ${ParameterKey} has no value: a new stack has no previous one to use.`);
    if (values.has(ParameterKey)) throw invalid(`Parameter ${ParameterKey} is given twice.`);
    values.set(ParameterKey, ParameterValue);
  }
  return Object.fromEntries(values);
}

function parseCapability(value: string): string {
  const known = ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'];
  if (!known.includes(value)) throw constraint(value, 'capabilities', `satisfy enum value set: [${known.join(', ')}]`);
  return value;
}

function parseOnFailure(parameters: QueryParameters): CreateStackRequest['onFailure'] {
  const onFailure = parameters.text('OnFailure');
  const disableRollback = parameters.text('DisableRollback');
  if (onFailure !== undefined && disableRollback !== undefined) {
    throw invalid('Either DisableRollback or OnFailure can be specified, but not both.');
  }
  if (disableRollback !== undefined) return disableRollback === 'true' ? 'DO_NOTHING' : 'ROLLBACK';
  switch (onFailure) {
    case undefined:
      return 'ROLLBACK';
    case 'ROLLBACK':
    case 'DELETE':
    case 'DO_NOTHING':
      return onFailure;
    default:
      throw constraint(onFailure, 'onFailure', 'satisfy enum value set: [ROLLBACK, DELETE, DO_NOTHING]');
  }
}

function parseMinutes(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const minutes = Number(value);
  if (!Number.isSafeInteger(minutes) || minutes < 1) throw constraint(value, 'timeoutInMinutes', 'have value greater than or equal to 1');
  return minutes;
}

function describeStacks(parameters: QueryParameters, stacks: StackService): XmlStructure {
  const name = parameters.text('StackName');
  // No answer of the lab carries a token here, so whichever comes back is not one of ours.
  if (parameters.text('NextToken') !== undefined) throw invalid('The NextToken is not valid.');
  parameters.finish();
  const found = name === undefined ? stacks.describe() : stacks.describe(parseNameOrId(name));
  return { Stacks: found.map(formatStack) };
}

function formatStack(stack: StackDescription): XmlStructure {
  return {
    StackId: stack.stackId,
    StackName: stack.name,
    Parameters: stack.parameters.map(({ key, value }) => ({ ParameterKey: key, ParameterValue: value })),
    CreationTime: stack.creationTime,
    DeletionTime: stack.deletionTime,
    StackStatus: stack.status,
    StackStatusReason: stack.statusReason,
    DisableRollback: stack.onFailure === 'DO_NOTHING',
    Capabilities: stack.capabilities,
    Outputs: stack.outputs.map(({ key, value, description }) => ({ OutputKey: key, OutputValue: value, Description: description })),
    Tags: stack.tags.map(({ key, value }) => ({ Key: key, Value: value })),
  };
}

/** Splits off a page that begins after the item that `token` names. */
function pageOf<T>(
  items: readonly T[],
  idOf: (item: T) => string,
  token: string | undefined,
): { readonly page: readonly T[]; readonly next: string | undefined } {
  const last = token === undefined ? undefined : Buffer.from(token, 'base64url').toString('utf8');
  const start = last === undefined ? 0 : items.findIndex((item) => idOf(item) === last) + 1;
  if (last !== undefined && start === 0) throw invalid('The NextToken is not valid.');
  const page = items.slice(start, start + PAGE);
  const end = page.at(-1);
  const more = end !== undefined && start + PAGE < items.length;
  return { page, next: more ? Buffer.from(idOf(end), 'utf8').toString('base64url') : undefined };
}

function describeEvents(parameters: QueryParameters, stacks: StackService): XmlStructure {
  const name = parseNameOrId(parameters.required('StackName'));
  const token = parameters.text('NextToken');
  parameters.finish();
  const { page, next } = pageOf(stacks.events(name), (event) => event.eventId, token);
  return { StackEvents: page.map(formatEvent), NextToken: next };
}

function formatEvent(event: StackEvent): XmlStructure {
  return {
    EventId: event.eventId,
    StackId: event.stackId,
    StackName: event.stackName,
    LogicalResourceId: event.logicalId,
    PhysicalResourceId: event.physicalId,
    ResourceType: event.resourceType,
    Timestamp: event.timestamp,
    ResourceStatus: event.status,
    ResourceStatusReason: event.reason,
    ClientRequestToken: event.clientRequestToken,
  };
}

function listResources(parameters: QueryParameters, stacks: StackService): XmlStructure {
  const name = parseNameOrId(parameters.required('StackName'));
  const token = parameters.text('NextToken');
  parameters.finish();
  const { page, next } = pageOf(stacks.resources(name), (resource) => resource.logicalId, token);
  return { StackResourceSummaries: page.map((resource) => formatResource(resource, 'LastUpdatedTimestamp')), NextToken: next };
}

function describeResources(parameters: QueryParameters, stacks: StackService): XmlStructure {
  const name = parseNameOrId(parameters.required('StackName'));
  const logicalId = parameters.text('LogicalResourceId');
  parameters.finish();
  const [stack] = stacks.describe(name);
  if (stack === undefined) throw invalid(`Stack with id ${name} does not exist`);
  const resources = stacks.resources(name).filter((resource) => logicalId === undefined || resource.logicalId === logicalId);
  if (resources.length === 0 && logicalId !== undefined) throw invalid(`Resource ${logicalId} does not exist for stack ${name}`);
  const owner = { StackId: stack.stackId, StackName: stack.name };
  return { StackResources: resources.slice(0, PAGE).map((resource) => ({ ...owner, ...formatResource(resource, 'Timestamp') })) };
}

function formatResource(resource: StackResource, timeName: 'LastUpdatedTimestamp' | 'Timestamp'): XmlStructure {
  return {
    LogicalResourceId: resource.logicalId,
    PhysicalResourceId: resource.physicalId === '' ? undefined : resource.physicalId,
    ResourceType: resource.resourceType,
    [timeName]: resource.updatedAt,
    ResourceStatus: resource.status,
    ResourceStatusReason: resource.reason,
  };
}

function deleteStack(parameters: QueryParameters, stacks: StackService, principalArn: string): undefined {
  const name = parseNameOrId(parameters.required('StackName'));
  parameters.finish();
  stacks.delete(name, principalArn);
}
