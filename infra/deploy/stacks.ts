import {
  type CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  ListStackResourcesCommand,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { readServiceError } from '../aws/service-error.ts';
import { formatTemplate, type StackTemplate } from '../template/model.ts';
import type { StackOutputs, StackParameters } from '../template/outputs.ts';

export type StackClient = Pick<CloudFormationClient, 'send'>;

/** A stack as DescribeStacks shows it. */
export interface StackState {
  readonly stackId: string;
  readonly name: string;
  readonly status: string;
  readonly reason?: string;
  readonly outputs: StackOutputs;
}

/** Something that happened in a stack. */
export interface StackHappening {
  readonly eventId: string;
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
}

/** A resource that a stack has, or has not got rid of. */
export interface StackMember {
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
}

/** Pages of events or resources that are read at most; a run's stacks fill one or two. */
const PAGES = 20;

/**
 * Starts a creation that deletes what it made when it fails. Returns the stack's id. `token` is of this creation alone: with an
 * old one CloudFormation answers with the old stack, even if that is deleted.
 */
export async function createStack(
  client: StackClient,
  stack: StackTemplate,
  parameters: StackParameters,
  more: { readonly tags: Readonly<Record<string, string>>; readonly timeoutMinutes: number; readonly token: string },
): Promise<string> {
  const output = await client.send(
    new CreateStackCommand({
      StackName: stack.stackName,
      TemplateBody: formatTemplate(stack.template),
      Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
      Capabilities: [...stack.capabilities],
      OnFailure: 'DELETE',
      TimeoutInMinutes: more.timeoutMinutes,
      Tags: Object.entries(more.tags).map(([Key, Value]) => ({ Key, Value })),
      // An attempt that is repeated because its answer got lost must not read as a second stack of the same name.
      ClientRequestToken: more.token,
    }),
  );
  if (output.StackId === undefined) throw new Error(`CreateStack of ${stack.stackName} answered without an id`);
  return output.StackId;
}

/** Looks at a stack. By id also one that is deleted; undefined when there is none of that name. */
export async function describeStack(client: StackClient, nameOrId: string): Promise<StackState | undefined> {
  try {
    const output = await client.send(new DescribeStacksCommand({ StackName: nameOrId }));
    const stack = output.Stacks?.[0];
    return stack === undefined ? undefined : stateOf(stack, nameOrId);
  } catch (thrown) {
    if (isNoSuchStack(thrown)) return undefined;
    throw thrown;
  }
}

/** Starts a deletion; a stack that does not exist is not an error. */
export async function deleteStack(client: StackClient, stackId: string): Promise<void> {
  await client.send(new DeleteStackCommand({ StackName: stackId }));
}

/** All that happened in a stack and is not in `known`, oldest first; `known` takes it in. */
export async function newHappenings(client: StackClient, stackId: string, known: Set<string>): Promise<readonly StackHappening[]> {
  const fresh: StackHappening[] = [];
  let token: string | undefined;
  for (let page = 0; page < PAGES; page++) {
    const output = await client.send(new DescribeStackEventsCommand({ StackName: stackId, ...(token ? { NextToken: token } : {}) }));
    const events = output.StackEvents ?? [];
    const unseen = events.filter(({ EventId }) => EventId !== undefined && !known.has(EventId));
    for (const event of unseen) {
      known.add(event.EventId ?? '');
      fresh.push({
        eventId: event.EventId ?? '',
        logicalId: event.LogicalResourceId ?? '',
        physicalId: event.PhysicalResourceId ?? '',
        type: event.ResourceType ?? '',
        status: event.ResourceStatus ?? '',
        ...(event.ResourceStatusReason === undefined ? {} : { reason: event.ResourceStatusReason }),
      });
    }
    token = output.NextToken;
    if (!token || unseen.length < events.length) break;
  }
  return fresh.reverse();
}

/** What a stack consists of, also while it is being made or deleted. Empty when there is no such stack. */
export async function stackMembers(client: StackClient, stackId: string): Promise<readonly StackMember[]> {
  const members: StackMember[] = [];
  let token: string | undefined;
  for (let page = 0; page < PAGES; page++) {
    let output: Awaited<ReturnType<typeof listPage>>;
    try {
      output = await listPage(client, stackId, token);
    } catch (thrown) {
      if (isNoSuchStack(thrown)) return members;
      throw thrown;
    }
    for (const summary of output.StackResourceSummaries ?? []) {
      members.push({
        logicalId: summary.LogicalResourceId ?? '',
        physicalId: summary.PhysicalResourceId ?? '',
        type: summary.ResourceType ?? '',
        status: summary.ResourceStatus ?? '',
        ...(summary.ResourceStatusReason === undefined ? {} : { reason: summary.ResourceStatusReason }),
      });
    }
    token = output.NextToken;
    if (!token) break;
  }
  return members;
}

function listPage(client: StackClient, stackId: string, token: string | undefined) {
  return client.send(new ListStackResourcesCommand({ StackName: stackId, ...(token ? { NextToken: token } : {}) }));
}

function stateOf(stack: Stack, nameOrId: string): StackState {
  return {
    stackId: stack.StackId ?? nameOrId,
    name: stack.StackName ?? nameOrId,
    status: stack.StackStatus ?? '',
    ...(stack.StackStatusReason === undefined ? {} : { reason: stack.StackStatusReason }),
    outputs: Object.fromEntries((stack.Outputs ?? []).map((output) => [output.OutputKey ?? '', output.OutputValue ?? ''])),
  };
}

/** CloudFormation has no code of its own for it. */
function isNoSuchStack(thrown: unknown): boolean {
  const error = readServiceError(thrown);
  return error.name === 'ValidationError' && /does not exist/.test(error.message);
}
