import type { Account } from '../account/identity.ts';
import { Refusal } from '../refusal.ts';
import type { LogService } from '../runtime/service.ts';
import type { Members } from './protocol/members.ts';
import { pageByToken } from './token-page.ts';

/** Groups in one answer at most. */
const PAGE_GROUPS = 50;

/** DescribeLogGroups, by name or the beginning of it. */
export function describeLogGroups(members: Members, logs: LogService, { region, accountId }: Account): object {
  const prefix = members.text('logGroupNamePrefix') ?? '';
  const limit = members.integer('limit', 1, PAGE_GROUPS) ?? PAGE_GROUPS;
  const token = members.text('nextToken');
  members.finish();
  const groups = logs.groups().filter(({ name }) => name.startsWith(prefix));
  const badToken = (): Refusal => new Refusal('InvalidParameterException', 400, 'The specified nextToken is invalid.');
  const { page, next } = pageByToken(groups, token, limit, badToken);
  return {
    logGroups: page.map(({ name, createdMs, retentionDays, storedBytes }) => ({
      logGroupName: name,
      creationTime: createdMs,
      ...(retentionDays === undefined ? {} : { retentionInDays: retentionDays }),
      metricFilterCount: 0,
      storedBytes,
      logGroupClass: 'STANDARD',
      arn: `arn:aws:logs:${region}:${accountId}:log-group:${name}:*`,
      logGroupArn: `arn:aws:logs:${region}:${accountId}:log-group:${name}`,
    })),
    ...(next === undefined ? {} : { nextToken: next }),
  };
}

/** DeleteLogGroup. */
export function deleteLogGroup(members: Members, logs: LogService): object {
  const wanted = members.requiredText('logGroupName');
  members.finish();
  if (!logs.groups().some(({ name }) => name === wanted)) {
    throw new Refusal('ResourceNotFoundException', 400, 'The specified log group does not exist.');
  }
  logs.deleteGroup(wanted);
  return {};
}
