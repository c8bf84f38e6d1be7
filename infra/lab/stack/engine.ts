import { Refusal } from '../refusal.ts';
import { requireCapabilities } from './capabilities.ts';
import { partitionOf } from './evaluate.ts';
import { validationError } from './format-error.ts';
import { beginCreation, beginDeletion } from './lifecycle.ts';
import { resolveParameters } from './parameters.ts';
import type { StackParts, StackRecord } from './record.ts';
import type { CreateStackRequest, StackDescription, StackResource, StackService } from './service.ts';
import { parseTemplate } from './template.ts';

/** CloudFormation's work behind its wire protocol. */
export interface StackEngine extends StackService {
  /** Resolves when nothing more happens to the stack on its own, also in the background. Never rejects; an unknown id is settled. */
  settled(stackId: string): Promise<void>;
}

/** An engine without stacks. */
export function newStackEngine(parts: StackParts): StackEngine {
  /** By id, oldest first. */
  const stacks = new Map<string, StackRecord>();
  const find = (nameOrId: string): StackRecord | undefined =>
    stacks.get(nameOrId) ?? [...stacks.values()].find((record) => record.request.name === nameOrId && isLive(record));
  const get = (nameOrId: string, complaint: string): StackRecord => {
    const record = find(nameOrId);
    if (record === undefined) throw validationError(complaint);
    return record;
  };
  return {
    create: (request, principalArn) => {
      const earlier = earlierStack([...stacks.values()], request);
      if (earlier !== undefined) return earlier.id;
      const record = { ...newRecord(parts, request), ...(principalArn === undefined ? {} : { principalArn }) };
      stacks.set(record.id, record);
      beginCreation(parts, record);
      return record.id;
    },
    delete: (nameOrId, principalArn) => {
      const record = find(nameOrId);
      if (record === undefined) return;
      if (principalArn !== undefined) record.principalArn = principalArn;
      beginDeletion(parts, record);
    },
    describe: (nameOrId) => {
      if (nameOrId !== undefined) return [describe(get(nameOrId, `Stack with id ${nameOrId} does not exist`))];
      return [...stacks.values()].filter(isLive).reverse().map(describe);
    },
    events: (nameOrId) => [...get(nameOrId, `Stack [${nameOrId}] does not exist`).events].reverse(),
    resources: (nameOrId) => describeResources(get(nameOrId, `Stack with id ${nameOrId} does not exist`)),
    settled: async (stackId) => {
      const record = stacks.get(stackId);
      for (let seen: Promise<void> | undefined; seen !== record?.work; ) {
        seen = record?.work;
        await seen;
      }
    },
  };
}

/** A stack that is gone has no name any more. */
function isLive(record: StackRecord): boolean {
  return record.status !== 'DELETE_COMPLETE';
}

/** The stack that this very request has made before. Throws when its name or its token is taken by another one. */
function earlierStack(records: readonly StackRecord[], request: CreateStackRequest): StackRecord | undefined {
  const { name, clientRequestToken: token } = request;
  const repeated = token === undefined ? undefined : records.find((record) => record.request.clientRequestToken === token);
  if (repeated !== undefined && repeated.request.name === name) return repeated;
  if (repeated !== undefined) throw new Refusal('TokenAlreadyExistsException', 400, `A client request token already exists: ${token}`);
  if (records.some((record) => record.request.name === name && isLive(record))) {
    throw new Refusal('AlreadyExistsException', 400, `Stack [${name}] already exists`);
  }
  return undefined;
}

function newRecord(parts: StackParts, request: CreateStackRequest): StackRecord {
  checkName(request.name);
  const template = parseTemplate(request.templateBody);
  const parameters = resolveParameters(template.parameters, request.parameters);
  requireCapabilities(template, request.capabilities);
  const { accountId, region } = parts.account;
  return {
    id: `arn:${partitionOf(region)}:cloudformation:${region}:${accountId}:stack/${request.name}/${parts.ids.uuid()}`,
    request,
    template,
    parameters,
    creationTime: parts.clock.now(),
    status: 'CREATE_IN_PROGRESS',
    ...(request.clientRequestToken !== undefined && { eventToken: request.clientRequestToken }),
    outputs: [],
    events: [],
    resources: new Map(),
    work: Promise.resolve(),
  };
}

function checkName(name: string): void {
  const rule = !/^[a-zA-Z][-a-zA-Z0-9]*$/.test(name)
    ? 'Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*'
    : name.length > 128
      ? 'Member must have length less than or equal to 128'
      : undefined;
  if (rule === undefined) return;
  throw validationError(`1 validation error detected: Value '${name}' at 'stackName' failed to satisfy constraint: ${rule}`);
}

function describe(record: StackRecord): StackDescription {
  const { request, reason, deletionTime } = record;
  return {
    stackId: record.id,
    name: request.name,
    status: record.status,
    ...(reason !== undefined && { statusReason: reason }),
    creationTime: record.creationTime,
    ...(deletionTime !== undefined && { deletionTime }),
    parameters: [...record.parameters.values()].map(({ declaration, text }) => ({
      key: declaration.name,
      value: declaration.isSecret ? '****' : text,
    })),
    outputs: record.outputs,
    tags: request.tags,
    capabilities: request.capabilities,
    onFailure: request.onFailure,
  };
}

function describeResources(record: StackRecord): readonly StackResource[] {
  return [...record.resources.values()].map(({ declared, realised, status, reason, updatedAt }) => ({
    logicalId: declared.logicalId,
    physicalId: realised?.physicalId ?? '',
    resourceType: declared.type,
    status,
    ...(reason !== undefined && { reason }),
    updatedAt,
  }));
}
