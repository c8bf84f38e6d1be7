import type { Account } from '../account/identity.ts';
import type { LogPages } from '../faults/log-pages.ts';
import { Refusal } from '../refusal.ts';
import type { LogService, StoredLogEvent } from '../runtime/service.ts';
import { deleteLogGroup, describeLogGroups } from './log-groups.ts';
import { countPage, formatGap, gapBefore, indexOfGap, parseGap } from './log-page.ts';
import { refuseUnknown } from './protocol/dialect.ts';
import { formatJsonAnswer, parseTarget } from './protocol/json.ts';
import { type Members, parseMembers } from './protocol/members.ts';
import type { WireService } from './protocol/wire.ts';

const INVALID = 'InvalidParameterException';
/** Events in one answer, both by default and at most. */
const PAGE_EVENTS = 10_000;

/** What the operations work with beside what they are asked. */
interface Setting {
  readonly account: Account;
  readonly pages: LogPages;
}

type Operation = (members: Members, logs: LogService, setting: Setting) => object;

const OPERATIONS: Readonly<Record<string, Operation>> = {
  GetLogEvents: getLogEvents,
  FilterLogEvents: filterLogEvents,
  DescribeLogGroups: (members, logs, { account }) => describeLogGroups(members, logs, account),
  DeleteLogGroup: deleteLogGroup,
};

/** CloudWatch Logs: GetLogEvents, FilterLogEvents, DescribeLogGroups and DeleteLogGroup; any other operation is `UnknownOperationException` by name. */
export function newLogsService(logs: LogService, account: Account, pages: LogPages): WireService {
  const setting: Setting = { account, pages };
  return (call) => {
    const name = parseTarget(call.headers['x-amz-target']) ?? '';
    const operation = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
    if (operation === undefined) throw refuseUnknown('json', `The lab does not realise the operation ${name || '(none named)'} of logs.`);
    return formatJsonAnswer(operation(parseMembers(call.body, name, INVALID), logs, setting));
  };
}

function parseRange(members: Members): { readonly startMs?: number; readonly endMs?: number } {
  const startMs = members.integer('startTime', 0, Number.MAX_SAFE_INTEGER);
  const endMs = members.integer('endTime', 0, Number.MAX_SAFE_INTEGER);
  return { ...(startMs === undefined ? {} : { startMs }), ...(endMs === undefined ? {} : { endMs }) };
}

function refuseToken(): Refusal {
  return new Refusal(INVALID, 400, 'The specified nextToken is invalid.');
}

/**
 * GetLogEvents. Both tokens are always there; a page that reaches an end repeats the token that led to it, which is how a client
 * sees the end. Without a token it begins with the newest page, unless `startFromHead`.
 */
function getLogEvents(members: Members, logs: LogService, { pages }: Setting): object {
  const group = members.requiredText('logGroupName');
  const stream = members.requiredText('logStreamName');
  const range = parseRange(members);
  const limit = members.integer('limit', 1, PAGE_EVENTS) ?? PAGE_EVENTS;
  const fromHead = members.flag('startFromHead') ?? false;
  const token = members.text('nextToken');
  members.finish();
  const events = logs.streamEvents(group, stream, range);
  const turn = pages.stream(token, fromHead);
  if (turn.kind === 'empty') return { events: [], nextForwardToken: turn.nextToken, nextBackwardToken: turn.nextToken };
  const { forward, index } = parseStreamToken(turn.token, events, fromHead);
  const reachable = forward ? events.slice(index) : events.slice(0, index).reverse();
  const count = countPage(reachable, limit);
  const [from, to] = forward ? [index, index + count] : [index - count, index];
  return {
    events: events.slice(from, to).map(({ timestampMs, message, ingestionTimeMs }) => ({
      timestamp: timestampMs,
      message,
      ingestionTime: ingestionTimeMs,
    })),
    nextForwardToken: `f/${formatGap(gapBefore(events, to))}`,
    nextBackwardToken: `b/${formatGap(gapBefore(events, from))}`,
  };
}

function parseStreamToken(
  token: string | undefined,
  events: readonly StoredLogEvent[],
  fromHead: boolean,
): { readonly forward: boolean; readonly index: number } {
  if (token === undefined) return { forward: fromHead, index: fromHead ? 0 : events.length };
  const gap = /^[fb]\//.test(token) ? parseGap(token.slice(2)) : undefined;
  const index = gap === undefined ? undefined : indexOfGap(events, gap);
  if (index === undefined) throw refuseToken();
  return { forward: token.startsWith('f'), index };
}

/**
 * FilterLogEvents. The end is where there is no `nextToken`. A search with a pattern answers first with an empty page and a token, as
 * AWS does when the first part of what it searches holds no match: whoever stops at an empty page finds nothing here either.
 */
function filterLogEvents(members: Members, logs: LogService, { pages }: Setting): object {
  const group = members.requiredText('logGroupName');
  const streams = members.texts('logStreamNames');
  const streamPrefix = members.text('logStreamNamePrefix');
  const range = parseRange(members);
  const pattern = members.text('filterPattern');
  const limit = members.integer('limit', 1, PAGE_EVENTS) ?? PAGE_EVENTS;
  const token = members.text('nextToken');
  // AWS ignores it: results are always interleaved.
  members.flag('interleaved');
  members.finish();
  if (streams !== undefined && streamPrefix !== undefined) {
    throw new Refusal(INVALID, 400, 'logStreamNames and logStreamNamePrefix cannot both be given.');
  }
  const searching = pattern !== undefined && pattern !== '';
  const events = logs.filterEvents(group, {
    ...range,
    ...(searching ? { pattern } : {}),
    ...(streams === undefined ? {} : { streams }),
    ...(streamPrefix === undefined ? {} : { streamPrefix }),
  });
  const turn = pages.filter(JSON.stringify([group, pattern, streams, streamPrefix, range]), searching, token);
  if (turn.kind === 'empty') return { events: [], nextToken: turn.nextToken, searchedLogStreams: [] };
  const gap = turn.token === undefined ? ({ kind: 'head' } as const) : parseGap(turn.token);
  const index = gap === undefined ? undefined : indexOfGap(events, gap);
  if (index === undefined) throw refuseToken();
  const end = index + countPage(events.slice(index), limit);
  return {
    events: events.slice(index, end).map(formatFilteredEvent),
    ...(end < events.length ? { nextToken: formatGap(gapBefore(events, end)) } : {}),
    searchedLogStreams: [],
  };
}

function formatFilteredEvent(event: StoredLogEvent): object {
  return {
    logStreamName: event.stream,
    timestamp: event.timestampMs,
    message: event.message,
    ingestionTime: event.ingestionTimeMs,
    eventId: event.id,
  };
}
