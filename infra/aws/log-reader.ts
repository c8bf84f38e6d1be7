import {
  CloudWatchLogsClient,
  FilterLogEventsCommand,
  type FilterLogEventsCommandOutput,
  GetLogEventsCommand,
  type GetLogEventsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Clock, LogEvent, LogReader } from '../../harness/domain/ports.ts';
import { type ClientOptions, controlPlane } from './client-options.ts';
import { newPacer } from './pacer.ts';
import { isNotFound, readServiceError } from './service-error.ts';

/** What the reader needs of a CloudWatch Logs client. */
export interface LogSource {
  send(command: GetLogEventsCommand): Promise<GetLogEventsCommandOutput>;
  send(command: FilterLogEventsCommand): Promise<FilterLogEventsCommandOutput>;
}

/** `Text` or `JSON`: how the functions of the run log; decides how a request id is searched. */
export type LogFormat = 'Text' | 'JSON';

/** Bounds of one read: an answer of Logs may be empty and still promise more. */
export interface LogBounds {
  readonly streamPages: number;
  readonly searchPages: number;
}

export const DEFAULT_LOG_BOUNDS: LogBounds = { streamPages: 20, searchPages: 50 };

/** A CloudWatch Logs client with retries. */
export function newLogsClient(options: ClientOptions): CloudWatchLogsClient {
  return new CloudWatchLogsClient(controlPlane(options));
}

/** Regions where FilterLogEvents is allowed fewer calls a second than elsewhere (CloudWatch Logs, "service quotas"). */
const SLOW_SEARCH_REGIONS: ReadonlySet<string> = new Set(['eu-central-1', 'ap-northeast-3', 'ap-southeast-3', 'ca-west-1', 'il-central-1']);

/** Calls a second that Logs allows an account in a region, and cannot be made to raise; GetLogEvents by its lowest figure but in us-east-1. */
export function logRatesOf(region: string): { readonly search: number; readonly stream: number } {
  if (region === 'us-east-1') return { search: 25, stream: 25 };
  return { search: SLOW_SEARCH_REGIONS.has(region) ? 5 : 10, stream: 10 };
}

/** The same source, asked no more often than the region allows: a throttled search would come back later than one that waited. */
export function pacedLogSource(client: LogSource, region: string, clock: Clock): LogSource {
  const rates = logRatesOf(region);
  const [search, stream] = [newPacer(clock, rates.search), newPacer(clock, rates.stream)];
  const { signal } = new AbortController();
  const send = async (command: GetLogEventsCommand | FilterLogEventsCommand): Promise<unknown> => {
    if (command instanceof FilterLogEventsCommand) {
      await search.turn(signal);
      return client.send(command);
    }
    await stream.turn(signal);
    return client.send(command);
  };
  return { send: send as LogSource['send'] };
}

/** Reads what the platform logged. A group or stream that is not there yet has no events; every other refusal is thrown. */
export function newLogReader(client: LogSource, format: LogFormat, bounds: LogBounds = DEFAULT_LOG_BOUNDS): LogReader {
  return {
    readStream: (group, stream, sinceMs) => orEmpty(readPages(client, { group, stream, sinceMs }, bounds.streamPages)),
    findRequest: (group, requestId, sinceMs) =>
      orEmpty(searchPages(client, { group, pattern: requestPattern(requestId, format), sinceMs }, bounds.searchPages)),
  };
}

/**
 * The filter pattern that finds a request's platform lines. Throws `RangeError` for an id with other characters than
 * letters, digits, `-` and `_`, which could change what is searched.
 */
export function requestPattern(requestId: string, format: LogFormat): string {
  if (!/^[\w-]+$/.test(requestId)) throw new RangeError(`not a request id: "${requestId}"`);
  return format === 'JSON' ? `{ $.record.requestId = "${requestId}" }` : `"${requestId}"`;
}

/** GetLogEvents never says that it is done: it hands the token back that it was given. */
async function readPages(
  client: LogSource,
  range: { readonly group: string; readonly stream: string; readonly sinceMs: number },
  pages: number,
): Promise<readonly LogEvent[]> {
  const events: LogEvent[] = [];
  let token: string | undefined;
  for (let page = 0; page < pages; page++) {
    const output = await client.send(
      new GetLogEventsCommand({
        logGroupName: range.group,
        logStreamName: range.stream,
        startTime: range.sinceMs,
        startFromHead: true,
        ...(token === undefined ? {} : { nextToken: token }),
      }),
    );
    events.push(...logEvents(output.events));
    const next = output.nextForwardToken;
    if (next === undefined || next === token) break;
    token = next;
  }
  return events;
}

/** FilterLogEvents may give empty pages, and a token twice, before it is done: only a missing token ends it. */
async function searchPages(
  client: LogSource,
  query: { readonly group: string; readonly pattern: string; readonly sinceMs: number },
  pages: number,
): Promise<readonly LogEvent[]> {
  const byId = new Map<string, LogEvent>();
  let token: string | undefined;
  for (let page = 0; page < pages; page++) {
    const output = await client.send(
      new FilterLogEventsCommand({
        logGroupName: query.group,
        filterPattern: query.pattern,
        startTime: query.sinceMs,
        ...(token === undefined ? {} : { nextToken: token }),
      }),
    );
    for (const event of output.events ?? []) {
      const [read] = logEvents([event]);
      if (read !== undefined) byId.set(event.eventId ?? `${page}/${byId.size}`, read);
    }
    token = output.nextToken;
    if (token === undefined || token === '') break;
  }
  return [...byId.values()];
}

function logEvents(
  events: readonly { readonly timestamp?: number | undefined; readonly message?: string | undefined }[] | undefined,
): readonly LogEvent[] {
  return (events ?? []).flatMap(({ timestamp, message }) =>
    timestamp === undefined || message === undefined ? [] : [{ timestampMs: timestamp, message }],
  );
}

async function orEmpty(reading: Promise<readonly LogEvent[]>): Promise<readonly LogEvent[]> {
  try {
    return await reading;
  } catch (thrown) {
    if (isNotFound(readServiceError(thrown))) return [];
    throw thrown;
  }
}
