import type { ScheduleSettings, ScheduleTarget } from '../../account/schedules.ts';
import { Refusal } from '../../refusal.ts';
import type { Members } from '../protocol/members.ts';
import { parseMembers } from '../protocol/members.ts';

/** Scheduler's code for what it does not take. */
export const INVALID = 'ValidationException';
/** The universal target that the lab has (Scheduler User Guide, "Using universal targets"). */
const DELETE_STACK = 'arn:aws:scheduler:::aws-sdk:cloudformation:deleteStack';

function invalid(message: string): Refusal {
  return new Refusal(INVALID, 400, message);
}

/** Throws unless a member is absent or `only`. */
function fixed(members: Members, name: string, only: string): void {
  const value = members.text(name);
  if (value !== undefined && value !== only) throw invalid(`The lab has ${name} ${only} only, not ${value}.`);
}

/** The members of CreateSchedule's body, which a template's properties have too; members not realised are refused by name. */
export function parseSchedule(name: string, members: Members): ScheduleSettings {
  if (!/^[0-9a-zA-Z-_.]{1,64}$/.test(name)) {
    throw invalid(
      `1 validation error detected: Value '${name}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[0-9a-zA-Z-_.]+$`,
    );
  }
  fixed(members, 'GroupName', 'default');
  fixed(members, 'ScheduleExpressionTimezone', 'UTC');
  // Repeats are refused by the name, so the token has no work.
  members.text('ClientToken');
  const expression = members.requiredText('ScheduleExpression');
  const description = members.text('Description');
  const window = members.object('FlexibleTimeWindow');
  if (window === undefined) throw invalid('FlexibleTimeWindow must not be null.');
  fixed(window, 'Mode', 'OFF');
  window.finish();
  const settings = {
    name,
    ...(description === undefined ? {} : { description }),
    expression,
    at: parseAt(expression),
    isEnabled: parseWord(members, 'State', ['ENABLED', 'DISABLED']) === 'ENABLED',
    actionAfterCompletion: parseWord(members, 'ActionAfterCompletion', ['NONE', 'DELETE']),
    target: parseTarget(members.object('Target')),
  };
  members.finish();
  return settings;
}

/** The first of the words is what holds when none was sent. */
function parseWord<W extends string>(members: Members, name: string, words: readonly [W, ...W[]]): W {
  const value = members.text(name) ?? words[0];
  const word = words.find((each) => each === value);
  if (word === undefined) throw invalid(`${name} must be ${words.join(' or ')}, not ${value}.`);
  return word;
}

function parseAt(expression: string): Date {
  const [, text] = /^at\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\)$/.exec(expression) ?? [];
  const at = new Date(`${text}Z`);
  if (text !== undefined && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text)) return at;
  const known = /^(rate|cron)\(/.test(expression) ? 'The lab has one-time schedules only' : 'Invalid Schedule Expression';
  throw invalid(`${known}: ${expression}. at(yyyy-mm-ddThh:mm:ss) is one.`);
}

function parseTarget(members: Members | undefined): ScheduleTarget {
  if (members === undefined) throw invalid('Target must not be null.');
  const [arn, roleArn] = [members.requiredText('Arn'), members.requiredText('RoleArn')];
  const input = members.text('Input') ?? '{}';
  const retryPolicy = parseRetryPolicy(members.object('RetryPolicy'));
  members.finish();
  if (arn !== DELETE_STACK) throw invalid(`The lab has the target ${DELETE_STACK} only, not ${arn}.`);
  return { arn, roleArn, input, stackName: parseInput(input), ...(retryPolicy === undefined ? {} : { retryPolicy }) };
}

/** The operation's own parameters, as the AWS SDKs name them. */
function parseInput(input: string): string {
  const members = parseMembers(Buffer.from(input), 'the Input of deleteStack', INVALID);
  const stackName = members.requiredText('StackName');
  members.finish();
  return stackName;
}

function parseRetryPolicy(members: Members | undefined): ScheduleTarget['retryPolicy'] {
  if (members === undefined) return undefined;
  const age = members.integer('MaximumEventAgeInSeconds', 60, 86_400);
  const attempts = members.integer('MaximumRetryAttempts', 0, 185);
  members.finish();
  return {
    ...(age === undefined ? {} : { MaximumEventAgeInSeconds: age }),
    ...(attempts === undefined ? {} : { MaximumRetryAttempts: attempts }),
  };
}
