import {
  type CreateStackCommand,
  type DeleteStackCommand,
  type DescribeStackEventsCommand,
  type DescribeStacksCommand,
  type ListStackResourcesCommand,
  type StackEvent,
  StackStatus,
} from '@aws-sdk/client-cloudformation';
import type { StackClient } from '../../infra/deploy/stacks.ts';
import type { ManualClock } from './manual-clock.ts';

/** What happens to a stack of this name: after so many milliseconds it is made, or fails at a resource. */
export interface StackScript {
  readonly createMs?: number;
  readonly deleteMs?: number;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly resources?: readonly { readonly logicalId: string; readonly type: string; readonly physicalId: string }[];
  readonly fails?: { readonly logicalId: string; readonly type: string; readonly reason: string };
  /** As `fails`, for the first stack of this name only. */
  readonly failsFirst?: { readonly logicalId: string; readonly type: string; readonly reason: string };
  readonly onCreated?: () => void;
  readonly onDeleted?: () => void;
  /** Deletions that fail before one succeeds, with what blocks them. */
  readonly deletionFailures?: readonly { readonly logicalId: string; readonly reason: string }[];
}

export interface FakeStack {
  readonly id: string;
  readonly name: string;
  status: string;
  readonly input: CreateStackCommand['input'];
  /** Newest first. */
  readonly events: StackEvent[];
  readonly script: StackScript;
  deletions: number;
}

/** An error as the SDK throws it. */
export function serviceError(name: string, status: number, message: string): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } });
}

/** Lets things happen when their time on the clock has come. */
function newAgenda(clock: ManualClock) {
  const due: { readonly atMs: number; readonly happen: () => void }[] = [];
  return {
    after: (ms: number, happen: () => void) => due.push({ atMs: clock.elapsedMs() + ms, happen }),
    catchUp: () => {
      for (;;) {
        const next = due.filter(({ atMs }) => atMs <= clock.elapsedMs()).sort((a, b) => a.atMs - b.atMs)[0];
        if (next === undefined) return;
        due.splice(due.indexOf(next), 1);
        next.happen();
      }
    },
  };
}

const OWN_TYPE = 'AWS::CloudFormation::Stack';
let eventCount = 0;

function happen(stack: FakeStack, logicalId: string, type: string, status: string, reason?: string): void {
  stack.events.unshift({
    StackId: stack.id,
    StackName: stack.name,
    Timestamp: new Date(0),
    EventId: `e${eventCount++}`,
    LogicalResourceId: logicalId,
    ResourceType: type,
    ResourceStatus: status as NonNullable<StackEvent['ResourceStatus']>,
    ...(reason === undefined ? {} : { ResourceStatusReason: reason }),
  });
}

function become(stack: FakeStack, status: string, reason?: string): void {
  stack.status = status;
  happen(stack, stack.name, OWN_TYPE, status, reason);
}

function finishCreation(stack: FakeStack, thenDelete: () => void): void {
  if (stack.status !== StackStatus.CREATE_IN_PROGRESS) return;
  const { fails, resources = [] } = stack.script;
  if (fails === undefined) {
    for (const { logicalId, type } of resources) happen(stack, logicalId, type, 'CREATE_COMPLETE');
    become(stack, 'CREATE_COMPLETE');
    stack.script.onCreated?.();
    return;
  }
  happen(stack, fails.logicalId, fails.type, 'CREATE_FAILED', fails.reason);
  happen(stack, 'Other', 'AWS::EC2::VPC', 'CREATE_FAILED', 'Resource creation cancelled');
  become(stack, 'DELETE_IN_PROGRESS', `The following resource(s) failed to create: [${fails.logicalId}, Other]`);
  thenDelete();
}

function finishDeletion(stack: FakeStack): void {
  const failure = stack.script.deletionFailures?.[stack.deletions++];
  if (failure === undefined) {
    become(stack, 'DELETE_COMPLETE');
    stack.script.onDeleted?.();
    return;
  }
  happen(stack, failure.logicalId, 'AWS::EC2::Subnet', 'DELETE_FAILED', failure.reason);
  become(stack, 'DELETE_FAILED', `The following resource(s) failed to delete: [${failure.logicalId}]`);
}

