import { DescribeStacksCommand, type Tag } from '@aws-sdk/client-cloudformation';
import { GetResourcesCommand } from '@aws-sdk/client-resource-groups-tagging-api';
import { isRunId, type RunId } from '../../harness/domain/run.ts';
import { isUnknownOperation, readServiceError } from '../aws/service-error.ts';
import { NAME_PREFIX } from '../template/names.ts';
import { TAG_KEYS, TOOL_NAME } from '../template/tags.ts';
import type { DeployClients } from './options.ts';

/** A run that has something in the account. */
export interface FoundRun {
  readonly runId: RunId;
  /** Names of its stacks, and ARNs of what else carries its tags. */
  readonly things: readonly string[];
  /** Of the tag `lnb:expires`: ISO 8601, or `never`; absent where nothing carries it. */
  readonly expiresAt?: string;
  readonly kept: boolean;
}

interface Tagged {
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Pages that are read at most: 100 things each. */
const PAGES = 100;

/**
 * Finds the runs of this tool: by its tag *and* by the run's name in the thing's own, never by a name alone, which anybody may give.
 * Throws what the account refuses; a service that the server does not have is passed over, unless it is all there is.
 */
export async function findRuns(clients: Pick<DeployClients, 'cloudFormation' | 'tagging'>): Promise<readonly FoundRun[]> {
  const looks = await Promise.allSettled([taggedStacks(clients.cloudFormation), taggedThings(clients.tagging)]);
  const refused = looks.flatMap((look) => (look.status === 'rejected' ? [look.reason as unknown] : []));
  const serious = refused.find((thrown) => !isUnknownOperation(readServiceError(thrown)));
  if (serious !== undefined || refused.length === looks.length) throw serious ?? refused[0];
  const things = looks.flatMap((look) => (look.status === 'fulfilled' ? look.value : []));
  const byRun = new Map<RunId, Tagged[]>();
  for (const thing of things) {
    const runId = ownerOf(thing);
    if (runId !== undefined) byRun.set(runId, [...(byRun.get(runId) ?? []), thing]);
  }
  return [...byRun].map(([runId, own]) => describeRun(runId, own)).sort((a, b) => (a.runId < b.runId ? -1 : 1));
}

/** The run that a thing says it belongs to, when everything about it agrees. */
export function ownerOf({ id, tags }: Tagged): RunId | undefined {
  const runId = tags[TAG_KEYS.run];
  if (runId === undefined || !isRunId(runId)) return undefined;
  if (!tags[TAG_KEYS.tool]?.startsWith(`${TOOL_NAME}/`)) return undefined;
  const name = `${NAME_PREFIX}${runId}`;
  return id.includes(name) || tags['Name']?.startsWith(`${name}-`) ? runId : undefined;
}

function describeRun(runId: RunId, own: readonly Tagged[]): FoundRun {
  const ends = own.flatMap(({ tags }) => tags[TAG_KEYS.expires] ?? []);
  // The latest counts, and "never" is later than all.
  const expiresAt = ends.includes('never') ? 'never' : [...ends].sort().at(-1);
  return {
    runId,
    things: [...new Set(own.map(({ id }) => id))].sort(),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    kept: own.some(({ tags }) => tags[TAG_KEYS.kept] === 'true'),
  };
}

/** True when the run's time is over; one that says nothing, or nothing that can be read, is not. */
export function isExpired({ expiresAt }: Pick<FoundRun, 'expiresAt'>, now: Date): boolean {
  if (expiresAt === undefined || expiresAt === 'never') return false;
  const at = Date.parse(expiresAt);
  return !Number.isNaN(at) && at <= now.getTime();
}

async function taggedStacks(client: DeployClients['cloudFormation']): Promise<readonly Tagged[]> {
  const found: Tagged[] = [];
  let token: string | undefined;
  for (let page = 0; page < PAGES; page++) {
    const output = await client.send(new DescribeStacksCommand(token ? { NextToken: token } : {}));
    for (const { StackName = '', StackStatus, Tags } of output.Stacks ?? []) {
      if (StackStatus !== 'DELETE_COMPLETE') found.push({ id: StackName, tags: tagsOf(Tags) });
    }
    token = output.NextToken;
    if (!token) break;
  }
  return found;
}

async function taggedThings(client: DeployClients['tagging']): Promise<readonly Tagged[]> {
  const found: Tagged[] = [];
  let token: string | undefined;
  for (let page = 0; page < PAGES; page++) {
    const output = await client.send(
      new GetResourcesCommand({
        TagFilters: [{ Key: TAG_KEYS.run }, { Key: TAG_KEYS.tool }],
        ...(token ? { PaginationToken: token } : {}),
      }),
    );
    for (const { ResourceARN = '', Tags } of output.ResourceTagMappingList ?? []) found.push({ id: ResourceARN, tags: tagsOf(Tags) });
    token = output.PaginationToken;
    if (!token) break;
  }
  return found;
}

function tagsOf(tags: readonly Tag[] | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries((tags ?? []).flatMap(({ Key, Value }) => (Key === undefined ? [] : [[Key, Value ?? '']])));
}
