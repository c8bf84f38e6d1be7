import type { Schedule, Schedules } from '../../account/schedules.ts';
import { Refusal } from '../../refusal.ts';
import { refuseUnknown } from '../protocol/dialect.ts';
import { parseMembers } from '../protocol/members.ts';
import { formatRestJsonAnswer } from '../protocol/rest-json.ts';
import type { WireAnswer, WireCall, WireService } from '../protocol/wire.ts';
import { pageByToken } from '../token-page.ts';
import { INVALID, parseSchedule } from './schedule-request.ts';

/**
 * EventBridge Scheduler: CreateSchedule, GetSchedule, ListSchedules, DeleteSchedule, in the group `default`. Any other operation is
 * `UnknownOperationException`; what an operation takes elsewhere and not here is refused by name.
 */
export function newSchedulerService(schedules: Schedules): WireService {
  return (call) => {
    const [path, encodedName] = /^\/schedules(?:\/([^/]+))?$/.exec(call.path) ?? [];
    const name = encodedName === undefined ? undefined : decodeURIComponent(encodedName);
    const query = new URLSearchParams(call.query);
    if (path !== undefined && name === undefined && call.method === 'GET') return listSchedules(schedules, query);
    if (name === undefined) throw unknown(call);
    switch (call.method) {
      case 'POST':
        return createSchedule(schedules, name, call.body);
      case 'GET':
        finishQuery(query, { groupName: 'default' });
        return formatRestJsonAnswer(formatSchedule(scheduleOf(schedules, name)));
      case 'DELETE':
        query.delete('clientToken');
        finishQuery(query, { groupName: 'default' });
        schedules.delete(scheduleOf(schedules, name).name);
        return formatRestJsonAnswer({});
      default:
        throw unknown(call);
    }
  };
}

function unknown(call: WireCall): Refusal {
  return refuseUnknown('rest-json', `The lab does not realise ${call.method} ${call.path} of scheduler.`);
}

function createSchedule(schedules: Schedules, name: string, body: Buffer): WireAnswer {
  const { arn } = schedules.create(parseSchedule(name, parseMembers(body, 'CreateSchedule', INVALID)));
  return formatRestJsonAnswer({ ScheduleArn: arn });
}

function scheduleOf(schedules: Schedules, name: string): Schedule {
  const schedule = schedules.find(name);
  if (schedule === undefined) throw new Refusal('ResourceNotFoundException', 404, `Schedule ${name} does not exist.`);
  return schedule;
}

/** Refuses whatever is left of the query, but for parameters that say what is so anyway. */
function finishQuery(query: URLSearchParams, only: Readonly<Record<string, string>>): void {
  for (const [name, value] of query) {
    if (only[name] === value) continue;
    throw new Refusal(INVALID, 400, `The lab does not realise ${name}=${value} of scheduler.`);
  }
}

function listSchedules(schedules: Schedules, query: URLSearchParams): WireAnswer {
  const prefix = query.get('NamePrefix') ?? '';
  const count = Number(query.get('MaxResults') ?? 100);
  const token = query.get('NextToken') ?? undefined;
  for (const name of ['NamePrefix', 'MaxResults', 'NextToken']) query.delete(name);
  finishQuery(query, { ScheduleGroup: 'default' });
  if (!Number.isInteger(count) || count < 1 || count > 100) throw new Refusal(INVALID, 400, 'MaxResults must be from 1 to 100.');
  const found = schedules.list().filter(({ name }) => name.startsWith(prefix));
  const { page, next } = pageByToken(found, token, count, () => new Refusal(INVALID, 400, 'The NextToken is invalid.'));
  return formatRestJsonAnswer({ Schedules: page.map(formatSummary), ...(next === undefined ? {} : { NextToken: next }) });
}

function formatSummary({ name, arn, createdAt, isEnabled, target }: Schedule): object {
  return {
    Name: name,
    Arn: arn,
    GroupName: 'default',
    State: isEnabled ? 'ENABLED' : 'DISABLED',
    CreationDate: createdAt.getTime() / 1000,
    LastModificationDate: createdAt.getTime() / 1000,
    Target: { Arn: target.arn },
  };
}

function formatSchedule(schedule: Schedule): object {
  const { description, expression, actionAfterCompletion, target } = schedule;
  return {
    ...formatSummary(schedule),
    ...(description === undefined ? {} : { Description: description }),
    ScheduleExpression: expression,
    ScheduleExpressionTimezone: 'UTC',
    FlexibleTimeWindow: { Mode: 'OFF' },
    ActionAfterCompletion: actionAfterCompletion,
    Target: {
      Arn: target.arn,
      RoleArn: target.roleArn,
      Input: target.input,
      ...(target.retryPolicy === undefined ? {} : { RetryPolicy: target.retryPolicy }),
    },
  };
}