function described(stack: FakeStack) {
  const outputs = stack.status === 'CREATE_COMPLETE' ? Object.entries(stack.script.outputs ?? {}) : [];
  return {
    StackId: stack.id,
    StackName: stack.name,
    StackStatus: stack.status,
    Outputs: outputs.map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
  };
}

function membersOf(stack: FakeStack) {
  return (stack.script.resources ?? []).map(({ logicalId, physicalId, type }) => ({
    LogicalResourceId: logicalId,
    PhysicalResourceId: physicalId,
    ResourceType: type,
    ResourceStatus: stack.status === 'DELETE_COMPLETE' ? 'DELETE_COMPLETE' : 'CREATE_COMPLETE',
  }));
}

type Command = CreateStackCommand | DeleteStackCommand | DescribeStacksCommand | DescribeStackEventsCommand | ListStackResourcesCommand;

/**
 * CloudFormation on a manual clock: statuses follow the script, events are newest first, deleted stacks answer by id only.
 * `calls` notes creations and deletions; `refusals` are keyed `<command> <stack name>`.
 */
export function newFakeStacks(clock: ManualClock, scripts: Readonly<Record<string, StackScript>>, calls: string[] = []) {
  const stacks: FakeStack[] = [];
  const refusals = new Map<string, Error>();
  const agenda = newAgenda(clock);

  const find = (nameOrId: string) =>
    stacks.find(({ id }) => id === nameOrId) ?? stacks.find(({ name, status }) => name === nameOrId && status !== 'DELETE_COMPLETE');
  const demand = (nameOrId: string): FakeStack => {
    const stack = find(nameOrId);
    if (stack === undefined) throw serviceError('ValidationError', 400, `Stack with id ${nameOrId} does not exist`);
    return stack;
  };
  const create = (input: CreateStackCommand['input'], name: string) => {
    if (find(name) !== undefined) throw serviceError('AlreadyExistsException', 400, `Stack [${name}] already exists`);
    const id = `arn:stack/${name}/${stacks.length}`;
    const { failsFirst, ...script } = scripts[name] ?? {};
    const isFirst = failsFirst !== undefined && !stacks.some((other) => other.name === name);
    const given: StackScript = isFirst ? { ...script, fails: failsFirst } : script;
    const stack: FakeStack = { id, name, status: '', input, events: [], script: given, deletions: 0 };
    stacks.push(stack);
    calls.push(`create ${name}`);
    become(stack, 'CREATE_IN_PROGRESS');
    const thenDelete = () => agenda.after(stack.script.deleteMs ?? 10, () => become(stack, 'DELETE_COMPLETE'));
    agenda.after(stack.script.createMs ?? 10, () => finishCreation(stack, thenDelete));
    return { StackId: stack.id };
  };
  const remove = (nameOrId: string) => {
    const stack = find(nameOrId);
    calls.push(`delete ${stack?.name ?? nameOrId}`);
    if (stack === undefined || stack.status === 'DELETE_COMPLETE') return {};
    become(stack, 'DELETE_IN_PROGRESS');
    agenda.after(stack.script.deleteMs ?? 10, () => finishDeletion(stack));
    return {};
  };
  const answers: Readonly<Record<string, (command: Command, name: string) => object>> = {
    CreateStackCommand: (command, name) => create(command.input as CreateStackCommand['input'], name),
    DeleteStackCommand: (_, name) => remove(name),
    DescribeStacksCommand: (_, name) => ({ Stacks: [described(demand(name))] }),
    DescribeStackEventsCommand: (_, name) => ({ StackEvents: [...demand(name).events] }),
    ListStackResourcesCommand: (_, name) => ({ StackResourceSummaries: membersOf(demand(name)) }),
  };
  const send = async (command: Command) => {
    agenda.catchUp();
    const name = command.input.StackName ?? '';
    const refusal = refusals.get(`${command.constructor.name} ${find(name)?.name ?? name}`);
    if (refusal !== undefined) throw refusal;
    return { $metadata: {}, ...answers[command.constructor.name]?.(command, name) };
  };
  return { client: { send } as unknown as StackClient, stacks, calls, refusals };
}
