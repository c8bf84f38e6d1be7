import { type CloudWatchLogsClient, DeleteLogGroupCommand, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { isNotFound, readServiceError } from './service-error.ts';

export type LogGroupControl = Pick<CloudWatchLogsClient, 'send'>;

/** Pages of 50 groups that are read at most; a run has some ten groups. */
const PAGES = 20;

/** Names of all groups that begin so. */
export async function logGroupNames(client: LogGroupControl, prefix: string): Promise<readonly string[]> {
  const names: string[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < PAGES; page++) {
    const output = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: prefix, ...(nextToken ? { nextToken } : {}) }));
    names.push(...(output.logGroups ?? []).flatMap(({ logGroupName }) => logGroupName ?? []));
    nextToken = output.nextToken;
    if (!nextToken) break;
  }
  return names;
}

/** Deletes a group; one that is not there is not an error. */
export async function deleteLogGroup(client: LogGroupControl, logGroupName: string): Promise<void> {
  try {
    await client.send(new DeleteLogGroupCommand({ logGroupName }));
  } catch (thrown) {
    if (!isNotFound(readServiceError(thrown))) throw thrown;
  }
}
