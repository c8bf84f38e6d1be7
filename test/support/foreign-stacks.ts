import {
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  type StackEvent,
} from '@aws-sdk/client-cloudformation';
import { vi } from 'vitest';
import type { DeployClients } from '../../infra/deploy/options.ts';

type Client = DeployClients['cloudFormation'];

/** A stack that has settled, looked at by its id. */
export interface SettledStack {
  readonly id: string;
  readonly status: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** Oldest first. */
  readonly events: readonly StackEvent[];
}

const DEADLINE_MS = 30_000;
const POLL_MS = 50;

/** Creates a stack of any template with `OnFailure: DELETE` and waits until nothing of it moves any more. Rejects when CreateStack does. */
export async function createForeignStack(
  client: Client,
  name: string,
  template: object,
  parameters: Readonly<Record<string, string>> = {},
): Promise<SettledStack> {
  const { StackId: id = '' } = await client.send(
    new CreateStackCommand({
      StackName: name,
      TemplateBody: JSON.stringify(template),
      Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
      Capabilities: ['CAPABILITY_IAM'],
      OnFailure: 'DELETE',
    }),
  );
  return settled(client, id, ['CREATE_COMPLETE', 'DELETE_COMPLETE', 'DELETE_FAILED']);
}

/** Deletes a stack and waits for the end. */
export async function deleteForeignStack(client: Client, id: string): Promise<SettledStack> {
  await client.send(new DeleteStackCommand({ StackName: id }));
  return settled(client, id, ['DELETE_COMPLETE', 'DELETE_FAILED']);
}

async function settled(client: Client, id: string, ends: readonly string[]): Promise<SettledStack> {
  const stack = await vi.waitFor(
    async () => {
      const found = (await client.send(new DescribeStacksCommand({ StackName: id }))).Stacks?.[0];
      if (!ends.includes(found?.StackStatus ?? '')) throw new Error(`${id} is still ${found?.StackStatus}`);
      return found;
    },
    { timeout: DEADLINE_MS, interval: POLL_MS },
  );
  const outputs = Object.fromEntries((stack?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
  return { id, status: stack?.StackStatus ?? '', outputs, events: await eventsOf(client, id) };
}

/** All that happened in a stack, oldest first. */
async function eventsOf(client: Client, id: string): Promise<readonly StackEvent[]> {
  const events: StackEvent[] = [];
  let token: string | undefined;
  do {
    const page = await client.send(new DescribeStackEventsCommand({ StackName: id, ...(token === undefined ? {} : { NextToken: token }) }));
    events.push(...(page.StackEvents ?? []));
    token = page.NextToken;
  } while (token !== undefined);
  return events.reverse();
}
